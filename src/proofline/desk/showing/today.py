"""Today: whom to look after first, what each is missing, and the alerts that wait for somebody.

The order is that of the store: a patient with an alert about a reading first, then what is lost in
the next days, then what is worth most. The worker keeps it ahead for each day; what stands on the
page is told as of the day from what was kept.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime

from proofline.desk.care import foreseeing
from proofline.desk.care.aging import LATER, NOTHING, THIS_WEEK
from proofline.desk.care.alerts import BEYOND, KINDS, SILENT, UNSURE
from proofline.desk.found import look_at_all
from proofline.desk.roles import permit
from proofline.desk.showing.seeking import name_of
from proofline.insight import Outlook, Rung, Suggestion
from proofline.store.ahead import places
from proofline.store.ahead.places import Listed, Wanted
from proofline.store.book import Book
from proofline.store.people.names import names_of
from proofline.store.safekeeping.unpacking import Damaged
from proofline.store.work import alerts

TOGETHER = 50
"""Rows of a page."""
ALERTS_SHOWN, ALERTS_AT_MOST = 6, 200
URGENT = (BEYOND, UNSURE)
"""Alerts that put a patient first: somebody's reading wants to be looked at."""
WORK = frozenset({"call", "log_minutes"})
"""Acts that reach all rungs that they name, each of which adds to the one below."""
SHOWS = ("due", "days", "week", "warnings", "all")
"""What the list can be narrowed to; blank is everything in which something can be done."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: which part of the list, of which act and program, which page.

    Of alerts the first are shown, or with `every_alert` as many as anybody can look through.
    """

    show: str = ""
    act: str = ""
    program: str = ""
    page: int = 1
    every_alert: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """One patient of the list: what is missing, what to do next, what is at stake, until when.

    `chance` is that of the rung which the next act is about, None where there is no model for it or
    too `few` closed periods teach one; `stake_cents` is what the act can bring, None where no fee
    is on file, and `fees_until` the last day of fees that price it for want of later ones.
    """

    enrollment_id: str
    name: str
    phone: str
    program: str
    alerts: int
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
    """One patient of the list of whom what was foreseen cannot be read any more."""

    enrollment_id: str
    name: str
    program: str
    alerts: int


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
class Way:
    """One way to narrow the list: its word, whether it is on, how many rows it leaves.

    The other ways that are on stay on: what stands beside a word is what the list will have.
    """

    word: str
    on: bool
    rows: int


@dataclass(frozen=True, slots=True)
class TodayPage:
    """The page; `as_of` is the earliest day of its rows, None before the worker has kept any."""

    asked: Asked
    rows: tuple[Due | Unread, ...]
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
        return any(isinstance(row, Due) and row.stake_cents is not None for row in self.rows)

    @property
    def fees_until(self) -> date | None:
        """The last day of the oldest fees that price a row for want of later ones."""
        rows = (row for row in self.rows if isinstance(row, Due) and row.stake_cents is not None)
        return min((row.fees_until for row in rows if row.fees_until is not None), default=None)


def today(book: Book, asked: Asked, at: datetime) -> TodayPage:
    """Show a page of the work list. Errors: NotAllowed."""
    permit(book, "alert.handle")
    skip = (max(asked.page, 1) - 1) * TOGETHER
    found = places.work_list(book.tenant_id, _wanted(asked), at, most=TOGETHER + 1, skip=skip)
    counted = places.counts(book.tenant_id, URGENT, at)
    waiting = alerts.waiting(book.tenant_id, KINDS)
    urgent = [one for one in waiting if one.kind in URGENT]
    quiet = [one for one in waiting if one.kind == SILENT]
    most = ALERTS_AT_MOST if asked.every_alert else ALERTS_SHOWN
    raised = urgent[:most] + quiet[:most]
    listed = found[:TOGETHER]
    rows = [one.row for one in listed]
    people = _people(book, {r.patient_id for r in rows} | {r.patient_id for r in raised}, at)
    told = [*foreseeing.shown(book, rows, at)]
    alarms = _alarms(book, raised, people)
    return TodayPage(
        asked,
        tuple(_told(one, said, people) for one, said in zip(listed, told, strict=True)),
        len(found) > TOGETHER,
        sum(one.rows for one in counted if _fits(one, asked)),
        tuple(_of_show(counted, asked, word) for word in ("", *SHOWS)),
        _ways(counted, replace(asked, act=""), "next_act", asked.act),
        _ways(counted, replace(asked, program=""), "program", asked.program),
        tuple(one for one in alarms if one.kind in URGENT),
        len(urgent),
        tuple(one for one in alarms if one.kind == SILENT),
        len(quiet),
        min((said.as_of for said in told if isinstance(said, Outlook)), default=None),
    )


_WHICH: dict[str, dict[str, object]] = {
    "": {"before": NOTHING},
    "due": {"alerted": True},
    "days": {"before": THIS_WEEK},
    "week": {"before": LATER},
    "warnings": {"kind": "less", "before": NOTHING},
    "all": {},
}


def _wanted(asked: Asked) -> Wanted:
    which = _WHICH.get(asked.show, _WHICH[""])
    return Wanted(URGENT, asked.program, asked.act, **which)  # type: ignore[arg-type]


def _fits(one: places.Count, asked: Asked) -> bool:
    return (
        _shown(one, asked.show)
        and asked.act in {"", one.next_act}
        and asked.program in {"", one.program}
    )


def _shown(one: places.Count, show: str) -> bool:
    which = _WHICH.get(show, _WHICH[""])
    before = which.get("before")
    return (
        (not isinstance(before, int) or one.urgency < before)
        and which.get("kind", one.kind) == one.kind
        and (one.alerted or not which.get("alerted"))
    )


def _of_show(counted: list[places.Count], asked: Asked, show: str) -> Way:
    other = replace(asked, show=show)
    return Way(show, show == asked.show, sum(one.rows for one in counted if _fits(one, other)))


def _ways(counted: list[places.Count], others: Asked, column: str, asked: str) -> tuple[Way, ...]:
    """Give what a column of the list can be narrowed to beside the others, most frequent first.

    What is asked for is among it, also where it leaves nothing: it has to be there to be let go.
    """
    found: Counter[str] = Counter({asked: 0} if asked else {})
    for one in counted:
        if _fits(one, others):
            found[getattr(one, column)] += one.rows
    return tuple(Way(word, word == asked, rows) for word, rows in found.most_common())


def _people(book: Book, ids: set[str], at: datetime) -> dict[str, dict[str, str | None]]:
    """Find the rows of patients, whom the person is put on record to have seen."""
    if not ids:
        return {}
    look_at_all(book, "patient.see", ids, at)
    return {row["patient_id"] or "": row for row in book.shelf.rows("patients", patient_id=ids)}


def _told(
    listed: Listed, said: Outlook | Damaged, people: dict[str, dict[str, str | None]]
) -> Due | Unread:
    """Tell of one row; where its bytes are damaged that is told there, and the others are shown."""
    row = listed.row
    if isinstance(said, Outlook):
        return _due(said, people, listed.urgency, listed.alerts)
    patient = people.get(row.patient_id, {})
    name = name_of(patient) if patient else row.patient_id
    return Unread(row.enrollment_id, name, row.program, listed.alerts)


def _due(one: Outlook, people: dict[str, dict[str, str | None]], urgency: int, alarms: int) -> Due:
    patient = people.get(one.patient_id, {})
    act = one.next_act
    rung = _about(one)
    return Due(
        one.enrollment_id,
        name_of(patient) if patient else one.patient_id,
        patient.get("phone") or "",
        one.program,
        alarms,
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


def _alarms(
    book: Book, raised: list[alerts.Waiting], people: dict[str, dict[str, str | None]]
) -> list[Alarm]:
    owners = names_of(book.tenant_id, {one.owner_id for one in raised if one.owner_id})
    enrolled = _youngest(book, {one.patient_id for one in raised})
    return [
        Alarm(
            one.alert_id,
            one.kind,
            enrolled.get(one.patient_id, ""),
            name_of(people[one.patient_id]) if one.patient_id in people else one.patient_id,
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
