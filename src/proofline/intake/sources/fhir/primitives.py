"""FHIR's primitive types as evidence wants them: numbers exact, instants with their offset kept."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from proofline.intake.sources.fhir.shapes import ABSENT

if TYPE_CHECKING:
    from msgspec import Raw

_PLAIN = re.compile(rb"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,12})?")
_SCIENTIFIC = re.compile(rb"-?[0-9]{1,18}(\.[0-9]{1,12})?[eE][+-]?[0-9]{1,2}")
_LARGEST_EXPONENT = 12
_INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?)\d*(Z|[+-]\d\d:\d\d)", re.ASCII
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_ID = re.compile(r"[!-~]{1,128}", re.ASCII)  # laxer than FHIR, whose servers are laxer too
_EUI_64 = re.compile(r"[0-9A-F]{16}")
_YEARS = range(1900, 2200)


def is_sent(raw: Raw) -> bool:
    """Say whether a field was in the JSON with something other than null."""
    return raw is not ABSENT and bytes(raw) != b"null"


def number(raw: Raw) -> str | None:
    """Give a JSON number as plain decimal text, its precision kept; None if it is none we take.

    Not taken: a string, and anything beyond 18 digits before or 12 after the point, which is no
    measurement of a body.
    """
    sent = bytes(raw)
    if _PLAIN.fullmatch(sent):
        return sent.decode()
    if not _SCIENTIFIC.fullmatch(sent):
        return None
    value = Decimal(sent.decode())
    return f"{value:f}" if abs(value.adjusted()) <= _LARGEST_EXPONENT else None


def instant(text: str) -> str | None:
    """Give a FHIR dateTime to the second as it was sent, offset kept; None if it is not one.

    FHIR demands an offset wherever there is a time. Fractions beyond a microsecond are cut.
    """
    match = _INSTANT.fullmatch(text)
    if not match:
        return None
    kept = match[1] + match[2]
    try:
        year = datetime.fromisoformat(kept).year
    except ValueError:
        return None
    return kept if year in _YEARS else None


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
