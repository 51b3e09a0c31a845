"""Opening a SQLite file so that what was acknowledged survives a power cut.

Versions before 3.51.3 can corrupt a database in WAL mode when two connections write or checkpoint
at the same moment (sqlite.org, release log of 3.51.3). The Python of many systems brings such a
one; the wheel pysqlite3 brings a fixed one.
"""

from __future__ import annotations

from pathlib import Path

from pysqlite3 import dbapi2

from proofline.ledger.kept.connection import Connection, Cursor
from proofline.ledger.kept.log import LedgerTrouble

OLDEST = (3, 51, 3)
WAIT_SECONDS = 30
SETTINGS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "secure_delete": 1,
    "cache_size": -65536,
    "wal_autocheckpoint": 8000,
}
"""Pragmas, and what each must read back as. 2 is FULL: every commit is on the disk.

The last two only save time: 64 MiB of pages in memory, and 32 MiB of writes before they are folded
into the file; the index of pseudonyms touches pages all over it.
"""


def open_file(path: Path) -> Connection:
    """Open or make a database file, durable, committing by itself outside of transactions.

    Raises LedgerTrouble where it cannot be opened, or SQLite is too old.
    """
    check_version(dbapi2.sqlite_version_info)
    try:
        connection = dbapi2.connect(str(path), timeout=WAIT_SECONDS, isolation_level=None)
        make_durable(connection)
    except dbapi2.Error as problem:
        message = f"{path} cannot be used as a database: {problem}."
        remedy = "Check path and permissions; put a damaged file back from a backup."
        raise LedgerTrouble("ledger.unreadable", message, remedy) from problem
    opened: Connection = connection
    return opened


def check_version(version: tuple[int, ...]) -> None:
    """Refuse a SQLite that can corrupt what it keeps."""
    if version < OLDEST:
        found, wanted = (".".join(map(str, v)) for v in (version, OLDEST))
        message = f"SQLite {found} can corrupt a database with two writers; {wanted} does not."
        raise LedgerTrouble("ledger.sqlite_version", message, "Install a newer pysqlite3.")


def make_durable(connection: Connection) -> None:
    """Set what durability needs and read it back. Raises LedgerTrouble if a setting differs."""
    cursor: Cursor = connection.cursor()
    for name, wanted in SETTINGS.items():
        cursor.execute(f"PRAGMA {name} = {wanted}")
        cursor.fetchall()
        cursor.execute(f"PRAGMA {name}")
        found = cursor.fetchone()[0]
        if found != wanted:
            message = f"SQLite keeps {name} at {found}, where {wanted} is needed."
            remedy = "Put the file on a local disk, and let nobody else hold it open."
            raise LedgerTrouble("ledger.not_durable", message, remedy)


def wipe(connection: Connection) -> None:
    """Take destroyed payloads out of the file's free pages and out of its log of writes."""
    cursor: Cursor = connection.cursor()
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    cursor.fetchall()
