"""Periods that are still open: those of whose lines the decision that holds says so."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import connection

_HOLDS = """
FROM store_lastdecision AS d WHERE d.tenant_id = %s AND d.outcome = 'open'
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


def count(
    tenant_id: str, program: str, span: tuple[date, date], codes: Collection[str]
) -> tuple[int, int]:
    """Count the open periods of a program whose last day lies in a span, both days included.

    Gives how many have an open line of one of the `codes`, and how many there are.
    """
    marks = ", ".join(["%s"] * len(codes)) or "NULL"
    name = "d.enrollment_id || ' ' || d.period_kind || ' ' || CAST(d.period_start AS TEXT)"
    sql = (
        f"SELECT count(DISTINCT CASE WHEN d.code IN ({marks}) THEN {name} END),"
        f" count(DISTINCT {name}) {_HOLDS} AND d.program = %s AND d.period_end BETWEEN %s AND %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*sorted(codes), tenant_id, program, *span])
        touched, every = cursor.fetchone()
    return int(touched), int(every)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which open periods: of a program, with their last day in a span, with a line of the codes."""

    program: str
    span: tuple[date, date]
    codes: tuple[str, ...]


def under(tenant_id: str, asked: Asked, most: int, skip: int) -> list[OpenPeriod]:
    """Give `most` open periods after the first `skip`, the first to end first."""
    if not asked.codes:
        return []
    marks = ", ".join(["%s"] * len(asked.codes))
    of: list[str | date] = [tenant_id, asked.program, *asked.span, *asked.codes]
    which = (
        f"{_HOLDS} AND d.program = %s AND d.period_end BETWEEN %s AND %s AND d.code IN ({marks})"
    )
    name = "d.enrollment_id, d.patient_id, d.period_kind, d.period_start, d.period_end"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT {name} {which}"
            " ORDER BY d.period_end, d.enrollment_id, d.period_kind, d.period_start"
            f" LIMIT {most:d} OFFSET {skip:d}",
            of,
        )
        found = cursor.fetchall()
        ids = sorted({row[0] for row in found})
        theirs = ", ".join(["%s"] * len(ids)) or "NULL"
        cursor.execute(
            f"SELECT DISTINCT {name}, d.code {which} AND d.enrollment_id IN ({theirs})", [*of, *ids]
        )
        codes: dict[tuple[object, ...], list[str]] = {}
        for *period, code in cursor.fetchall():
            codes.setdefault(tuple(period), []).append(code)
    return [
        OpenPeriod(row[0], row[1], row[2], _day(row[3]), _day(row[4]), tuple(sorted(codes[row])))
        for row in map(tuple, found)
    ]


def _day(cell: date | str) -> date:
    """Read a day as either database gives it."""
    return date.fromisoformat(cell) if isinstance(cell, str) else cell
