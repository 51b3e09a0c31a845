"""What is coming, kept beside what was decided: one outlook for each open period of a patient.

The forecast reads the run that has just decided the patients; it is kept in the transaction that
keeps the decisions. What a practice's past teaches is learned from turns that saw enough of it, and
kept for those that see one patient only.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from proofline.claims.sheets.people import read_people
from proofline.decide.records.canonical import canonical
from proofline.insight import Outlook, Prior, dated, fees_of, forecast, practice_prior
from proofline.store.safekeeping.unpacking import read_as
from proofline.store.work import outlooks
from proofline.store.work.outlooks import Row

if TYPE_CHECKING:
    from proofline.decide.run import Run
    from proofline.evidence import Evidence
    from proofline.store.act import Act
    from proofline.store.book import Book

ENOUGH = 200
"""From so many closed cycles on a turn teaches whatever was known before. Our choice, no source."""

URGENT, SOON = timedelta(days=2), timedelta(days=6)
"""So near its last day something is lost about now, or within the week. Our choice, no source."""
LAST_DAYS, THIS_WEEK, LATER, NOTHING = 0, 1, 2, 9
"""How urgent a period is; `NOTHING` is one in which nothing can be done now."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What lies ahead of some patients: their outlooks, and what the turn taught, if anything."""

    patients: frozenset[str]
    outlooks: tuple[Outlook, ...]
    as_of: date
    taught: Prior | None

    def without(self, patients: Collection[str]) -> Ahead:
        """Leave out some patients."""
        left = tuple(one for one in self.outlooks if one.patient_id not in patients)
        return Ahead(self.patients.difference(patients), left, self.as_of, self.taught)


def foresee(
    book: Book,
    done: tuple[Run, Evidence],
    decisions: Sequence[dict[str, Any]],
    patients: Collection[str],
) -> Ahead:
    """Say what lies ahead of these patients, from a run that decided them; nothing is written.

    The as-of day of the run is taken to be going on: a reading or a call may still come on it.
    """
    from proofline.desk.billing.papers import (  # noqa: PLC0415 - billing decides as well
        missing,
        papers_of,
    )

    run, evidence = done
    enrolled = sorted({one["enrollment_id"] for one in decisions})
    people = read_people(evidence.connection, enrolled)
    now = datetime.combine(run.asked.as_of + timedelta(days=2), time.min, UTC)  # all that is kept
    papers = None if missing(book, now) else papers_of(book, now)
    expected = papers.expected.for_forecasts() if papers and papers.expected else None
    fees = fees_of(expected, people, papers.directory) if papers and expected else None
    prior, taught = _prior(book, practice_prior(run))
    found = forecast(run, decisions, fees, prior, day_is_over=False)
    if expected:
        found = dated(found, expected.stands_in)
    asked = frozenset(patients)
    of_asked = tuple(one for one in found if one.patient_id in asked)
    return Ahead(asked, of_asked, run.asked.as_of, taught)


def keep_ahead(act: Act, ahead: Ahead) -> None:
    """Keep what lies ahead, in an act, in the place of what was kept of these patients."""
    outlooks.replace(act, ahead.patients, [_row(one) for one in ahead.outlooks])
    if ahead.taught is not None:
        cycles = ahead.taught.habit.cycles
        outlooks.learn(act, cycles, ahead.as_of, canonical(ahead.taught))


def outlook_of(row: Row) -> Outlook:
    """Read an outlook as it was kept."""
    return read_as(row.record, Outlook, f"the outlook of {row.enrollment_id}")


def _prior(book: Book, found: Prior) -> tuple[Prior, Prior | None]:
    """Choose between what this turn teaches and what was known; give what is to be kept anew."""
    known = outlooks.learned(book.tenant_id)
    if known is None or found.habit.cycles >= min(known[0], ENOUGH):
        return found, found
    return read_as(known[1], Prior, "what the practice's past taught"), None


def _row(one: Outlook) -> Row:
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
    )


def _urgency(one: Outlook, due: date) -> int:
    if one.next_act.act == "none":
        return NOTHING
    left = due - one.as_of
    return LAST_DAYS if left <= URGENT else THIS_WEEK if left <= SOON else LATER
