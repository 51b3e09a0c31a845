"""The models on SQLite, in process: for one patient, where planning a statement is all its cost.

A little text is read and checked there too (see `evidence.sqlite`). Other evidence is read and
checked in DuckDB and copied over: as little of it as bears on an enrollment or a few.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from proofline.decide.engines.calendar import LENT, lend_calendar
from proofline.evidence import RELATIONS, TABLES
from proofline.evidence.sqlite import Small, in_memory
from proofline.facts import catalog

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from proofline.decide.engines import Staged

_LOOKED_UP = {**LENT, "clock_days": "clock_no"}
"""Relations that are long even for one patient, each with the column by which its rows are found:
without an index one would be made for every statement that joins them."""
_FLAGS = frozenset(
    ["closed"]
    + [name for name, fact in catalog().items() if fact.kind == "flag"]
    + [one.name for table in TABLES for one in table.columns if one.kind == "boolean"]
)
"""Columns that hold truth values: of facts, of evidence, and whether a period is closed."""


class SQLiteEngine:
    """The engine around a connection that already holds the staged evidence, or a copy of it."""

    def __init__(self, connection: Small) -> None:
        """Take a connection that holds the evidence; whoever opened it closes it."""
        self.name = f"sqlite-{sqlite3.sqlite_version}"
        self._connection = connection
        self._lent = LENT if lend_calendar(connection) else {}

    def define(self, relation: str, sql: str) -> None:
        """Run a query once too: what is little is sooner kept than planned anew at each use."""
        self.keep(relation, sql)

    def keep(self, relation: str, sql: str) -> None:
        """Run a query once into a temporary table."""
        if relation in self._lent:
            return
        self._connection.execute(f"DROP TABLE IF EXISTS temp.{relation}")
        self._connection.execute(_making(relation, sql))
        if (column := _LOOKED_UP.get(relation)) is not None:
            self._connection.execute(
                f"CREATE UNIQUE INDEX {relation}_{column} ON {relation} ({column})"
            )

    def rows(self, sql: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of a query; a flag comes as a truth value, which SQLite has not."""
        cursor = self._connection.execute(sql)
        names = [column[0] for column in cursor.description]
        flags = [name for name in names if name in _FLAGS]
        for cells in cursor:
            row = dict(zip(names, cells, strict=True))
            row.update((name, bool(row[name])) for name in flags if row[name] is not None)
            yield row


def _making(relation: str, sql: str) -> str:
    return f"CREATE TEMP TABLE {relation} AS {sql}"


@contextmanager
def on_sqlite(staged: Staged, relations: Sequence[str] = RELATIONS) -> Iterator[SQLiteEngine]:
    """Give the engine where the relations stand, or over a copy that goes with it."""
    if isinstance(staged.connection, Small):
        yield SQLiteEngine(staged.connection)
    else:
        with closing(_copied(staged.connection, relations)) as connection:
            yield SQLiteEngine(connection)


def _copied(staged: DuckDBPyConnection, relations: Sequence[str]) -> Small:
    connection = in_memory()
    for relation in relations:
        found = staged.execute(f"SELECT * FROM main.{relation}")
        names = [f'"{column[0]}"' for column in found.description]
        connection.execute(f"CREATE TABLE {relation}({', '.join(names)})")
        cells = ", ".join("?" * len(names))
        connection.executemany(f"INSERT INTO {relation} VALUES ({cells})", found.fetchall())
    return connection
