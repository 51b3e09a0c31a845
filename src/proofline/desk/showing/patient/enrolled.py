"""Whose an enrollment is, in which program, and by which clock their days are told."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from proofline.desk.days import zone_of
from proofline.store.book import Book
from proofline.store.trouble import not_visible


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The patient and program of an enrollment, and the patient's zone; UTC where unknown."""

    patient_id: str
    program: str
    zone: ZoneInfo


def enrolled(book: Book, enrollment_id: str) -> Enrolled:
    """Give what a form has to know; nothing of it is shown. Errors: NotVisible."""
    rows = book.shelf.rows("enrollments", enrollment_id={enrollment_id})
    if not rows:
        raise not_visible()
    patient_id = rows[-1]["patient_id"] or ""
    return Enrolled(patient_id, rows[-1]["program"] or "", zone_of(book, patient_id))
