"""What is coming, kept beside what was decided: one outlook for each open period of a patient.

The forecast reads the run that has just decided the patients; it is kept in the transaction that
keeps the decisions, with the ground that it rests on and where it stands in the work list on each
day until the calendar turns something (`aging`). What a practice's past teaches is learned from
turns that saw enough of it, and kept for those that see one patient only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from proofline.decide.records.canonical import canonical
from proofline.desk import days
from proofline.insight import Ground, Outlook, Prior, Taught, fees_of, grounds, practice_prior
from proofline.insight import told as told_on
from proofline.store.ahead import outlooks, places
from proofline.store.ahead.lessons import Lesson, learn, learned
from proofline.store.ahead.outlooks import NEVER, Row
from proofline.store.ahead.places import Place
from proofline.store.safekeeping.unpacking import Damaged, read_as

if TYPE_CHECKING:
    from proofline.decide.run import Run
    from proofline.desk.pricing import Prices
    from proofline.store.act import Act
    from proofline.store.book import Book

ENOUGH = 200
"""From so many closed cycles on a turn teaches for a whole calendar month: the chances of all
outlooks that are told in it rest on one past, and those that were told before stay with theirs
until their patients are decided. Our choice, no source."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What lies ahead of some patients: their outlooks, and what the past had taught for them.

    `grounds` are what the outlooks rest on, and `places` where they stand in the work list, in
    their order.
    """

    patients: frozenset[str]
    outlooks: tuple[Outlook, ...]
    as_of: date
    lesson: Lesson | None
    grounds: tuple[Ground, ...] = ()
    places: tuple[tuple[Place, ...], ...] = ()

    def without(self, patients: Collection[str]) -> Ahead:
        """Leave out some patients."""
        stay = [place for place, one in enumerate(self.outlooks) if one.patient_id not in patients]
        return replace(
            self,
            patients=self.patients.difference(patients),
            outlooks=tuple(self.outlooks[place] for place in stay),
            grounds=tuple(self.grounds[place] for place in stay),
            places=tuple(self.places[place] for place in stay),
        )


def foresee(
    run: Run,
    decisions: Sequence[dict[str, Any]],
    patients: Collection[str],
    *,
    known: Lesson | None,
    prices: Prices | None,
) -> Ahead:
    """Say what lies ahead of these patients, from a run that decided them; nothing is written.

    The as-of day of the run is taken to be going on: a reading or a call may still come on it.
    `decisions` are theirs, `known` is what the practice's past taught so far. Without `prices` no
    stake is known.
    """
    as_of = run.asked.as_of
    lesson = _lesson(known, run)
    found = _priced(run, decisions, prices)
    taught = taught_by(lesson.on(as_of))
    ahead = tuple(told_today(one, as_of, taught) for one in found)
    return Ahead(frozenset(patients), ahead, as_of, lesson, found)


def told_today(ground: Ground, today: date, taught: Taught) -> Outlook:
    """Tell an outlook as of a day that is going on."""
    return told_on(ground, today, taught, day_is_over=False)


def _priced(
    run: Run, decisions: Sequence[dict[str, Any]], prices: Prices | None
) -> tuple[Ground, ...]:
    """Give what outlooks rest on, priced by the practice's papers if there are any."""
    if prices is None:
        return grounds(run, decisions)
    expected = prices.expected.for_forecasts()
    found = grounds(run, decisions, fees_of(expected, prices.people, prices.directory))
    return tuple(
        msgspec.structs.replace(one, fees_until=expected.stands_in(one.end)) if one.earns else one
        for one in found
    )


def keep_ahead(act: Act, ahead: Ahead) -> None:
    """Keep what lies ahead, in an act, in the place of what was kept of these patients.

    Where another worker taught something else meanwhile, places are told again in the night.
    """
    by = ahead.lesson
    told_by = by.as_of if by is not None and learn(act, by) == by else NEVER
    rests = map(msgspec.json.encode, ahead.grounds)
    rows = [_row_of(one, next(rests, None), told_by) for one in ahead.outlooks]
    places.forget(act.tenant_id, ahead.patients)
    numbers = outlooks.replace(act, ahead.patients, rows)
    places.add(act.tenant_id, dict(zip(numbers, ahead.places, strict=True)))


def shown(book: Book, rows: Sequence[Row], at: datetime) -> Iterator[Outlook | Damaged]:
    """Yield what kept outlooks say at an instant, each as of the day that it is for its patient.

    One that the calendar has turned is told as of the last day before, until somebody decides it.
    """
    lesson = learned(book.tenant_id)
    on = days.told_on(book, {row.patient_id for row in rows}, at)
    for row in rows:
        try:
            yield _shown(row, on.get(row.patient_id, row.as_of), lesson)
        except Damaged as damage:
            yield damage


def _shown(row: Row, day: date, lesson: Lesson | None) -> Outlook:
    if day <= row.as_of or row.ground is None or lesson is None:
        return read_as(row.record, Outlook, f"the outlook of {row.enrollment_id}")
    ground = read_as(row.ground, Ground, f"the ground of the outlook of {row.enrollment_id}")
    return told_today(ground, day, taught_by(lesson.of(row.lesson, day)))


@lru_cache(maxsize=16)
def taught_by(record: bytes) -> Taught:
    """Read what a practice's past taught. It hangs on the bytes alone, so it is read once."""
    return Taught.by(read_as(record, Prior, "what the practice's past taught"))


def _lesson(known: Lesson | None, run: Run) -> Lesson:
    """Give what the practice's past taught, this run included where it may teach.

    What enough cycles taught holds for the month; with fewer, a run that saw as many teaches anew.
    """
    day = run.asked.as_of
    if known is not None and not _may_teach(known, day):
        return known
    found = practice_prior(run)
    said = found.cycles, day, canonical(found)
    if known is None:
        return Lesson(*said)
    return known if found.cycles < min(known.cycles, ENOUGH) else known.then(*said, enough=ENOUGH)


def _may_teach(known: Lesson, day: date) -> bool:
    few = known.cycles < ENOUGH
    return known.is_old(day) and (few or known.as_of.replace(day=1) < day.replace(day=1))


def _row_of(one: Outlook, ground: bytes | None, lesson: date) -> Row:
    """Put an outlook into the row that is kept of it."""
    return Row(
        one.enrollment_id,
        one.patient_id,
        one.program,
        one.period_kind,
        one.period_start,
        one.period_end,
        one.as_of,
        any(rung.earns for rung in one.rungs),
        one.to_json(),
        ground,
        lesson,
    )
