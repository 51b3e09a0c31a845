"""Keeping every decision current: what changed is decided anew, and nothing else.

The rows of a patient's chart go to the same engine that decides folders, as a folder of the
evidence contract in memory; there is no second way to a decision.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from proofline.decide import decide
from proofline.store.book import Book
from proofline.store.charts import Chart, chart
from proofline.store.decided import current, keep, line_of

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of memory; what is made in it is private
"""Where there is such a folder, a chart never touches a disk on its way to the engine."""


@dataclass(frozen=True, slots=True)
class Turn:
    """How many decisions were looked at, and how many of them were new or had changed."""

    looked_at: int
    changed: int


def decide_patients(book: Book, patients: Collection[str], as_of: date, at: datetime) -> Turn:
    """Decide all enrollments of these patients as of the end of a day; keep what changed.

    Rows of other patients come along where they bear on these; what is decided for the others is
    not kept.
    """
    asked = set(patients)
    with as_folder(chart(book.shelf, asked)) as folder:
        found = [one for one in decide(folder, as_of=as_of) if one["patient_id"] in asked]
    before = current(book.tenant_id, {one["enrollment_id"] for one in found})
    changed = [one for one in found if before.get(line_of(one)) != msgspec.json.encode(one)]
    if changed:
        with book.act("decision", at) as act:
            keep(act, changed, as_of)
    return Turn(len(found), len(changed))


@contextmanager
def as_folder(rows: Chart) -> Iterator[Path]:
    """Lay rows out as a folder of the evidence contract for the time of the block."""
    home = str(_MEMORY) if _MEMORY.is_dir() else None
    with TemporaryDirectory(prefix="proofline-", dir=home) as made:
        folder = Path(made)
        for name, cells in rows.items():
            if cells:
                lines = msgspec.json.Encoder().encode_lines(cells)
                (folder / f"{name}.ndjson").write_bytes(lines)
        yield folder
