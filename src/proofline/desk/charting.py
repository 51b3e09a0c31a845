"""One enrollment opened up from the book: the chart that `explain` tells of, by the same engine."""

from __future__ import annotations

from datetime import date

from proofline.decide import Asked, Chart, opened
from proofline.decide import chart as charted
from proofline.desk.deciding import as_folder
from proofline.store.book import Book
from proofline.store.charts import chart as rows_of


def chart_of(book: Book, patient_id: str, enrollment_id: str, as_of: date) -> Chart | None:
    """Give the chart of an enrollment as of the end of a day; None where nothing is decided of it.

    Nothing is kept: what a page shows is decided from the rows as they are at this moment.
    """
    with as_folder(rows_of(book.shelf, {patient_id})) as folder:
        asked = Asked(as_of, enrollment_id=enrollment_id)
        with opened(folder, asked) as (run, _):
            return charted(run, enrollment_id)
