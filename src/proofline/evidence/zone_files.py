"""When a compiled zone file (TZif, RFC 9636) says that a clock may be turned.

Python reads the same file and tells the offset at any instant, but not when it changes; to search
for that takes longer than to decide a patient.
"""

from __future__ import annotations

import re
import struct
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_HEADER = struct.Struct(">4sc15x6l")
_RULE = re.compile(r"M(\d+)\.(\d)\.(\d)(?:/(-?)(\d+)(?::(\d\d))?(?::(\d\d))?)?")
_DAY_S = 86_400
_EPOCH = date(1970, 1, 1).toordinal()


def turns(file: bytes, offset_s: Callable[[int], int], until: int) -> Iterator[int]:
    """The seconds since 1970, up to the year `until`, at which the offset may change, in order.

    `offset_s` tells the offset at an instant by the same file. First come the turns that the file
    lists, then those of its last line: the rule of all later years, if there is one.
    """
    _, _, *counts = _HEADER.unpack_from(file)
    ut, standard, leaps, listed, types, letters = counts
    # The first half says the same in 32 bits, for readers of long ago.
    second = _HEADER.size + listed * 5 + types * 6 + letters + leaps * 8 + standard + ut
    _, _, _, _, _, listed, _, _ = _HEADER.unpack_from(file, second)
    told = struct.unpack_from(f">{listed}q", file, second + _HEADER.size)
    yield from told
    _, *rules = file.rsplit(b"\n", 2)[1].decode("ascii").split(",")
    last = told[-1] if told else 0
    read = [_rule(rule) for rule in rules]
    for year in range(datetime.fromtimestamp(last, UTC).year, until + 1) if rules else ():
        for wall in sorted(_wall_s(rule, year) for rule in read):
            at = wall - offset_s(wall - 2 * _DAY_S)  # no clock is turned twice within days by rule
            if at > last:
                yield at


class _Rule(NamedTuple):
    """On which day of which week of a month a clock is turned, and what it then shows."""

    month: int
    week: int
    weekday: int
    into_s: int


def _rule(text: str) -> _Rule:
    """Read a rule such as `M3.2.0/2`."""
    found = _RULE.fullmatch(text)
    if found is None:
        message = f"the rule {text} is of a form that no zone had"
        raise ValueError(message)
    month, week, weekday = (int(found[place]) for place in (1, 2, 3))
    hours, minutes, seconds = (int(found[place] or 0) for place in (5, 6, 7))
    into = hours * 3600 + minutes * 60 + seconds if found[5] else 2 * 3600
    return _Rule(month, week, weekday, -into if found[4] else into)


def _wall_s(rule: _Rule, year: int) -> int:
    """What the clock shows when it is turned by the rule, as if in UTC."""
    day = _nth(date(year, rule.month, 1), rule.week, rule.weekday)
    return (day.toordinal() - _EPOCH) * _DAY_S + rule.into_s


def _nth(first: date, week: int, weekday: int) -> date:
    """The day of the week (0 is Sunday) that comes for the n-th time in a month; 5 is the last."""
    day = first + timedelta(days=(weekday - first.isoweekday()) % 7 + 7 * (week - 1))
    return day if day.month == first.month else day - timedelta(days=7)
