"""(a) The physical floor: the plainest query that reads the readings and groups them into days.

No time zone, no consent, no rule: one 32-day bitmap of UTC days per patient. Whatever decides
must at least do this.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb

BITMAPS = """
SELECT count(*), sum(bit_count(days)) FROM (
    SELECT patient_id, bit_or(1::BIGINT << (epoch_us(measured_at) // 86400000000 % 32)) AS days
    FROM read_parquet(?) GROUP BY patient_id
)
"""


def main() -> None:
    """Print how many patients and patient-days there are."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    readings = parser.parse_args().folder / "readings.parquet"
    print(duckdb.execute(BITMAPS, [str(readings)]).fetchone())


if __name__ == "__main__":
    main()
