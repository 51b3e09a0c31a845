"""The door of the room: from a finished run and its decisions to an outlook of each open period.

It has two halves: what the run shows (`grounds`), and what that comes to on a day (`told`). A kept
ground is told again as of later days without a run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from proofline.insight.acts import BESIDE, NOTHING, Doubts, suggestions
from proofline.insight.chances import Habit, So, days_ahead, stands
from proofline.insight.grounds import Ground, Grounds
from proofline.insight.habits import LEAST, share_of
from proofline.insight.outlook import Outlook
from proofline.insight.prior import Prior, learned, past
from proofline.insight.seen import LATE_DAYS, Seen, Span, seen
from proofline.insight.stakes import Fees, unknown
from proofline.insight.standing import Ahead, rung
from proofline.insight.work import Staff, staffs

if TYPE_CHECKING:
    from proofline.decide.run import Run

Decision = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Taught:
    """What a practice's past teaches, ready to be asked of many periods.

    `habits` are how its patients send in later cycles and in first ones, `staffs` how its staff
    worked, by program, kind of period, and whether it is a first one.
    """

    habits: tuple[Habit, Habit]
    staffs: Mapping[tuple[str, str, bool], Staff]

    @classmethod
    def by(cls, prior: Prior) -> Taught:
        """Sort what was learned."""
        habits = prior.habit_in(first=False), prior.habit_in(first=True)
        return cls(habits, staffs(prior.work))


def forecast(
    run: Run,
    decisions: Iterable[Decision],
    fees: Fees | None = None,
    prior: Prior | None = None,
    *,
    day_is_over: bool = True,
) -> list[Outlook]:
    """Say of each open period what can still come of it, by enrollment, first day and kind.

    `decisions` are those of the run; lines of closed periods are passed over. `prior` is what the
    practice's past teaches (`practice_prior`); without one the closed periods of the run do.
    `fees` prices a code for an enrollment on a day. The as-of day of the run is taken to be over;
    `day_is_over=False` says that a reading, a call or minutes may still come on it.
    """
    taught = Taught.by(prior or practice_prior(run))
    rest = grounds(run, decisions, fees)
    return [told(one, run.asked.as_of, taught, day_is_over=day_is_over) for one in rest]


def grounds(
    run: Run, decisions: Iterable[Decision], fees: Fees | None = None
) -> tuple[Ground, ...]:
    """Give what the outlooks of a run rest on, in the order of `forecast`."""
    found = list(decisions)
    shown = seen(run)
    made = Grounds(run, shown, past(shown), fees or unknown)
    return tuple(one for period, lines in _open(found, shown) for one in made.of(period, lines))


def practice_prior(run: Run) -> Prior:
    """Learn from the closed periods of a run, to be kept for forecasts of few patients."""
    return learned(past(seen(run)))


def told(ground: Ground, as_of: date, taught: Taught, *, day_is_over: bool = True) -> Outlook:
    """Tell the outlook of a period as of a day, on which nothing of the patient has turned."""
    here = ground.on(as_of)
    ahead = _ahead(here, as_of, taught, over=day_is_over)
    pairs = [
        (one.asks, rung(one.asks, ahead, one.stake_cents, earns=here.earns)) for one in here.codes
    ]
    pairs.sort(key=lambda pair: (pair[1].fact, pair[1].needed, pair[1].code))
    doubts = Doubts(here.utc_days, here.late_seconds // 60, LATE_DAYS)
    found = suggestions(pairs, ahead, doubts)
    return Outlook(
        enrollment_id=here.enrollment_id,
        patient_id=here.patient_id,
        program=here.program,
        period_kind=here.kind,
        period_start=here.start,
        period_end=here.end,
        clock=here.clock,
        as_of=as_of,
        days_left=ahead.left,
        rungs=tuple(one for _, one in pairs),
        next_act=found[0] if found else NOTHING if here.earns else BESIDE,
        suggestions=found,
        fees_until=here.fees_until,
    )


def _ahead(ground: Ground, as_of: date, taught: Taught, *, over: bool) -> Ahead:
    whole = over or ground.counts_on(as_of)
    left = (ground.end - as_of).days + (not whole)
    elapsed = (as_of - ground.start).days + whole
    so = _without(ground.paused_days, stands(ground.counted, elapsed, ground.before))
    habit = taught.habits[ground.first]
    days = days_ahead(habit, share_of(habit, ground.own), so, left)
    staff = taught.staffs.get((ground.program, ground.kind, ground.first), Staff())
    known = habit.cycles >= LEAST
    return Ahead(ground.end, days, ground.weak, ground.kind, known=known, staff=staff)


def _open(decisions: list[Decision], shown: Seen) -> Iterator[tuple[Span, list[Decision]]]:
    """Yield each running period with its open lines; one on which no code stands is left out."""
    lines: dict[tuple[str, str, str], list[Decision]] = {}
    for one in decisions:
        if one["outcome"] == "open":
            period = one["period"]
            key = one["enrollment_id"], period["kind"], period["start"]
            lines.setdefault(key, []).append(one)
    for span in shown.running:
        of_period = lines.get((span.enrollment_id, span.kind, span.start.isoformat()))
        if of_period:
            yield span, of_period


def _without(paused: int, so: So) -> So:
    """Leave days of a stay out: nothing could be sent on them."""
    tried = max(so.tried - paused, so.counted - 1, 0)
    return So(so.counted, tried, max(so.silent - paused, 0), so.before)
