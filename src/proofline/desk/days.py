"""Which day it is for each patient, and what the end of a day can turn.

A patient is decided as of the day that it is in their own zone: what is known at its end counts,
and a period is over when it is over for them. So at one instant two patients can have two days,
and a day ends zone by zone.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from proofline.evidence.zones import zone, zone_names
from proofline.store import jobs
from proofline.store.book import Book

SETTLED = timedelta(days=62)
"""So long after its end nothing of an episode turns by the calendar alone: its last cycle is over
(30 days), and so is the calendar month that supports it (31)."""

DAY = "day"
"""The kind of job that ends a day; its subject is the zone."""

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
    return zone(_zones(book, {patient_id}).get(patient_id, "UTC"))


def has_zone(book: Book, patient_id: str) -> bool:
    """Whether a patient's zone is one that the engine knows; without it nothing is decided."""
    return bool(_zones(book, {patient_id}))


def by_day(book: Book, patients: Collection[str], at: datetime) -> dict[date, set[str]]:
    """Give patients by the day that it is for them at an instant, the earliest day first."""
    zones = _zones(book, patients)
    found: dict[date, set[str]] = {}
    for patient_id in patients:
        clock = zone(zones[patient_id]) if patient_id in zones else _LAST
        found.setdefault(at.astimezone(clock).date(), set()).add(patient_id)
    return dict(sorted(found.items()))


def tomorrow(name: str, at: datetime) -> datetime:
    """Give the instant when it is tomorrow in a zone."""
    clock = zone(name)
    return datetime.combine(at.astimezone(clock).date() + timedelta(days=1), time(), clock)


def watch(book: Book, patients: Collection[str], at: datetime) -> None:
    """See that the day of these patients ends, in the zone of each, counted from an instant."""
    for name in sorted(set(_zones(book, patients).values())):
        jobs.stand(book.tenant_id, DAY, name, at, due=tomorrow(name, at))


def watch_all(book: Book, at: datetime) -> None:
    """See that the day ends in every zone of a practice; where nobody saw to it, it ends now."""
    due = at - timedelta(seconds=1)
    for name in sorted(book.shelf.ids("patients", "time_zone") & zone_names()):
        jobs.stand(book.tenant_id, DAY, name, at, due=due)


def end(book: Book, name: str, at: datetime) -> None:
    """Ask for the decisions that the new day of a zone can turn, and see that it ends as well.

    A zone in which no episode is open is left; its next patient has it watched again.
    """
    patients = sorted(still_open(book, name, at))
    for first in range(0, len(patients), _PORTION):
        due = at + _GAP * (first // _PORTION)
        jobs.ask(book.tenant_id, jobs.NIGHT, set(patients[first : first + _PORTION]), at, due=due)
    if patients:
        jobs.stand(book.tenant_id, DAY, name, at, due=tomorrow(name, at))


def still_open(book: Book, name: str, at: datetime) -> set[str]:
    """Give the patients of a zone with an episode that has not ended, or not long ago."""
    if name not in zone_names():
        return set()
    theirs = book.shelf.ids("patients", "patient_id", time_zone={name})
    day = at.astimezone(zone(name)).date()
    return {
        str(row["patient_id"])
        for row in book.shelf.rows("enrollments", patient_id=theirs)
        if not (ended := row["end_date"]) or not _settled(ended, day)
    }


def _zones(book: Book, patients: Collection[str]) -> dict[str, str]:
    """Give the zone of each patient whose zone is known, by the name that the engine knows it."""
    return {
        row["patient_id"] or "": row["time_zone"] or ""
        for row in book.shelf.rows("patients", patient_id=patients)
        if row["time_zone"] in zone_names()
    }


def _settled(ended: str, day: date) -> bool:
    try:
        return date.fromisoformat(ended) + SETTLED < day
    except ValueError:
        return False
