"""Rows of evidence with what stands beside them: who added them when and why, by which entry.

What somebody changed is read from here, whether it is asked by patient or by person: a correction
is a row that took another's place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from proofline.evidence.provenance import EVERY_TABLE
from proofline.store.feeding.among import among
from proofline.store.rows import LOOKED_UP

_BESIDE = "row_no, recorded_at, recorded_by_id, vouched_by, withdrawn, reason"


@dataclass(frozen=True, slots=True)
class Added:
    """One row as it was added: its cells, and who (None: the service) did so when and why."""

    table: str
    number: int
    at: datetime
    by: int | None
    entry: int
    withdrawn: bool
    reason: str
    cells: dict[str, str | None]

    @property
    def key(self) -> str:
        """What tells the row from others of its table."""
        return " ".join(self.cells[name] or "" for name in EVERY_TABLE[self.table].key)


@dataclass(frozen=True, slots=True)
class Batch:
    """What one entry of the ledger vouches for in one table: how many rows, who, when, why."""

    table: str
    entry: int
    at: datetime
    by: int | None
    rows: int
    withdrawn: bool
    reason: str


def added(tenant_id: str, table: str, column: str, ids: Collection[str]) -> list[Added]:
    """Give every row of a table with one of the ids in a column, in the order in which they came.

    All versions of a row are given, withdrawn ones too.
    """
    contract = EVERY_TABLE[table]
    if not ids:
        return []
    names = ", ".join(f'"{name}"' for name in contract.names)
    where, cells = among(tenant_id, table, (contract.column(column).name, sorted(ids)))
    sql = f"SELECT {_BESIDE}, {names} FROM evidence_{table} WHERE {where} {LOOKED_UP}row_no"
    with connection.cursor() as cursor:
        cursor.execute(sql, cells)
        return [_added(table, contract.names, row) for row in cursor.fetchall()]


def batches_of_patient(
    tenant_id: str, ids: Mapping[str, Collection[str]], most: int
) -> list[Batch]:
    """Give what was added for a patient, the last first; `ids` are whose, by the column's name.

    One query for each table that has one of the columns.
    """
    found: list[Batch] = []
    for table, contract in EVERY_TABLE.items():
        column = next((name for name in ids if name in contract.names), None)
        if column is not None and ids[column]:
            found += _batches(table, among(tenant_id, table, (column, sorted(ids[column]))), most)
    return sorted(found, key=lambda one: (one.at, one.entry), reverse=True)[:most]


def batches_of_person(tenant_id: str, person_id: int, most: int) -> list[Batch]:
    """Give what somebody added, the last first; one query for each table."""
    found: list[Batch] = []
    for table in EVERY_TABLE:
        values: list[str | int] = [tenant_id, person_id]
        found += _batches(table, ("tenant_id = %s AND recorded_by_id = %s", values), most)
    return sorted(found, key=lambda one: (one.at, one.entry), reverse=True)[:most]


def _batches(table: str, asked: tuple[str, Sequence[str | int]], most: int) -> Iterator[Batch]:
    """Gather rows by the entry that vouches for them; `asked` is a condition and its values."""
    where, values = asked
    sql = (
        "SELECT vouched_by, min(recorded_at), min(recorded_by_id), count(*),"
        " max(CASE WHEN withdrawn THEN 1 ELSE 0 END), min(reason)"
        f" FROM evidence_{table} WHERE {where}"
        " GROUP BY vouched_by ORDER BY vouched_by DESC LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, most])
        for entry, at, by, rows, withdrawn, reason in cursor.fetchall():
            yield Batch(table, entry, instant(at), by, rows, bool(withdrawn), reason)


def _added(table: str, names: Collection[str], row: tuple[Any, ...]) -> Added:
    number, at, by, entry, withdrawn, reason, *cells = row
    told = dict(zip(names, cells, strict=True))
    return Added(table, number, instant(at), by, entry, bool(withdrawn), reason, told)


def instant(at: datetime | str) -> datetime:
    """Read an instant as either database gives it."""
    found = datetime.fromisoformat(at) if isinstance(at, str) else at
    return found if found.tzinfo else found.replace(tzinfo=UTC)
