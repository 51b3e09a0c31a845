"""The ledger of the service, on Django's connection and inside its transactions."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime

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
