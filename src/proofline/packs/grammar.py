"""What a page file may say: every section, every key, the kind of its value, and nothing else.

`problems` walks the parsed TOML and names each thing that is out of place. The reader refuses a
page that has any, so everything after it may rely on the shape.
"""

from __future__ import annotations

import difflib
from datetime import date, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

# Key, what is wrong with it, how to mend it.
_Slip: TypeAlias = tuple[str, str, str]


class Problem(Struct, frozen=True):
    """Something wrong with a page: in which file, at which key, what, and how to mend it."""

    file: str
    key: str
    message: str
    remedy: str

    def __str__(self) -> str:
        """Give all four as one line."""
        return f"{self.file}: {self.key}: {self.message} {self.remedy}"


class Kind(Struct, frozen=True):
    """A kind of value: how a message calls it, and whether a value is one."""

    says: str
    holds: Callable[[Any], bool]


def _one_of(*words: str) -> Kind:
    return Kind("one of " + ", ".join(words), lambda value: value in words)


def _is_words(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(w, str) and w for w in value)


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


TEXT = Kind("text", lambda value: isinstance(value, str) and bool(value.strip()))
WHOLE = Kind("a whole number, zero or more", lambda value: type(value) is int and value >= 0)
DAY = Kind("a date without quotes, such as 2026-01-01", _is_day)
FLAG = Kind("true or false", lambda value: isinstance(value, bool))
WORDS = Kind("a list of words that is not empty", _is_words)
TABLE = Kind("a table", lambda value: isinstance(value, dict))
LEVEL = _one_of("gate", "hold", "warn")
PERIOD = _one_of("cycle", "month", "clock", "setup")
SERVICE_DATE = _one_of("period_end", "last_minutes", "setup")
GRADE = _one_of("A", "B", "C", "K")

# A key is required unless it stands after the "may" of its section.
MUST: Mapping[str, Mapping[str, Kind]] = {
    "page": {"pack": TEXT, "title": TEXT, "program": TEXT, "payer": TEXT, "effective": DAY},
    "policy": {"choice": TEXT, "text": TEXT},
    "requirement": {"text": TEXT, "cure": TEXT, "fact": TEXT, "level": LEVEL, "cite": TEXT},
    "code": {"title": TEXT, "period": PERIOD, "service_date": SERVICE_DATE, "requires": WORDS},
    "units": {"fact": TEXT, "after": WHOLE, "each": WHOLE, "cap": WHOLE},
    "exclusive": {"codes": WORDS, "text": TEXT, "cite": TEXT},
    "absent": {"text": TEXT, "cite": TEXT},
    "change": {"what": TEXT, "why": TEXT, "cite": TEXT},
}
MAY: Mapping[str, Mapping[str, Kind]] = {
    "page": {
        "supersedes": DAY,
        "base": TEXT,
        "payer_ids": WORDS,
        "announced": DAY,
        "published": DAY,
        "enforced": FLAG,
    },
    "policy": {"cite": TEXT, "unsourced": FLAG},
    "requirement": {"min": WHOLE, "max": WHOLE, "is": FLAG, "one_of": WORDS, "grade": GRADE},
    "code": {"month_requires": WORDS, "base": TEXT, "units": TABLE},
}
_NEAREST = 3  # words named when none is near

SECTIONS = ("policy", "requirement", "code", "exclusive", "absent")


def problems(raw: Mapping[str, Any], file: str) -> Iterator[Problem]:
    """Name everything in a parsed page that the grammar does not allow."""
    head = {key: value for key, value in raw.items() if key not in {*SECTIONS, "change"}}
    slips = [_fields("page", head, key="")]
    slips += [_section(section, raw.get(section, {})) for section in SECTIONS]
    slips += [_changes(raw.get("change", []))]
    for key, message, remedy in chain.from_iterable(slips):
        yield Problem(file, key, message, remedy)


def suggestion(word: str, known: Collection[str]) -> str:
    """Say which known word may have been meant, or at least which come nearest."""
    near = difflib.get_close_matches(word, sorted(known), n=1)
    if near:
        return f"Did you mean {near[0]}?"
    nearest = difflib.get_close_matches(word, sorted(known), n=_NEAREST, cutoff=0.0)
    return f"Of {len(known)} known the nearest: {', '.join(nearest)}."


def _changes(changes: object) -> Iterator[_Slip]:
    if not isinstance(changes, list):
        yield "change", "is not a list of tables.", "Write each as [[change]]."
        return
    for number, change in enumerate(changes, start=1):
        yield from _fields("change", change, key=f"change {number}")


def _section(section: str, entries: object) -> Iterator[_Slip]:
    if not isinstance(entries, dict):
        yield section, "is not a table.", f"Write each as [{section}.NAME]."
        return
    for name, entry in entries.items():
        key = f"{section}.{name}"
        yield from _fields(section, entry, key=key)
        if isinstance(entry, dict) and section in _SENSE:
            yield from _SENSE[section](key, entry)


def _fields(section: str, entry: object, *, key: str) -> Iterator[_Slip]:
    if not isinstance(entry, dict):
        yield key, "is not a table.", "Write it as a table, its keys one to a line."
        return
    must, may = MUST[section], MAY.get(section, {})
    known, prefix = {**must, **may}, f"{key}." if key else ""
    words = {*known, *SECTIONS, "change"} if section == "page" else set(known)
    for name, value in entry.items():
        if name not in known:
            yield prefix + name, "is not a key.", suggestion(name, words)
        elif not known[name].holds(value):
            yield prefix + name, f"is {value!r}.", f"Write {known[name].says}."
    for name in sorted(must.keys() - entry.keys()):
        yield prefix + name, "is missing.", f"Add it: {must[name].says}."


def _policy_sense(key: str, entry: Mapping[str, Any]) -> Iterator[_Slip]:
    if ("cite" in entry) == bool(entry.get("unsourced")):
        yield key, "must say on what it rests.", "Give cite, or unsourced = true, not both."


def _requirement_sense(key: str, entry: Mapping[str, Any]) -> Iterator[_Slip]:
    bounds = [name for name in ("is", "one_of") if name in entry]
    bounds += ["min/max"] if {"min", "max"} & entry.keys() else []
    if len(bounds) != 1:
        seen = " and ".join(bounds) or "none"
        yield key, f"must have one bound, has {seen}.", "Give min and max, is or one_of."
    low, high = entry.get("min"), entry.get("max")
    if isinstance(low, int) and isinstance(high, int) and low > high:
        yield key, f"has min {low} above max {high}.", "Exchange or correct them."


def _code_sense(key: str, entry: Mapping[str, Any]) -> Iterator[_Slip]:
    units = entry.get("units")
    if units is not None:
        yield from _fields("units", units, key=f"{key}.units")
    if isinstance(units, dict) and 0 in (units.get("each"), units.get("cap")):
        yield f"{key}.units", "has each or cap 0.", "Both are at least 1."
    if "month_requires" in entry and entry.get("period") != "clock":
        message = f"has month_requires, but its period is {entry.get('period')}."
        yield key, message, 'Only a code with period = "clock" has a second test.'


_SENSE = {
    "policy": _policy_sense,
    "requirement": _requirement_sense,
    "code": _code_sense,
}
