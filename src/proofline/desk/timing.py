"""Time: run by a timer, or typed afterwards with a reason and visibly different.

A person works one minute once. A timer that shows no sign of its person for `IDLE` ended at the
last sign; minutes that nobody vouched for do not count. Policy of ours: no source states a rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from proofline.desk.cells import instant
from proofline.desk.found import Cells, enrollment_of, performer
from proofline.desk.ids import new_id
from proofline.desk.roles import permit
from proofline.desk.trouble import DeskError
from proofline.store import timers
from proofline.store.book import Book

IDLE = timedelta(minutes=5)
LONGEST = timedelta(hours=4)
"""One stretch of work; a longer one is typed in parts, so that each part says what was done."""


_TIMED, _TYPED = {"method": "timer"}, {"method": "typed"}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of work for an enrollment: what, from when to when."""

    enrollment_id: str
    activity: str
    started_at: datetime
    ended_at: datetime


def start(book: Book, enrollment_id: str, activity: str, at: datetime) -> None:
    """Start a timer. Errors: NotAllowed; NotVisible; DeskError if one runs for somebody else."""
    permit(book, "time.log")
    enrollment_of(book, enrollment_id)
    if timers.start(book, enrollment_id, activity, at).enrollment_id != enrollment_id:
        raise DeskError(
            "desk.timer_runs",
            "Your timer runs for another patient.",
            "Stop it first: one person works one minute for one patient.",
        )


def sign_of_life(book: Book, at: datetime) -> None:
    """Note that the person is at it; after too long a silence that comes too late."""
    timers.see(book, at - IDLE, at)


def stop(book: Book, note: str, at: datetime) -> str:
    """Stop the timer and log its time; give the entry's id, blank where not a second was worked.

    Errors: NotAllowed; DeskError if no timer runs, or its time is claimed for somebody else.
    """
    permit(book, "time.log")
    timer = timers.running(book)
    if timer is None:
        raise DeskError(
            "desk.no_timer", "No timer of yours runs.", "Start one, or type the time with a reason."
        )
    ended = at if at - timer.seen_at <= IDLE else timer.seen_at
    entry_id = ""
    with book.act("time.log", at) as act:
        if ended > timer.started_at:
            stretch = Stretch(timer.enrollment_id, timer.activity, timer.started_at, ended)
            _refuse_overlap(book, stretch)
            entry_id = new_id("tim", at)
            act.add("time_entries", [_row(book, entry_id, stretch, at) | _TIMED | {"note": note}])
        timers.strike(book)
    return entry_id


def type_in(book: Book, stretch: Stretch, reason: str, at: datetime) -> str:
    """Log time that no timer ran for; give the entry's id.

    Errors: NotAllowed; NotVisible; DeskError without a reason, for time that is not over, is too
    long at a stretch or is claimed already.
    """
    permit(book, "time.log")
    enrollment_of(book, stretch.enrollment_id)
    _refuse_unusual(stretch, reason, at)
    with book.act("time.log", at, reason) as act:
        _refuse_overlap(book, stretch)
        entry_id = new_id("tim", at)
        act.add("time_entries", [_row(book, entry_id, stretch, at) | _TYPED | {"note": reason}])
    return entry_id


def _refuse_unusual(stretch: Stretch, reason: str, at: datetime) -> None:
    length = stretch.ended_at - stretch.started_at
    if not reason.strip():
        raise DeskError(
            "desk.no_reason", "Typed time needs a reason.", "Say why no timer was running."
        )
    if not timedelta(0) < length <= LONGEST or stretch.ended_at > at:
        raise DeskError(
            "desk.time_unusual",
            "The time ends before it begins, is not over yet or is longer than four hours.",
            "Enter each stretch of work by itself, when it is done.",
        )


def _refuse_overlap(book: Book, stretch: Stretch) -> None:
    """Refuse a minute that the performer has for another patient or another entry."""
    begins, ends = instant(stretch.started_at) or "", instant(stretch.ended_at) or ""
    for row in book.shelf.rows("time_entries", performer_id={performer(book)}):
        if (row["started_at"] or "") < ends and begins < (row["ended_at"] or ""):
            raise DeskError(
                "desk.time_twice",
                f"Part of this time is logged already ({row['entry_id']}).",
                "Correct the earlier entry, or enter only the time that is not in it.",
            )


def _row(book: Book, entry_id: str, stretch: Stretch, at: datetime) -> Cells:
    return {
        "entry_id": entry_id,
        "enrollment_id": stretch.enrollment_id,
        "performer_id": performer(book),
        "started_at": instant(stretch.started_at),
        "ended_at": instant(stretch.ended_at),
        "activity": stretch.activity,
        "entered_at": instant(at),
        "supervision": "general",
    }
