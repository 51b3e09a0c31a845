"""Values of worn glucose sensors as exports write them."""

from __future__ import annotations

from proofline.intake.measurements.bounds import bound
from proofline.intake.measurements.measurement import Quantity
from proofline.intake.measurements.numbers import exact, with_comma

_DECIMALS = 2


def sensor_value(sent: str, unit: str) -> Quantity | None:
    """Read a value; blank for a bound by name and for nothing at all, None for no number.

    A comma is a decimal mark only where it cannot be one of thousands: at most two digits follow.
    """
    found = bound(sent)
    told, by = (found.limit, found.by) if found else (sent, "")
    if not told:
        return Quantity("", unit, sent, unit, by)
    _, comma, decimals = told.partition(",")
    value = with_comma(told) if comma and len(decimals) <= _DECIMALS else exact(told)
    return None if value is None else Quantity(value, unit, sent, unit, by)
