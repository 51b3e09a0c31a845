"""The daily side of one plan: readings in the morning, work and calls by day."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from proofline.cli.demo.book import Book, Row, instant, later
from proofline.cli.demo.habits import CONSTANT, Work, habit_of
from proofline.cli.demo.plan import CYCLE_DAYS, USUAL_CALL, DayAndTime, Plan, Stretch

Piece = tuple[datetime, int, str]  # when it began, how many seconds, which activity


def live(book: Book, plan: Plan, *, die: Random) -> None:
    """Add everything that happens from the first day to the last, cycle by cycle."""
    habit = CONSTANT if plan.constant else habit_of(die, new=plan.new)
    sent = [(day, _in_the_morning(die)) for day in habit.mornings(plan, die)]
    for start in plan.cycle_starts():
        readings = [(day - start, at) for day, at in sent if 0 < day - start <= CYCLE_DAYS]
        work = spread(plan, start, habit.work(die), die)
        if start == 0:
            readings, work = list(plan.readings) or readings, list(plan.work) or work
        add_readings(book, plan, start=start, readings=readings)
        add_work(book, plan, start=start, work=work)


def spread(plan: Plan, start: int, work: list[Work], die: Random) -> list[Stretch]:
    """Give pieces of work a day and a time.

    The days lie in the calendar month of day 15, so that most lines stand on both clocks.
    """
    month = (plan.anchor + timedelta(days=start + 14)).month
    days = [
        day
        for day in range(1, CYCLE_DAYS + 1)
        if (plan.anchor + timedelta(days=start + day - 1)).month == month
    ]
    return [
        (day, f"{die.randint(9, 16):02}:{die.randint(0, 59):02}", seconds, activity)
        for day, (seconds, activity) in zip(sorted(die.sample(days, len(work))), work, strict=True)
    ]


def _in_the_morning(die: Random) -> str:
    return f"07:{die.randint(0, 59):02}"


def add_readings(book: Book, plan: Plan, *, start: int, readings: list[DayAndTime]) -> None:
    """Add one automatic blood pressure for each day and time, sent 40 seconds later."""
    for day, wall in readings:
        moment = plan.at(start + day, wall)
        if moment.date() <= plan.last_day:
            add_reading(book, plan, moment=moment)


def add_reading(book: Book, plan: Plan, *, moment: datetime, **other: str) -> None:
    """Add one reading of the cuff; `other` replaces the usual cells."""
    number = len(book.tables.get("readings", ())) + 1
    usual = {
        "reading_id": f"DEMO-RDG-{number}",
        "device_id": plan.device,
        "patient_id": plan.patient,
        "metric": "85354-9",
        "value": str(122 + number % 17),
        "value_2": str(74 + number % 9),
        "unit": "mm[Hg]",
        "measured_at": instant(moment),
        "received_at": instant(later(moment, 40)),
        "entry": "automatic",
        "time_quality": "device",
        "ambiguous_person": "false",
        "test": "false",
        "source": "demo",
        "authenticity": "signed",
    }
    book.add("readings", **(usual | other))


def add_work(book: Book, plan: Plan, *, start: int, work: list[Stretch]) -> None:
    """Add the stretches of work, and a call for each that is communication."""
    for day, wall, seconds, activity in work:
        moment, nurse = book.free_nurse(plan.at(start + day, wall), seconds)
        if moment.date() > min(plan.last_day, plan.as_of):
            continue
        piece = (moment, seconds, activity)
        add_time(book, plan, piece=piece, performer_id=nurse)
        if activity == "communication":
            for call in plan.calls if start == 0 else USUAL_CALL:
                add_call(book, plan, piece=piece, **({"performer_id": nurse} | call))


def add_time(book: Book, plan: Plan, *, piece: Piece, **other: str) -> None:
    """Add one time entry, typed in by a timer when the work ends; `other` replaces usual cells."""
    moment, seconds, activity = piece
    number = len(book.tables.get("time_entries", ())) + 1
    usual = {
        "entry_id": f"DEMO-TIM-{number}",
        "enrollment_id": plan.enrollment,
        "performer_id": "DEMO-RN-CY",
        "started_at": instant(moment),
        "ended_at": instant(later(moment, seconds)),
        "activity": activity,
        "method": "timer",
        "entered_at": instant(later(moment, seconds + 5)),
        "supervision": "general",
    }
    book.add("time_entries", **(usual | other))


def add_call(book: Book, plan: Plan, *, piece: Piece, **other: str) -> None:
    """Add one attempt to communicate; `other` names the channel and who was reached."""
    moment, seconds, _ = piece
    number = len(book.tables.get("interactions", ())) + 1
    usual: Row = {
        "interaction_id": f"DEMO-INT-{number}",
        "enrollment_id": plan.enrollment,
        "performer_id": "DEMO-RN-CY",
        "channel": "phone",
        "started_at": instant(moment),
        "ended_at": instant(later(moment, seconds)),
        "reached": "patient",
    }
    book.add("interactions", **(usual | other))
