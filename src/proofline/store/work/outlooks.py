"""Outlooks as they are kept: the last of each open period, and the order of the work list."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import connection

from proofline.store.models import Foreseen, Learned
from proofline.store.safekeeping.unpacking import Damaged, unpacked

if TYPE_CHECKING:
    from proofline.store.act import Act

_ABOVE = """
LEFT JOIN (
    SELECT patient_id, count(*) AS alerts FROM store_alert
    WHERE tenant_id = %s AND closed_at IS NULL AND kind IN ({kinds}) GROUP BY patient_id
) AS a ON a.patient_id = f.patient_id
"""
_LIST = """
SELECT f.id, a.alerts FROM store_foreseen AS f {above}
WHERE f.tenant_id = %s AND f.listed AND {which}
ORDER BY (a.alerts IS NULL), f.urgency, f.weight DESC, f.due_on, f.enrollment_id
LIMIT %s OFFSET %s
"""
_COUNT = """
SELECT f.program, f.next_act, f.kind, f.urgency, a.alerts IS NOT NULL, count(*)
FROM store_foreseen AS f {above}
WHERE f.tenant_id = %s AND f.listed GROUP BY 1, 2, 3, 4, 5
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One outlook to be kept or shown; `alerts` counts the open alerts above the list's order.

    `record` is empty where its bytes cannot be unpacked any more; whoever reads it then refuses it.
    """

    enrollment_id: str
    patient_id: str
    program: str
    period_kind: str
    period_start: date
    period_end: date
    as_of: date
    listed: bool
    urgency: int
    weight: int
    due_on: date
    next_act: str
    kind: str
    record: bytes
    alerts: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows of the list: blank is any; `before` is the urgency below which a row has to be.

    `urgent` are the kinds of alerts that put a patient first; `alerted` asks for those only.
    """

    urgent: tuple[str, ...]
    program: str = ""
    next_act: str = ""
    kind: str = ""
    before: int | None = None
    alerted: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows of the list are of one kind."""

    program: str
    next_act: str
    kind: str
    urgency: int
    alerted: bool
    rows: int


def replace(act: Act, patients: Collection[str], rows: Iterable[Row]) -> None:
    """Put the outlooks of these patients in the place of their earlier ones, in an act."""
    Foreseen.objects.filter(tenant_id=act.tenant_id, patient_id__in=patients).delete()
    Foreseen.objects.bulk_create(
        Foreseen(
            tenant_id=act.tenant_id,
            **{name: getattr(row, name) for name in _KEPT},
            record=zlib.compress(row.record),
        )
        for row in rows
    )


def of_enrollment(tenant_id: str, enrollment_id: str) -> list[Row]:
    """Give the outlooks of an enrollment, by their first day."""
    found = Foreseen.objects.filter(tenant_id=tenant_id, enrollment_id=enrollment_id)
    return [_row(one) for one in found.order_by("period_start", "period_kind")]


def work_list(tenant_id: str, wanted: Wanted, most: int, skip: int) -> list[Row]:
    """Give some rows of the work list in its order: who has an alert first, then by urgency."""
    which, cells = _which(wanted)
    marks = ", ".join(["%s"] * len(wanted.urgent))
    sql = _LIST.format(above=_ABOVE.format(kinds=marks), which=which)
    with connection.cursor() as cursor:
        cursor.execute(sql, [tenant_id, *wanted.urgent, tenant_id, *cells, most, skip])
        ids = {number: alerts or 0 for number, alerts in cursor.fetchall()}
    found = Foreseen.objects.filter(tenant_id=tenant_id).in_bulk(list(ids))
    return [_row(found[number], alerts) for number, alerts in ids.items()]


def counts(tenant_id: str, urgent: Collection[str]) -> list[Count]:
    """Count the rows of the work list by what they can be filtered by."""
    marks = ", ".join(["%s"] * len(urgent))
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT.format(above=_ABOVE.format(kinds=marks)), [tenant_id, *urgent, tenant_id]
        )
        return [
            Count(program, act, kind, urgency, bool(alerted), rows)
            for program, act, kind, urgency, alerted, rows in cursor.fetchall()
        ]


def learned(tenant_id: str) -> tuple[int, bytes] | None:
    """Give what the practice's past taught, and from how many cycles; None: nothing yet."""
    found = Learned.objects.filter(tenant_id=tenant_id).first()
    return (found.cycles, bytes(found.record)) if found else None


def learn(act: Act, cycles: int, as_of: date, record: bytes) -> None:
    """Keep what the practice's past teaches now, in an act."""
    kept = {"cycles": cycles, "as_of": as_of, "record": record}
    Learned.objects.update_or_create(tenant_id=act.tenant_id, defaults=kept)


_KEPT = tuple(name for name in Row.__slots__ if name not in {"record", "alerts"})


def _which(wanted: Wanted) -> tuple[str, list[str | int]]:
    cells: dict[str, str | int] = {}
    if wanted.program:
        cells["f.program = %s"] = wanted.program
    if wanted.next_act:
        cells["f.next_act = %s"] = wanted.next_act
    if wanted.kind:
        cells["f.kind = %s"] = wanted.kind
    if wanted.before is not None:
        cells["f.urgency < %s"] = wanted.before
    asked = [*cells, *(["a.alerts IS NOT NULL"] if wanted.alerted else [])]
    return " AND ".join(asked) or "1 = 1", [*cells.values()]


def _row(one: Foreseen, alerts: int = 0) -> Row:
    cells = {name: getattr(one, name) for name in _KEPT}
    try:
        record = unpacked(one.record, f"outlook {one.pk}")
    except Damaged:
        record = b""
    return Row(**cells, record=record, alerts=alerts)
