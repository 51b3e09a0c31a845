"""SQLite in memory, in process: for so little evidence that planning a statement is all its cost.

It takes the text that is written for DuckDB, in the part of SQL that both share: what they spell
otherwise `dialect` writes otherwise, and the functions that SQLite lacks are in `words`. An instant
is its microseconds since 1970 here and a day its number, a truth value is 0 or 1. What was planned
for one use is kept for the next (see `standing`).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from typing import Any
from weakref import WeakSet

from proofline.evidence.sqlite.dialect import translated
from proofline.evidence.sqlite.standing import Standing
from proofline.evidence.sqlite.words import teach

ABLE = sqlite3.sqlite_version_info >= (3, 39)
"""Whether the SQLite of this machine can join a list as a table, and tell unknowns apart."""

_STATEMENTS = 1000
"""So many statements stay planned; one decision asks some three hundred."""

_NOWHERE = "file::memory:"
_IDLE: list[Standing] = []
_MOST_IDLE = 2
"""About so many databases wait for their next use, each with some ten megabytes of plans."""

_LEFT: list[Standing] = []
"""What a child has of its parent's: not used, and not closed, for that waits for its threads."""


def _leave() -> None:
    _LEFT.extend(_IDLE)
    _IDLE.clear()


os.register_at_fork(after_in_child=_leave)


class Small:
    """A database for little, asked in DuckDB's dialect, for one use: until it is closed."""

    def __init__(self, standing: Standing, *, again: bool) -> None:
        """Take a database in which nothing is, and say whether others may use it `again`."""
        self._standing: Standing | None = standing
        self._again = again
        self._cursors: WeakSet[sqlite3.Cursor] = WeakSet()
        standing.connection.execute("BEGIN")  # one for each statement would cost what many cost

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401 - as it takes them
        """Run one statement."""
        cursor, text = self._cursor(), translated(sql)
        return cursor if self._open.made(text) else cursor.execute(text, parameters)

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        """Run one statement for each of many rows."""
        return self._cursor().executemany(translated(sql), parameters)

    def cursor(self) -> Small:
        """Give what looks at the same: answers do not end each other here."""
        return self

    def close(self) -> None:
        """End this use: no row is left, and no answer of it can be read on."""
        standing, self._standing = self._standing, None
        if standing is None:
            return
        for cursor in list(self._cursors):
            cursor.close()
        if self._again and len(_IDLE) < _MOST_IDLE and _is_clean(standing):
            _IDLE.append(standing)
        else:
            standing.connection.close()

    @property
    def _open(self) -> Standing:
        if self._standing is None:
            raise sqlite3.ProgrammingError("this database is closed")
        return self._standing

    def _cursor(self) -> sqlite3.Cursor:
        cursor = self._open.connection.cursor()
        self._cursors.add(cursor)
        return cursor


def _is_clean(standing: Standing) -> bool:
    """Empty a database; no, if it cannot be, as after an error that ended its transaction."""
    try:
        return standing.emptied()
    except sqlite3.Error:
        return False


def in_memory(place: str = _NOWHERE) -> Small:
    """Open an empty database; it goes when it is closed, a named `place` with the last to use it.

    Raises `sqlite3.OperationalError` where this SQLite has no such place.
    """
    if place != _NOWHERE:
        return Small(_new(place), again=False)
    try:
        return Small(_IDLE.pop(), again=True)
    except IndexError:
        return Small(_new(place), again=True)


def _new(place: str) -> Standing:
    connection = sqlite3.connect(
        place,
        uri=True,
        isolation_level=None,
        check_same_thread=False,  # one thread may read what another decides afterwards
        cached_statements=_STATEMENTS,
    )
    connection.execute("PRAGMA temp_store = MEMORY")  # no row of a patient goes to a disk
    teach(connection)
    return Standing(connection)
