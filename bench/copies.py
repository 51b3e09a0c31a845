"""Make a large book out of a small one: every patient many times, by rows of the database.

For books whose making through the acts would take hours. What is copied is evidence, outlooks,
their places and the days that turn something; decisions, lines and ledger stay those of the small
book, so such a book is to be worked on and not to be verified. SQLite only.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pysqlite3 as sqlite3  # the index over ids asks for what older ones have not

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

IDS = (
    *("patient_id", "enrollment_id", "device_id", "reading_id", "stay_id", "sign_off_id"),
    *("service_id", "interaction_id", "coverage_id", "consent_id", "entry_id", "performer_id"),
    *("billing_performer_id", "ordering_performer_id", "setup_performer_id", "captured_by"),
    *("member_id", "serial"),
)
"""Columns that name somebody or something that each copy has of its own; practices are shared."""

NUMBERED = ("store_foreseen", "store_placed")
"""Tables whose rows name each other by number: a copy's numbers are its own million."""
_MILLION = 1_000_000


def multiply(book: Path, times: int) -> None:
    """Give a closed book so many patients for each that it has."""
    with closing(sqlite3.connect(book, isolation_level=None)) as rows:
        for asked in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-800000"):
            rows.execute(f"PRAGMA {asked}")
        tables = [*_evidence(rows), "store_turning", *NUMBERED]
        indexes = [found for table in tables for found in _indexes(rows, table)]
        for name, _ in indexes:
            rows.execute(f'DROP INDEX "{name}"')
        for table in tables:
            for asked in list(_copied(rows, table, times)):
                rows.execute(asked)
        for _, sql in indexes:
            rows.execute(sql)
        rows.execute("PRAGMA journal_mode=WAL")


def _evidence(rows: sqlite3.Connection) -> list[str]:
    found = rows.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'evidence%'"
    )
    return [name for (name,) in found if name != "evidence_practices"]


def _indexes(rows: sqlite3.Connection, table: str) -> list[tuple[str, str]]:
    asked = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql > '' AND tbl_name = ?"
    return rows.execute(asked, [table]).fetchall()


def _copied(rows: sqlite3.Connection, table: str, times: int) -> Iterator[str]:
    """Yield the statements that copy the rows of a table so many times."""
    columns = [name for _, name, *_ in rows.execute(f"PRAGMA table_info({table})")]
    key = "row_no" if "row_no" in columns else "id"
    (last,) = rows.execute(f"SELECT max({key}) FROM {table}").fetchone()
    for copy in range(1, times if last else 1):
        cells = {name: _cell(name, copy) for name in columns}
        if table not in NUMBERED:
            del cells[key]
        names, told = ", ".join(cells), ", ".join(cells.values())
        yield f"INSERT INTO {table} ({names}) SELECT {told} FROM {table} WHERE {key} <= {last}"


def _cell(name: str, copy: int) -> str:
    if name in IDS:
        return f"CASE WHEN {name} > '' THEN {name} || '-{copy:02d}' ELSE {name} END"
    return f"{name} + {copy * _MILLION}" if name in {"id", "foreseen_id"} else name
