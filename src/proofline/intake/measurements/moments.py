"""Points in time as sources tell them, kept with what they say of the clock that told them.

Whether a moment counts on a day depends on the patient's zone, which evidence knows; here a moment
only becomes text that evidence reads: RFC 3339 with an offset where one was sent, else the time on
the patient's wall. A clock that runs wrong is not set right here.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Literal

from msgspec import Struct

Clock = Literal["device", "gateway", "vendor", "patient", "unknown"]
"""Whose clock told the time: the instrument's, its hub's or phone's, the vendor's server's, the one
on the patient's wall (a local time without offset), or nobody says."""

_INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,6})?)\d*(Z|[+-]\d\d:?\d\d)", re.ASCII
)
_LOCAL = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)\d*", re.ASCII)
_WHOLE = re.compile(r"-?\d{1,15}", re.ASCII)
_YEARS = range(1900, 2200)
_FURTHEST_MINUTES = 14 * 60
_PER_SECOND = {"s": 1, "ms": 1_000}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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


def instant(sent: str, clock: Clock = "unknown", *, estimated: bool = False) -> Moment | None:
    """Read RFC 3339 text that carries its offset (also `+0000`, also with a blank for the T)."""
    match = _INSTANT.fullmatch(sent)
    if not match:
        return None
    offset = match[3] if match[3] == "Z" or ":" in match[3] else f"{match[3][:3]}:{match[3][3:]}"
    text = f"{match[1]}T{match[2]}{offset}"
    found = _checked(text)
    if found is None:
        return None
    shift = found.utcoffset() or timedelta()
    said = None if offset == "Z" else int(shift.total_seconds() // 60)
    return Moment(text, sent, clock, said, estimated)


def on_the_wall(sent: str, *, estimated: bool = False) -> Moment | None:
    """Read an ISO local time that carries no offset: the clock on the patient's wall."""
    match = _LOCAL.fullmatch(sent)
    if not match:
        return None
    text = f"{match[1]}T{match[2] if match[2].count(':') > 1 else match[2] + ':00'}"
    return None if _checked(text) is None else Moment(text, sent, "patient", None, estimated)


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
    if not _WHOLE.fullmatch(sent) or abs(offset_minutes or 0) > _FURTHEST_MINUTES:
        return None
    zone = UTC if offset_minutes is None else timezone(timedelta(minutes=offset_minutes))
    whole, part = divmod(int(sent), _PER_SECOND[per])
    try:
        found = (_EPOCH + timedelta(seconds=whole, milliseconds=part)).astimezone(zone)
    except OverflowError:
        return None
    if found.year not in _YEARS or found.year == _EPOCH.year:
        return None
    text = found.isoformat(timespec="milliseconds" if part else "seconds")
    return Moment(text.replace("+00:00", "Z"), sent, clock, offset_minutes, estimated)


def at_offset(local: Moment, offset_minutes: int, clock: Clock) -> Moment | None:
    """Give a local time its offset, where the source says it in a field of its own."""
    if abs(offset_minutes) > _FURTHEST_MINUTES:
        return None
    east, minutes = divmod(abs(offset_minutes), 60)
    sign = "-" if offset_minutes < 0 else "+"
    text = f"{local.text}{sign}{east:02}:{minutes:02}"
    return Moment(text, local.sent, clock, offset_minutes, local.estimated)


def _checked(text: str) -> datetime | None:
    """The moment if the calendar has it, in a year in which somebody can have been measured."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in _YEARS else None
