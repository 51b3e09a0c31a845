"""Which day it is for a practice, and what the end of a day can turn.

A day is over for a practice when it is over for every patient of it. Then periods close and open
ones have a day less to go, and only patients with an open period are decided anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from proofline.store import jobs
from proofline.store.book import Book

SETTLED = timedelta(days=62)
"""So long after its end nothing of an episode turns by the calendar alone: its last cycle is over
(30 days), and so is the calendar month that supports it (31)."""

_ASKED_ANEW = timedelta(hours=1)
"""How long a practice's zones are remembered."""

_PORTION, _GAP = 100, timedelta(seconds=1)
"""So many patients of a night are due at once; what comes in meanwhile is decided in between."""

_NOBODY = "America/New_York"
"""Whose day counts as long as a practice has no patients."""


@dataclass(slots=True)
class Calendar:
    """The zones of each practice's patients, remembered for a while."""

    _zones: dict[str, tuple[datetime, list[ZoneInfo]]] = field(default_factory=dict)

    def today(self, book: Book, at: datetime) -> date:
        """Give the earliest day that it is for any patient of the practice."""
        return min(at.astimezone(zone).date() for zone in self._of(book, at))

    def next_day(self, book: Book, at: datetime) -> datetime:
        """Give the instant when it is tomorrow for all patients of the practice."""
        tomorrow = self.today(book, at) + timedelta(days=1)
        zones = self._of(book, at)
        return max(datetime.combine(tomorrow, time(), zone) for zone in zones)

    def _of(self, book: Book, at: datetime) -> list[ZoneInfo]:
        asked, zones = self._zones.get(book.tenant_id, (None, []))
        if asked is None or not asked <= at < asked + _ASKED_ANEW:
            known = book.shelf.ids("patients", "time_zone") & available_timezones()
            zones = [ZoneInfo(name) for name in sorted(known or {_NOBODY})]
            self._zones[book.tenant_id] = (at, zones)
        return zones


def zone_of(book: Book, patient_id: str) -> ZoneInfo:
    """Give the zone by whose clock a patient lives; UTC where it is unknown."""
    patients = book.shelf.rows("patients", patient_id={patient_id})
    name = (patients[-1]["time_zone"] or "") if patients else ""
    return ZoneInfo(name if name in available_timezones() else "UTC")


def end(book: Book, today: date, at: datetime) -> int:
    """Ask for the decisions that a new day can turn; give of how many patients."""
    patients = sorted(still_open(book, today))
    for first in range(0, len(patients), _PORTION):
        due = at + _GAP * (first // _PORTION)
        jobs.ask(book.tenant_id, jobs.NIGHT, set(patients[first : first + _PORTION]), at, due=due)
    return len(patients)


def still_open(book: Book, today: date) -> set[str]:
    """Give the patients with an episode that has not ended, or not long ago."""
    return {
        str(row["patient_id"])
        for row in book.shelf.rows("enrollments")
        if not (ended := row["end_date"]) or not _settled(ended, today)
    }


def _settled(ended: str, today: date) -> bool:
    try:
        return date.fromisoformat(ended) + SETTLED < today
    except ValueError:
        return False
