"""Pages of lines by day of service and id: where one ended is said in the address of the next."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from proofline.store.work.standings import Asked, LineNow


def place_of(after: str) -> tuple[date, str] | None:
    """Read where a page ended; whatever is no such place is the beginning."""
    day, _, line_id = after.partition(".")
    try:
        return date.fromisoformat(day), line_id
    except ValueError:
        return None


def following(shown: Sequence[LineNow]) -> str:
    """Say where a page ended: `2026-03-31.PL...`."""
    return f"{shown[-1].service_date}.{shown[-1].line_id}"


def among(
    month: str,
    *,
    states: Collection[str] = (),
    held: bool | None = None,
    payer_id: str = "",
    since: str = "",
) -> Asked:
    """Ask for lines of a month, `2026-03`, or of all since one; whatever is no month is any."""
    asked = Asked(states, held, payer_id=payer_id)
    try:
        first = date.fromisoformat(f"{month or since}-01")
    except ValueError:
        return asked
    if not month:
        return replace(asked, since=first)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return replace(asked, since=first, until=last)
