"""Points in time as sources tell them, kept with what they say of the clock that told them.

Whether a moment counts on a day depends on the patient's zone, which evidence knows; here a moment
only becomes text that evidence reads: RFC 3339 with an offset where one was sent, else the time on
the patient's wall. A clock that runs wrong is not set right here.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

Clock = Literal["device", "gateway", "vendor", "patient", "unknown"]
"""Whose clock told the time: the instrument's, its hub's or phone's, the vendor's server's, the one
on the patient's wall (a local time without offset), or nobody says."""

_HOUR = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ]([01]\d|2[0-3])", re.ASCII)
_MINUTE = re.compile(r":[0-5]\d", re.ASCII)
_REST = re.compile(r"(\.\d{1,6})?\d*([Zz]|([+-])(\d\d)(?::?([0-5]\d))?)", re.ASCII)
_TO_DAY, _TO_HOUR, _TO_MINUTE, _TO_SECOND = 10, 13, 16, 19  # characters
_LONGEST = 40
_OFFSET_BEGINS = frozenset("Zz+-")
_REST_OF_LOCAL = re.compile(r"(:[0-5]\d)(:[0-5]\d(?:\.\d{1,6})?)?\d*", re.ASCII)
_LONGEST_WHOLE = 15
_WHOLE = re.compile(r"-?\d{1,15}", re.ASCII)
_YEARS = range(1900, 2200)
_FURTHEST_MINUTES = 14 * 60
_PER_SECOND = {"s": 1, "ms": 1_000}
_EPOCH = date(1970, 1, 1)
_DAY_MINUTES = 1_440
_SECONDS = tuple(f":{second:02}" for second in range(60))
_WITH_COLON = frozenset(_SECONDS)
_LEAP, _LAST_MINUTE = ":60", (23, 59)
_LEAP_SECOND = re.compile(
    r"(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d):60(?:\.\d+)?([Zz]|[+-]\d\d(?::?\d\d)?)", re.ASCII
)

SUMMED_UP = timedelta(hours=23, seconds=-1)
"""What was measured over so long a span, or a longer one, sums several measurements up and is none
itself: it is the shortest day that a calendar has, from 00:00:00 to 23:59:59 as senders write it.
No source settles it: this is our own policy."""


class Moment(Struct, frozen=True, gc=False):
    """A point in time: `text` for evidence, and as it was `sent`.

    `text` is RFC 3339 with an offset, or without one the time on the patient's wall.
    `offset_minutes` east of UTC is what the source said of the place, None if it said nothing.
    `estimated` says that the source itself calls the time a guess.
    """

    text: str
    sent: str
    clock: Clock = "unknown"
    offset_minutes: int | None = None
    estimated: bool = False


def instant(
    sent: str,
    clock: Clock = "unknown",
    *,
    offset_minutes: int | None = None,
    estimated: bool = False,
) -> Moment | None:
    """Read RFC 3339 text that carries its offset.

    Also what ISO 8601 allows beyond it: `+0000` and `+00`, a blank for the T, no seconds. An offset
    of more than 14 hours makes no Moment: it is that of no place on earth. `offset_minutes` is that
    of the place, where the source says it in a field of its own. For a leap second see below.
    """
    if len(sent) > _LONGEST:
        return None
    second, rest = sent[_TO_MINUTE:_TO_SECOND], sent[_TO_SECOND:]
    if second not in _WITH_COLON:
        if second == _LEAP and (text := before_leap_second(sent)):
            found = instant(text, clock, offset_minutes=offset_minutes, estimated=estimated)
            return found and replace(found, sent=sent)
        if sent[_TO_MINUTE : _TO_MINUTE + 1] not in _OFFSET_BEGINS:
            return None
        second, rest = ":00", sent[_TO_MINUTE:]
    end = _end(rest)
    if end is None or not (minute := _minute(sent[:_TO_MINUTE])):
        return None
    east = end[1] if offset_minutes is None else offset_minutes
    return Moment(f"{minute}{second}{end[0]}", sent, clock, east, estimated)


def before_leap_second(sent: str) -> str:
    """Give the last instant of the minute to which a leap second is added; blank if it is none.

    RFC 3339 has them at the end of a day of UTC and nowhere else. No calendar here knows them, and
    the day stays what it was.
    """
    match = _LEAP_SECOND.fullmatch(sent) if len(sent) <= _LONGEST else None
    if not match:
        return ""
    text = f"{match[1]}:59.999999{match[2].upper()}"
    try:
        at = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return ""
    return text if (at.hour, at.minute) == _LAST_MINUTE else ""


# The 16 characters up to the minute, and what follows the seconds: each repeats.


@lru_cache(maxsize=4096)
def _hour(sent: str) -> str:
    """Give day and hour as RFC 3339 has them; blank if the calendar does not."""
    match = _HOUR.fullmatch(sent)
    return f"{match[1]}T{match[2]}" if match and _is_day(match[1]) else ""


@lru_cache(maxsize=4096)
def _minute(sent: str) -> str:
    """Give day, hour and minute as RFC 3339 has them; blank if the calendar does not."""
    hour, minute = sent[:_TO_HOUR], sent[_TO_HOUR:]
    return f"{_hour(hour)}{minute}" if _MINUTE.fullmatch(minute) and _hour(hour) else ""


@lru_cache(maxsize=4096)
def _end(sent: str) -> tuple[str, int | None] | None:
    """Read what follows the seconds: as RFC 3339 has it, and the minutes east, None for Z."""
    match = _REST.fullmatch(sent)
    if not match:
        return None
    part = match[1] or ""
    if not match[3]:
        return f"{part}Z", None
    hours, minutes = match[4], match[5] or "00"
    east = int(hours) * 60 + int(minutes)
    if east > _FURTHEST_MINUTES:
        return None
    return f"{part}{match[3]}{hours}:{minutes}", -east if match[3] == "-" else east


def on_the_wall(sent: str, *, estimated: bool = False) -> Moment | None:
    """Read an ISO local time that carries no offset: the clock on the patient's wall."""
    read = _kept_rest_of_local if len(sent) <= _LONGEST else _rest_of_local
    rest = read(sent[_TO_HOUR:])
    hour = "" if sent[_TO_DAY : _TO_DAY + 1] == "t" else _hour(sent[:_TO_HOUR])
    return Moment(f"{hour}{rest}", sent, "patient", None, estimated) if hour and rest else None


def _rest_of_local(sent: str) -> str:
    """Read minutes, and seconds if there are any, of a local time; blank if they are none."""
    match = _REST_OF_LOCAL.fullmatch(sent)
    return f"{match[1]}{match[2] or ':00'}" if match else ""


_kept_rest_of_local = lru_cache(maxsize=4096)(_rest_of_local)


def since_1970(
    sent: str,
    per: Literal["s", "ms"],
    *,
    clock: Clock = "unknown",
    offset_minutes: int | None = None,
    estimated: bool = False,
) -> Moment | None:
    """Read a whole number of seconds or milliseconds since 1970-01-01T00:00Z.

    A moment of 1970 makes no Moment: it counts the other unit, or its clock was never set.
    With `offset_minutes` the text shows the local time of that offset; the instant is the same. An
    offset beyond 14 hours makes no Moment: it is no place on earth.
    """
    if not _is_whole(sent) or (offset_minutes and abs(offset_minutes) > _FURTHEST_MINUTES):
        return None
    seconds, part = divmod(int(sent), _PER_SECOND[per])
    minutes, second = divmod(seconds, 60)
    minute = _minute_since_1970(minutes + (offset_minutes or 0))
    if not minute:
        return None
    fraction = f".{part:03}" if part else ""
    zone = _offset(offset_minutes) if offset_minutes else "Z"
    text = f"{minute}{_SECONDS[second]}{fraction}{zone}"
    return Moment(text, sent, clock, offset_minutes, estimated)


def _is_whole(sent: str) -> bool:
    """Whether it is a whole number of at most 15 digits; most often it is one without a sign."""
    if len(sent) <= _LONGEST_WHOLE and sent.isascii() and sent.isdecimal():
        return True
    return _WHOLE.fullmatch(sent) is not None


@lru_cache(maxsize=4096)
def _minute_since_1970(minutes: int) -> str:
    """Day, hour and minute as RFC 3339 has them; blank in a year that is none of a measurement."""
    days, minute = divmod(minutes, _DAY_MINUTES)
    try:
        day = _EPOCH + timedelta(days)
    except OverflowError:
        return ""
    if day.year not in _YEARS or day.year == _EPOCH.year:
        return ""
    return f"{day.isoformat()}T{minute // 60:02}:{minute % 60:02}"


@lru_cache(maxsize=4096)
def _offset(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


def at_offset(local: Moment, offset_minutes: int, clock: Clock) -> Moment | None:
    """Give a local time its offset, where the source says it in a field of its own."""
    if abs(offset_minutes) > _FURTHEST_MINUTES:
        return None
    text = f"{local.text}{_offset(offset_minutes)}"
    return Moment(text, local.sent, clock, offset_minutes, local.estimated)


def lasted(start: str, end: str) -> timedelta | None:
    """Give the time between two moments as evidence writes them; None if one lacks its offset."""
    first, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
    return None if (first.tzinfo is None) != (last.tzinfo is None) else last - first


def _is_day(text: str) -> bool:
    """Whether the calendar has this day, in a year in which somebody can have been measured."""
    try:
        return date.fromisoformat(text).year in _YEARS
    except ValueError:
        return False
