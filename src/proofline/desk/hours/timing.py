"""Time: run by a timer, or typed afterwards with a reason and visibly different.

A person works one minute once. A timer that shows no sign of its person for `IDLE` ended at the
last sign; minutes that nobody vouched for do not count. Policy of ours: no source states a rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from proofline.desk.cells import instant
from proofline.desk.found import Cells, enrollment_for, performer
from proofline.desk.ids import new_id
from proofline.desk.roles import permit
from proofline.desk.trouble import DeskError, refuse_silence
from proofline.store.book import Book
from proofline.store.work import timers

IDLE = timedelta(minutes=5)
LONGEST = timedelta(hours=4)
"""One stretch of work; a longer one is typed in parts, so that each part says what was done."""


COUNTED = ("review", "care_plan", "communication", "coordination", "documentation")
NEVER_COUNTED = ("setup_education", "scheduling", "device_logistics", "attempt", "automated")
"""What may be said to have been done: the words of the evidence contract."""

_TIMED, _TYPED = {"method": "timer"}, {"method": "typed"}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of work for an enrollment: what, from when to when."""

    enrollment_id: str
    activity: str
    started_at: datetime
    ended_at: datetime


def start(book: Book, enrollment_id: str, activity: str, at: datetime) -> None:
    """Start a timer; one that runs for the same enrollment goes on.

    Errors: NotAllowed; NotVisible; DeskError if one runs for somebody else, or for work that the
    evidence has no word for.
    """
    enrollment_for(book, "time.log", enrollment_id, at)
    _refuse_other_work(activity)
    performer(book)
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
    entry_id = ""
    with book.act("time.log", at) as act:
        timer = timers.running(book)
        if timer is None:
            raise DeskError(
                "desk.no_timer",
                "No timer of yours runs.",
                "Start one, or type the time with a reason.",
            )
        ended = at if at - timer.seen_at <= IDLE else timer.seen_at
        if ended > timer.started_at:
            stretch = Stretch(timer.enrollment_id, timer.activity, timer.started_at, ended)
            refuse_overlap(book, stretch)
            entry_id = new_id("tim", at)
            act.add("time_entries", [_row(book, entry_id, stretch, at) | _TIMED | {"note": note}])
        timers.strike(book)
    return entry_id


def discard(book: Book, enrollment_id: str, reason: str, at: datetime) -> None:
    """Stop the timer that runs for an enrollment without logging its time.

    Errors: NotAllowed; DeskError without a reason, or if no timer runs for that enrollment.
    """
    permit(book, "time.log")
    refuse_silence(reason, "Time that is not logged")
    with book.act("time.discard", at, reason) as act:
        timer = timers.running(book)
        if timer is None or timer.enrollment_id != enrollment_id:
            raise DeskError(
                "desk.no_timer",
                "No timer of yours runs for this patient.",
                "Look at the header for the one that runs, and at the work for what was logged.",
            )
        timers.strike(book)
        began = instant(timer.started_at) or ""
        act.vouch("time.discard", {"enrollment_id": enrollment_id, "started_at": began})


def type_in(book: Book, stretch: Stretch, reason: str, at: datetime) -> str:
    """Log time that no timer ran for; give the entry's id.

    Errors: NotAllowed; NotVisible; DeskError without a reason, for time that is not over, is too
    long at a stretch or is claimed already.
    """
    enrollment_for(book, "time.log", stretch.enrollment_id, at)
    refuse_silence(reason, "Typed time")
    refuse_unusual(stretch, at)
    _refuse_other_work(stretch.activity)
    with book.act("time.log", at, reason) as act:
        refuse_overlap(book, stretch)
        _refuse_running(book, stretch)
        entry_id = new_id("tim", at)
        act.add("time_entries", [_row(book, entry_id, stretch, at) | _TYPED | {"note": reason}])
    return entry_id


def refuse_unusual(stretch: Stretch, at: datetime) -> None:
    """Refuse time that is not over, is none, or is too long at a stretch. Errors: DeskError."""
    length = stretch.ended_at - stretch.started_at
    if not timedelta(0) < length <= LONGEST or stretch.ended_at > at:
        raise DeskError(
            "desk.time_unusual",
            "The time ends before it begins, is not over yet or is longer than four hours.",
            "Enter each stretch of work by itself, when it is done.",
        )


def refuse_overlap(book: Book, stretch: Stretch, but: str = "") -> None:
    """Refuse a minute that the performer has in another entry, `but` one. Errors: DeskError."""
    for row in book.shelf.rows("time_entries", performer_id={performer(book)}):
        if row["entry_id"] == but:
            continue
        if _at(row["started_at"]) < stretch.ended_at and stretch.started_at < _at(row["ended_at"]):
            raise DeskError(
                "desk.time_twice",
                f"Part of this time is logged already ({row['entry_id']}).",
                "Correct the earlier entry, or enter only the time that is not in it.",
            )


def _refuse_running(book: Book, stretch: Stretch) -> None:
    """Typed time may not reach into what a timer is measuring, or that could never be stopped."""
    timer = timers.running(book)
    if timer is not None and timer.started_at < stretch.ended_at:
        raise DeskError(
            "desk.timer_runs",
            "Your timer is running for part of this time.",
            "Stop it first: one person works one minute for one patient.",
        )


def _refuse_other_work(activity: str) -> None:
    if activity not in COUNTED + NEVER_COUNTED:
        raise DeskError(
            "desk.no_activity",
            "There is no such activity.",
            f"Choose one of {', '.join(COUNTED + NEVER_COUNTED)}.",
        )


def _at(cell: str | None) -> datetime:
    """Read an instant of the evidence; one without an offset is read as UTC."""
    read = datetime.fromisoformat(cell or "")
    return read if read.tzinfo else read.replace(tzinfo=UTC)


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
