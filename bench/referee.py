"""(c) The oracle of the tests, in pure Python, on a practice small enough for it.

Each patient is handed over as a book of her own: the oracle looks through all rows for every
question, so its cost would otherwise grow with the square of the practice. Minutes that a performer
claims for two patients at once go unnoticed this way; the seconds are what is asked for.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import oracle

if TYPE_CHECKING:
    from collections.abc import Iterator

Row = dict[str, str | None]
Tables = dict[str, list[Row]]
STAFF = ("performers", "practices")


def read(folder: Path) -> Tables:
    """Read every table of the folder as rows of text."""
    tables: Tables = {}
    with duckdb.connect() as reader:
        reader.execute("SET TimeZone = 'UTC'")
        for path in sorted(folder.glob("*.parquet")):
            found = reader.execute("SELECT COLUMNS(*)::VARCHAR FROM read_parquet(?)", [str(path)])
            names = [column[0] for column in found.description or ()]
            tables[path.stem] = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return tables


def charts(tables: Tables) -> Iterator[Tables]:
    """Deal the rows out by patient; everybody gets the performers and practices that she names."""
    enrolled = {row["enrollment_id"]: row["patient_id"] for row in tables["enrollments"]}
    wearers = {row["device_id"]: row["patient_id"] for row in tables["assignments"]}
    dealt: dict[str | None, Tables] = defaultdict(lambda: defaultdict(list))
    for table, rows in tables.items():
        for row in rows if table not in STAFF else ():
            device, enrollment = row.get("device_id"), row.get("enrollment_id")
            patient = wearers.get(device) or enrolled.get(enrollment) or row["patient_id"]
            dealt[patient][table].append(row)
    performers = {row["performer_id"]: row for row in tables["performers"]}
    practices = {row["practice_id"]: row for row in tables["practices"]}
    for own in dealt.values():
        rows = [row for table in own.values() for row in table]
        named = {
            row[c] for row in rows for c in ("performer_id", "billing_performer_id") if c in row
        }
        own["performers"] = [performers[name] for name in sorted(filter(None, named))]
        own["practices"] = [practices[one] for one in {p["practice_id"] for p in own["performers"]}]
        yield own


def main() -> None:
    """Decide every patient and write the lines as NDJSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--as-of", type=date.fromisoformat, required=True)
    parser.add_argument("--output", type=Path, required=True)
    asked = parser.parse_args()
    with asked.output.open("w", encoding="utf-8") as out:
        for tables in charts(read(asked.folder)):
            for line in oracle.decide_book(oracle.Book(tables, asked.as_of)):
                out.write(json.dumps(line, default=str) + "\n")


if __name__ == "__main__":
    main()
