"""The rows of one enrollment, narrowed in DuckDB, copied to SQLite to be checked and decided there.

Text goes over as it is. A cell of any other type is read by DuckDB on the way, with the SQL that
reads it there: SQLite has no such types. What it says then stands in the column, and beside it
whether it is wrong, and what the clock on the wall showed. The row as sent goes with it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proofline.evidence.cells import READ, read_cell
from proofline.evidence.database import insert_rows
from proofline.evidence.sources import literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proofline.evidence.contract import Column
    from proofline.evidence.database import Cell, Database
    from proofline.evidence.sources import Source

FEW_ROWS = 6_000
"""Up to so many rows that DuckDB has narrowed SQLite has checked before DuckDB has planned."""

_NUL = r"\u0000"
"""How a NUL is written in a row as sent. SQLite takes it for the end of a text."""


class Unfit(Exception):
    """The rows are too many for SQLite, or hold a text that it would cut."""


class InSQLite:
    """Rows taken to SQLite as they are found; raises `Unfit` where they do not fit there."""

    def __init__(self, connection: Database, database: Database) -> None:
        """Take the database in which the tables are, and the one to copy to."""
        self.database = database
        self._connection = connection
        self._left = FEW_ROWS
        troubles = connection.execute("SELECT * FROM troubles").fetchall()
        insert_rows(database, "troubles", troubles)

    def take(self, source: Source, rows: str) -> Source:
        """Copy rows to a table of their own."""
        columns, found = self._found(source, rows)
        taken = _copy_of(source)
        self.database.execute(f"CREATE TABLE {taken.relation}({columns})")
        insert_rows(self.database, taken.relation, found)
        return taken

    def add(self, source: Source, taken: Source, rows: str) -> None:
        """Copy more rows to that table."""
        insert_rows(self.database, taken.relation, self._found(source, rows)[1])

    def whole(self, source: Source) -> Source:
        """Copy a table with all that it holds."""
        return self.take(source, f"SELECT * FROM {source.relation}")

    def listed(self, taken: Source, cell: str) -> str:
        """Write out what stands in a cell of all rows taken, once each."""
        found = self.database.execute(f"SELECT DISTINCT {cell} FROM {taken.relation}").fetchall()
        given = (one for (one,) in found if one is not None)
        return ", ".join(literal(one) if isinstance(one, str) else str(one) for one in given) or (
            "NULL"
        )

    def _found(self, source: Source, rows: str) -> tuple[str, list[tuple[Cell, ...]]]:
        cells = ", ".join(("_line", *_cells(source), f"{source.row} AS _sent"))
        answer = self._connection.execute(f"SELECT {cells} FROM ({rows})")
        columns = ", ".join(f'"{column[0]}"' for column in answer.description)
        found = answer.fetchmany(self._left + 1)
        self._left -= len(found)
        if self._left < 0 or any(_NUL in row[-1] for row in found):
            raise Unfit
        return columns, found


def _copy_of(source: Source) -> Source:
    """What is known of the copy of a table."""
    types = {name: "VARCHAR" if of == "VARCHAR" else READ for name, of in source.types.items()}
    relation = f"sent.{source.table.name}"
    return replace(source, relation=relation, types=types, row="_sent", scanned=False)


def _cells(source: Source) -> Iterable[str]:
    """The cells of the contract for a SELECT, each column with what `READ` wants beside it."""
    for column in source.table.columns:
        kept_as = source.types.get(column.name)
        if kept_as == "VARCHAR":
            yield f'"{column.name}"'
        elif kept_as is not None:
            yield from _read(column, kept_as)


def _read(column: Column, kept_as: str) -> Iterable[str]:
    cell = read_cell(column, kept_as)
    wrong = f"({cell.wrong}) IS TRUE" if cell.wrong else "FALSE"
    name, is_wrong = column.name, f'"_wrong_{column.name}"'
    yield f"{wrong} AS {is_wrong}"
    yield f'CASE WHEN NOT {is_wrong} THEN {cell.value} END AS "{name}"'
    if column.kind == "instant":
        wall = f"CASE WHEN NOT {is_wrong} AND {cell.naive} THEN {cell.local} END"
        yield f'{wall if cell.naive else "NULL"} AS "_wall_{name}"'
