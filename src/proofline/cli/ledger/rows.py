"""The rows of an evidence folder as they were sent, cell by cell, also those that mean nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from proofline.cli.trouble import note
from proofline.evidence.csv_rows import csv_header, csv_rows
from proofline.evidence.folder import Found, find_tables, refuse_nothing
from proofline.evidence.ndjson_rows import ndjson_rows
from proofline.evidence.provenance import EVERY_TABLE
from proofline.evidence.trouble import BadRow
from proofline.ledger.kept.keeping import SentRow

if TYPE_CHECKING:
    from proofline.evidence.contract import Table

Cells: TypeAlias = dict[str, str]


def sent_rows(folder: Path) -> Iterator[SentRow | BadRow]:
    """Give every row of every table; a row that cannot be taken apart as the reason why not."""
    found, warnings = find_tables(folder, EVERY_TABLE.values())
    refuse_nothing(folder, found)
    for warning in warnings:
        note(f"note: {warning}")
    for one in found:
        table = EVERY_TABLE[one.table]
        for cells in _READERS[one.format](one, table):
            yield cells if isinstance(cells, BadRow) else _row(table, cells)


def _row(table: Table, cells: Cells) -> SentRow:
    instants = (column.name for column in table.columns if column.kind == "instant")
    return SentRow(
        table=table.name,
        key=tuple(cells.get(name, "") for name in table.key),
        cells=cells,
        patient=cells.get("patient_id", ""),
        occurred_at=_instant(cells.get(next(instants, ""), "")),
    )


def _instant(text: str) -> datetime | None:
    """Read an instant that says its offset; the others need a zone, and are left in the payload."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if found.utcoffset() is None else found


def _csv(found: Found, table: Table) -> Iterator[Cells | BadRow]:
    header = csv_header(found.path)
    for row in csv_rows(found.path, header, table.names):
        yield row if isinstance(row, BadRow) else _cells(header, row[1])


def _ndjson(found: Found, table: Table) -> Iterator[Cells | BadRow]:
    names = [*table.names, ""]  # the last cell is the line as sent, which repeats the others
    for row in ndjson_rows(found.path, table, []):
        yield row if isinstance(row, BadRow) else _cells(names[:-1], row[1][:-1])


def _parquet(found: Found, table: Table) -> Iterator[Cells | BadRow]:
    import duckdb  # noqa: PLC0415

    del table
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT COLUMNS(*)::VARCHAR FROM read_parquet(?)", [str(found.path)]
        )
        names = [column[0] for column in rows.description or []]
        while batch := rows.fetchmany(10_000):
            for row in batch:
                yield _cells(names, list(row))


def _cells(names: list[str], values: list[str | None]) -> Cells:
    return {name: value for name, value in zip(names, values, strict=True) if value}


_READERS = {"csv": _csv, "ndjson": _ndjson, "parquet": _parquet}
