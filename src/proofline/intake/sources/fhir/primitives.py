"""FHIR's primitive types as evidence wants them: numbers exact, instants with their offset kept."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from proofline.intake.identity import is_serial
from proofline.intake.measurements.moments import before_leap_second
from proofline.intake.measurements.numbers import exact
from proofline.intake.measurements.once import Once
from proofline.intake.sources.fhir.shapes import ABSENT

if TYPE_CHECKING:
    from collections.abc import Collection

    from msgspec import Raw

# The form that the R4 specification gives for dateTime, in four parts, but for leap seconds.
_HOUR = re.compile(r"T([01]\d|2[0-3])", re.ASCII)
_MINUTE = re.compile(r":[0-5]\d:[0-5]\d", re.ASCII)
_REST = re.compile(r"(\.\d{1,6})?\d*(Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_ID = re.compile(r"[!-~]{1,128}", re.ASCII)  # laxer than FHIR, whose servers are laxer too
_LONGEST_ID = 128
_EUI_64 = re.compile(r"[0-9A-F]{16}")
_YEARS = range(1900, 2200)
_LEAP = ":60"
_OF_THIS_CENTURY = '"20'
_ODD_IN_TIMES = ("t", " ", "\\")  # what msgspec takes and FHIR does not
_ALL_TIMES = msgspec.json.Decoder(list[datetime])


Instant = tuple[str, str]
"""A FHIR dateTime to the second: for evidence, and its offset in minutes (blank for `Z`)."""


def is_sent(raw: Raw) -> bool:
    """Say whether a field was in the JSON with something other than null."""
    return raw is not ABSENT and bytes(raw) != b"null"


def number(raw: Raw | bytes) -> str | None:
    """Give a JSON number as plain decimal text, its precision kept; None if it is none we take."""
    try:
        return exact(bytes(raw).decode("ascii"))
    except UnicodeDecodeError:
        return None


def told_instant(text: str) -> Instant | None:
    """Read a FHIR dateTime that has a time, offset kept; None if it is not one.

    FHIR demands an offset wherever there is a time. Fractions beyond a microsecond are cut. A leap
    second is the last instant before it.
    """
    if text[16:19] == _LEAP:
        text = before_leap_second(text)
    rest = RESTS[text[19:]]
    if rest is None or not (HOURS[text[:13]] and MINUTES[text[13:19]]):
        return None
    cut, offset = rest
    return (text[:19] + cut if cut else text), offset


def instant(text: str) -> str | None:
    """Give a FHIR dateTime to the second as it was sent; None if it is not one."""
    told = told_instant(text)
    return told[0] if told else None


def day(text: str) -> str | None:
    """Give a full calendar date as sent, or None for a year, a month or what is no date."""
    if not _DAY.fullmatch(text):
        return None
    try:
        date.fromisoformat(text)
    except ValueError:
        return None
    return text


def local_day(kept: str, time_zone: str) -> str:
    """Give the calendar date of an instant with offset in a time zone."""
    return datetime.fromisoformat(kept).astimezone(ZoneInfo(time_zone)).date().isoformat()


def is_uuid(text: str) -> bool:
    """Say whether an id is a UUID, and so unique wherever it was made."""
    return _UUID.fullmatch(text) is not None


def is_id(text: str) -> bool:
    """Say whether this can be an id: visible ASCII characters without a space, at most 128."""
    return _ID.fullmatch(text) is not None


def are_times(texts: Collection[str]) -> bool:
    """Say whether all of these are dateTimes as far as the seconds; what follows is not looked at.

    False does not mean that one is none: then each has to be asked of.
    """
    joined = '["' + '","'.join(texts) + '"]'
    if not joined.isascii() or any(mark in joined for mark in _ODD_IN_TIMES):
        return False
    try:
        found = _ALL_TIMES.decode(joined)
    except msgspec.MsgspecError:
        return False
    return len(found) == len(texts) == joined.count(_OF_THIS_CENTURY)


def are_ids(texts: Collection[str]) -> bool:
    """Say whether all of these are ids, at a fraction of the cost of asking of each."""
    joined = "".join(texts)
    return (
        joined.isascii()
        and joined.isprintable()
        and " " not in joined
        and all(texts)
        and max(map(len, texts), default=0) <= _LONGEST_ID
    )


def eui_64(text: str) -> str | None:
    """Give an EUI-64 as sixteen capital hex digits, or None if it is none or nobody's."""
    plain = text.upper().replace("-", "").replace(":", "")
    return plain if _EUI_64.fullmatch(plain) and is_serial(plain) else None


def _is_hour(text: str) -> bool:
    on, at = text[:10], text[10:]
    return _HOUR.fullmatch(at) is not None and day(on) is not None and int(on[:4]) in _YEARS


def _is_minute(text: str) -> bool:
    return _MINUTE.fullmatch(text) is not None


def _rest(text: str) -> tuple[str, str] | None:
    """Read what follows the seconds: what is kept of it, blank if all is, and the minutes."""
    match = _REST.fullmatch(text)
    if not match:
        return None
    offset = match[2]
    kept = f"{match[1] or ''}{offset}"
    kept = "" if kept == text else kept
    if offset == "Z":
        return kept, ""
    minutes = int(offset[1:3]) * 60 + int(offset[4:])
    return kept, str(-minutes if offset[0] == "-" else minutes)


def _offset(text: str) -> str | None:
    """Read what follows the seconds: the minutes if all of it is kept as sent, else None."""
    rest = RESTS[text]
    return None if rest is None or rest[0] else rest[1]


# The 13 characters up to the hour, the 6 of minutes and seconds, and what follows: each repeats.
HOURS: Once[str, bool] = Once(_is_hour)
MINUTES: Once[str, bool] = Once(_is_minute)
RESTS: Once[str, tuple[str, str] | None] = Once(_rest)
OFFSETS: Once[str, str | None] = Once(_offset)
