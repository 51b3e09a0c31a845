"""Places in the work list: where each outlook stands from one instant to another, and the order.

A place is kept ahead for every day on which nothing but the calendar happens, so the list of a day
is in the order of that day though nobody was at work in the night.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from proofline.store.ahead.outlooks import Row, row_of
from proofline.store.models import Foreseen, Placed

EVER, FOR_GOOD = 0, 1 << 53
"""Before and after any instant: the first place of an outlook holds from ever, the last for good,
which is until the patient is decided anew."""

_ALERTED = """
LEFT JOIN (
    SELECT patient_id, count(*) AS alerts FROM store_alert
    WHERE tenant_id = %s AND closed_at IS NULL AND kind IN ({kinds}) GROUP BY patient_id
) AS a ON a.patient_id = f.patient_id
"""
_FROM = """
FROM store_placed AS p JOIN store_foreseen AS f ON f.id = p.foreseen_id {alerted}
WHERE p.tenant_id = %s AND p.until > %s AND p.since <= %s
"""
_ORDER = "{0}urgency, {0}weight DESC, {0}due_on, {0}enrollment_id"
_FITTING = """
SELECT f.id, f.patient_id, f.enrollment_id, p.urgency, p.weight, p.due_on, a.alerts,
    row_number() OVER (
        PARTITION BY f.patient_id
        ORDER BY p.urgency, p.weight DESC, p.due_on, f.enrollment_id
    ) AS nth
{places} AND {which}
"""
_LIST = f"""
WITH fitting AS ({_FITTING}), chosen AS (
    SELECT * FROM fitting WHERE nth = 1
    ORDER BY (alerts IS NULL), {_ORDER.format("")} LIMIT %s OFFSET %s
)
SELECT o.id, o.urgency, o.alerts FROM chosen AS c JOIN fitting AS o ON o.patient_id = c.patient_id
ORDER BY (c.alerts IS NULL), {_ORDER.format("c.")}, o.nth
"""
"""Patients by the most pressing of their rows that fit, each followed by the others that do."""

_COUNT = """
SELECT told, alerted, count(*) FROM (
    SELECT a.alerts IS NOT NULL AS alerted, string_agg(
        f.program || ' ' || p.next_act || ' ' || p.kind || ' ' || p.urgency, ','
        ORDER BY f.program, p.next_act, p.kind, p.urgency
    ) AS told
    {places} GROUP BY f.patient_id, a.alerts IS NOT NULL
) AS patients GROUP BY told, alerted
"""
"""Most patients are like many others, so few rows come of it, however large the practice."""


@dataclass(frozen=True, slots=True)
class Place:
    """What an outlook is sorted and filtered by, from `since` until before `until`.

    Both are seconds since 1970. `urgency` is 0 for the last days, then rises; `weight` are the
    whole cents, expected or taken wrongly, that the next act moves.
    """

    since: int
    until: int
    urgency: int
    weight: int
    due_on: date
    next_act: str
    kind: str


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
class Listed:
    """A row of the work list: an outlook as it was kept, how urgent, and its open alerts."""

    row: Row
    urgency: int
    alerts: int


@dataclass(frozen=True, slots=True)
class Told:
    """What one row of a patient can be filtered by."""

    program: str
    next_act: str
    kind: str
    urgency: int


@dataclass(frozen=True, slots=True)
class Count:
    """How many patients have rows that say the same, `told`, and whether an alert is open."""

    told: tuple[Told, ...]
    alerted: bool
    patients: int


def work_list(
    tenant_id: str, wanted: Wanted, at: datetime, *, most: int, skip: int
) -> list[Listed]:
    """Give the rows of some patients of the list of an instant, in its order, each one's together.

    Patients come with alerts first, then by the most urgent of their rows that are wanted; `most`
    and `skip` count patients.
    """
    which, cells = _which(wanted)
    places, asked = _places(tenant_id, wanted.urgent, at)
    with connection.cursor() as cursor:
        cursor.execute(_LIST.format(places=places, which=which), [*asked, *cells, most, skip])
        found = cursor.fetchall()
    kept = Foreseen.objects.filter(tenant_id=tenant_id).in_bulk([number for number, *_ in found])
    return [Listed(row_of(kept[number]), urgency, many or 0) for number, urgency, many in found]


def counts(tenant_id: str, urgent: Collection[str], at: datetime) -> list[Count]:
    """Count the patients of the list of an instant by what they can be filtered by."""
    places, asked = _places(tenant_id, urgent, at)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT.format(places=places), asked)
        return [
            Count(tuple(map(_told, told.split(","))), bool(alerted), patients)
            for told, alerted, patients in cursor.fetchall()
        ]


def _told(said: str) -> Told:
    program, next_act, kind, urgency = said.split(" ")
    return Told(program, next_act, kind, int(urgency))


def add(tenant_id: str, places: Mapping[int, Sequence[Place]]) -> None:
    """Keep the places of outlooks, by their numbers."""
    Placed.objects.bulk_create(
        Placed(
            tenant_id=tenant_id,
            foreseen_id=number,
            **{name: getattr(place, name) for name in Place.__slots__},
        )
        for number, found in places.items()
        for place in found
    )


def replace(tenant_id: str, places: Mapping[int, Sequence[Place]]) -> None:
    """Keep the places of outlooks, by their numbers, instead of those that they had."""
    Placed.objects.filter(tenant_id=tenant_id, foreseen_id__in=places).delete()
    add(tenant_id, places)


def forget(tenant_id: str, patients: Collection[str]) -> None:
    """Remove the places of patients, before their outlooks."""
    theirs = Foreseen.objects.filter(tenant_id=tenant_id, patient_id__in=patients)
    Placed.objects.filter(foreseen_id__in=theirs.values("pk")).delete()


def _places(tenant_id: str, urgent: Collection[str], at: datetime) -> tuple[str, list[str | int]]:
    alerted = _ALERTED.format(kinds=", ".join(["%s"] * len(urgent)))
    now = int(at.timestamp())
    return _FROM.format(alerted=alerted), [tenant_id, *urgent, tenant_id, now, now]


def _which(wanted: Wanted) -> tuple[str, list[str | int]]:
    cells: dict[str, str | int] = {}
    if wanted.program:
        cells["f.program = %s"] = wanted.program
    if wanted.next_act:
        cells["p.next_act = %s"] = wanted.next_act
    if wanted.kind:
        cells["p.kind = %s"] = wanted.kind
    if wanted.before is not None:
        cells["p.urgency < %s"] = wanted.before
    asked = [*cells, *(["a.alerts IS NOT NULL"] if wanted.alerted else [])]
    return " AND ".join(asked) or "1 = 1", [*cells.values()]
