"""Today: whom to look after first, what each is missing, and the alerts that wait for somebody.

Each row is one patient with all programs in which something is missing. The order is that of the
store: a patient with an alert about a reading first, then what is lost in the next days, then what
is worth most; of several programs the most pressing one says where the patient stands. The worker
keeps it ahead for each day; what stands on the page is told as of the day from what was kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from proofline.desk.care import foreseeing
from proofline.desk.care.alerts import KINDS, SILENT
from proofline.desk.found import Cells, look_at_all
from proofline.desk.roles import permit
from proofline.desk.showing import narrowing
from proofline.desk.showing.narrowing import SHOWS, URGENT, Asked, Way
from proofline.desk.showing.seeking import name_of
from proofline.insight import Outlook, Rung, Suggestion
from proofline.store.ahead import places
from proofline.store.ahead.places import Listed
from proofline.store.book import Book
from proofline.store.people.names import names_of
from proofline.store.safekeeping.unpacking import Damaged
from proofline.store.work import alerts

__all__ = ["SHOWS", "TOGETHER", "Asked", "Due", "Lacking", "Unread", "today"]

TOGETHER = 50
"""Patients of a page."""
ALERTS_SHOWN, ALERTS_AT_MOST = 6, 200
WORK = frozenset({"call", "log_minutes"})
"""Acts that reach all rungs that they name, each of which adds to the one below."""

People = Mapping[str, Cells]
"""The rows of patients, by their ids."""


@dataclass(frozen=True, slots=True)
class Due:
    """What one enrollment is missing, what to do next, what is at stake, until when.

    `chance` is that of the rung which the next act is about, None where there is no model for it or
    too `few` closed periods teach one; `stake_cents` is what the act can bring, None where no fee
    is on file, and `fees_until` the last day of fees that price it for want of later ones.
    """

    enrollment_id: str
    program: str
    urgency: int
    days_left: int
    so_far: int
    needed: int
    fact: str
    code: str
    calls: int
    chance: float | None
    few: bool
    stake_cents: int | None
    fees_until: date | None
    next_act: Suggestion
    last_day: date

    @property
    def missing(self) -> int:
        """How many days or minutes the rung still needs."""
        return max(self.needed - self.so_far, 0)

    @property
    def told(self) -> bool:
        """Whether what is missing can be told by its number alone; anything else by its words."""
        return self.next_act.kind == "more" and self.next_act.act in {"remind", "log_minutes"}


@dataclass(frozen=True, slots=True)
class Unread:
    """One enrollment of which what was foreseen cannot be read any more."""

    enrollment_id: str
    program: str


@dataclass(frozen=True, slots=True)
class Lacking:
    """One patient of the list: what is missing in each program, the most pressing first."""

    name: str
    alerts: int
    programs: tuple[Due | Unread, ...]


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alert that is not closed, whose patient it is about, and whose it is."""

    alert_id: int
    kind: str
    enrollment_id: str
    name: str
    zone: str
    since: str
    owner: str
    mine: bool


@dataclass(frozen=True, slots=True)
class TodayPage:
    """The page; `as_of` is the earliest day of its rows, None before the worker has kept any."""

    asked: Asked
    rows: tuple[Lacking, ...]
    more: bool
    total: int
    shows: tuple[Way, ...]
    acts: tuple[Way, ...]
    programs: tuple[Way, ...]
    alarms: tuple[Alarm, ...]
    alarms_in_all: int
    silent: tuple[Alarm, ...]
    silent_in_all: int
    as_of: date | None

    @property
    def priced(self) -> bool:
        """Whether a fee is on file for anything on the page."""
        return any(one.stake_cents is not None for one in self._due)

    @property
    def fees_until(self) -> date | None:
        """The last day of the oldest fees that price a row for want of later ones."""
        priced = (one for one in self._due if one.stake_cents is not None)
        return min((one.fees_until for one in priced if one.fees_until is not None), default=None)

    @property
    def _due(self) -> list[Due]:
        return [one for row in self.rows for one in row.programs if isinstance(one, Due)]


def today(book: Book, asked: Asked, at: datetime) -> TodayPage:
    """Show a page of the work list. Errors: NotAllowed."""
    permit(book, "alert.handle")
    skip = (max(asked.page, 1) - 1) * TOGETHER
    wanted = narrowing.wanted(asked)
    found = places.work_list(book.tenant_id, wanted, at, most=TOGETHER + 1, skip=skip)
    counted = places.counts(book.tenant_id, URGENT, at)
    waiting = alerts.waiting(book.tenant_id, KINDS)
    urgent = [one for one in waiting if one.kind in URGENT]
    quiet = [one for one in waiting if one.kind == SILENT]
    most = ALERTS_AT_MOST if asked.every_alert else ALERTS_SHOWN
    raised = urgent[:most] + quiet[:most]
    listed, more = _cut(found)
    rows = [one.row for one in listed]
    people = _people(book, {r.patient_id for r in rows} | {r.patient_id for r in raised}, at)
    told = [*foreseeing.shown(book, rows, at)]
    alarms = _alarms(book, raised, people)
    return TodayPage(
        asked,
        tuple(_by_patient(zip(listed, told, strict=True), people)),
        more,
        narrowing.total(counted, asked),
        narrowing.shows(counted, asked),
        narrowing.acts(counted, asked),
        narrowing.programs(counted, asked),
        tuple(one for one in alarms if one.kind in URGENT),
        len(urgent),
        tuple(one for one in alarms if one.kind == SILENT),
        len(quiet),
        min((said.as_of for said in told if isinstance(said, Outlook)), default=None),
    )


def _cut(found: list[Listed]) -> tuple[list[Listed], bool]:
    """Leave out whoever is one patient too many for a page, and say whether there was one."""
    patients = [*dict.fromkeys(one.row.patient_id for one in found)]
    shown = set(patients[:TOGETHER])
    return [one for one in found if one.row.patient_id in shown], len(patients) > TOGETHER


def _people(book: Book, ids: set[str], at: datetime) -> People:
    """Find the rows of patients, whom the person is put on record to have seen."""
    if not ids:
        return {}
    look_at_all(book, "patient.see", ids, at)
    return {row["patient_id"] or "": row for row in book.shelf.rows("patients", patient_id=ids)}


def _by_patient(
    told: Iterable[tuple[Listed, Outlook | Damaged]], people: People
) -> Iterable[Lacking]:
    for patient_id, rows in groupby(told, lambda pair: pair[0].row.patient_id):
        of = [*rows]
        programs = tuple(_told(one, said) for one, said in of)
        yield Lacking(_name(people, patient_id), of[0][0].alerts, programs)


def _name(people: People, patient_id: str) -> str:
    return name_of(people[patient_id]) if patient_id in people else patient_id


def _told(listed: Listed, said: Outlook | Damaged) -> Due | Unread:
    """Tell of one row; where its bytes are damaged that is told there, and the others are shown."""
    if isinstance(said, Outlook):
        return _due(said, listed.urgency)
    return Unread(listed.row.enrollment_id, listed.row.program)


def _due(one: Outlook, urgency: int) -> Due:
    act = one.next_act
    rung = _about(one)
    return Due(
        one.enrollment_id,
        one.program,
        urgency,
        one.days_left,
        rung.so_far,
        rung.needed,
        rung.fact,
        rung.code,
        rung.calls_missing,
        rung.chance,
        rung.few,
        _at_stake(one, rung),
        one.fees_until,
        act,
        act.last_day or one.period_end,
    )


def _about(one: Outlook) -> Rung:
    """Choose the rung that the next act is about: of those it names the one with most at stake.

    Where no fee is on file it is the nearest. Work reaches all that it names, so there it is the
    highest.
    """
    named = [rung for rung in one.rungs if rung.code in one.next_act.codes]
    if named and one.next_act.act in WORK:
        return max(named, key=lambda rung: rung.needed)
    return max(
        named or one.rungs, key=lambda rung: (rung.stake_cents or 0, rung.so_far - rung.needed)
    )


def _at_stake(one: Outlook, about: Rung) -> int | None:
    """Give what the next act can bring: of work all rungs that it reaches, as the order has it."""
    if one.next_act.kind == "less" or one.next_act.act not in WORK:
        return about.stake_cents
    stakes = [rung.stake_cents for rung in one.rungs if rung.code in one.next_act.codes]
    known = [stake for stake in stakes if stake is not None]
    return sum(known) if len(known) == len(stakes) else None


def _alarms(book: Book, raised: list[alerts.Waiting], people: People) -> list[Alarm]:
    owners = names_of(book.tenant_id, {one.owner_id for one in raised if one.owner_id})
    enrolled = _youngest(book, {one.patient_id for one in raised})
    return [
        Alarm(
            one.alert_id,
            one.kind,
            enrolled.get(one.patient_id, ""),
            _name(people, one.patient_id),
            people.get(one.patient_id, {}).get("time_zone") or "UTC",
            one.since,
            owners.get(one.owner_id or 0, ""),
            one.owner_id == book.person_id,
        )
        for one in raised
    ]


def _youngest(book: Book, patients: set[str]) -> dict[str, str]:
    """Give the enrollment of each patient that began last, to lead to."""
    rows = book.shelf.rows("enrollments", patient_id=patients) if patients else []
    rows.sort(key=lambda row: (row["end_date"] is None, row["setup_date"] or ""))
    return {row["patient_id"] or "": row["enrollment_id"] or "" for row in rows}
