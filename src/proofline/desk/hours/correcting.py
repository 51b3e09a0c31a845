"""Mending time: a corrected entry takes the earlier one's place, and every version can be seen."""

from __future__ import annotations

from datetime import datetime

from proofline.desk.cells import instant
from proofline.desk.found import Cells, performer, row_for
from proofline.desk.hours.timing import Stretch, refuse_overlap, refuse_unusual
from proofline.desk.trouble import DeskError, refuse_silence
from proofline.store.book import Book
from proofline.store.work.versions import Version, versions


def correct(book: Book, entry_id: str, to: Stretch, at: datetime, *, reason: str) -> None:
    """Put another stretch in the place of one's own entry; it counts as typed from then on.

    Errors: NotAllowed; NotVisible; DeskError without a reason, for somebody else's entry, or for
    time that could not be typed in.
    """
    row_for(book, "time.correct", ("time_entries", "entry_id", entry_id), at)
    refuse_silence(reason, "A correction of time")
    refuse_unusual(to, at)
    with book.act("time.correct", at, reason) as act:
        row = _own(book, entry_id)
        if to.enrollment_id != row["enrollment_id"]:
            raise DeskError(
                "desk.other_enrollment",
                "A correction cannot move time to another patient or program.",
                "Withdraw the entry, and type the time where it belongs.",
            )
        refuse_overlap(book, to, but=entry_id)
        made = {
            "started_at": instant(to.started_at),
            "ended_at": instant(to.ended_at),
            "activity": to.activity,
            "method": "typed",
            "entered_at": instant(at),
        }
        act.add("time_entries", [row | made])


def withdraw(book: Book, entry_id: str, reason: str, at: datetime) -> None:
    """Say that an entry of one's own was a mistake; it counts no more.

    Errors: NotAllowed; NotVisible; DeskError without a reason, or for somebody else's entry.
    """
    row_for(book, "time.correct", ("time_entries", "entry_id", entry_id), at)
    refuse_silence(reason, "Taking time back")
    with book.act("time.withdraw", at, reason) as act:
        act.withdraw("time_entries", [_own(book, entry_id)])


def history(book: Book, entry_id: str, at: datetime) -> list[Version]:
    """Give every version of an entry, the first one first, also when it was withdrawn.

    Errors: NotAllowed; NotVisible.
    """
    found = versions(book.tenant_id, "time_entries", {"entry_id": entry_id})
    enrollment_id = (found[0].cells["enrollment_id"] or "") if found else ""
    row_for(book, "patient.see", ("enrollments", "enrollment_id", enrollment_id), at)
    return found


def _own(book: Book, entry_id: str) -> Cells:
    rows = book.shelf.rows("time_entries", entry_id={entry_id})
    if not rows or rows[-1]["performer_id"] != performer(book):
        raise DeskError(
            "desk.not_your_time",
            "The entry was withdrawn meanwhile, or the time is somebody else's.",
            "Ask whoever worked it; nobody can say for another what they did.",
        )
    return rows[-1]
