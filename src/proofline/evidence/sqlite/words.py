"""The functions of the models that SQLite lacks, each as DuckDB has it; none knows a rule."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

Cell = str | int | None

_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def teach(connection: sqlite3.Connection) -> None:
    """Make the functions known to a connection, and `LIKE` mind the case of letters."""
    for name, (count, function) in _FUNCTIONS.items():
        connection.create_function(name, count, function, deterministic=True)
    for name, (count, aggregate) in _AGGREGATES.items():
        connection.create_aggregate(name, count, aggregate)
    connection.execute("PRAGMA case_sensitive_like = ON")


def _greatest(*cells: int | None) -> int | None:
    return max((cell for cell in cells if cell is not None), default=None)


def _least(*cells: int | None) -> int | None:
    return min((cell for cell in cells if cell is not None), default=None)


def _of_known(function: Callable[..., Cell]) -> Callable[..., Cell]:
    """Make a function unknown where one of its arguments is."""
    return lambda *cells: None if None in cells else function(*cells)


def _concat_ws(mark: str, *texts: str | None) -> str:
    return mark.join(text for text in texts if text is not None)


def _series(first: int, last: int) -> str:
    return msgspec.json.encode(list(range(first, last + 1))).decode()


def _listed(cells: str, mark: str) -> str:
    return mark.join(cell for cell in msgspec.json.decode(cells) if cell is not None)


def _split(text: str, mark: str) -> str:
    return msgspec.json.encode(text.split(mark)).decode()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _upper(text: str) -> str:
    """Write letters large, each as one letter: what would become two stays as it is."""
    if text.isascii():
        return text.upper()
    return "".join(large if len(large := letter.upper()) == 1 else letter for letter in text)


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    # An end is the end of the text, and a digit one of ten, as DuckDB has it.
    ended = pattern.removesuffix("$") + r"\Z" if pattern.endswith("$") else pattern
    return re.compile(ended, re.ASCII)


def _matches(text: str, pattern: str) -> bool:
    return _pattern(pattern).search(text) is not None


def _matches_whole(text: str, pattern: str) -> bool:
    return _pattern(pattern).fullmatch(text) is not None


def day_of(text: str) -> int | None:
    """Give the number of a day since 1970-01-01; unknown where there is no such day.

    The text is of the form YYYY-MM-DD; of others nothing is said.
    """
    try:
        return (date.fromisoformat(text) - _EPOCH.date()).days
    except ValueError:
        return None


def _instant_of(text: str) -> int | None:
    """Give the microseconds since 1970 of a text in large letters; without an offset it is UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    known = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return (known - _EPOCH) // _MICROSECOND


def _hash(*cells: Cell) -> str:
    """Tell keys apart, as a hash does: by all that they hold."""
    return msgspec.json.encode(cells).decode()


_FUNCTIONS: dict[str, tuple[int, Callable[..., Cell]]] = {
    "array_to_string": (2, _of_known(_listed)),
    "greatest": (-1, _greatest),
    "least": (-1, _least),
    "bit_count": (1, _of_known(int.bit_count)),
    "chr": (1, chr),
    "concat": (-1, lambda *texts: _concat_ws("", *texts)),
    "concat_ws": (-1, _concat_ws),
    "day_of": (1, _of_known(day_of)),
    "from_json": (2, lambda text, _: text),
    "generate_series": (2, _of_known(_series)),
    "hash": (-1, _hash),
    "instant_of": (1, _of_known(_instant_of)),
    "lpad": (3, str.rjust),
    "regexp_full_match": (2, _of_known(_matches_whole)),
    "regexp_matches": (2, _of_known(_matches)),
    "sha256": (1, _of_known(_sha256)),
    "string_split": (2, _of_known(_split)),
    "upper": (1, _of_known(_upper)),
}
"""Each with the number of its arguments; -1 for any."""


class _Or:
    """Of bits the union."""

    found: int | None = None

    def step(self, cell: int | None) -> None:
        """Take one more cell."""
        if cell is not None:
            self.found = (self.found or 0) | cell

    def finalize(self) -> int | None:
        """Give what was found; unknown where every cell was."""
        return self.found


class _ArgMost:
    """The value beside the greatest key."""

    found: Cell = None
    key: int | None = None

    def step(self, value: Cell, key: int | None) -> None:
        """Take one more value and its key."""
        if (
            value is not None
            and key is not None
            and (self.key is None or self.beats(key, self.key))
        ):
            self.found, self.key = value, key

    def beats(self, key: int, best: int) -> bool:
        """Say whether a key goes before the best so far."""
        return key > best

    def finalize(self) -> Cell:
        """Give the value that was found."""
        return self.found


class _ArgLeast(_ArgMost):
    """The value beside the least key."""

    def beats(self, key: int, best: int) -> bool:
        """Say whether a key goes before the best so far."""
        return key < best


class _Joined:
    """Texts in the order of their places, with a mark between them."""

    def __init__(self) -> None:
        self.texts: list[Any] = []
        self.mark = ""

    def step(self, text: str | None, mark: str, place: str | int) -> None:
        """Take one more text and its place."""
        if text is not None:
            self.texts.append((place, text))
            self.mark = mark

    def finalize(self) -> str | None:
        """Give the whole text; unknown where there was none."""
        return self.mark.join(text for _, text in sorted(self.texts)) if self.texts else None


_AGGREGATES: dict[str, tuple[int, type[Any]]] = {
    "arg_max": (2, _ArgMost),
    "arg_min": (2, _ArgLeast),
    "bit_or": (1, _Or),
    "string_agg": (3, _Joined),
}
