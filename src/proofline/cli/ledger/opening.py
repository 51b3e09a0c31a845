"""Opening the LEDGER that a command names: a SQLite file, or an address of PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from proofline.errors import ProoflineError
from proofline.ledger.kept.connection import POSTGRES, SQLITE, Dialect

SCHEMES = ("postgresql://", "postgres://")
FLOORS = ("fsync", "full_page_writes", "synchronous_commit")
"""Settings of PostgreSQL that must be on, or a power cut can lose what was told as kept."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection that commits by itself outside of transactions, and how to speak to it."""

    connection: Any
    dialect: Dialect
    errors: tuple[type[Exception], ...]
    place: str


def now() -> datetime:
    """Give the instant on the wall; only the terminal may ask for it."""
    return datetime.now(UTC)


@contextmanager
def opened(place: str, *, new: bool = False) -> Iterator[Opened]:
    """Open the database of a ledger and close it; `new` allows a file that is not there yet.

    What the database says against it becomes an error of the operator, without any password.
    """
    found = _postgres(place) if place.startswith(SCHEMES) else _sqlite(Path(place), new=new)
    try:
        yield found
    except found.errors as problem:
        first = str(problem).strip().splitlines()[0] if str(problem).strip() else "no reason given"
        message = f"The database of {found.place} refused: {first}"
        remedy = "Nothing of the step that failed was kept. Mend it and give the command again."
        raise ProoflineError("ledger.database", message, remedy) from problem
    finally:
        found.connection.close()


def _sqlite(path: Path, *, new: bool) -> Opened:
    from pysqlite3 import dbapi2  # noqa: PLC0415

    from proofline.ledger.kept.sqlite import open_file  # noqa: PLC0415
    from proofline.ledger.witness import writing  # noqa: PLC0415

    if not new and not path.is_file():
        message = f"There is no ledger at {path}."
        remedy = "Check the path, or begin one with `proofline ledger keep EVIDENCE --into LEDGER`."
        raise ProoflineError("ledger.none", message, remedy)
    if not path.exists():
        with writing(path):
            path.touch(mode=0o600)  # it will hold patients' data; only the owner reads it
    return Opened(open_file(path), SQLITE, (dbapi2.Error,), str(path))


def _postgres(address: str) -> Opened:
    try:
        import psycopg  # noqa: PLC0415
    except ImportError as problem:
        message = "A ledger in PostgreSQL needs psycopg, which is not installed."
        remedy = 'pip install "proofline[postgres]"'
        raise ProoflineError("ledger.postgres_extra", message, remedy) from problem
    place = _without_password(address)
    try:
        connection = psycopg.connect(address, autocommit=True)
    except psycopg.Error:
        # Its own words may quote the address, and with it the password.
        message = f"PostgreSQL at {place} cannot be reached, or refused the user."
        remedy = "Check host, database and user with `psql`; the password belongs in ~/.pgpass."
        raise ProoflineError("ledger.unreachable", message, remedy) from None
    low = [name for name in FLOORS if _setting(connection, name) not in {"on", "remote_apply"}]
    if low:
        connection.close()
        message = f"The server at {place} has {', '.join(low)} off."
        remedy = "Switch it on: without it a power cut can lose what was told as kept."
        raise ProoflineError("ledger.not_durable", message, remedy)
    return Opened(connection, POSTGRES, (psycopg.Error,), place)


def _setting(connection: Any, name: str) -> str:  # noqa: ANN401 - of a library that is an extra
    return str(connection.execute("SELECT current_setting(%s)", [name]).fetchone()[0])


def _without_password(address: str) -> str:
    """Name a database by its host and its name only."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "the address"
    return f"{parts.hostname or 'the local socket'}{parts.path}"
