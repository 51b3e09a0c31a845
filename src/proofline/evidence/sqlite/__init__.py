"""SQLite in memory, in process: for so little evidence that planning a statement is all its cost.

It takes the text that is written for DuckDB, in the part of SQL that both share: what they spell
otherwise `dialect` writes otherwise, and the functions that SQLite lacks are in `words`. An instant
is its microseconds since 1970 here and a day its number, a truth value is 0 or 1.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from proofline.evidence.sqlite.dialect import translated
from proofline.evidence.sqlite.words import teach

ABLE = sqlite3.sqlite_version_info >= (3, 39)
"""Whether the SQLite of this machine can join a list as a table, and tell unknowns apart."""

_STATEMENTS = 500


class Small(sqlite3.Connection):
    """A database for little, which is asked in DuckDB's dialect."""

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> sqlite3.Cursor:
        """Run one statement."""
        return super().execute(translated(sql), parameters)

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        """Run one statement for each of many rows."""
        return super().executemany(translated(sql), parameters)


def in_memory() -> Small:
    """Open an empty database; it goes when it is closed."""
    small = sqlite3.connect(
        ":memory:", isolation_level=None, cached_statements=_STATEMENTS, factory=Small
    )
    teach(small)
    return small
