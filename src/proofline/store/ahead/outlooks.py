"""Outlooks as they are kept: the last of each open period, and the order of the work list.

Each is kept with the ground that it rests on, from which it is told anew as days pass.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import connection

from proofline.store.ahead.turning import STAYS, Edition
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
_OLDER = f"""
SELECT f.id, f.ground FROM store_foreseen AS f
JOIN store_turning AS t ON t.tenant_id = f.tenant_id AND t.patient_id = f.patient_id
WHERE f.tenant_id = %s AND f.id > %s AND f.as_of < %s AND f.ground IS NOT NULL
AND t.zone = %s AND {STAYS}
ORDER BY f.id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One outlook to be kept or shown; `alerts` counts the open alerts above the list's order.

    `record` is empty where its bytes cannot be unpacked any more; whoever reads it then refuses it.
    `ground` is what it rests on, None where it is not known or not asked for.
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
    ground: bytes | None = None
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
            ground=None if row.ground is None else zlib.compress(row.ground),
        )
        for row in rows
    )


def older(
    tenant_id: str, zone: str, today: date, edition: Edition, *, place: tuple[int, int]
) -> list[tuple[int, bytes]]:
    """Give number and ground of outlooks of a zone from before today that can be told anew.

    Those of patients whose decisions are turned by now are left out. `place` is after which number,
    and how many at most.
    """
    after, most = place
    asked: list[str | int | date] = [tenant_id, after, today, zone]
    asked += [edition.of, today, edition.papers, most]
    with connection.cursor() as cursor:
        cursor.execute(_OLDER, asked)
        found = cursor.fetchall()
    return [
        (number, unpacked(ground, f"the ground of outlook {number}")) for number, ground in found
    ]


def tell_anew(rows: Iterable[tuple[int, Row]]) -> None:
    """Put outlooks as they are told now in the place of what is kept under their numbers."""
    cells = [
        (*(getattr(row, name) for name in _AGES), zlib.compress(row.record), number)
        for number, row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_TELL, cells)


def of_enrollment(tenant_id: str, enrollment_id: str) -> list[Row]:
    """Give the outlooks of an enrollment, by their first day."""
    found = Foreseen.objects.filter(tenant_id=tenant_id, enrollment_id=enrollment_id)
    found = found.defer("ground")
    return [_row(one) for one in found.order_by("period_start", "period_kind")]


def work_list(tenant_id: str, wanted: Wanted, most: int, skip: int) -> list[Row]:
    """Give some rows of the work list in its order: who has an alert first, then by urgency."""
    which, cells = _which(wanted)
    marks = ", ".join(["%s"] * len(wanted.urgent))
    sql = _LIST.format(above=_ABOVE.format(kinds=marks), which=which)
    with connection.cursor() as cursor:
        cursor.execute(sql, [tenant_id, *wanted.urgent, tenant_id, *cells, most, skip])
        ids = {number: alerts or 0 for number, alerts in cursor.fetchall()}
    found = Foreseen.objects.filter(tenant_id=tenant_id).defer("ground").in_bulk(list(ids))
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


_AHEAD = timedelta(days=1)
"""So far the day of one zone can be ahead of another's."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a practice's past taught, from how many cycles, as of which day.

    It holds on days on which nobody was when it was taught: somebody may have been on the day after
    already, so from the second day after on. Until then what was taught `before` does, if anything
    was. So all outlooks of one day rest on one past.
    """

    cycles: int
    as_of: date
    record: bytes
    before: bytes | None = None

    def on(self, day: date) -> bytes:
        """Give what holds on a day."""
        if self.before is None or day > self.as_of + _AHEAD:
            return self.record
        return self.before

    def is_old(self, day: date) -> bool:
        """Whether it holds for everybody by a day, so that another one may be taught."""
        return day > self.as_of + 2 * _AHEAD

    def then(self, cycles: int, as_of: date, record: bytes) -> Lesson:
        """Give the lesson after another one."""
        return Lesson(cycles, as_of, record, self.on(as_of))


def learned(tenant_id: str) -> Lesson | None:
    """Give what the practice's past taught; None: nothing yet."""
    found = Learned.objects.filter(tenant_id=tenant_id).first()
    if found is None:
        return None
    before = None if found.before is None else bytes(found.before)
    return Lesson(found.cycles, found.as_of, bytes(found.record), before)


def learn(act: Act, lesson: Lesson) -> None:
    """Keep what the practice's past teaches now, in an act."""
    kept = {name: getattr(lesson, name) for name in Lesson.__slots__}
    Learned.objects.update_or_create(tenant_id=act.tenant_id, defaults=kept)


_KEPT = tuple(name for name in Row.__slots__ if name not in {"record", "ground", "alerts"})
_AGES = (
    *("period_start", "period_end", "as_of"),
    *("urgency", "weight", "due_on", "next_act", "kind"),
)
"""What a day that passes can change; of the period, where it is the month beside a cycle."""

_TELL = (
    f"UPDATE store_foreseen SET {', '.join(f'{name} = %s' for name in _AGES)}, record = %s"
    " WHERE id = %s"
)


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
