"""Values of worn glucose sensors as exports write them."""

from __future__ import annotations

from proofline.intake.measurements.measurement import Quantity
from proofline.intake.measurements.numbers import exact, with_comma

BOUNDS = frozenset(
    {"low", "high", "lo", "hi", "niedrig", "hoch", "bajo", "alto"}  # English, German, Spanish
)
"""What stands for a value beyond the sensor's range, in any case."""

_DECIMALS = 2


def sensor_value(sent: str, unit: str) -> Quantity | None:
    """Read a value; blank for a bound and for nothing at all, None for no number.

    A comma is a decimal mark only where it cannot be one of thousands: at most two digits follow.
    """
    if not sent or sent.lower() in BOUNDS:
        return Quantity("", unit, sent, unit)
    _, comma, decimals = sent.partition(",")
    value = with_comma(sent) if comma and len(decimals) <= _DECIMALS else exact(sent)
    return None if value is None else Quantity(value, unit, sent, unit)
