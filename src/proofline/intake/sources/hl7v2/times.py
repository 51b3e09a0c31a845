"""Times as HL7 writes them: YYYYMMDDHHMM[SS[.SSSS]][+/-ZZZZ].

A time that is known only to the day or the hour is no moment at which somebody was measured. A
time without offset has the offset of MSH-7, if that has one (so the standard); else it is the time
on the patient's wall.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

from proofline.intake.measurements.moments import Moment

_TIME = re.compile(r"\d{12}(?:\d\d(?:\.\d{1,6})?)?([+-]\d{4})?", re.ASCII)
_LONGEST = 40
_FURTHEST_MINUTES = 14 * 60
_YEARS = range(1900, 2200)
_ZONE_LENGTH = 5


def zone_of(sent: str) -> str:
    """Give the offset at the end of a time as sent; blank if it has none."""
    end = sent[-_ZONE_LENGTH:]
    is_zone = end[:1] in {"+", "-"} and end[1:].isdecimal() and len(end) == _ZONE_LENGTH
    return end if is_zone else ""


def moment_of(sent: str, default_zone: str) -> Moment | None:
    """Read a time, with the offset of MSH-7 where it has none of its own; None for no moment.

    An offset further than 14 hours is no place on earth and makes no moment either.
    """
    return _moment_of(sent, default_zone) if len(sent) <= _LONGEST else None


@lru_cache(maxsize=4096)
def _moment_of(sent: str, default_zone: str) -> Moment | None:
    match = _TIME.fullmatch(sent)
    if not match:
        return None
    told, zone = sent, match[1] or default_zone
    if zone and not match[1]:
        told = f"{sent} MSH-7 {zone}"
    try:
        found = datetime.fromisoformat(f"{sent[:8]}T{sent[8:]}{'' if match[1] else zone}")
    except ValueError:
        return None
    if found.year not in _YEARS:
        return None
    shift = found.utcoffset()
    if shift is None:
        return Moment(found.isoformat(), told, "patient")
    offset = int(shift.total_seconds()) // 60
    if abs(offset) > _FURTHEST_MINUTES:
        return None
    return Moment(found.isoformat(), told, "unknown", offset)
