"""Taking over a folder of the evidence contract into the book, such as from an earlier system."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from proofline.desk.roles import permit
from proofline.evidence.contract import Table
from proofline.evidence.provenance import EVERY_TABLE
from proofline.intake.tables.appending import EvidenceFolder
from proofline.store.auditing.added import added
from proofline.store.book import Book
from proofline.store.rows import Row

_TOGETHER = 5_000
"""Rows of one act: a ledger entry vouches for so many at once."""


def take_over(
    book: Book, folder: Path, at: datetime, told: Callable[[str, int], None] | None = None
) -> dict[str, int]:
    """Add every row of a folder's tables that was never added; give how many of each table.

    So a folder can be taken over again, after it was mended or broke off, and undoes nothing that
    was changed in the book since. `told` hears of each table and how many of its rows were read so
    far. Rows without what their table requires are left out, as `proofline check` of the folder
    tells. Errors: NotAllowed.
    """
    permit(book, "practice.take_over")
    counts: dict[str, int] = {}
    for table in EVERY_TABLE.values():
        empty, read = not any(book.shelf.page(table.name, 0, 1)), 0
        for part in _parts(_usable(folder, table)):
            new = part if empty else _never_added(book, table, part)
            with book.act("practice.take_over", at) as act:
                act.add(table.name, new)
            counts[table.name] = counts.get(table.name, 0) + len(new)
            read += len(part)
            if told:
                told(table.name, read)
    return counts


def _usable(folder: Path, table: Table) -> Iterator[Row]:
    needed = [column.name for column in table.columns if column.required]
    rows = EvidenceFolder(folder).rows(table.name)
    return (row for row in rows if all(row.get(name) for name in needed))


def _parts(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while part := list(islice(rows, _TOGETHER)):
        yield part


def _never_added(book: Book, table: Table, rows: list[Row]) -> list[Row]:
    """Leave out what the book has or had, cell for cell, under the same id."""
    column = table.key[0]
    ids = {cell for row in rows if (cell := row.get(column))}
    there = {_cells(table, one.cells) for one in added(book.tenant_id, table.name, column, ids)}
    return [row for row in rows if _cells(table, row) not in there]


def _cells(table: Table, row: Row) -> tuple[str | None, ...]:
    return tuple(row.get(name) or None for name in table.names)
