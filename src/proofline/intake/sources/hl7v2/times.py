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

_TIME = re.compile(r"\d{12}(?:\d\d(?:\.\d{1,6})?)?", re.ASCII)
_LONGEST = 40
_FURTHEST_MINUTES = 14 * 60
_HOUR = 60
_YEARS = range(1900, 2200)
_ZONE_LENGTH = 5
_TO_THE_SECOND = 14  # digits


def zone_of(sent: str) -> str:
    """Give the offset at the end of a time as sent; blank if it has none."""
    end = sent[-_ZONE_LENGTH:]
    is_zone = end[:1] in {"+", "-"} and end[1:].isdecimal() and len(end) == _ZONE_LENGTH
    return end if is_zone and end.isascii() else ""


def moment_of(sent: str, default_zone: str) -> Moment | None:
    """Read a time, with the offset of MSH-7 where it has none of its own; None for no moment.

    An offset further than 14 hours is no place on earth and makes no moment either.
    """
    if len(sent) > _LONGEST:
        return None
    own = zone_of(sent)
    if own:
        return _kept(sent[:-_ZONE_LENGTH], own, sent)
    return _kept(sent, default_zone, f"{sent} MSH-7 {default_zone}" if default_zone else sent)


@lru_cache(maxsize=4096)
def _kept(local: str, zone: str, told: str) -> Moment | None:
    usual = len(local) == _TO_THE_SECOND and local.isdecimal() and local.isascii()
    if not usual and not _TIME.fullmatch(local):
        return None
    try:
        found = datetime.fromisoformat(f"{local[:8]}T{local[8:]}")
    except ValueError:
        return None
    if found.year not in _YEARS:
        return None
    text = found.isoformat()
    if not zone:
        return Moment(text, told, "patient")
    offset = _minutes(zone)
    if offset is None:
        return None
    shift = f"{zone[:3]}:{zone[3:]}" if offset else "+00:00"
    return Moment(f"{text}{shift}", told, "unknown", offset)


@lru_cache(maxsize=256)
def _minutes(zone: str) -> int | None:
    """Give the minutes east of UTC; None for an offset that no place has."""
    hours, minutes = int(zone[1:3]), int(zone[3:])
    offset = (hours * _HOUR + minutes) * (-1 if zone[0] == "-" else 1)
    return offset if minutes < _HOUR and abs(offset) <= _FURTHEST_MINUTES else None
