"""The door of the room: from a finished run and its decisions to an outlook of each open period.

It has two halves: what the run shows (`grounds`), and what that comes to on a day (`told`). A kept
ground is told again as of later days without a run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from proofline.insight.acts import BESIDE, NOTHING, Doubts, suggestions
from proofline.insight.chances import days_ahead, silent_days
from proofline.insight.grounds import Ground, Grounds
from proofline.insight.habits import share_of
from proofline.insight.outlook import Outlook
from proofline.insight.prior import Prior, learned, past
from proofline.insight.seen import LATE_DAYS, Seen, Span, seen
from proofline.insight.stakes import Fees, unknown
from proofline.insight.standing import Ahead, rung

if TYPE_CHECKING:
    from proofline.decide.run import Run

Decision = dict[str, Any]


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
    teaching = prior or practice_prior(run)
    rest = grounds(run, decisions, fees)
    return [told(one, run.asked.as_of, teaching, day_is_over=day_is_over) for one in rest]


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


def told(ground: Ground, as_of: date, prior: Prior, *, day_is_over: bool = True) -> Outlook:
    """Tell the outlook of a period as of a day, on which nothing of the patient has turned."""
    here = ground.on(as_of)
    ahead = _ahead(here, as_of, prior, over=day_is_over)
    left = (here.end - as_of).days
    asked = [(one.asks.told(left), one.stake_cents) for one in here.codes]
    pairs = [(asks, rung(asks, ahead, stake, earns=here.earns)) for asks, stake in asked]
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
    )


def _ahead(ground: Ground, as_of: date, prior: Prior, *, over: bool) -> Ahead:
    whole = over or ground.counts_on(as_of)
    left = (ground.end - as_of).days + (not whole)
    counted = ground.counted.bit_count()
    elapsed = (as_of - ground.start).days + whole
    tried = max(elapsed - ground.paused_days, counted)
    silent = silent_days(ground.counted, min(elapsed, tried), ground.before)
    start = share_of(prior.habit, ground.own)
    return Ahead(
        ground.end, days_ahead(prior.habit, start, (counted, tried, silent), left), ground.weak
    )


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
