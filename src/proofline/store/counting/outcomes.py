"""What was decided of the lines of a practice, by the month of their service."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any

from django.db import connection

from proofline.store.safekeeping.unpacking import Damaged, decision_in, unpacked

_LAST = """NOT EXISTS (
    SELECT 1 FROM store_decision AS n
    WHERE n.tenant_id = d.tenant_id AND n.enrollment_id = d.enrollment_id AND n.code = d.code
    AND n.period_start = d.period_start AND n.period_kind = d.period_kind AND n.id > d.id
)"""
_MONTH = "substr(CAST(coalesce(d.service_date, d.period_end) AS text), 1, 7)"
_NEWEST = "SELECT id FROM store_decision WHERE tenant_id = %s ORDER BY id DESC LIMIT 1"
_COUNTED = f"""
SELECT {_MONTH}, d.outcome, count(*) FROM store_decision AS d
WHERE d.tenant_id = %s AND d.outcome IN ('billable', 'held') AND d.id <= %s
AND {_LAST.replace("n.id > d.id", "n.id > d.id AND n.id <= %s")}
GROUP BY 1, 2
"""
_TURNED = f"""
SELECT {_MONTH}, d.outcome, {_MONTH.replace("d.", "p.")}, p.outcome
FROM store_decision AS d LEFT JOIN store_decision AS p ON p.id = (
    SELECT max(q.id) FROM store_decision AS q
    WHERE q.tenant_id = d.tenant_id AND q.enrollment_id = d.enrollment_id AND q.code = d.code
    AND q.period_start = d.period_start AND q.period_kind = d.period_kind AND q.id <= %s
)
WHERE d.tenant_id = %s AND d.id > %s AND d.id <= %s
AND {_LAST.replace("n.id > d.id", "n.id > d.id AND n.id <= %s")}
"""
_LISTED = f"""
SELECT d.id, d.enrollment_id, d.patient_id, d.period_kind, d.period_start, d.period_end, d.code,
    d.units, d.outcome, d.service_date, d.record
FROM store_decision AS d
WHERE d.tenant_id = %s AND d.outcome = %s AND {_MONTH} LIKE %s AND d.id > %s AND {_LAST}
ORDER BY d.id LIMIT %s
"""


Key = tuple[str, str, str, str]
"""A line: enrollment, kind and first day of the period, code."""


@dataclass(frozen=True, slots=True)
class Decided:
    """How many lines of a month have an outcome."""

    month: str
    outcome: str
    lines: int


def decided(tenant_id: str, outcomes: Collection[str], since: date) -> list[Decided]:
    """Count the lines that are billable or held, of services in the month of a day or after it."""
    first = since.isoformat()[:7]
    return [
        Decided(month, outcome, lines)
        for (month, outcome), lines in sorted(_counts(tenant_id).items())
        if outcome in outcomes and month >= first and lines
    ]


@dataclass(slots=True)
class _Counts:
    """What was counted up to a decision; later ones are counted onto it."""

    newest: int
    lines: Counter[tuple[str, str]]


_KEPT: dict[str, _Counts] = {}
_TURN = Lock()


def _counts(tenant_id: str) -> Mapping[tuple[str, str], int]:
    """Give lines by month and outcome: all counted once in a process, then only what turned."""
    with _TURN, connection.cursor() as cursor:
        cursor.execute(_NEWEST, [tenant_id])
        found = cursor.fetchone()
        newest = found[0] if found else 0
        kept = _KEPT.get(tenant_id)
        if kept is None or newest < kept.newest:  # the latter after a copy was put back
            cursor.execute(_COUNTED, [tenant_id, newest, newest])
            rows = cursor.fetchall()
            lines = Counter({(month, outcome): many for month, outcome, many in rows})
            kept = _KEPT[tenant_id] = _Counts(newest, lines)
        elif newest > kept.newest:
            cursor.execute(_TURNED, [kept.newest, tenant_id, kept.newest, newest, newest])
            for month, outcome, before, was in cursor.fetchall():
                kept.lines[month, outcome] += 1
                kept.lines[before, was] -= before is not None
            kept.newest = newest
        return dict(kept.lines)


@dataclass(frozen=True, slots=True)
class DecidedLine:
    """A decision of a list, with its record as it was decided; `number` only grows.

    `record` is None where its bytes cannot be read any more.
    """

    number: int
    enrollment_id: str
    patient_id: str
    period_kind: str
    period_start: date
    period_end: date
    code: str
    units: int
    outcome: str
    service_date: date | None
    record: dict[str, Any] | None

    @property
    def line(self) -> Key:
        """The line's natural key."""
        first = self.period_start
        return self.enrollment_id, self.period_kind, str(first), self.code


def decided_lines(
    tenant_id: str, outcome: str, month: str, place: tuple[int, int]
) -> list[DecidedLine]:
    """Give the decisions of an outcome whose service lies in a month; blank: of any month.

    `place` is after which number, and how many at most.
    """
    after, most = place
    with connection.cursor() as cursor:
        cursor.execute(_LISTED, [tenant_id, outcome, f"{month}%", after, most])
        return [_line(row) for row in cursor.fetchall()]


def _line(row: Sequence[Any]) -> DecidedLine:
    return DecidedLine(*(*row[:-1], _record(row[-1], row[0])))


def _record(packed: bytes, number: int) -> dict[str, Any] | None:
    place = f"decision {number}"
    try:
        return decision_in(unpacked(packed, place), place)
    except Damaged:
        return None


_KEYS = f"""
SELECT d.patient_id, d.enrollment_id, d.period_kind, d.period_start, d.code
FROM store_decision AS d WHERE d.tenant_id = %s AND d.outcome = 'billable' AND {_LAST}
"""


def billable_keys(tenant_id: str) -> list[tuple[str, str, str, date, str]]:
    """Give patient, enrollment, kind and first day of the period, and code of what is billable."""
    with connection.cursor() as cursor:
        cursor.execute(_KEYS, [tenant_id])
        return [*cursor.fetchall()]


def records_of(tenant_id: str, keys: Collection[Key]) -> list[dict[str, Any]]:
    """Give the decisions that hold of some lines, each named by its key."""
    if not keys:
        return []
    one = "(d.enrollment_id = %s AND d.period_kind = %s AND d.period_start = %s AND d.code = %s)"
    which = " OR ".join([one] * len(keys))
    base = "SELECT d.id, d.record FROM store_decision AS d WHERE d.tenant_id = %s"
    sql = f"{base} AND ({which}) AND {_LAST}"
    cells = [cell for key in keys for cell in key]
    with connection.cursor() as cursor:
        cursor.execute(sql, [tenant_id, *cells])
        found = ((f"decision {number}", packed) for number, packed in cursor.fetchall())
        return [decision_in(unpacked(packed, place), place) for place, packed in found]
