"""Files that are looked at where they lie: Parquet, and tables of a DuckDB database."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import _duckdb as duckdb

from proofline.evidence.folder import did_you_mean
from proofline.evidence.sources import (
    Source,
    literal,
    quoted,
    unknown_columns,
)
from proofline.evidence.tables import TABLE, TABLES
from proofline.evidence.trouble import EvidenceUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from proofline.evidence.contract import Table
    from proofline.evidence.database import Database


def scan_parquet(connection: Database, table: Table, path: Path, warnings: list[str]) -> Source:
    """Look at one Parquet file, or at a folder of parts as Spark writes it.

    Rows are numbered from 1 in the order of the file, and of the names of the parts.
    """
    parts = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if not parts:
        raise EvidenceUnreadable(
            "evidence.unreadable",
            f"{path.name} is a folder without a Parquet file in it.",
            "Put the parts there, each ending in .parquet, or remove the folder.",
        )
    files = "[" + ", ".join(literal(str(part)) for part in parts) + "]"
    number = "file_row_number" + (_rows_before(connection, files) if path.is_dir() else "")
    instants = _of_utc(connection, files, (path.name, table), warnings)
    rows = (
        f"SELECT * EXCLUDE (file_row_number){instants}, {number} AS _row, {number} + 1 AS _line"
        f" FROM read_parquet({files}, file_row_number = true, hive_partitioning = false,"
        f" union_by_name = {path.is_dir()})"
    )
    return _scan(connection, table, rows, (path.name, warnings))


def _rows_before(connection: Database, files: str) -> str:
    """Write what to add to the number of a row within its part: the rows of the parts before it."""
    asked = f"SELECT file_name, num_rows FROM parquet_file_metadata({files})"
    counts = sorted(connection.execute(asked).fetchall())
    before = accumulate((rows for _, rows in counts), initial=0)
    cases = (f"WHEN {literal(name)} THEN {n}" for (name, _), n in zip(counts, before, strict=False))
    return f" + CASE filename {' '.join(cases)} END"


def _of_utc(connection: Database, files: str, place: tuple[str, Table], warnings: list[str]) -> str:
    """Write what makes instants of the columns that an old form keeps without saying their zone.

    Spark, which writes this form unless told otherwise, keeps instants of UTC in it.
    """
    asked = f"SELECT DISTINCT name FROM parquet_schema({files}) WHERE type = 'INT96' ORDER BY name"
    file, table = place
    names = [name for (name,) in connection.execute(asked).fetchall() if name in table.names]
    warnings.extend(
        f"{file}: the column {name!r} is kept as INT96, which tells no zone; it is read as UTC"
        for name in names
    )
    made = ", ".join(f"timezone('UTC', {quoted(name)}) AS {quoted(name)}" for name in names)
    return f" REPLACE ({made})" if names else ""


def scan_database(connection: Database, path: Path, warnings: list[str]) -> list[Source]:
    """Attach the DuckDB file read-only and look at the evidence tables of its main schema.

    Raises `EvidenceUnreadable` if it is no database or another program is writing it.
    """
    try:
        connection.execute(f"ATTACH {literal(str(path))} AS given (TYPE duckdb, READ_ONLY)")
    except duckdb.Error as error:
        raise EvidenceUnreadable(
            "evidence.unreadable",
            f"{path.name} cannot be opened as a DuckDB database ({type(error).__name__}).",
            "Give a folder, or a database file that no other program is writing.",
        ) from error
    there = dict(
        connection.execute(
            "SELECT table_name, table_type FROM information_schema.tables"
            " WHERE table_catalog = 'given' AND table_schema = 'main' ORDER BY table_name"
        ).fetchall()
    )
    warnings.extend(
        f"{path.name}: the table {name!r} is not read{did_you_mean(name, TABLE)}"
        for name in there
        if name not in TABLE
    )
    sources = []
    for table in TABLES:
        if table.name in there:
            place = (f"{path.name}:{table.name}", warnings)
            kept = there[table.name] == "BASE TABLE"
            number = "rowid AS _row, rowid + 1" if kept else "row_number() OVER ()"
            rows = f"SELECT *, {number} AS _line FROM given.main.{table.name}"
            # The rows of a view have no numbers that would be the same each time they are read.
            sources.append(_scan(connection, table, rows, place, copied=not kept))
    return sources


def _scan(
    connection: Database,
    table: Table,
    rows: str,
    place: tuple[str, list[str]],
    *,
    copied: bool = False,
) -> Source:
    """`place` is the name of the file for people, and the warnings to add to."""
    relation, (file, warnings) = f"({rows})", place
    if copied:
        relation = f"sent.{table.name}"
        connection.execute(f"CREATE TABLE {relation} AS {rows}")
    shape = connection.execute(f"SELECT * FROM {relation} LIMIT 0")
    numbers = {"_line"} if copied else {"_line", "_row"}
    described = shape.description or ()
    kept = {name: str(kept_as) for name, kept_as, *_ in described if name not in numbers}
    warnings.extend(unknown_columns(table, file, kept))
    pairs = ", ".join(f"{literal(name)}, CAST({quoted(name)} AS VARCHAR)" for name in kept)
    types = {name: kept_as for name, kept_as in kept.items() if name in table.names}
    if table.large:
        _require_columns(table, file, kept)
    return Source(table, file, relation, types, f"json_object({pairs})", scanned=not copied)


def _require_columns(table: Table, file: str, kept: Iterable[str]) -> None:
    """Refuse a file without a required column; to tell of each of its rows would be no use."""
    missing = [c.name for c in table.columns if c.required and c.name not in set(kept)]
    if missing:
        raise EvidenceUnreadable(
            "evidence.missing_column",
            f"{file} has no column {', '.join(missing)}.",
            "Add it, or mend its name; no row can be used without it.",
        )
