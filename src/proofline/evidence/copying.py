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

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from proofline.evidence.contract import Column
    from proofline.evidence.database import Database
    from proofline.evidence.sources import Source

_NUL = r"\u0000"
"""How a NUL is written in a row as sent. SQLite takes it for the end of a text."""


def copied(
    connection: Database, small: Database, sent: Mapping[str, Source]
) -> dict[str, Source] | None:
    """Copy the tables, and the troubles found so far; None where there is a text SQLite would cut.

    The sources given are those of the copies.
    """
    # There is nothing to optimise in reading small tables whole, and looking for it takes longer.
    connection.execute("PRAGMA disable_optimizer")
    cut = [name for name, source in sent.items() if not _copy(connection, small, source)]
    insert_rows(small, "troubles", connection.execute("SELECT * FROM troubles").fetchall())
    connection.execute("PRAGMA enable_optimizer")
    return None if cut else {name: _copy_of(source) for name, source in sent.items()}


def _copy(connection: Database, small: Database, source: Source) -> bool:
    """Copy one table; False where it holds a text that SQLite would cut."""
    cells = ", ".join(("_line", *_cells(source), f"{source.row} AS _sent"))
    answer = connection.execute(f"SELECT {cells} FROM {source.relation}")
    columns = ", ".join(f'"{column[0]}"' for column in answer.description)
    rows, target = answer.fetchall(), _copy_of(source).relation
    small.execute(f"CREATE TABLE {target}({columns})")
    insert_rows(small, target, rows)
    return not any(_NUL in row[-1] for row in rows)


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
