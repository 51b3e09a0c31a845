"""Elements become values: amounts in whole cents, quantities, days; or the file is refused.

Types as X12.6 has them: R is a decimal number with an optional minus and no exponent, DT a date
as CCYYMMDD. No element is guessed: blank where something is required refuses the file.
"""

from __future__ import annotations

import re
from collections.abc import Container
from datetime import date
from decimal import Decimal
from functools import lru_cache

from proofline.claims.claim import Cents
from proofline.claims.x12.segment import Segment
from proofline.claims.x12.trouble import X12Refused, refused

RESEND = "Nothing of the file was taken. Keep it, and ask the sender for a right one."
_NUMBER = re.compile(r"(-?)([0-9]*)(?:\.([0-9]*))?")
_WHOLE = re.compile(r"[0-9]{1,9}")
_DAY = re.compile(r"[0-9]{8}")
_NO_DIGITS = frozenset({"", "-", ".", "-."})
_NUMBER_LENGTH = 20
_DAY_LENGTH = len("CCYYMMDD")
_REMEMBERED = 4096  # amounts and days come again and again within a file
_CENT_PLACES = _PAIR = 2


def needed(segment: Segment, position: int) -> str:
    """Give an element that must be there; raises `X12Refused` when it is blank."""
    values = segment.values
    if position < len(values):
        value = values[position]
        if value and not value.isspace():
            return value
    raise refused("required", segment.place(position), "The guide requires this.", RESEND)


def whole_of(segment: Segment, last: int) -> None:
    """Refuse a segment with values beyond its last element: money in them would go unread."""
    if any(segment.values[last + 1 :]):
        reason = f"The guide has {last} elements here, and what stands behind them is money unread."
        raise refused("too_many_elements", segment.place(last + 1), reason, RESEND)


def pair(segment: Segment) -> tuple[str, str]:
    """Give the first two elements, which must be there both."""
    values = segment.values
    if len(values) > _PAIR and values[1].strip() and values[2].strip():
        return values[1], values[2]
    return needed(segment, 1), needed(segment, 2)


def one_of(segment: Segment, position: int, allowed: Container[str]) -> str:
    """Give an element that must hold one of the codes of a closed list of the guide."""
    value = needed(segment, position)
    if value not in allowed:
        raise refused("code", segment.place(position), "The guide has no such code here.", RESEND)
    return value


def cents(segment: Segment, position: int) -> Cents:
    """Read an amount that must be there, in dollars with at most two decimals, as whole cents."""
    values = segment.values
    text = values[position] if position < len(values) else ""
    if len(text) > _NUMBER_LENGTH or (found := _cents(text)) is None:
        raise _no_amount(segment, position)
    return found


def cents_if_sent(segment: Segment, position: int) -> Cents | None:
    """Read an amount as whole cents; None, which is not zero, where none was sent."""
    values = segment.values
    return cents(segment, position) if position < len(values) and values[position] else None


def quantity(segment: Segment, position: int) -> Decimal:
    """Read a number of units or days that must be there."""
    text = segment[position]
    if len(text) > _NUMBER_LENGTH or (found := _quantity(text)) is None:
        raise _no_number(segment, position)
    return found


def quantity_if_sent(segment: Segment, position: int) -> Decimal | None:
    """Read a number of units or days; None where none was sent."""
    values = segment.values
    return quantity(segment, position) if position < len(values) and values[position] else None


def whole(segment: Segment, position: int) -> int:
    """Read a count that must be there."""
    if _WHOLE.fullmatch(segment[position]) is None:
        raise _no_number(segment, position)
    return int(segment[position])


def day(segment: Segment, position: int) -> date:
    """Read a date that must be there, as CCYYMMDD."""
    text = needed(segment, position)
    if len(text) != _DAY_LENGTH or (found := _day(text)) is None:
        raise _no_day(segment, position)
    return found


def day_if_sent(segment: Segment, position: int) -> date | None:
    """Read a date; None where none was sent."""
    return day(segment, position) if segment[position] else None


def days(segment: Segment) -> tuple[date, date]:
    """Read a DTP: D8 is one day, which is first and last, RD8 two days with a dash between."""
    if one_of(segment, 2, {"D8", "RD8"}) == "D8":
        only = day(segment, 3)
        return only, only
    begin, dash, end = needed(segment, 3).partition("-")
    if len(begin) != _DAY_LENGTH or len(end) != _DAY_LENGTH:
        raise _no_day(segment, 3)
    first, last = _day(begin), _day(end)
    if not dash or first is None or last is None or last < first:
        raise _no_day(segment, 3)
    return first, last


@lru_cache(_REMEMBERED)
def _cents(text: str) -> Cents | None:
    """Read dollars as cents; None for what is no number or has a fraction of a cent."""
    found = _NUMBER.fullmatch(text)
    if found is None or text in _NO_DIGITS:
        return None
    sign, whole, part = found.groups("")
    if part[_CENT_PLACES:].strip("0"):
        return None
    value = int(whole or "0") * 100 + int((part + "00")[:_CENT_PLACES])
    return -value if sign else value


@lru_cache(_REMEMBERED)
def _quantity(text: str) -> Decimal | None:
    """Read a decimal number; None for what is none."""
    if _NUMBER.fullmatch(text) is None or text in _NO_DIGITS:
        return None
    return Decimal(text)


@lru_cache(_REMEMBERED)
def _day(text: str) -> date | None:
    """Read CCYYMMDD; None for anything else, such as 20260230."""
    if _DAY.fullmatch(text) is None:
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _no_amount(segment: Segment, position: int) -> X12Refused:
    """Refuse an amount, for what is wrong with it."""
    text = segment[position]
    if len(text) <= _NUMBER_LENGTH and _quantity(text) is not None:
        reason = "The amount has a fraction of a cent."
        return refused("cents", segment.place(position), reason, RESEND)
    return _no_number(segment, position)


def _no_number(segment: Segment, position: int) -> X12Refused:
    """Refuse what should be a number and is blank, or something else."""
    reason = "A number must stand here, with digits, a point and a minus only."
    return refused("number", segment.place(position), reason, RESEND)


def _no_day(segment: Segment, position: int) -> X12Refused:
    """Refuse what should be a date and is none."""
    reason = "A day of the calendar must stand here, written as CCYYMMDD."
    return refused("date", segment.place(position), reason, RESEND)
