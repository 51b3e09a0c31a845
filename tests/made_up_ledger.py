"""Ledgers for tests: made up, small, on either database."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2

from proofline.ledger.audit.verifying import Fault, Verification
from proofline.ledger.audit.vouching import Heads
from proofline.ledger.checkpoint import sign
from proofline.ledger.entry import canonical
from proofline.ledger.kept import log, sqlite
from proofline.ledger.kept.connection import POSTGRES, SQLITE, Connection, Dialect, transaction
from proofline.ledger.kept.log import Log, Opening, Record
from proofline.ledger.note import Algorithm, SigningKey

ORIGIN = "ledger.example/made-up"
KEY = SigningKey(ORIGIN, bytes(range(32)))
PUBLIC = KEY.public(Algorithm.ED25519)
SECRET = bytes(32)
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Chance:
    """Gives bytes that look like chance, and are the same in every run."""

    def __init__(self) -> None:
        self._numbers = itertools.count()

    def __call__(self, size: int) -> bytes:
        return hashlib.shake_128(str(next(self._numbers)).encode()).digest(size)


@dataclass
class Made:
    """A ledger with the connection it is on."""

    connection: Any
    dialect: Dialect
    log: Log
    errors: type[Exception] = dbapi2.IntegrityError

    @contextmanager
    def writing(self) -> Iterator[Log]:
        with transaction(self.connection, self.dialect):
            yield self.log

    def append(self, count: int, at: datetime = AT) -> None:
        with self.writing() as kept:
            kept.append(records(kept.size(), count), at)

    def sql(self, statement: str, *parameters: object) -> list[Any]:
        """Do what somebody with the password does."""
        cursor = self.connection.cursor()
        cursor.execute(statement.replace("?", self.dialect.mark), parameters)
        read = statement.lstrip().upper().startswith(("SELECT", "PRAGMA"))
        return list(cursor.fetchall()) if read else []

    def without_triggers(self) -> None:
        from proofline.ledger.kept.tables import triggers  # noqa: PLC0415

        for name in triggers(self.dialect):
            table = name.rpartition("_")[0]
            of = f" ON {table}" if self.dialect is POSTGRES else ""
            self.sql(f"DROP TRIGGER IF EXISTS {name}{of}")

    def faults(self, heads: Heads | None = None) -> list[Fault]:
        return list(self.verification(heads).faults())

    def verification(self, heads: Heads | None = None) -> Verification:
        return Verification(self.connection, self.dialect, heads or Heads())


def records(first: int, count: int) -> list[Record]:
    """Make readings that nobody had."""
    return [
        Record(
            kind="readings",
            payload=canonical({"reading_id": f"r-{n}", "systolic": str(100 + n % 70)}),
            actor="intake",
            subject=f"p-{n % 3}",
            item=f"readings/r-{n}",
            occurred_at=AT - timedelta(minutes=n),
        )
        for n in range(first, first + count)
    ]


def on_sqlite(path: Path, count: int = 0) -> Made:
    return _made(sqlite.open_file(path), SQLITE, count)


def on_postgres(address: str, count: int = 0) -> Made:
    import psycopg  # noqa: PLC0415

    made = _made(psycopg.connect(address, autocommit=True), POSTGRES, count)
    made.errors = psycopg.IntegrityError
    return made


def _made(connection: Connection, dialect: Dialect, count: int) -> Made:
    with transaction(connection, dialect):
        kept = log.create(connection, dialect, Opening(ORIGIN, SECRET, "test", AT), Chance())
    made = Made(connection, dialect, kept)
    if count:
        made.append(count)
    return made


def checkpoint(made: Made, at: datetime = AT) -> str:
    """Sign the head as it is now."""
    return str(sign(made.log.head(), KEY, at))
