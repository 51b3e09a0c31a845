"""Finding what an act is about, or the one answer that it is not there."""

from __future__ import annotations

from proofline.desk.trouble import DeskError
from proofline.store.book import Book
from proofline.store.trouble import not_visible

Cells = dict[str, str | None]


def patient_of(book: Book, patient_id: str) -> Cells:
    """Give a patient's row. Errors: NotVisible."""
    return _one(book, "patients", "patient_id", patient_id)


def enrollment_of(book: Book, enrollment_id: str) -> Cells:
    """Give an enrollment's row. Errors: NotVisible."""
    return _one(book, "enrollments", "enrollment_id", enrollment_id)


def device_of(book: Book, device_id: str) -> Cells:
    """Give a device's row. Errors: NotVisible."""
    return _one(book, "devices", "device_id", device_id)


def _one(book: Book, table: str, column: str, name: str) -> Cells:
    rows = book.shelf.rows(table, **{column: {name}})
    if not rows:
        raise not_visible()
    return rows[-1]


def performer(book: Book) -> str:
    """Give the performer as whom the person works. Errors: DeskError if they are none."""
    if not book.performer_id:
        raise DeskError(
            "desk.no_performer",
            "Your account is not that of somebody who works for patients.",
            "Ask your administrator to name the performer that you are.",
        )
    return book.performer_id
