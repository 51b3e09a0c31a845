"""Segments are written of values: trimmed, checked, with nothing in them that would part them.

Amounts, days and counts have one form each. What X12 cannot carry is refused before a byte of the
file exists; see `proofline.claims.x12.folding` for names.
"""

from __future__ import annotations

import re
from datetime import date

from proofline.claims.x12.trouble import Place, X12Refused

Element = str | tuple[str, ...]
"""One element: a text, or the components of a composite, the last of them not empty."""

MOST_CENTS = 9_999_999_999
"""Monetary amounts have at most ten digits under HIPAA (005010 guides, Appendix B.1.1.3.1.2)."""

_CLEAN = re.compile(r"[A-Za-z0-9!\"&'()*+,\-./:;?=%@\[\]_{}\\|<>#$ ]+")


def segment(tag: str, *elements: Element) -> str:
    """Write one segment without its end; empty elements at the end are left out.

    Raises `X12Refused` if a value holds a delimiter, a character outside X12's set, or a space at
    either end.
    """
    colons = 0
    try:
        line = "*".join((tag, *elements))  # type: ignore[arg-type] # few have composites
    except TypeError:
        colons = sum(len(part) - 1 for part in elements if isinstance(part, tuple))
        line = "*".join((tag, *map(_joined, elements)))
    if line.count("*") != len(elements) or line.count(":") != colons or not _CLEAN.fullmatch(line):
        raise _unclean(tag, elements)
    if " " in line and _has_stray_space(line):
        raise _unclean(tag, elements)
    return line.rstrip("*")


def _joined(element: Element) -> str:
    """Join the components of a composite."""
    return element if isinstance(element, str) else ":".join(element)


def _has_stray_space(line: str) -> bool:
    """Tell whether a value begins or ends with a space."""
    stray = " *" in line or "* " in line or line[-1] == " "
    return stray or " :" in line or ": " in line


def _unclean(tag: str, elements: tuple[Element, ...]) -> X12Refused:
    """Find the element that cannot be written."""
    place = Place(0, tag)
    for position, element in enumerate(elements, 1):
        values = (element,) if isinstance(element, str) else element
        if any(not _is_clean(value) for value in values):
            place = Place(0, tag, position)
            break
    reason = f"Element {place.element} of a segment {tag} holds what X12 cannot carry."
    cure = "Write it in Latin letters, digits and plain punctuation, without * : ^ or ~."
    return X12Refused("claims.x12_characters", reason, cure, place)


def _is_clean(value: str) -> bool:
    """Tell whether a single value may stand in a segment."""
    parting = "*" in value or ":" in value or value != value.strip(" ")
    return not value or (not parting and _CLEAN.fullmatch(value) is not None)


def money(cents: int) -> str:
    """Write an amount in dollars as X12.6 has it: no leading zero, no zeros after the last digit.

    4370 is `43.7`, 50 is `.5`, 0 is `0`. Raises `X12Refused` beyond ten digits.
    """
    if abs(cents) > MOST_CENTS:
        reason = "An amount has more than the ten digits that a claim file takes."
        raise X12Refused("claims.x12_amount", reason, "Check the fees that were loaded.")
    dollars, rest = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    if not rest:
        return f"{sign}{dollars}"
    return f"{sign}{dollars or ''}.{rest:02d}".rstrip("0")


def day(value: date) -> str:
    """Write a day as CCYYMMDD (D8)."""
    return f"{value.year:04d}{value.month:02d}{value.day:02d}"


def days(first: date, last: date) -> tuple[str, str]:
    """Write a day or a span of days: qualifier D8 or RD8, and the value after it.

    Raises `X12Refused` where the span ends before it begins.
    """
    if first == last:
        return "D8", day(first)
    if last < first:
        reason = "A line's last day of service is before its first."
        raise X12Refused("claims.x12_span", reason, "Draw the claim anew from its decision.")
    return "RD8", f"{day(first)}-{day(last)}"
