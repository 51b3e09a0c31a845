"""Where the evidence stands while it is checked: DuckDB, or SQLite for a little of it.

Either takes the same text. What differs is how rows come in from outside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from proofline.evidence.sqlite import Small

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    Connection = duckdb.DuckDBPyConnection | Small

Cell = str | int | None
_ENCODE = msgspec.json.Encoder().encode
_BATCH = """FROM (SELECT unnest(from_json(?, '[["VARCHAR"]]')) AS r)"""


class Answer(Protocol):
    """The rows that a statement gave."""

    @property
    def description(self) -> Any:  # noqa: ANN401 - of each column a tuple, its name and type first
        """Say which columns they have."""

    def fetchone(self) -> Any:  # noqa: ANN401 - a row, or None
        """Give the next row; None after the last."""

    def fetchmany(self, size: int = ..., /) -> list[Any]:
        """Give so many rows, or as many as are left."""

    def fetchall(self) -> list[Any]:
        """Give all rows that are left."""


class Database(Protocol):
    """What is asked in DuckDB's dialect."""

    def execute(self, sql: str, parameters: Any = ..., /) -> Answer:  # noqa: ANN401 - its own
        """Run a statement and give its answer."""

    def cursor(self) -> Database:
        """Give another that looks at the same, so that answers do not end each other."""


def insert_rows(database: Database, target: str, rows: Sequence[Sequence[Cell]]) -> None:
    """Insert rows, all of one length, into a table whose types their text can be cast to."""
    if not rows:
        return
    places = range(1, len(rows[0]) + 1)
    if isinstance(database, Small):
        cells = ", ".join("?" for _ in places)
        database.executemany(f"INSERT INTO {target} VALUES ({cells})", rows)
        return
    cells = ", ".join(f"r[{place}]" for place in places)
    database.execute(f"INSERT INTO {target} SELECT {cells} {_BATCH}", [_ENCODE(rows).decode()])
