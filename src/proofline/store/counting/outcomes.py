"""What was decided of the lines of a practice, by the month of their service."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from django.db import connection

_LAST = """NOT EXISTS (
    SELECT 1 FROM store_decision AS n
    WHERE n.tenant_id = d.tenant_id AND n.enrollment_id = d.enrollment_id AND n.code = d.code
    AND n.period_start = d.period_start AND n.period_kind = d.period_kind AND n.id > d.id
)"""
_MONTH = "substr(CAST(coalesce(d.service_date, d.period_end) AS text), 1, 7)"
_COUNTED = f"""
SELECT {_MONTH}, d.outcome, count(*) FROM store_decision AS d
WHERE d.tenant_id = %s AND d.outcome = %s AND d.period_end >= %s AND {_LAST}
GROUP BY 1, 2
"""
_LISTED = f"""
SELECT d.id, d.enrollment_id, d.patient_id, d.program, d.period_start, d.period_end, d.code,
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
    """Count the decisions that hold, of periods that end on a day or after it."""
    found: list[Decided] = []
    with connection.cursor() as cursor:
        for outcome in sorted(outcomes):
            cursor.execute(_COUNTED, [tenant_id, outcome, since])
            found += [Decided(*row) for row in cursor.fetchall()]
    return found


@dataclass(frozen=True, slots=True)
class DecidedLine:
    """A decision of a list, with its record as it was decided; `number` only grows."""

    number: int
    enrollment_id: str
    patient_id: str
    program: str
    period_start: date
    period_end: date
    code: str
    units: int
    outcome: str
    service_date: date | None
    record: dict[str, Any]


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
    record = msgspec.json.decode(zlib.decompress(bytes(row[-1])))
    return DecidedLine(*(*row[:-1], record))


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
    sql = (
        f"SELECT d.record FROM store_decision AS d WHERE d.tenant_id = %s AND ({which}) AND {_LAST}"
    )
    cells = [cell for key in keys for cell in key]
    with connection.cursor() as cursor:
        cursor.execute(sql, [tenant_id, *cells])
        return [
            msgspec.json.decode(zlib.decompress(bytes(record))) for (record,) in cursor.fetchall()
        ]
