"""Which day it is for each patient, and what the end of a day can turn.

A patient is decided as of the day that it is in their own zone: what is known at its end counts,
and a period is over when it is over for them. So at one instant two patients can have two days,
and a day ends zone by zone. Then only those patients are decided anew whose decisions the calendar
turns on the new day (`decide.days`), or who were decided by another edition. What only counts down
was told ahead (`care.aging`). So a night follows what turns and what changes, not how large the
book is.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from proofline import __version__
from proofline.decide.records.canonical import canonical, digest_of
from proofline.decide.records.law import law_on
from proofline.evidence.zones import zone, zone_names
from proofline.packs.shelf import ROOT
from proofline.store import jobs
from proofline.store.ahead import turning
from proofline.store.ahead.turning import Edition, Turning
from proofline.store.book import Book
from proofline.store.work import files

DAY = "day"
"""The kind of job that ends a day; its subject is the zone."""

AGE, PLACES = "age", "places"
"""The job that tells again where outlooks stand, once the past has taught something else."""

PAPERS = "paper."
"""How the sources of the practice's papers begin: charges, directory, contracts and fees."""

_LAST = ZoneInfo("Etc/GMT+12")
"""Where a day ends last. It is the day of whoever's zone is not known: nothing of theirs is over
before it is over for everybody."""

_PORTION, _GAP = 100, timedelta(seconds=1)
"""So many patients of a night are due at once; what comes in meanwhile is decided in between."""


def today(book: Book, patient_id: str, at: datetime) -> date:
    """Give the day that it is for a patient at an instant."""
    (day,) = by_day(book, {patient_id}, at)
    return day


def zone_of(book: Book, patient_id: str) -> ZoneInfo:
    """Give the zone by whose clock a patient lives; UTC where it is unknown."""
    return zone(zones(book, {patient_id}).get(patient_id, "UTC"))


def has_zone(book: Book, patient_id: str) -> bool:
    """Whether a patient's zone is one that the engine knows; without it nothing is decided."""
    return bool(zones(book, {patient_id}))


def by_day(book: Book, patients: Collection[str], at: datetime) -> dict[date, set[str]]:
    """Give patients by the day that it is for them at an instant, the earliest day first."""
    clocks = zones(book, patients)
    found: dict[date, set[str]] = {}
    for patient_id in patients:
        clock = zone(clocks[patient_id]) if patient_id in clocks else _LAST
        found.setdefault(at.astimezone(clock).date(), set()).add(patient_id)
    return dict(sorted(found.items()))


def standing(book: Book, patients: Collection[str], at: datetime) -> dict[str, date]:
    """Give the day that it is for each patient of whom all that is kept stands on that day.

    Whom the calendar has turned and nobody has decided yet is left out: what is kept of them is
    that of the day on which it was decided, and cannot be told as of this one.
    """
    on = {one: day for day, theirs in by_day(book, patients, at).items() for one in theirs}
    kept = turning.of(book.tenant_id, patients).values()
    return {one.patient_id: on[one.patient_id] for one in kept if one.stands(on[one.patient_id])}


def told_on(book: Book, patients: Collection[str], at: datetime) -> dict[str, date]:
    """Give the day as of which what is kept of each patient is told at an instant.

    It is the day by the clock of the zone in which they were decided, or the last one before the
    calendar turned something.
    """
    kept = turning.of(book.tenant_id, patients)
    return {one: last_of(holds, at) for one, holds in kept.items()}


def last_of(holds: Turning, at: datetime) -> date:
    """Give the last day until an instant on which what is kept of a patient stands."""
    day = at.astimezone(_clock(holds.zone)).date()
    return day if holds.stands(day) or holds.next_on is None else holds.next_on - timedelta(days=1)


def earliest(at: datetime) -> date:
    """Give the day that it is at an instant where it is earliest."""
    return at.astimezone(_LAST).date()


def midnight(name: str, day: date) -> int:
    """Give when a day begins in a zone, in seconds since 1970."""
    return int(datetime.combine(day, time(), _clock(name)).timestamp())


def _clock(name: str) -> ZoneInfo:
    return zone(name) if name in zone_names() else _LAST


def tomorrow(name: str, at: datetime) -> datetime:
    """Give the instant when it is tomorrow in a zone."""
    clock = zone(name)
    return datetime.combine(at.astimezone(clock).date() + timedelta(days=1), time(), clock)


def watch(book: Book, patients: Collection[str], at: datetime) -> None:
    """See that the day of these patients ends, in the zone of each, counted from an instant."""
    for name in sorted(set(zones(book, patients).values())):
        jobs.stand(book.tenant_id, DAY, name, at, due=tomorrow(name, at))


def watch_all(book: Book, at: datetime) -> None:
    """See that the day ends in every zone of a practice; where nobody saw to it, it ends now."""
    due = at - timedelta(seconds=1)
    for name in sorted(book.shelf.ids("patients", "time_zone") & zone_names()):
        jobs.stand(book.tenant_id, DAY, name, at, due=due)


def end(book: Book, name: str, at: datetime) -> int:
    """Ask for what the new day of a zone turns, and see that it ends as well.

    Gives of how many patients. A zone in which nobody was decided is left; its next patient has it
    watched again.
    """
    if name not in zone_names() or not turning.anybody(book.tenant_id, name):
        return 0
    day = at.astimezone(zone(name)).date()
    patients = turning.due(book.tenant_id, name, day, edition(book))
    for first in range(0, len(patients), _PORTION):
        due = at + _GAP * (first // _PORTION)
        jobs.ask(book.tenant_id, jobs.NIGHT, set(patients[first : first + _PORTION]), at, due=due)
    jobs.ask(book.tenant_id, AGE, {PLACES}, at, due=at)
    jobs.stand(book.tenant_id, DAY, name, at, due=tomorrow(name, at))
    return len(patients)


def catch_up(book: Book, decided: dict[str, date], at: datetime) -> None:
    """Ask anew for patients whose day ended while they were decided, each as of the day named."""
    now = by_day(book, decided, at)
    late = {one for day, patients in now.items() for one in patients if decided[one] < day}
    if late:
        jobs.ask(book.tenant_id, jobs.NIGHT, late, at, due=at)


def edition(book: Book) -> Edition:
    """Name by what is decided now: the engine and the law of this process, and the papers kept."""
    held = canonical(files.held(book.tenant_id, PAPERS))
    return Edition(_of_process(), digest_of(held))


@cache
def _of_process() -> str:
    return f"{__version__} {law_on(ROOT).digest}"


def zones(book: Book, patients: Collection[str]) -> dict[str, str]:
    """Give the zone of each patient whose zone is known, by the name that the engine knows it."""
    return {
        row["patient_id"] or "": row["time_zone"] or ""
        for row in book.shelf.rows("patients", patient_id=patients)
        if row["time_zone"] in zone_names()
    }
