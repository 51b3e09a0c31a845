"""What has to hold before the service runs: a database that keeps what it was told to keep."""

from __future__ import annotations

import stat
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from proofline.store.fences import (
    EVERY,
    postgresql_fences,
    postgresql_refusal,
    sqlite_fences,
)
from proofline.store.trouble import StoreError
from proofline.store.vouching import last_told

_APART = timedelta(minutes=1)
"""Clocks of machines that are kept in time, or were just woken, differ by less."""

_SQLITE = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
_POSTGRESQL = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
_STRANGERS = """
    SELECT DISTINCT pg_get_userbyid(relowner)
    FROM pg_class
    WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
        AND relkind = 'r'
        AND relname IN ('django_migrations', 'ledger_head')
        AND NOT pg_has_role(current_user, relowner, 'USAGE')
"""
_TRIGGERS = "SELECT pg_get_triggerdef(oid, true) FROM pg_trigger WHERE tgenabled = 'O'"
_REFUSING = "SELECT prosrc FROM pg_proc WHERE oid = to_regprocedure('proofline_refuse()')"
_OURS = "tenant_id=current_setting'proofline.tenant',true"
_WALLS = """
    SELECT c.relname, concat_ws(' ', policyname, cmd, permissive, relrowsecurity,
        relforcerowsecurity, regexp_replace(qual, '[()[:space:]]|::text', '', 'g'),
        regexp_replace(with_check, '[()[:space:]]|::text', '', 'g'))
    FROM pg_policies p
    JOIN pg_namespace n ON n.nspname = p.schemaname
    JOIN pg_class c ON c.relname = p.tablename AND c.relnamespace = n.oid
    WHERE p.schemaname = current_schema()
"""
"""Of each wall its name, what it is for, whether it stands, and its text without what PostgreSQL
writes into it of its own."""


def refuse_to_run() -> None:
    """Raise StoreError unless the database is durable, fenced, and reached by an ordinary role."""
    if connection.vendor == "postgresql":
        _refuse([*_durability_faults(), *_role_faults(), *_fence_faults()])
    else:
        _refuse(_sqlite_faults())


def refuse_the_role() -> None:
    """Raise StoreError for a role that walls do not hold, or that cannot use the tables.

    Asked before tables are made: those that a superuser made are not the service's.
    """
    if connection.vendor == "postgresql":
        _refuse(_role_faults())


def refuse_a_clock_behind(at: datetime) -> None:
    """Raise StoreError where the machine's clock is behind what was recorded last.

    No act is told before the one before it, so all that came now would be recorded as of that
    moment, and a clock that was ahead once would go on telling wrong times without a word. Whoever
    knows it may say so (`PROOFLINE_CLOCK_BEHIND`).
    """
    last = last_told()
    if at < last - _APART and not settings.CLOCK_BEHIND:
        raise StoreError(
            "store.clock",
            f"The clock of this machine says {at:%Y-%m-%d %H:%M:%S} UTC, and the book has entries"
            f" of {last:%Y-%m-%d %H:%M:%S} UTC.",
            "Set the clock right, or wait until then. If that is long, see docs/runbook.md, The"
            " clock.",
        )


def _refuse(faults: list[str]) -> None:
    if faults:
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


def _durability_faults() -> list[str]:
    return [
        f"PostgreSQL has {name} {found}, not {wanted}"
        for name, wanted in _POSTGRESQL.items()
        if (found := _one(f"SHOW {name}")) != wanted
    ]


def _role_faults() -> list[str]:
    if _one("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"):
        return ["the role is a superuser or passes by the walls between tenants"]
    if not _one("SELECT has_schema_privilege(current_schema(), 'CREATE')"):
        return ["the role may make no tables here, since the database is not its own"]
    return [f"the tables are those of another role, {owner}" for (owner,) in _all(_STRANGERS)]


def _fence_faults() -> list[str]:
    """What of the triggers and walls is not there as the migrations made it, word for word.

    A name alone would pass for a trigger that lets everything through, and a wall that was switched
    off, or has another beside it that lets everybody pass, keeps its name too.
    """
    triggers = {sql for (sql,) in _all(_TRIGGERS)}
    fences = [sql for fenced in EVERY for sql in postgresql_fences(fenced)]
    wanted = [sql for sql in fences if sql.startswith("CREATE TRI")]
    faults = [f"{_named(sql)} is missing" for sql in wanted if sql not in triggers]
    if {body for (body,) in _all(_REFUSING)} != {postgresql_refusal().split("$$")[1]}:
        faults.append("proofline_refuse refuses nothing as it is")
    return faults + [
        f"the wall of {table} is not as it was made"
        for table, walls in _walls().items()
        if walls != [f"{table}_wall ALL PERMISSIVE t t {_OURS} {_OURS}"]
    ]


def _walls() -> dict[str, list[object]]:
    """Give of every table that is to have a wall those that it has."""
    found: dict[str, list[object]] = {table: [] for fenced in EVERY for table in fenced.walled}
    for table, wall in _all(_WALLS):
        found.setdefault(str(table), []).append(wall)
    return {table: found[table] for fenced in EVERY for table in fenced.walled}


def _named(sql: str) -> str:
    """The name that a CREATE statement gives."""
    return sql.split()[2]


def _one(sql: str) -> object:
    return _all(sql)[0][0]


def _all(sql: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [*cursor.fetchall()]
