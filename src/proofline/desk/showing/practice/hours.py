"""Staff load: the minutes that each person logged in a month, and for how many patients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from proofline.desk.found import look_at_all
from proofline.desk.roles import permit
from proofline.desk.showing.practice.months import last_months
from proofline.store.book import Book
from proofline.store.counting import hours
from proofline.store.counting.hours import EntryRow, Worked

MONTHS = 6
PAGE = 50
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Load:
    """What one person logged in one month: whole minutes, patients, entries of unknown length."""

    month: str
    minutes: int
    patients: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person who works for patients, the role in the evidence, and the load of each month."""

    performer_id: str
    name: str
    role: str
    loads: tuple[Load, ...]

    @property
    def minutes(self) -> int:
        """All minutes shown."""
        return sum(one.minutes for one in self.loads)


@dataclass(frozen=True, slots=True)
class Together:
    """What everybody logged in one month: whole minutes, and whether there are entries at all."""

    month: str
    minutes: int
    entries: bool


@dataclass(frozen=True, slots=True)
class Hours:
    """Everybody's load, the busiest first, and the months shown."""

    months: tuple[str, ...]
    people: tuple[Colleague, ...]

    @property
    def together(self) -> tuple[Together, ...]:
        """The minutes of everybody by month; no month of entries of unknown length is empty."""
        of_month = zip(*(one.loads for one in self.people), strict=True)
        sums = [
            (
                sum(x.minutes for x in loads),
                any(x.minutes or x.patients or x.unknown for x in loads),
            )
            for loads in of_month
        ]
        return tuple(Together(m, *each) for m, each in zip(self.months, sums, strict=False))


@dataclass(frozen=True, slots=True)
class EntryList:
    """A page of entries of a month, and where the next page begins; None: the last.

    They are one person's, or everybody's where `performer_id` is blank; `names` are by that id.
    """

    performer_id: str
    names: Mapping[str, str]
    month: str
    rows: tuple[EntryRow, ...]
    after: int | None


def staff(book: Book, at: datetime) -> Hours:
    """Give the load of everybody who logged time in the last months. Errors: NotAllowed."""
    permit(book, "figures.see")
    months = last_months(at, MONTHS)
    logged: dict[str, dict[str, Worked]] = {}
    for one in hours.worked(book.tenant_id, months[0]):
        logged.setdefault(one.performer_id, {})[one.month] = one
    known = {row["performer_id"] or "": row for row in book.shelf.rows("performers")}
    people = [
        Colleague(
            performer_id,
            known.get(performer_id, {}).get("name") or performer_id,
            known.get(performer_id, {}).get("role") or "",
            tuple(_load(month, theirs) for month in months),
        )
        for performer_id, theirs in logged.items()
    ]
    people.sort(key=lambda one: (-one.minutes, one.name))
    return Hours(tuple(months), tuple(people))


def entries(
    book: Book, performer_id: str, month: str, place: tuple[int, int], *, at: datetime
) -> EntryList:
    """Give the entries of a person in a month, or of everybody. Errors: NotAllowed.

    `place` is after how many, and how many at most.
    """
    permit(book, "figures.see")
    after, most = place
    rows = hours.entries(book.tenant_id, performer_id, month, (most + 1, after))
    shown = rows[:most]
    look_at_all(book, "figures.see", (row.patient_id for row in shown if row.patient_id), at)
    ids = {row.performer_id for row in shown} | {performer_id}
    known = book.shelf.rows("performers", performer_id=ids)
    names = {row["performer_id"] or "": row["name"] or "" for row in known}
    following = after + most if len(rows) > most else None
    return EntryList(performer_id, names, month, tuple(shown), following)


def _load(month: str, theirs: Mapping[str, Worked]) -> Load:
    found = theirs.get(month)
    if found is None:
        return Load(month, 0, 0, 0)
    return Load(month, found.seconds // _MINUTE, found.patients, found.unknown)
