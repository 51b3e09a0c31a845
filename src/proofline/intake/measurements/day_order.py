"""Days as people write them: 03/04/2026 is two different days, and no single one of them tells.

The order is decided by all days of a file together, or by somebody who knows; never by a guess.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from proofline.intake.measurements.moments import Moment, on_the_wall

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proofline.intake.options import DateOrder

_WRITTEN = re.compile(
    r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4}),?[ T]"  # the day
    r"(\d{1,2})(:\d\d(?::\d\d)?)\s?(?:([AaPp])\.?\s?[Mm]\.?)?",  # the time
    re.ASCII,
)
_MONTHS, _DAYS, _YEAR_DIGITS, _HALF_DAY = 12, 31, 4, 12


def orders(days: Iterable[str]) -> set[DateOrder]:
    """Give the orders in which all these times can be written; none if they contradict each other.

    What is no time in any order says nothing.
    """
    possible: set[DateOrder] = {"ymd", "dmy", "mdy"}
    for sent in days:
        if (match := _WRITTEN.fullmatch(sent)) and (here := _possible(match)):
            possible &= here
    return possible


def _possible(match: re.Match[str]) -> set[DateOrder]:
    if len(match[1]) == _YEAR_DIGITS:
        return {"ymd"}
    one, two = int(match[1]), int(match[2])
    found: set[DateOrder] = set()
    if one <= _DAYS and two <= _MONTHS:
        found.add("dmy")
    if one <= _MONTHS and two <= _DAYS:
        found.add("mdy")
    return found


def on_the_day(sent: str, order: DateOrder) -> Moment | None:
    """Read a local time of 12 or 24 hours in this order; None if the calendar has no such day.

    A year of two digits is not taken.
    """
    match = _WRITTEN.fullmatch(sent)
    hour = _hour(match) if match else None
    if match is None or hour is None:
        return None
    day, month, year = _in_order(match, order)
    moment = on_the_wall(f"{year}-{month:0>2}-{day:0>2}T{hour:02}{match[5]}")
    return None if moment is None else replace(moment, sent=sent)


def _in_order(match: re.Match[str], order: DateOrder) -> tuple[str, str, str]:
    one, two, three = match[1], match[2], match[3]
    if order == "ymd":
        return three, two, one
    return (one, two, three) if order == "dmy" else (two, one, three)


def _hour(match: re.Match[str]) -> int | None:
    hour = int(match[4])
    if not match[6]:
        return hour
    if not 1 <= hour <= _HALF_DAY:
        return None
    return hour % _HALF_DAY + (_HALF_DAY if match[6] in "Pp" else 0)
