"""The SQLite that is linked: the wheel's, since older ones can corrupt a book with two writers."""

from __future__ import annotations

import sys

import pysqlite3

from proofline.ledger.kept.sqlite import check_version


def take_place() -> None:
    """Let `import sqlite3` mean the wheel's SQLite from here on, and refuse one that is too old."""
    check_version(pysqlite3.sqlite_version_info)
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
