"""SQLite in memory, in process: for so little evidence that planning a statement is all its cost.

It takes the text that is written for DuckDB, in the part of SQL that both share: what they spell
otherwise `dialect` writes otherwise, and the functions that SQLite lacks are in `words`. An instant
is its microseconds since 1970 here and a day its number, a truth value is 0 or 1.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any, Self

from proofline.evidence.sqlite.dialect import translated
from proofline.evidence.sqlite.words import teach

ABLE = sqlite3.sqlite_version_info >= (3, 39)
"""Whether the SQLite of this machine can join a list as a table, and tell unknowns apart."""

_STATEMENTS = 500


class _Cursor(sqlite3.Cursor):
    """Asks in SQLite's dialect what is written in DuckDB's."""

    def execute(self, sql: str, parameters: Any = (), /) -> Self:  # noqa: ANN401 - as it takes them
        """Run one statement."""
        return super().execute(translated(sql), parameters)

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> Self:
        """Run one statement for each of many rows."""
        return super().executemany(translated(sql), parameters)


class Small(sqlite3.Connection):
    """A database for little, which is asked in DuckDB's dialect."""

    def cursor(self, factory: Any = _Cursor, /) -> Any:  # noqa: ANN401 - as it inherits it
        """Give a cursor that translates."""
        return super().cursor(factory)

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401 - as above
        """Run one statement."""
        return _Cursor(self).execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        """Run one statement for each of many rows."""
        return _Cursor(self).executemany(sql, parameters)


def in_memory(place: str = "file::memory:") -> Small:
    """Open an empty database; it goes when it is closed, a named `place` with the last to use it.

    Raises `sqlite3.OperationalError` where this SQLite has no such place.
    """
    small = sqlite3.connect(
        place,
        uri=True,
        isolation_level=None,
        check_same_thread=False,  # one thread may read what another decides afterwards
        cached_statements=_STATEMENTS,
        factory=Small,
    )
    teach(small)
    small.execute("BEGIN")  # a transaction for each statement would cost what many of them cost
    return small
