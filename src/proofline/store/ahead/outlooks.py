"""Outlooks as they are kept, one for each open period.

Each is kept as of the day on which its patient was decided, with the ground that it rests on, from
which it is told as of a later day. Where it stands in the work list is kept beside (`places`).
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import connection

from proofline.store.ahead.turning import STAYS, Edition
from proofline.store.models import Foreseen
from proofline.store.safekeeping.unpacking import Damaged, unpacked

if TYPE_CHECKING:
    from proofline.store.act import Act

_BY_ANOTHER = f"""
SELECT f.id, f.patient_id, f.ground FROM store_foreseen AS f
JOIN store_turning AS t ON t.tenant_id = f.tenant_id AND t.patient_id = f.patient_id
WHERE f.tenant_id = %s AND f.lesson < %s AND f.listed AND f.ground IS NOT NULL AND {STAYS}
ORDER BY f.lesson, f.id LIMIT %s
"""


NEVER = date(1970, 1, 1)
"""The lesson of places that were told by none that is known: any other is later."""


@dataclass(frozen=True, slots=True)
class Row:
    """One outlook to be kept or shown.

    `record` is empty where its bytes cannot be unpacked any more; whoever reads it then refuses it.
    `ground` is what it rests on, None where it is not known. `lesson` is the day of what the past
    had taught when its places were told.
    """

    enrollment_id: str
    patient_id: str
    program: str
    period_kind: str
    period_start: date
    period_end: date
    as_of: date
    listed: bool
    record: bytes
    ground: bytes | None = None
    lesson: date = NEVER


def replace(act: Act, patients: Collection[str], rows: Iterable[Row]) -> list[int]:
    """Put the outlooks of these patients in the place of their earlier ones; give their numbers."""
    Foreseen.objects.filter(tenant_id=act.tenant_id, patient_id__in=patients).delete()
    kept = Foreseen.objects.bulk_create(
        Foreseen(
            tenant_id=act.tenant_id,
            **{name: getattr(row, name) for name in _KEPT},
            record=zlib.compress(row.record),
            ground=None if row.ground is None else zlib.compress(row.ground),
        )
        for row in rows
    )
    return [one.pk for one in kept]


@dataclass(frozen=True, slots=True)
class Older:
    """An outlook whose places rest on an earlier lesson: its number, whose it is, its ground."""

    number: int
    patient_id: str
    ground: bytes


def by_an_earlier_lesson(
    tenant_id: str, lesson: date, today: date, edition: Edition, *, most: int
) -> list[Older]:
    """Give outlooks whose places were told before the past taught what it does since a day.

    Those of patients whose decisions are turned by now are left out.
    """
    asked: list[str | int | date] = [tenant_id, lesson]
    asked += [edition.of, today, edition.papers, most]
    with connection.cursor() as cursor:
        cursor.execute(_BY_ANOTHER, asked)
        found = cursor.fetchall()
    return [
        Older(number, patient, unpacked(ground, f"the ground of outlook {number}"))
        for number, patient, ground in found
    ]


def still_there(tenant_id: str, numbers: Collection[int]) -> list[int]:
    """Give those of some outlooks whose patients were not decided since they were read."""
    found = Foreseen.objects.filter(tenant_id=tenant_id, pk__in=numbers)
    return list(found.values_list("pk", flat=True))


def placed_by(numbers: Collection[int], lesson: date) -> None:
    """Say of outlooks that their places rest on what the past taught on a day."""
    Foreseen.objects.filter(pk__in=numbers).update(lesson=lesson)


def of_enrollment(tenant_id: str, enrollment_id: str) -> list[Row]:
    """Give the outlooks of an enrollment, by their first day."""
    found = Foreseen.objects.filter(tenant_id=tenant_id, enrollment_id=enrollment_id)
    return [row_of(one) for one in found.order_by("period_start", "period_kind")]


_KEPT = tuple(name for name in Row.__slots__ if name not in {"record", "ground"})


def row_of(one: Foreseen) -> Row:
    """Give an outlook as it is kept."""
    cells = {name: getattr(one, name) for name in _KEPT}
    kept = {name: _unpacked(getattr(one, name), one) for name in ("record", "ground")}
    return Row(**cells, record=kept["record"] or b"", ground=kept["ground"])


def _unpacked(packed: bytes | None, one: Foreseen) -> bytes | None:
    """Unpack bytes; what cannot be is nothing, which whoever reads it refuses."""
    try:
        return None if packed is None else unpacked(packed, f"outlook {one.pk}")
    except Damaged:
        return b""
