"""Every version of one row: what stood there, who put it there, when and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from proofline.evidence.provenance import EVERY_TABLE
from proofline.store.models import EVIDENCE


@dataclass(frozen=True, slots=True)
class Version:
    """One version: its cells, who recorded it when, why, and whether it says that there is none."""

    cells: dict[str, str | None]
    recorded_at: datetime
    recorded_by: int | None
    reason: str
    withdrawn: bool


def last_number(tenant_id: str, table: str) -> int:
    """Give the number of the last row of a table; 0 where there is none."""
    rows = EVIDENCE[table]._default_manager.filter(tenant_id=tenant_id)  # noqa: SLF001 - as below
    return int(rows.aggregate(last=Max("row_no"))["last"] or 0)


def came_after(tenant_id: str, table: str, number: int, of: Mapping[str, str]) -> set[str]:
    """Give the keys of the rows that came after the one with a number, of those with some cells."""
    (key,) = EVERY_TABLE[table].key
    rows = EVIDENCE[table]._default_manager.filter(tenant_id=tenant_id, row_no__gt=number, **of)  # noqa: SLF001
    return set(rows.values_list(key, flat=True))


def versions(tenant_id: str, table: str, key: Mapping[str, str]) -> list[Version]:
    """Give all versions of the row with this key, in the order in which they came."""
    kept = ("recorded_at", "recorded_by", "reason", "withdrawn")
    names = EVERY_TABLE[table].names
    rows = EVIDENCE[table]._default_manager.filter(tenant_id=tenant_id, **key).order_by("row_no")  # noqa: SLF001 - Django's own name for the door to rows
    return [
        Version({name: row[name] for name in names}, *(row[name] for name in kept))
        for row in rows.values(*names, *kept)
    ]
