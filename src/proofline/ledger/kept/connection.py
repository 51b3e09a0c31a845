"""What the ledger asks of a database connection, and in what two databases differ.

A connection is handed in and stays its owner's: nothing here begins, commits or closes anything,
but for `transaction`, which a caller without a framework uses. So the rows of a business act and
the entries that vouch for them are committed together or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from proofline.errors import ProoflineError

Row: TypeAlias = tuple[Any, ...]


class Cursor(Protocol):
    """What runs statements; those of sqlite3, APSW, psycopg and Django all do."""

    def execute(self, statement: str, parameters: Sequence[Any] = ..., /) -> Any:  # noqa: ANN401
        """Run one statement."""

    def executemany(self, statement: str, rows: Sequence[Sequence[Any]], /) -> Any:  # noqa: ANN401
        """Run one statement for each row."""

    def fetchone(self) -> Any:  # noqa: ANN401
        """Give the next row, or None."""

    def fetchall(self) -> list[Any]:
        """Give all rows that are left."""


class Connection(Protocol):
    """What gives cursors."""

    def cursor(self) -> Any:  # noqa: ANN401
        """Give a new cursor."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one database is spoken to: `mark` stands for a parameter in a statement.

    `begin` opens a transaction that may write, `snapshot` one that sees everything as it was at one
    instant, whoever writes meanwhile; `lock` makes a query keep others from the row it reads.
    `arrays` says that the rows of a batch travel as one array for each column. `blob` and `text`
    give the bytes of a column of that kind, also where they are no text any more; none where a cell
    was turned into one of another kind.
    """

    name: str
    mark: str
    begin: str
    snapshot: str
    lock: str
    arrays: bool
    blob: str
    text: str

    def insert(self, cursor: Cursor, table: str, columns: dict[str, str], rows: list[Row]) -> None:
        """Insert rows in one pass; `columns` gives the type of each in PostgreSQL's words."""
        if not rows:
            return
        names = ", ".join(columns)
        if self.arrays:
            given = ", ".join(f"{self.mark}::{kind}[]" for kind in columns.values())
            statement = f"INSERT INTO {table} ({names}) SELECT * FROM unnest({given})"
            cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])
        else:
            marks = ", ".join([self.mark] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)

    def ask(self, cursor: Cursor, query: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Run a query written with `?` for its parameters; give all rows."""
        cursor.execute(query.replace("?", self.mark), parameters)
        return cursor.fetchall()


SQLITE = Dialect(
    name="sqlite",
    mark="?",
    begin="BEGIN IMMEDIATE",
    snapshot="BEGIN",
    lock="",
    arrays=False,
    blob="CASE WHEN typeof({0}) IN ('blob', 'null') THEN {0} ELSE x'' END",
    text="CASE typeof({0}) WHEN 'text' THEN CAST({0} AS blob) ELSE x'' END",
)
POSTGRES = Dialect(
    name="postgresql",
    mark="%s",
    begin="BEGIN",
    snapshot="BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    lock=" FOR UPDATE",
    arrays=True,
    blob="{}",
    text="convert_to({}, 'UTF8')",
)


@contextmanager
def transaction(
    connection: Connection, dialect: Dialect, *, reading: bool = False
) -> Iterator[Cursor]:
    """Run what is inside as one transaction of a connection that commits by itself otherwise.

    One for `reading` keeps nobody from writing, and does not see what they write. Raises
    ProoflineError where the database fails while it commits: then nobody knows whether it did.
    """
    cursor: Cursor = connection.cursor()
    cursor.execute(dialect.snapshot if reading else dialect.begin)
    try:
        yield cursor
    except BaseException:
        _undo(connection)
        raise
    try:
        cursor.execute("COMMIT")
    except BaseException as problem:
        _undo(connection)
        if reading or not isinstance(problem, Exception):
            raise
        raise _outcome_unknown(problem) from problem


def _undo(connection: Connection) -> None:
    """Roll back, unless the database did so by itself or is gone: what failed before is told."""
    with suppress(Exception):
        connection.cursor().execute("ROLLBACK")


def _outcome_unknown(problem: Exception) -> ProoflineError:
    first = (str(problem).strip().splitlines() or ["no reason given"])[0]
    return ProoflineError(
        "ledger.outcome_unknown",
        f"The database failed while it committed: {first}. Whether the last step was kept is not"
        " known.",
        "Mend it and give the command again: what is on record is not kept twice.",
    )
