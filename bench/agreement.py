"""Of how many lines do the others say what Proofline says? Speed means little without it.

    python bench/agreement.py PROOFLINE.parquet OTHER.parquet

A line is a code of a patient's one cycle; it agrees when outcome and billable units do. The others
leave rules out (analyst.py, counted.py say which), so they are not expected to agree everywhere.
"""

from __future__ import annotations

import argparse

import duckdb

SHARE = """
SELECT code, count(*) AS lines,
    count(*) FILTER (ours.outcome = other.outcome
        AND (ours.outcome <> 'billable' OR ours.units = other.units)) AS agree
FROM read_parquet($ours) AS ours JOIN read_parquet($other) AS other USING (patient_id, code)
GROUP BY code ORDER BY code
"""


def main() -> None:
    """Print one row per code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("ours", help="what `proofline decide --format parquet` wrote")
    parser.add_argument("other", help="what analyst.py or statute.py wrote")
    asked = vars(parser.parse_args())
    for code, lines, agree in duckdb.execute(SHARE, asked).fetchall():
        print(f"{code}  {agree:>10,} of {lines:>10,}  {agree / lines:7.2%}")


if __name__ == "__main__":
    main()
