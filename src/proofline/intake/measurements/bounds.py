"""Values given as a bound, beyond what the instrument can measure: `<40`, `>= 400`, `HI`.

One policy for all decoders, `BOUNDS`, which Settings prints beside those of the law: the number of
the limit is the value, and what was sent, sign and all, stays in the provenance. A word alone names
no number, and none is put in its place: instruments end at different ones, and evidence counts no
reading without a value.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from proofline.intake.measurements.metrics import UNITS
from proofline.intake.measurements.policy import Policy

BOUNDS = Policy(
    "bounds",
    "limit_is_value",
    "A value given as a bound comes in with the number of its limit and counts as a reading, for "
    "the device measured and sent; it is told of, and kept as it was sent. A bound without a "
    "number, such as HI, comes in without a value and never counts.",
)
"""No source says what a bound is. A day of data asks for a physiologic reading that the device made
and sent (R-DAY-1, R-DAY-3 in docs/rules.md), which a limit with its number is; that nothing without
a value counts is the evidence contract's (E3)."""

SIGNS = frozenset({"<", "<=", ">", ">=", "≤", "≥"})
"""What stands before the number of a limit."""

_WORDS = frozenset({"low", "high", "lo", "hi", "niedrig", "hoch", "bajo", "alto"})
_SIGNED = re.compile(r"([<>]=?|[≤≥])\s*(.*)", re.DOTALL)
_PLAIN = frozenset("-0123456789")


class Bound(NamedTuple):
    """The sign or word by which a value is a bound, and the text of its limit, blank if unsaid."""

    by: str
    limit: str = ""


def bound(sent: str, unit: str = "") -> Bound | None:
    """Tell a bound from other values: English, German and Spanish words in any case, and signs.

    Of a pressure, known by its UCUM unit, no word is one: there `low` judges what was measured.
    """
    if sent[:1] in _PLAIN:
        return None
    if sent.lower() in _WORDS:
        return None if unit in UNITS["blood_pressure"] else Bound(sent.upper())
    match = _SIGNED.fullmatch(sent)
    return Bound(match[1], match[2].strip()) if match else None
