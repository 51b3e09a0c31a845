"""OBX-5 by the type that OBX-2 names: NM, SN and ST hold numbers, no other type does.

An NM may carry a plus sign, leading zeros or a bare point; the number that is kept has none of
them. `SN` and `ST` may say a bound (`>500`, `HI`): see `measurements.bounds`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from proofline.intake.measurements.bounds import SIGNS, Bound, bound
from proofline.intake.measurements.numbers import exact
from proofline.intake.sources.hl7v2.er7 import NULL, Delimiters, components, plain

_NUMBER = re.compile(r"([+-]?)0*(\d+|(?=\.))(?:\.(\d*))?", re.ASCII)
_TYPES = frozenset({"NM", "SN", "ST"})
_PAIR = 2
LONGEST_KEPT = 40


class Value(NamedTuple):
    """What OBX-5 says: exact decimals, or the code and the detail of its trouble.

    `bound` is the sign or word by which it is a bound.
    """

    first: str = ""
    second: str = ""
    code: str = ""
    detail: str = ""
    bound: str = ""


BLANK = Value()
_NO_NUMBER = Value(code="bad_number")


def value_of(kind: str, sent: str, marks: Delimiters) -> Value:
    """Read OBX-5; `120/80` (ST) and `^120^/^80` (SN) give two numbers."""
    if not sent or sent == NULL:
        return BLANK
    if kind not in _TYPES:
        return Value(code="not_a_reading", detail="a value of another type than NM, SN and ST")
    if marks.repetition in sent:
        return Value(code="repeated")
    if kind == "SN":
        return _structured(components(sent, marks))
    text = plain(sent, marks)
    if kind == "NM":
        number = _number(text)
        return Value(number) if number else _NO_NUMBER
    return _text(text)


kept_value_of = lru_cache(maxsize=4096)(value_of)
"""The same, kept: bodies measure the same again. Only for values of LONGEST_KEPT at most."""


def _structured(parts: tuple[str, ...]) -> Value:
    comparator, first, separator, second, *_ = (*parts, "", "", "", "")
    if comparator in SIGNS:
        return _bound(Bound(comparator, first))
    numbers = [_number(part) for part in (first, second) if part]
    if comparator not in {"", "="} or not all(numbers):
        return _NO_NUMBER
    if separator == "/" and len(numbers) == _PAIR:
        return Value(numbers[0] or "", numbers[1] or "")
    return Value(numbers[0] or "") if first and not separator and not second else _NO_NUMBER


def _text(text: str) -> Value:
    if (found := bound(text)) is not None:
        return _bound(found)
    first, slash, second = text.partition("/")
    numbers = [_number(part.strip()) for part in ((first, second) if slash else (first,))]
    return Value(*(number or "" for number in numbers)) if all(numbers) else _NO_NUMBER


def _bound(found: Bound) -> Value:
    limit = _number(found.limit) if found.limit else ""
    return _NO_NUMBER if limit is None else Value(limit, bound=found.by)


def _number(sent: str) -> str | None:
    """Give an HL7 number as plain decimal text; None for what is none."""
    if number := exact(sent):
        return number
    match = _NUMBER.fullmatch(sent) if len(sent) <= LONGEST_KEPT else None
    if not match:
        return None
    sign, whole, part = match.groups()
    minus = "-" if sign == "-" else ""
    return exact(f"{minus}{whole or '0'}{'.' + part if part else ''}")
