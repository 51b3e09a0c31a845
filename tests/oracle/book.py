"""The evidence as the oracle sees it: rows of plain text, a few questions, and a case to ask about.

Nothing here is fast. Every question runs over all rows, so that each can be read by itself.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from pathlib import Path

    from .moments import Stretch

Row = dict[str, str | None]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MICROSECOND = timedelta(microseconds=1)
ONE_DAY = timedelta(days=1)
LONG_AGO = date(1900, 1, 1)
FAR_AHEAD = date(2999, 12, 31)
HAPPENED = {"billed", "paid"}
IN_DOUBT = [("time_entries", "entry_id", "activity"), ("consents", "consent_id", "given_at")]


class Book:
    """All evidence there is, and the day up to which we know it."""

    def __init__(self, tables: dict[str, list[Row]], as_of: date) -> None:
        """Keep each distinct row once, blank cells as None."""
        self.as_of = as_of
        self.tables = {name: _distinct(rows) for name, rows in tables.items()}
        for table, key, doubtful in IN_DOUBT:
            for rows in _by_id(self.tables.get(table, []), key):
                for number, row in enumerate(rows if len(rows) > 1 else [], 1):
                    row |= {key: f"{row[key]} #{number}", doubtful: None}
        for row in self.tables.get("other_services", []):
            said = str(row["code"]).strip().upper()
            _, apart, behind = said.rpartition(" ")
            told = bool(apart) and len(behind) == len("G0511")
            row["code"], row["meant"] = said[:5], behind if told else None
        self.memory: dict[object, object] = {}

    def rows(self, table: str, **equal: str | None) -> list[Row]:
        """Give the rows of a table whose columns have these values."""
        wanted = equal.items()
        found = self.tables.get(table, [])
        return [row for row in found if all(row.get(name) == value for name, value in wanted)]

    def one(self, table: str, **equal: str | None) -> Row | None:
        """Give the only such row, or None."""
        return next(iter(self.rows(table, **equal)), None)

    def zone(self, patient_id: str | None) -> ZoneInfo:
        """Give the time zone the patient lives in."""
        patient = self.one("patients", patient_id=patient_id)
        return ZoneInfo(text(patient, "time_zone") or "UTC")

    def local_day(self, patient_id: str | None, stamp: str) -> date:
        """Give the day the patient's calendar showed at that instant."""
        zone = self.zone(patient_id)
        return instant(stamp, zone).astimezone(zone).date()

    def known(self, patient_id: str | None, *stamps: str | None) -> bool:
        """Say whether the first stamp that is there lies on or before the as-of day."""
        first = next(stamp for stamp in stamps if stamp)
        return self.local_day(patient_id, first) <= self.as_of


@dataclass
class Case:
    """One enrollment, one span of days, and the day and page a line would be judged on."""

    book: Book
    enrollment: Row
    start: date
    end: date
    service_date: date
    in_force: date
    facts: dict[str, object] = field(default_factory=dict)

    @property
    def patient_id(self) -> str | None:
        """Give the patient of the enrollment."""
        return self.enrollment["patient_id"]

    @property
    def program(self) -> str | None:
        """Give the program of the enrollment."""
        return self.enrollment["program"]

    @property
    def zone(self) -> ZoneInfo:
        """Give the patient's time zone."""
        return self.book.zone(self.patient_id)

    def has(self, day: date) -> bool:
        """Say whether the day belongs to the span."""
        return self.start <= day <= self.end

    def touches(self, first: date, last: date) -> bool:
        """Say whether two spans, both inclusive, share a day."""
        return first <= self.end and last >= self.start


def read(folder: Path, as_of: date) -> Book:
    """Read every NAME.csv of a folder."""
    tables: dict[str, list[Row]] = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            tables[path.stem] = [dict(row) for row in csv.DictReader(file)]
    return Book(tables, as_of)


def text(row: Row | None, column: str) -> str | None:
    """Give a cell, or None where the row, the column or the value is missing."""
    return row.get(column) if row else None


def day(row: Row | None, column: str) -> date | None:
    """Give a cell as a date."""
    found = text(row, column)
    return date.fromisoformat(found) if found else None


def flag(row: Row | None, column: str) -> bool | None:
    """Give a cell as true, false or unknown."""
    return {"true": True, "false": False}.get(text(row, column) or "")


def span(row: Row, first: str = "from_date", last: str = "to_date") -> tuple[date, date]:
    """Give the days from first to last; an open side has no limit."""
    return day(row, first) or LONG_AGO, day(row, last) or FAR_AHEAD


@lru_cache(maxsize=200_000)
def instant(stamp: str, zone: ZoneInfo) -> datetime:
    """Read an RFC 3339 stamp; without an offset it is what the patient's clock showed."""
    found = datetime.fromisoformat(stamp)
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def microsecond(stamp: str, zone: ZoneInfo) -> int:
    """Give the instant, counted in microseconds from 1970."""
    return (instant(stamp, zone) - EPOCH) // MICROSECOND


def stretch(row: Row, zone: ZoneInfo) -> tuple[int, int]:
    """Give the first microsecond of a stretch of work and the one after it.

    A start that the clock showed twice is the later of the two, if that lies before the end.
    """
    first, after = (microsecond(row[name] or "", zone) for name in ("started_at", "ended_at"))
    shown = datetime.fromisoformat(row["started_at"] or "")
    if shown.tzinfo is None:
        again = shown.replace(tzinfo=zone, fold=1).astimezone(UTC)
        is_shown_twice = again > shown.replace(tzinfo=zone).astimezone(UTC)
        if is_shown_twice and again < instant(row["ended_at"] or "", zone):
            first = (again - EPOCH) // MICROSECOND
    return first, after


def midnight(morning: date, zone: ZoneInfo) -> int:
    """Give the microsecond with which a local day begins."""
    begins = datetime.combine(morning, time(), tzinfo=zone)
    return (begins.astimezone(UTC) - EPOCH) // MICROSECOND


def split_at_midnight(first: int, after: int, zone: ZoneInfo) -> list[tuple[date, Stretch]]:
    """Cut a stretch into the local days it falls on."""
    pieces = []
    while first < after:
        today = (EPOCH + first * MICROSECOND).astimezone(zone).date()
        stop = min(after, midnight(today + ONE_DAY, zone))
        pieces.append((today, (first, stop)))
        first = stop
    return pieces


def month_of(day_in_it: date) -> tuple[date, date]:
    """Give the first and the last day of the calendar month."""
    first = day_in_it.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return first, following - ONE_DAY


def _by_id(rows: list[Row], key: str) -> list[list[Row]]:
    """Give the rows of each id; several of one contradict each other, for all are distinct."""
    found: dict[str | None, list[Row]] = {}
    for row in rows:
        found.setdefault(row[key], []).append(row)
    return list(found.values())


def _distinct(rows: list[Row]) -> list[Row]:
    kept: dict[tuple[tuple[str, str | None], ...], Row] = {}
    for row in rows:
        clean = {name: value or None for name, value in row.items()}
        kept[tuple(sorted(clean.items()))] = clean
    return list(kept.values())
