"""Files that are looked at where they lie: Parquet, and tables of a DuckDB database."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

import _duckdb as duckdb

from proofline.evidence.cells import shows_clock
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
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from proofline.evidence.contract import Table
    from proofline.evidence.database import Database

_NUMBERS = {"_line", "_row"}


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
    in_parts = path.is_dir()
    number = "file_row_number" + (_rows_before(connection, files) if in_parts else "")

    def relation_of(instants: str) -> str:
        """Read all columns and their row numbers, those given in the place of their like."""
        return (
            f"(SELECT * EXCLUDE (file_row_number){instants}, {number} AS _row,"
            f" {number} + 1 AS _line FROM read_parquet({files}, file_row_number = true,"
            f" hive_partitioning = false, union_by_name = {in_parts}))"
        )

    relation = relation_of("")
    types = _types(connection, relation)
    # An old form is read as a type without a zone, unless another part tells one.
    if in_parts or any(map(shows_clock, types.values())):
        instants = _of_utc(connection, files, (path.name, table), warnings)
        if instants:
            relation = relation_of(instants)
            types = _types(connection, relation)
    return replace(_source(table, relation, types, (path.name, warnings)), in_parts=in_parts)


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
            relation, numbers = f"({rows})", _NUMBERS
            if not kept:
                relation, numbers = f"sent.{table.name}", {"_line"}
                connection.execute(f"CREATE TABLE {relation} AS {rows}")
            source = _source(table, relation, _types(connection, relation, numbers), place)
            sources.append(replace(source, scanned=kept))
    return sources


def _types(
    connection: Database, relation: str, numbers: Collection[str] = _NUMBERS
) -> dict[str, str]:
    """The columns of a relation, each with its type; but for those that number its rows."""
    described = connection.execute(f"SELECT * FROM {relation} LIMIT 0").description or ()
    return {name: str(kept_as) for name, kept_as, *_ in described if name not in numbers}


def _source(
    table: Table, relation: str, kept: Mapping[str, str], place: tuple[str, list[str]]
) -> Source:
    """`place` is the name of the file for people, and the warnings to add to."""
    file, warnings = place
    warnings.extend(unknown_columns(table, file, kept))
    pairs = ", ".join(f"{literal(name)}, CAST({quoted(name)} AS VARCHAR)" for name in kept)
    types = {name: kept_as for name, kept_as in kept.items() if name in table.names}
    if table.large:
        _require_columns(table, file, kept)
    return Source(table, file, relation, types, f"json_object({pairs})", scanned=True)


def _require_columns(table: Table, file: str, kept: Iterable[str]) -> None:
    """Refuse a file without a required column; to tell of each of its rows would be no use."""
    missing = [c.name for c in table.columns if c.required and c.name not in set(kept)]
    if missing:
        raise EvidenceUnreadable(
            "evidence.missing_column",
            f"{file} has no column {', '.join(missing)}.",
            "Add it, or mend its name; no row can be used without it.",
        )
