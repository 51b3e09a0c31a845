"""One enrollment opened up from the book: the chart that `explain` tells of, by the same engine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import msgspec

from proofline.decide import Asked, Chart, Clock, opened
from proofline.decide import chart as charted
from proofline.desk.deciding import as_folder
from proofline.store.book import Book
from proofline.store.charts import Chart as Rows
from proofline.store.charts import chart as rows_of

MOST_KEPT = 16
"""So many charts a process remembers: who looks at a patient turns to other days and periods."""


@dataclass(frozen=True, slots=True)
class Charted:
    """The rows that bear on a patient, and the chart of one enrollment decided from them.

    `chart` is None where the enrollment has no period, or none that a page of the law rules.
    """

    rows: Rows
    chart: Chart | None


def charted_of(
    book: Book, enrollment: dict[str, str | None], as_of: date, clock: Clock = "cycle"
) -> Charted:
    """Open the chart of an enrollment's row as of the end of a day.

    What a page shows is decided from the rows as they are at this moment; the same rows, asked for
    again, are not decided again.
    """
    rows = rows_of(book.shelf, {enrollment["patient_id"] or ""})
    asked = Asked(as_of, clock, enrollment_id=enrollment["enrollment_id"])
    return Charted(rows, _decided(msgspec.json.encode(rows), asked))


@lru_cache(maxsize=MOST_KEPT)
def _decided(written: bytes, asked: Asked) -> Chart | None:
    """Decide rows; all that the answer rests on is in the arguments, so it can be remembered."""
    with as_folder(msgspec.json.decode(written)) as folder, opened(folder, asked) as (run, _):
        return charted(run, asked.enrollment_id or "")
