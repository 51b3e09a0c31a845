"""Periods that are still open: those of whose lines the decision that holds says so."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import connection

_HOLDS = """
FROM store_decision AS d
WHERE d.tenant_id = %s AND d.outcome = 'open' AND NOT EXISTS (
    SELECT 1 FROM store_decision AS n
    WHERE n.tenant_id = d.tenant_id AND n.enrollment_id = d.enrollment_id AND n.code = d.code
    AND n.period_start = d.period_start AND n.period_kind = d.period_kind AND n.id > d.id
)
"""


@dataclass(frozen=True, slots=True)
class OpenPeriod:
    """A period of an enrollment, and those of its codes that are still open."""

    enrollment_id: str
    patient_id: str
    kind: str
    start: date
    end: date
    codes: tuple[str, ...]


def ends(tenant_id: str) -> list[tuple[str, date, int]]:
    """Give by program and last day how many periods are open; a list of days, not of patients."""
    sql = (
        "SELECT d.program, d.period_end, count(DISTINCT d.enrollment_id || ' ' || d.period_kind"
        f" || ' ' || CAST(d.period_start AS TEXT)) {_HOLDS} GROUP BY d.program, d.period_end"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [tenant_id])
        return [(program, _day(end), int(count)) for program, end, count in cursor.fetchall()]


def under(
    tenant_id: str, program: str, span: tuple[date, date], codes: Collection[str]
) -> list[OpenPeriod]:
    """Give the open periods of a program whose last day lies in a span, both days included.

    Only those with an open line of one of the `codes`; they come with the first to end first.
    """
    if not codes:
        return []
    marks = ", ".join(["%s"] * len(codes))
    sql = (
        "SELECT DISTINCT d.enrollment_id, d.patient_id, d.period_kind, d.period_start,"
        f" d.period_end, d.code {_HOLDS} AND d.program = %s AND d.period_end BETWEEN %s AND %s"
        f" AND d.code IN ({marks})"
    )
    found: dict[tuple[date, str, str, date, str], list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, [tenant_id, program, *span, *sorted(codes)])
        for enrollment_id, patient_id, kind, start, end, code in cursor.fetchall():
            key = (_day(end), enrollment_id, kind, _day(start), patient_id)
            found.setdefault(key, []).append(code)
    return [
        OpenPeriod(enrollment_id, patient_id, kind, start, end, tuple(sorted(open_codes)))
        for (end, enrollment_id, kind, start, patient_id), open_codes in sorted(found.items())
    ]


def _day(cell: date | str) -> date:
    """Read a day as either database gives it."""
    return date.fromisoformat(cell) if isinstance(cell, str) else cell
