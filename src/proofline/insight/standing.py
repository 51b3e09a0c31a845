"""How one code of an open period stands: the chance, the verdict, the last days, in words."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from proofline.facts import catalog
from proofline.insight.outlook import Rung, Verdict
from proofline.insight.work import Goal

if TYPE_CHECKING:
    from proofline.claims.claim import Cents
    from proofline.insight.chances import Days
    from proofline.insight.counts import Asks
    from proofline.insight.work import Staff

ON_COURSE = 0.8
"""From this chance on a rung is called on course; our choice, no source found."""
WORK_IS_DUE = 10
"""Minutes and calls are planned by people: missing with so many days left or fewer, they are at
risk, before that on course; our choice, no source found."""
SPARE = 2
"""Where no chance of days is known, a rung is on course with so many days left for each that is
missing; our choice, no source found."""
STAFF_MINUTES = "treatment_minutes"
"""The minutes of everybody who may work on a period."""
_LEAST, _MOST = 0.001, 0.999
_SELDOM, _MOSTLY = 0.05, 0.95


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is ahead of one open period, a cycle or a month.

    `weak` are its days that rest on one doubtful reading. `known` says that enough cycles are over
    to tell a chance of days; `staff` tells how often minutes and calls were reached.
    """

    end: date
    days: Days
    weak: tuple[date, ...] = ()
    kind: str = "cycle"
    _: KW_ONLY
    known: bool
    staff: Staff

    @property
    def left(self) -> int:
        """The days on which something can still come."""
        return self.days.left


def chance(asks: Asks, ahead: Ahead) -> float | None:
    """Give the chance that a code gets what it counts; None where there is none to tell.

    There is none from too few closed periods, nor of what `has_chance` knows no model.
    """
    if met(asks):
        return 1.0
    if not reachable(asks, ahead):
        return 0.0
    if not has_chance(asks):
        return None
    if asks.main.by_day:
        return ahead.days.chance(asks.days_missing) if ahead.known else None
    calls = asks.calls
    goal = Goal(asks.main.needed, calls.needed if calls else 0)
    return ahead.staff.chance(goal, (asks.main.so_far, calls.so_far if calls else 0), ahead.left)


def has_chance(asks: Asks) -> bool:
    """Tell whether there is a model: of days alone, or of all staff's minutes and calls alone.

    There is none where a day can be worth several, and none of minutes that only some may work or
    that belong to the month beside a cycle.
    """
    if asks.main.by_day:
        return not asks.calls_missing and catalog()[asks.main.fact].grows != "leaps"
    return not asks.days_missing and asks.main.fact == STAFF_MINUTES


def met(asks: Asks) -> bool:
    """Tell whether nothing is missing that is counted."""
    return not (asks.days_missing or asks.minutes_missing or asks.calls_missing)


def reachable(asks: Asks, ahead: Ahead) -> bool:
    """Tell whether the days that are left can bring what is missing."""
    return asks.days_missing <= ahead.left and (met(asks) or ahead.left > 0)


def rung(asks: Asks, ahead: Ahead, stake: Cents | None, *, earns: bool) -> Rung:
    """Put together what there is to say of one code."""
    found = chance(asks, ahead)
    verdict = _verdict(asks, ahead, found)
    shown = _rounded(found, verdict)
    by_day = asks.main.by_day
    possible = asks.main.so_far + ahead.left if by_day else None
    weak = len(ahead.weak) if by_day else 0
    return Rung(
        code=asks.code,
        fact=asks.main.fact,
        so_far=asks.main.so_far,
        doubtful=asks.main.doubtful,
        needed=asks.main.needed,
        possible=possible,
        calls_missing=asks.calls_missing,
        chance=shown,
        few=shown is None and has_chance(asks),
        stake_cents=stake if earns else None,
        earns=earns,
        last_day_reading=_last_reading(asks, ahead, verdict),
        last_day_call=_last_call(asks, ahead, verdict),
        verdict=verdict,
        weak_days=weak,
        fragile=by_day and _fragile(asks, ahead.left, weak),
        blocked_by=tuple(one.requirement for one in asks.blocked_by),
        words=_words(asks, ahead, verdict, shown),
    )


def _verdict(asks: Asks, ahead: Ahead, found: float | None) -> Verdict:
    if met(asks):
        return "reached"
    if not reachable(asks, ahead):
        return "unreachable"
    if not asks.main.by_day:
        return "on_course" if ahead.left > WORK_IS_DUE else "at_risk"
    if found is None:
        return "on_course" if ahead.left >= SPARE * asks.days_missing else "at_risk"
    return "on_course" if found >= ON_COURSE else "at_risk"


def _rounded(found: float | None, verdict: Verdict) -> float | None:
    """Round to three decimals; 1 is said only of what is reached and 0 of what cannot be."""
    if found is None or verdict in {"reached", "unreachable"}:
        return found
    return min(max(round(found, 3), _LEAST), _MOST)


def _last_reading(asks: Asks, ahead: Ahead, verdict: Verdict) -> date | None:
    if not asks.days_missing or verdict == "unreachable":
        return None
    return ahead.end - timedelta(days=asks.days_missing - 1)


def _last_call(asks: Asks, ahead: Ahead, verdict: Verdict) -> date | None:
    wanted = asks.minutes_missing or asks.calls_missing
    return ahead.end if wanted and verdict != "unreachable" else None


def _fragile(asks: Asks, left: int, weak: int) -> bool:
    """Tell whether the count, as it is or as it can still become, lacks a spare for weak days."""
    count = asks.main
    most = count.so_far if count.so_far >= count.needed else count.so_far + left
    return most - weak < count.needed <= most


def _words(asks: Asks, ahead: Ahead, verdict: Verdict, shown: float | None) -> str:
    count = asks.main
    unit = catalog()[count.fact].unit
    said = [f"{count.so_far} {unit} of {count.needed} needed"]
    if not count.by_day and asks.days_missing:
        said.append(f"{of(asks.days_missing, 'day')} of data missing")
    if asks.calls_missing:
        said.append("a live call missing")
    left = f"{of(ahead.left, 'day')} left"
    if verdict == "reached":
        told = f"{', '.join(said)}: reached."
    elif verdict == "unreachable":
        told = f"{', '.join([*said, left])}: it can no longer be reached."
    else:
        told = f"{', '.join([*said, left])}{_likely(asks, ahead, shown)}."
    doubt = f" {count.doubtful} more {unit} wait for somebody to settle them."
    return told + (doubt if count.doubtful else "") + _weakness(asks, ahead)


def _likely(asks: Asks, ahead: Ahead, shown: float | None) -> str:
    """Say how likely it is; of what the practice does itself, how often it did."""
    if shown is None:
        return f"; too few closed {ahead.kind}s to say how often" if has_chance(asks) else ""
    if asks.main.by_day:
        return f"; reached in about {percent(shown)} of such periods"
    return f"; in {ahead.kind}s that stood like this one the practice reached it {often(shown)}"


def often(chance: float) -> str:
    """Write how often something was done as so many of ten times."""
    if chance < _SELDOM:
        return "fewer than 1 of 20 times"
    if chance > _MOSTLY:
        return "more than 19 of 20 times"
    return f"about {max(round(chance * 10), 1)} of 10 times"


def percent(chance: float) -> str:
    """Write a chance in whole percent; neither 0% nor 100% of what is neither."""
    if chance in {0.0, 1.0}:
        return f"{chance:.0%}"
    return f"{min(max(chance, 0.01), 0.99):.0%}"


def _weakness(asks: Asks, ahead: Ahead) -> str:
    weak = len(ahead.weak)
    if not asks.main.by_day or not _fragile(asks, ahead.left, weak):
        return ""
    return f" Fragile: {of(weak, 'day')} of them with but one reading, and that one doubtful."


def of(number: int, thing: str) -> str:
    """Write a number with what it counts: 1 day, 2 days."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
