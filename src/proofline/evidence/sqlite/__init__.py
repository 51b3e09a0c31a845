"""SQLite in memory, in process: for so little evidence that planning a statement is all its cost.

It takes the text that is written for DuckDB, in the part of SQL that both share: what they spell
otherwise `dialect` writes otherwise, and the functions that SQLite lacks are in `words`. An instant
is its microseconds since 1970 here and a day its number, a truth value is 0 or 1.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Hashable, Iterable
from threading import Lock
from typing import Any, Self
from weakref import WeakSet

from proofline.evidence.sqlite.dialect import translated
from proofline.evidence.sqlite.standing import Standing

ABLE = sqlite3.sqlite_version_info >= (3, 39)
"""Whether the SQLite of this machine can join a list as a table, and tell unknowns apart."""

_MOST_IDLE = 6
"""So many databases wait to be lent again, of some 6 MB each: one for each kind of patient."""
_IDLE: list[tuple[Hashable, Standing]] = []
_LENDING = Lock()


class _Cursor(sqlite3.Cursor):
    """Asks in SQLite's dialect what is written in DuckDB's."""

    def __init__(self, standing: Standing) -> None:
        super().__init__(standing.raw)
        self._standing = standing

    def execute(self, sql: str, parameters: Any = (), /) -> Self:  # noqa: ANN401 - as it takes them
        """Run one statement."""
        for text in self._standing.instead(translated(sql)):
            super().execute(text, parameters)
        return self

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> Self:
        """Run one statement for each of many rows."""
        return super().executemany(translated(sql), parameters)


class Small:
    """A database for little, which is asked in DuckDB's dialect."""

    def __init__(self, standing: Standing, likeness: Hashable = None) -> None:
        """Take a database that nobody has; with a `likeness` it is lent again when closed."""
        self._standing: Standing | None = standing
        self._likeness = likeness
        self._cursors: WeakSet[_Cursor] = WeakSet()
        standing.lend()

    def cursor(self) -> Any:  # noqa: ANN401 - a cursor, which looks at the same as its database
        """Give a cursor that translates; it ends with the loan."""
        if self._standing is None:
            raise sqlite3.ProgrammingError("Cannot operate on a closed database.")
        cursor = _Cursor(self._standing)
        self._cursors.add(cursor)
        return cursor

    def execute(self, sql: str, parameters: Any = (), /) -> _Cursor:  # noqa: ANN401 - as above
        """Run one statement."""
        cursor: _Cursor = self.cursor()
        return cursor.execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> _Cursor:
        """Run one statement for each of many rows."""
        cursor: _Cursor = self.cursor()
        return cursor.executemany(sql, parameters)

    def close(self) -> None:
        """Undo all that was done; nobody can ask it any more, nor fetch what was asked."""
        standing, self._standing = self._standing, None
        if standing is None:
            return
        for cursor in list(self._cursors):
            cursor.close()
        if self._likeness is None or not standing.end():
            standing.raw.close()
            return
        with _LENDING:
            _IDLE.append((self._likeness, standing))
            put_by = _IDLE[:-_MOST_IDLE]
            del _IDLE[:-_MOST_IDLE]
        for _, one in put_by:
            one.raw.close()


def in_memory(place: str = "file::memory:") -> Small:
    """Open an empty database; it goes when it is closed, a named `place` with the last to use it.

    Raises `sqlite3.OperationalError` where this SQLite has no such place.
    """
    return Small(Standing(place))


def lent(likeness: Hashable) -> Small:
    """Lend an empty database in which what is `like` this was decided before, if one waits.

    What is alike makes the same relations; what is not is only slower.
    """
    likeness = (likeness, os.getpid())  # a connection is not to be had by two processes
    with _LENDING:
        like = [place for place, (kept, _) in enumerate(_IDLE) if kept == likeness]
        standing = _IDLE.pop(like[-1])[1] if like else Standing("file::memory:")
    return Small(standing, likeness)
