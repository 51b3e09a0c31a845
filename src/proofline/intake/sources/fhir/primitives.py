"""FHIR's primitive types as evidence wants them: numbers exact, instants with their offset kept."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from proofline.intake.measurements.numbers import exact
from proofline.intake.sources.fhir.once import Once
from proofline.intake.sources.fhir.shapes import ABSENT

if TYPE_CHECKING:
    from msgspec import Raw

# The form that the R4 specification gives for dateTime, in three parts; a leap second is no time
# that a calendar here knows, and is not taken.
_CLOCK = re.compile(r"T([01]\d|2[0-3]):[0-5]\d:[0-5]\d", re.ASCII)
_REST = re.compile(r"(\.\d{1,6})?\d*(Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_ID = re.compile(r"[!-~]{1,128}", re.ASCII)  # laxer than FHIR, whose servers are laxer too
_EUI_64 = re.compile(r"[0-9A-F]{16}")
_YEARS = range(1900, 2200)


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

    FHIR demands an offset wherever there is a time. Fractions beyond a microsecond are cut.
    """
    rest = RESTS[text[19:]]
    if rest is None or not (DAYS[text[:10]] and CLOCKS[text[10:19]]):
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


def eui_64(text: str) -> str | None:
    """Give an EUI-64 as sixteen capital hex digits, or None if it is none."""
    plain = text.upper().replace("-", "").replace(":", "")
    return plain if _EUI_64.fullmatch(plain) else None


def _is_day(text: str) -> bool:
    return day(text) is not None and int(text[:4]) in _YEARS


def _is_clock(text: str) -> bool:
    return _CLOCK.fullmatch(text) is not None


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


# A time of day repeats every day, and all that is measured in one day shares its date.
DAYS: Once[str, bool] = Once(_is_day)
CLOCKS: Once[str, bool] = Once(_is_clock, 96)
RESTS: Once[str, tuple[str, str] | None] = Once(_rest)
