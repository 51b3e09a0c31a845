"""Taking over a folder of the evidence contract into the book, such as from an earlier system."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from proofline.desk.roles import permit
from proofline.evidence import TABLES
from proofline.intake.tables.appending import EvidenceFolder
from proofline.store.book import Book
from proofline.store.rows import Row

_TOGETHER = 5_000
"""Rows of one act: a ledger entry vouches for so many at once."""


def take_over(
    book: Book, folder: Path, at: datetime, told: Callable[[str, int], None] | None = None
) -> dict[str, int]:
    """Add every row of a folder's tables; give how many of each table.

    `told` hears of each table and how many rows were added so far. Rows without what their table
    requires are left out, as `proofline check` of the folder tells. Errors: NotAllowed.
    """
    permit(book, "practice.take_over")
    counts: dict[str, int] = {}
    for table in TABLES:
        needed = [column.name for column in table.columns if column.required]
        rows = EvidenceFolder(folder).rows(table.name)
        usable = (row for row in rows if all(row.get(name) for name in needed))
        for part in _parts(usable):
            with book.act("practice.take_over", at) as act:
                act.add(table.name, part)
            counts[table.name] = counts.get(table.name, 0) + len(part)
            if told:
                told(table.name, counts[table.name])
    return counts


def _parts(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while part := list(islice(rows, _TOGETHER)):
        yield part
