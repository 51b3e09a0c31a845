"""What is coming, kept beside what was decided: one outlook for each open period of a patient.

The forecast reads the run that has just decided the patients; it is kept in the transaction that
keeps the decisions, with the ground that it rests on (`aging`). What a practice's past teaches is
learned from turns that saw enough of it, and kept for those that see one patient only.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from proofline.claims.sheets.people import read_people
from proofline.decide.records.canonical import canonical
from proofline.insight import Ground, Outlook, Prior, Taught, fees_of, grounds, practice_prior
from proofline.insight import told as told_on
from proofline.store.ahead import outlooks
from proofline.store.ahead.outlooks import Lesson, Row
from proofline.store.safekeeping.unpacking import read_as

if TYPE_CHECKING:
    from proofline.decide.run import Run
    from proofline.evidence import Evidence
    from proofline.store.act import Act
    from proofline.store.book import Book

ENOUGH = 200
"""From so many closed cycles on a turn teaches for a whole calendar month: the chances of all
outlooks that are told in it rest on one past. Our choice, no source."""

URGENT, SOON = timedelta(days=2), timedelta(days=6)
"""So near its last day something is lost about now, or within the week. Our choice, no source."""
LAST_DAYS, THIS_WEEK, LATER, NOTHING = 0, 1, 2, 9
"""How urgent a period is; `NOTHING` is one in which nothing can be done now."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What lies ahead of some patients: their outlooks, and what the turn taught, if anything.

    `grounds` are what the outlooks rest on, in their order.
    """

    patients: frozenset[str]
    outlooks: tuple[Outlook, ...]
    as_of: date
    taught: Lesson | None
    grounds: tuple[Ground, ...] = ()

    def without(self, patients: Collection[str]) -> Ahead:
        """Leave out some patients."""
        left = tuple(one for one in self.outlooks if one.patient_id not in patients)
        rest = tuple(one for one in self.grounds if one.patient_id not in patients)
        return Ahead(self.patients.difference(patients), left, self.as_of, self.taught, rest)


def foresee(
    book: Book,
    done: tuple[Run, Evidence],
    decisions: Sequence[dict[str, Any]],
    patients: Collection[str],
    *,
    known: Lesson | None,
) -> Ahead:
    """Say what lies ahead of these patients, from a run that decided them; nothing is written.

    The as-of day of the run is taken to be going on: a reading or a call may still come on it.
    `known` is what the practice's past taught so far.
    """
    run, _ = done
    as_of = run.asked.as_of
    theirs = [one for one in decisions if one["patient_id"] in patients]
    prior, lesson = _prior(known, run)
    found = _priced(book, done, theirs)
    taught = Taught.by(prior)
    ahead = tuple(told_today(one, as_of, taught) for one in found)
    return Ahead(frozenset(patients), ahead, as_of, lesson, found)


def told_today(ground: Ground, today: date, taught: Taught) -> Outlook:
    """Tell an outlook as of a day that is going on."""
    return told_on(ground, today, taught, day_is_over=False)


def _priced(
    book: Book, done: tuple[Run, Evidence], decisions: Sequence[dict[str, Any]]
) -> tuple[Ground, ...]:
    """Give what outlooks rest on, priced by the practice's papers if there are any."""
    from proofline.desk.billing.papers import (  # noqa: PLC0415 - billing decides as well
        missing,
        papers_of,
    )

    run, evidence = done
    now = datetime.combine(run.asked.as_of + timedelta(days=2), time.min, UTC)  # all that is kept
    papers = None if missing(book, now) else papers_of(book, now)
    if papers is None or papers.expected is None:
        return grounds(run, decisions)
    enrolled = sorted({one["enrollment_id"] for one in decisions})
    people = read_people(evidence.connection, enrolled)
    expected = papers.expected.for_forecasts()
    found = grounds(run, decisions, fees_of(expected, people, papers.directory))
    return tuple(
        msgspec.structs.replace(one, fees_until=expected.stands_in(one.end)) if one.earns else one
        for one in found
    )


def keep_ahead(act: Act, ahead: Ahead) -> None:
    """Keep what lies ahead, in an act, in the place of what was kept of these patients."""
    rests = map(msgspec.json.encode, ahead.grounds)
    rows = [row_of(one, next(rests, None)) for one in ahead.outlooks]
    outlooks.replace(act, ahead.patients, rows)
    if ahead.taught is not None:
        outlooks.learn(act, ahead.taught)


def outlook_of(row: Row) -> Outlook:
    """Read an outlook as it was kept."""
    return read_as(row.record, Outlook, f"the outlook of {row.enrollment_id}")


def taught_on(book: Book, day: date) -> Taught | None:
    """Read what the practice's past taught, as it holds on a day; None: nothing yet."""
    known = outlooks.learned(book.tenant_id)
    return None if known is None else Taught.by(_read(known, day))


def _prior(known: Lesson | None, run: Run) -> tuple[Prior, Lesson | None]:
    """Give what the practice's past taught, and what is to be kept of what this run teaches.

    What enough cycles taught holds for the month; with fewer, a run that saw as many teaches anew.
    """
    day = run.asked.as_of
    if known is not None and not _may_teach(known, day):
        return _read(known, day), None
    found = practice_prior(run)
    said = found.cycles, day, canonical(found)
    if known is None:
        return found, Lesson(*said)
    if found.cycles < min(known.cycles, ENOUGH):
        return _read(known, day), None
    taught = known.then(*said)
    return _read(taught, day), taught


def _may_teach(known: Lesson, day: date) -> bool:
    few = known.cycles < ENOUGH
    return known.is_old(day) and (few or known.as_of.replace(day=1) < day.replace(day=1))


def _read(known: Lesson, day: date) -> Prior:
    return read_as(known.on(day), Prior, "what the practice's past taught")


def row_of(one: Outlook, ground: bytes | None = None) -> Row:
    """Put an outlook into the row that is kept of it."""
    act = one.next_act
    due = act.last_day or one.period_end
    listed = any(rung.earns for rung in one.rungs)
    return Row(
        one.enrollment_id,
        one.patient_id,
        one.program,
        one.period_kind,
        one.period_start,
        one.period_end,
        one.as_of,
        listed,
        _urgency(one, due),
        abs(act.gain_cents or 0),
        due,
        act.act,
        act.kind,
        one.to_json(),
        ground,
    )


def _urgency(one: Outlook, due: date) -> int:
    if one.next_act.act == "none":
        return NOTHING
    left = due - one.as_of
    return LAST_DAYS if left <= URGENT else THIS_WEEK if left <= SOON else LATER
