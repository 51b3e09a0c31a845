"""What has to hold before the service runs: a database that keeps what it was told to keep."""

from __future__ import annotations

import stat
from pathlib import Path

from django.db import connection

from proofline.store.fences import EVERY, postgresql_fences, sqlite_fences
from proofline.store.trouble import StoreError

_SQLITE = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
_POSTGRESQL = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


def refuse_to_run() -> None:
    """Raise StoreError unless the database is durable, fenced, and reached by an ordinary role."""
    check = _postgresql_faults if connection.vendor == "postgresql" else _sqlite_faults
    if faults := check():
        raise StoreError(
            "store.floors",
            f"The book is not safe here: {'; '.join(faults)}.",
            "See docs/deployment.md for how the database has to be set up.",
        )


def open_to_others(home: Path) -> bool:
    """Whether any user of the machine may look into the folder of the book."""
    return bool(home.stat().st_mode & stat.S_IRWXO)


def _sqlite_faults() -> list[str]:
    faults = [
        f"SQLite keeps {name} at {found}, not {wanted}"
        for name, wanted in _SQLITE.items()
        if (found := _one(f"PRAGMA {name}")) != wanted
    ]
    there = {sql for (sql,) in _all("SELECT sql FROM sqlite_master WHERE type = 'trigger'")}
    wanted = [sql for fenced in EVERY for sql in sqlite_fences(fenced)]
    return faults + [f"{_named(sql)} is missing" for sql in wanted if sql not in there]


def _postgresql_faults() -> list[str]:
    faults = [
        f"PostgreSQL has {name} {found}, not {wanted}"
        for name, wanted in _POSTGRESQL.items()
        if (found := _one(f"SHOW {name}")) != wanted
    ]
    if _one("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"):
        faults.append("the role is a superuser or passes by the walls between tenants")
    there = {name for (name,) in _all("SELECT tgname FROM pg_trigger WHERE tgenabled = 'O'")}
    there |= {name for (name,) in _all("SELECT policyname FROM pg_policies")}
    fences = [sql for fenced in EVERY for sql in postgresql_fences(fenced)]
    wanted = [sql for sql in fences if sql.startswith(("CREATE TRI", "CREATE POL"))]
    return faults + [f"{_named(sql)} is missing" for sql in wanted if _named(sql) not in there]


def _named(sql: str) -> str:
    """The name that a CREATE statement gives."""
    return sql.split()[2]


def _one(sql: str) -> object:
    return _all(sql)[0][0]


def _all(sql: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [*cursor.fetchall()]
