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
class Hours:
    """Everybody's load, the busiest first, and the months shown."""

    months: tuple[str, ...]
    people: tuple[Colleague, ...]

    @property
    def minutes(self) -> tuple[int, ...]:
        """The minutes of everybody by month."""
        return tuple(sum(x.loads[n].minutes for x in self.people) for n in range(len(self.months)))


@dataclass(frozen=True, slots=True)
class EntryList:
    """A page of a person's entries of a month, and where the next page begins; None: the last."""

    performer_id: str
    name: str
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


def entries(book: Book, performer_id: str, month: str, after: int, *, at: datetime) -> EntryList:
    """Give the entries of a person in a month, a page of them. Errors: NotAllowed."""
    permit(book, "figures.see")
    rows = hours.entries(book.tenant_id, performer_id, month, (PAGE + 1, after))
    shown = rows[:PAGE]
    look_at_all(book, "figures.see", (row.patient_id for row in shown if row.patient_id), at)
    known = book.shelf.rows("performers", performer_id={performer_id})
    name = (known[-1]["name"] if known else None) or performer_id
    following = after + PAGE if len(rows) > PAGE else None
    return EntryList(performer_id, name, month, tuple(shown), following)


def _load(month: str, theirs: Mapping[str, Worked]) -> Load:
    found = theirs.get(month)
    if found is None:
        return Load(month, 0, 0, 0)
    return Load(month, found.seconds // _MINUTE, found.patients, found.unknown)
