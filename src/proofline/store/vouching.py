"""The ledger of the service, on Django's connection and inside its transactions."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime

from django.db import connection

from proofline.ledger.entry import SECRET_BYTES
from proofline.ledger.kept.connection import POSTGRES, SQLITE, Dialect
from proofline.ledger.kept.log import Log, Opening, create

ORIGIN = "proofline.service/book"


def dialect() -> Dialect:
    """Give the database's dialect; Django marks parameters alike for both databases."""
    return POSTGRES if connection.vendor == "postgresql" else replace(SQLITE, mark="%s")


def make_ledger(at: datetime) -> None:
    """Make the ledger's tables in a new book, inside the migration's transaction."""
    opening = Opening(ORIGIN, secrets.token_bytes(SECRET_BYTES), "service", at)
    create(connection, dialect(), opening, secrets.token_bytes)


def ledger() -> Log:
    """Take up the ledger; what is appended is committed with the caller's transaction."""
    return Log(connection, dialect(), secrets.token_bytes)


def take_turn() -> datetime:
    """Wait until no other act is under way, for the rest of the transaction; give the last's time.

    On PostgreSQL the row of the head is the lock; on SQLite a transaction that writes has it. Every
    act ends by moving that row anyway, so to take it first costs nothing and spares both a deadlock
    and a decision on what another act is just changing.
    """
    return _last(" FOR UPDATE" if connection.vendor == "postgresql" else "")


def last_told() -> datetime:
    """Give when the last act was, without waiting for one that is under way."""
    return _last("")


def _last(lock: str) -> datetime:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT recorded_at FROM ledger_head{lock}")
        (last,) = cursor.fetchone()
    return datetime.fromisoformat(last) if last else datetime.min.replace(tzinfo=UTC)
