"""Readings seen: somebody looked, at what and when. It is on record, and no minute by itself."""

from __future__ import annotations

from datetime import datetime

from proofline.desk.care.wearing import devices_of, theirs
from proofline.desk.found import Cells, patient_for
from proofline.desk.roles import permit
from proofline.store.book import Book
from proofline.store.people import looks
from proofline.store.people.looks import Seen
from proofline.store.work.versions import came_after, last_number

ACT = "reading.review"
_UNTIL = "readings until row "


def readings_of(book: Book, patient_id: str, at: datetime) -> list[Cells]:
    """Give a patient's readings, every version of each. Errors: NotAllowed; NotVisible."""
    patient_for(book, "reading.see", patient_id, at)
    return theirs(book, patient_id, devices_of(book, patient_id))


def unreviewed(book: Book, patient_id: str, at: datetime) -> list[Cells]:
    """Give the readings that came since somebody last reviewed. Errors: NotAllowed; NotVisible."""
    patient_for(book, "reading.see", patient_id, at)
    return unseen(book, patient_id)


def review(book: Book, patient_id: str, at: datetime) -> int:
    """Say that the person looked at all readings there are; give how many were new.

    What the review took in time is logged by itself, as any work. Errors: NotAllowed; NotVisible.
    """
    patient_for(book, "reading.see", patient_id, at)
    permit(book, ACT)
    with book.act(ACT, at) as act:
        new = unseen(book, patient_id)
        until = last_number(book.tenant_id, "readings")
        act.vouch(ACT, {"new": len(new), "until": until}, subject=patient_id)
        book.look(Seen(book.person_id, at, ACT, patient_id, f"{_UNTIL}{until}", allowed=True))
    return len(new)


def last_review(book: Book, patient_id: str, at: datetime) -> datetime | None:
    """Say when somebody last reviewed; None: nobody did. Errors: NotAllowed; NotVisible."""
    patient_for(book, "patient.see", patient_id, at)
    found = looks.last(book.tenant_id, patient_id, ACT)
    return found.at if found else None


def unseen(book: Book, patient_id: str) -> list[Cells]:
    """The readings of which a version came after the last review.

    By the numbers of rows and not by the clock: what came late is new whenever it was measured.
    """
    worn = devices_of(book, patient_id)
    rows = theirs(book, patient_id, worn)
    before = looks.last(book.tenant_id, patient_id, ACT)
    if before is None:
        return rows
    until = int(before.purpose.removeprefix(_UNTIL))
    came = came_after(book.tenant_id, "readings", until, {"patient_id": patient_id})
    for device in worn:
        came |= came_after(book.tenant_id, "readings", until, {"device_id": device})
    return [row for row in rows if row["reading_id"] in came]
