"""Finding what an act is about: whether the role allows it, whether it is there, and who looked.

Each of these leaves a look (`store.people.looks`), also where it refuses; there is no other way to
a patient's row at the desk, so nobody can see a patient unseen.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from proofline.desk.roles import may, not_allowed
from proofline.desk.trouble import DeskError
from proofline.store.book import Book
from proofline.store.people.looks import Seen
from proofline.store.trouble import not_visible

Cells = dict[str, str | None]

_LONGEST_ID = 80
"""What somebody asks for is kept so far and no farther."""


def patient_for(book: Book, act: str, patient_id: str, at: datetime) -> Cells:
    """Give a patient's row for an act. Errors: NotAllowed; NotVisible."""
    found = _one(book, "patients", "patient_id", patient_id)
    return _seen(book, act, found, patient_id, at=at)


def enrollment_for(book: Book, act: str, enrollment_id: str, at: datetime) -> Cells:
    """Give an enrollment's row for an act. Errors: NotAllowed; NotVisible."""
    found = _one(book, "enrollments", "enrollment_id", enrollment_id)
    return _seen(book, act, found, (found or {}).get("patient_id") or "", at=at)


def device_for(book: Book, act: str, device_id: str, at: datetime) -> Cells:
    """Give a device's row for an act, a look at whoever has it. Errors: NotAllowed; NotVisible."""
    found = _one(book, "devices", "device_id", device_id)
    given = book.shelf.rows("assignments", device_id={device_id})
    holders = [row["patient_id"] or "" for row in given if not row["to_date"]]
    return _seen(book, act, found, holders[-1] if holders else "", at=at)


def row_for(book: Book, act: str, row: tuple[str, str, str], at: datetime) -> Cells:
    """Give a row of a patient or enrollment, asked for by table, key column and key.

    Errors: NotAllowed; NotVisible.
    """
    found = _one(book, *row)
    whose = (found or {}).get("patient_id") or ""
    if found and found.get("enrollment_id"):
        enrolled = _one(book, "enrollments", "enrollment_id", found["enrollment_id"] or "")
        whose = (enrolled or {}).get("patient_id") or ""
    return _seen(book, act, found, whose, at=at)


def look(book: Book, act: str, patient_id: str, at: datetime, *, allowed: bool = True) -> None:
    """Put on record that a patient was seen in an act, or that this was refused."""
    book.look(_look(book, act, patient_id, at, allowed=allowed))


def look_at_all(book: Book, act: str, patients: Iterable[str], at: datetime) -> None:
    """Put on record that several patients were seen in an act, each once, in one statement."""
    book.look_at_all([_look(book, act, one, at, allowed=True) for one in sorted(set(patients))])


def _look(book: Book, act: str, patient_id: str, at: datetime, *, allowed: bool) -> Seen:
    purpose = "broken glass" if "break_glass" in book.roles else ""
    return Seen(book.person_id, at, act, patient_id[:_LONGEST_ID], purpose, allowed)


def _one(book: Book, table: str, column: str, name: str) -> Cells | None:
    rows = book.shelf.rows(table, **{column: {name}})
    return rows[-1] if rows else None


def _seen(book: Book, act: str, found: Cells | None, patient_id: str, *, at: datetime) -> Cells:
    allowed = may(book, act)
    look(book, act, patient_id, at, allowed=allowed and found is not None)
    if not allowed:
        raise not_allowed(act)
    if found is None:
        raise not_visible()
    return found


def performer(book: Book) -> str:
    """Give the performer as whom the person works. Errors: DeskError if they are none."""
    if not book.performer_id:
        raise DeskError(
            "desk.no_performer",
            "Your account is not that of somebody who works for patients.",
            "Ask your administrator to name the performer that you are.",
        )
    return book.performer_id
