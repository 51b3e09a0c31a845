"""Which period somebody means: a cycle by its number or a day in it, a month as 2026-04."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from proofline.errors import WrongUse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proofline.explain.explanation import Period


def chosen(asked: str | None, decided: Sequence[Period], *, as_of: date) -> Period:
    """Find the period asked for; the last one that has ended when none is.

    `decided` are the periods of the enrollment in time. Raises WrongUse (`use.period`) when none of
    them is meant, with those that there are.
    """
    if asked is None:
        ended = [period for period in decided if period.end < as_of and period.kind == "cycle"]
        return (ended or list(decided))[-1]
    found = [period for period in decided if means(asked, period)]
    if not found:
        known = ", ".join(name_of(period) for period in decided)
        cycles = [period.number for period in decided if period.number is not None]
        early = (
            " Earlier ones lie before the first page of the law."
            if min(cycles, default=1) > 1
            else ""
        )
        raise WrongUse("use.period", f"There is no period {asked}.", f"There are: {known}.{early}")
    return found[0]


def means(asked: str, period: Period) -> bool:
    """Tell whether the words mean this period."""
    if asked.isdecimal() and period.number is not None:
        return int(asked) == period.number
    if period.kind == "month":
        return asked == f"{period.start:%Y-%m}"
    try:
        return period.holds(date.fromisoformat(asked))
    except ValueError:
        return False


def name_of(period: Period) -> str:
    """Name a period as one can ask for it: `2 (2026-03-01)` for a cycle, `2026-04` for a month."""
    if period.kind == "month":
        return f"{period.start:%Y-%m}"
    return f"{period.number} ({period.start})"
