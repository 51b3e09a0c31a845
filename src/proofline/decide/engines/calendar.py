"""The civil calendar, made once a process and lent to every run on SQLite.

Of all models `months` and `calendar` alone say nothing of anybody: they follow by arithmetic from
nothing, and are 22,000 rows, which took a fifth of the time in which one patient is decided. They
stand in a database in memory of their own, which others attach and can only read.
"""

from __future__ import annotations

import sqlite3
from functools import cache
from threading import Lock

from proofline.evidence.sqlite import Small, in_memory
from proofline.facts import sql

LENT = {"months": "month", "calendar": "day"}
"""The relations that are lent, in their order, each with the column by which a row is found."""

_PLACE = "file:/proofline-calendar?vfs=memdb"
"""A database by this name is one and the same for all connections of a process, and no other's."""
_NAME = "civil"
_MADE = Lock()


def lend_calendar(connection: Small) -> bool:
    """Let a connection read the calendar; give whether it can, for SQLite may be built without."""
    with _MADE:
        if _calendar() is None:
            return False
    if _NAME not in {name for _, name, _ in connection.execute("PRAGMA database_list")}:
        connection.execute(f"ATTACH '{_PLACE}&mode=ro' AS {_NAME}")
    return True


@cache
def _calendar() -> Small | None:
    """Make the calendar and keep it open, for it goes with the last connection to it."""
    try:
        made = in_memory(_PLACE)
    except sqlite3.OperationalError:
        return None
    made.execute("CREATE TEMP TABLE asked AS SELECT 1 AS once")
    for relation, column in LENT.items():
        made.execute(f"CREATE TABLE {relation} AS {sql(relation)}")
        made.execute(f"CREATE UNIQUE INDEX {relation}_{column} ON {relation} ({column})")
    made.execute("COMMIT")
    return made
