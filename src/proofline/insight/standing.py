"""How one code of an open period stands: the chance, the verdict, the last days, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from proofline.facts import catalog
from proofline.insight.outlook import Rung, Verdict

if TYPE_CHECKING:
    from proofline.claims.claim import Cents
    from proofline.insight.chances import Days
    from proofline.insight.counts import Asks

ON_COURSE = 0.8
"""From this chance on a rung is called on course; our choice, no source found."""
WORK_IS_DUE = 10
"""Minutes and calls are planned by people: missing with so many days left or fewer, they are at
risk, before that on course; our choice, no source found."""
_LEAST, _MOST = 0.001, 0.999


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is ahead of one open period; `weak` are its days that rest on one doubtful reading."""

    end: date
    days: Days
    weak: tuple[date, ...] = ()

    @property
    def left(self) -> int:
        """The days on which something can still come."""
        return self.days.left


def chance(asks: Asks, ahead: Ahead) -> float | None:
    """Give the chance that a code gets what it counts; None where people decide about the rest.

    Only days come by chance. Minutes and calls are planned, so while any are missing there is no
    chance of them to tell, and a day that can be worth several has no model here.
    """
    if met(asks):
        return 1.0
    if not reachable(asks, ahead):
        return 0.0
    if asks.minutes_missing or asks.calls_missing or catalog()[asks.main.fact].grows == "leaps":
        return None
    return ahead.days.chance(asks.days_missing)


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
    if found is None:
        return "on_course" if ahead.left > WORK_IS_DUE else "at_risk"
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
        likely = "" if shown is None else f"; reached in about {percent(shown)} of such periods"
        told = f"{', '.join([*said, left])}{likely}."
    doubt = f" {count.doubtful} more {unit} wait for somebody to settle them."
    return told + (doubt if count.doubtful else "") + _weakness(asks, ahead)


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
