"""Make a practice: evidence of any number of patient cycles, as a folder of Parquet tables.

    python bench/practice.py 10000 /tmp/proofline-bench/10000

Every row is made up and follows from its number alone (practice.sql). A folder that the same
recipe has already filled is left as it is.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

import duckdb

RECIPE = Path(__file__).with_suffix(".sql")
MARK = "practice.json"
TABLES = (
    "patients",
    "practices",
    "performers",
    "enrollments",
    "devices",
    "assignments",
    "consents",
    "time_entries",
    "interactions",
    "sign_offs",
    "other_services",
    "stays",
    "coverages",
    "readings",
)
# Readings lie in the file as they came in, and so does work: nothing is sorted by patient.
ARRIVAL = {"readings": "received_at", "time_entries": "entered_at"}


def recipe_mark(cycles: int) -> str:
    """What a finished folder says of itself: size, recipe and the DuckDB whose hash() was used."""
    digest = hashlib.sha256(RECIPE.read_bytes()).hexdigest()
    return json.dumps({"cycles": cycles, "recipe": digest, "duckdb": duckdb.__version__})


def make(cycles: int, folder: Path) -> bool:
    """Fill `folder` with the evidence of `cycles` patients; false if it was there already."""
    mark = folder / MARK
    if mark.exists() and mark.read_text() == recipe_mark(cycles):
        return False
    folder.mkdir(parents=True, exist_ok=True)
    mark.unlink(missing_ok=True)
    with bounded(folder) as bench:
        bench.execute("SET VARIABLE cycles = $cycles::BIGINT", {"cycles": cycles})
        bench.execute(RECIPE.read_text())
        for table in TABLES:
            print(f"{cycles:,} cycles: writing {table}", file=sys.stderr)
            write(bench, table, folder)
    mark.write_text(recipe_mark(cycles))
    return True


def bounded(folder: Path) -> duckdb.DuckDBPyConnection:
    """A connection that spills beside the data instead of growing with it."""
    return duckdb.connect(
        config={
            "memory_limit": "3GB",
            "temp_directory": str(folder / "spill"),
            "preserve_insertion_order": "false",
        },
    )


def write(bench: duckdb.DuckDBPyConnection, table: str, folder: Path) -> None:
    """Write one table, in order of arrival where it has one."""
    order = f"ORDER BY {ARRIVAL[table]}" if table in ARRIVAL else ""
    target = (folder / f"{table}.parquet").as_posix().replace("'", "''")
    bench.execute(
        f"COPY (FROM {table} {order}) TO '{target}' "
        "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)",
    )


def main() -> None:
    """Read the two arguments and make the practice."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("cycles", type=int, help="number of patients, one 30-day cycle each")
    parser.add_argument("folder", type=Path, help="where the Parquet tables go")
    asked = parser.parse_args()
    make(asked.cycles, asked.folder)


if __name__ == "__main__":
    main()
