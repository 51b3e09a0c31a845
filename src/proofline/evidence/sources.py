"""The rows as sent: one relation `sent.NAME` for each table that is there, whatever its form.

CSV and NDJSON become tables of text; Parquet and DuckDB stay where they are and are looked at through
a view. Each relation numbers its rows in `_line` and can give a row back as it was sent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

import duckdb
import msgspec

from proofline.evidence.cells import TEXT, read_cell
from proofline.evidence.csv_rows import csv_header, csv_rows
from proofline.evidence.folder import Found, did_you_mean
from proofline.evidence.ndjson_rows import ndjson_rows
from proofline.evidence.tables import TABLE, TABLES
from proofline.evidence.trouble import BadRow, EvidenceUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from proofline.evidence.contract import Table

_BATCH_ROWS = 10_000
_ENCODE = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Source:
    """A table's rows as sent, in `relation`, where `_line` numbers them.

    `types` gives the DuckDB type of each contract column that is there; `row` is SQL for the row as
    sent, as JSON text; `scanned` says that the rows are still in their file.
    """

    table: Table
    file: str
    relation: str
    types: Mapping[str, str]
    row: str
    scanned: bool

    @property
    def stays_in_file(self) -> bool:
        """Whether the rows are too many to be copied, and are looked at in their file each time."""
        return self.scanned and self.table.large


def open_source(connection: duckdb.DuckDBPyConnection, found: Found, warnings: list[str]) -> Source:
    """Make the relation of one file; rows that cannot be taken apart go to `troubles`."""
    table = TABLE[found.table]
    try:
        if found.format == "csv":
            return _csv(connection, table, found.path, warnings)
        if found.format == "ndjson":
            return _ndjson(connection, table, found.path, warnings)
        return _parquet(connection, table, found.path, warnings)
    except (OSError, duckdb.Error) as error:
        raise EvidenceUnreadable(
            "evidence.unreadable",
            f"{found.path.name} cannot be read as {found.format} ({type(error).__name__}).",
            "Write the file again, or take it out of the folder.",
        ) from error


def open_database(
    connection: duckdb.DuckDBPyConnection, path: Path, warnings: list[str]
) -> list[Source]:
    """Attach the DuckDB file read-only and look at the evidence tables in its main schema."""
    try:
        connection.execute(f"ATTACH {literal(str(path))} AS given (READ_ONLY)")
    except duckdb.Error as error:
        raise EvidenceUnreadable(
            "evidence.unreadable",
            f"{path.name} cannot be opened as a DuckDB database ({type(error).__name__}).",
            "Give a folder, or a database file that no other program is writing.",
        ) from error
    there = connection.execute(
        "SELECT table_name, table_type FROM information_schema.tables"
        " WHERE table_catalog = 'given' AND table_schema = 'main' ORDER BY table_name"
    ).fetchall()
    known = dict(there)
    warnings.extend(
        f"{path.name}: the table {name!r} is not read{did_you_mean(name, list(TABLE))}"
        for name in known
        if name not in TABLE
    )
    sources = []
    for table in TABLES:
        if table.name in known:
            number = "rowid" if known[table.name] == "BASE TABLE" else "row_number() OVER ()"
            rows = f"SELECT *, {number} AS _line FROM given.main.{table.name}"
            place = f"{path.name}:{table.name}"
            sources.append(_scanned(connection, table, rows, place, warnings))
    return sources


def readings_of(
    connection: duckdb.DuckDBPyConnection, source: Source, patients: Sequence[str]
) -> Source:
    """The readings of these patients and of the devices they ever had, copied out of their file.

    All versions of each are taken, also one that names somebody else. Needs `assignments` staged.
    """
    reading, device, patient = (
        read_cell(source.table.column(name), source.types[name]).value
        if name in source.types
        else "NULL"
        for name in ("reading_id", "device_id", "patient_id")
    )
    asked = [literal(name) for name in patients]
    devices = connection.execute(
        f"SELECT DISTINCT device_id FROM main.assignments WHERE patient_id IN ({_any_of(asked)})"
    ).fetchall()
    named = f"{patient} IN ({_any_of(asked)})"
    worn = f"{device} IN ({_any_of([literal(name) for (name,) in devices])})"
    rows = f"SELECT * FROM {source.relation} WHERE"
    kept = "sent.asked_readings"
    # Asked one by one, each condition can pass over the parts of a file that hold none of them.
    connection.execute(
        f"CREATE TABLE {kept} AS {rows} {named} UNION ALL {rows} {worn} AND {named} IS NOT TRUE;"
        f"INSERT INTO {kept} {rows} {reading} IN (SELECT {reading} FROM {kept})"
        f" AND _line NOT IN (SELECT _line FROM {kept})"
    )
    return replace(source, relation=kept, scanned=False)


def _any_of(literals: list[str]) -> str:
    return ", ".join(literals) or "NULL"


def without_blanks(connection: duckdb.DuckDBPyConnection, source: Source) -> Source:
    """The same, knowing in which columns no text is blank but NULL: those need no trimming.

    A blank sorts before `!`, which the statistics of a file can mostly rule out unread.
    """
    texts = [name for name, kept_as in source.types.items() if kept_as == "VARCHAR"]
    if not texts:
        return source
    if source.stays_in_file:
        asked = ", ".join(f"EXISTS (FROM {source.relation} WHERE \"{n}\" < '!')" for n in texts)
        blanks = connection.execute(f"SELECT {asked}").fetchone() or ()
    else:
        asked = ", ".join(f"bool_or(\"{name}\" < '!')" for name in texts)
        blanks = connection.execute(f"SELECT {asked} FROM {source.relation}").fetchone() or ()
    sure = {name: TEXT for name, has in zip(texts, blanks, strict=True) if not has}
    return replace(source, types={**source.types, **sure})


def literal(text: str) -> str:
    """`text` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def record(connection: duckdb.DuckDBPyConnection, table: str, file: str, bad: list[BadRow]) -> None:
    """Keep the troubles of rows that their reader could not take apart."""
    rows = [[table, file, str(b.line), b.column, b.value, b.expected, b.cure, b.row] for b in bad]
    if rows:
        connection.execute(
            f"INSERT INTO troubles SELECT {_cells(8)} {_UNNEST}", [_ENCODE(rows).decode()]
        )


_UNNEST = """FROM (SELECT unnest(from_json(?, '[["VARCHAR"]]')) AS r)"""


def _cells(count: int) -> str:
    return ", ".join(f"r[{i}]" for i in range(1, count + 1))


def _csv(
    connection: duckdb.DuckDBPyConnection, table: Table, path: Path, warnings: list[str]
) -> Source:
    header = csv_header(path)
    kept = [name if name in table.names else f"_{place}" for place, name in enumerate(header)]
    _warn_unknown(table, path.name, header, warnings)
    unique = [name if kept.count(name) == 1 else f"_{i}" for i, name in enumerate(kept)]
    _load(connection, table, unique, _Feed(path.name, csv_rows(path, header)))
    pairs = ", ".join(f'{literal(h)}, "{n}"' for h, n in zip(header, unique, strict=True))
    types = {name: TEXT for name in unique if name in table.names}
    return Source(
        table, path.name, f"sent.{table.name}", types, f"json_object({pairs})", scanned=False
    )


def _ndjson(
    connection: duckdb.DuckDBPyConnection, table: Table, path: Path, warnings: list[str]
) -> Source:
    feed = _Feed(path.name, ndjson_rows(path, table, warnings))
    _load(connection, table, [*table.names, "_sent"], feed)
    return Source(
        table,
        path.name,
        f"sent.{table.name}",
        dict.fromkeys(table.names, TEXT),
        "_sent",
        scanned=False,
    )


@dataclass(frozen=True, slots=True)
class _Feed:
    """Where rows come from: the file's name and what its reader yields."""

    file: str
    rows: Iterable[tuple[int, list[str | None]] | BadRow]


def _load(
    connection: duckdb.DuckDBPyConnection, table: Table, columns: list[str], feed: _Feed
) -> None:
    """Fill `sent.NAME` with text, batch by batch: one string of JSON for each batch."""
    spelled = "".join(f', "{name}" VARCHAR' for name in columns)
    connection.execute(f"CREATE TABLE sent.{table.name}(_line BIGINT{spelled})")
    insert = f"INSERT INTO sent.{table.name} SELECT {_cells(len(columns) + 1)} {_UNNEST}"
    rows: Iterator[tuple[int, list[str | None]] | BadRow] = iter(feed.rows)
    while batch := list(islice(rows, _BATCH_ROWS)):
        good = [(str(row[0]), *row[1]) for row in batch if not isinstance(row, BadRow)]
        if good:
            connection.execute(insert, [_ENCODE(good).decode()])
        bad = [row for row in batch if isinstance(row, BadRow)]
        record(connection, table.name, feed.file, bad)


def _parquet(
    connection: duckdb.DuckDBPyConnection, table: Table, path: Path, warnings: list[str]
) -> Source:
    rows = (
        "SELECT * EXCLUDE (file_row_number), file_row_number + 1 AS _line FROM read_parquet("
        f"{literal(str(path))}, file_row_number = true, hive_partitioning = false)"
    )
    return _scanned(connection, table, rows, path.name, warnings)


def _scanned(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    rows: str,
    file: str,
    warnings: list[str],
) -> Source:
    shape = connection.execute(
        f"CREATE VIEW sent.{table.name} AS {rows};"
        f"SELECT * EXCLUDE (_line) FROM sent.{table.name} LIMIT 0"
    )
    kept = {name: str(form) for name, form, *_ in shape.description or ()}
    _warn_unknown(table, file, list(kept), warnings)
    pairs = ", ".join(f'{literal(name)}, CAST("{_q(name)}" AS VARCHAR)' for name in kept)
    types = {name: form for name, form in kept.items() if name in table.names}
    return Source(table, file, f"sent.{table.name}", types, f"json_object({pairs})", scanned=True)


def _q(name: str) -> str:
    return name.replace('"', '""')


def _warn_unknown(table: Table, file: str, header: list[str], warnings: list[str]) -> None:
    warnings.extend(
        f"{file}: the column {name!r} is not known{did_you_mean(name, list(table.names))}"
        for name in header
        if name not in table.names
    )
