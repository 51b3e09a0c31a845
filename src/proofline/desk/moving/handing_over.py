"""Handing the evidence over as a folder of the evidence contract: it is the practice's own.

Whoever has the folder needs no service of ours: `proofline decide` finds in it the very decisions
that the service keeps, and another system can read it by the contract. What went before a row that
holds, and who changed it, stays in the book; packets and backups carry that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from proofline.desk.found import look_at_all
from proofline.desk.roles import permit
from proofline.desk.trouble import DeskError
from proofline.evidence.provenance import EVERY_TABLE
from proofline.intake.durable import put
from proofline.store.book import Book
from proofline.store.rows import Shelf

_TOGETHER = 5_000
"""Rows in memory at a time."""


def hand_over(
    book: Book, folder: Path, at: datetime, told: Callable[[str, int], None] | None = None
) -> dict[str, int]:
    """Write every row that holds to a new or empty folder; give how many of each table.

    The rows are those known as this act was put on record, also while others go on writing. That
    they were seen is on record of every patient. `told` hears of each table and how many rows were
    written so far. Errors: NotAllowed; DeskError if the folder holds anything or cannot be written.
    """
    permit(book, "practice.hand_over")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _refuse_filled(folder)
        with book.act("practice.hand_over", at) as act:
            act.vouch("practice.hand_over", {})
            look_at_all(book, "practice.hand_over", book.shelf.ids("patients", "patient_id"), at)
        held = Shelf(book.tenant_id, known_at=act.at)
        return {name: _write(held, name, folder, told) for name in EVERY_TABLE}
    except OSError as trouble:
        raise DeskError(
            "desk.folder_unwritable",
            f"{folder} cannot be written ({trouble.strerror}).",
            "Make room, or name a folder that may be written; then hand over again.",
        ) from trouble


def _refuse_filled(folder: Path) -> None:
    if any(folder.iterdir()):
        raise DeskError(
            "desk.folder_filled",
            f"{folder} holds something already.",
            "Name a new folder; rows of two practices, or of two days, must not mingle.",
        )


def _write(held: Shelf, table: str, folder: Path, told: Callable[[str, int], None] | None) -> int:
    """Write a table, whole or not at all; one without rows has no file."""
    part, written = folder / f".{table}.part", 0
    lines = msgspec.json.Encoder().encode_lines
    with part.open("wb") as file:
        for rows in _portions(held, table):
            file.write(lines(rows))
            written += len(rows)
            if told:
                told(table, written)
    if written:
        put(part, folder / f"{table}.ndjson")
    else:
        part.unlink()
    return written


def _portions(held: Shelf, table: str) -> Iterator[list[dict[str, str]]]:
    """Yield the rows of a table in the order in which they came; unknown cells are left out."""
    last = 0
    while rows := list(held.page(table, last, _TOGETHER)):
        yield [{name: cell for name, cell in row.items() if cell} for _, row in rows]
        last = rows[-1][0][0]
