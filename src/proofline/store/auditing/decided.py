"""Decisions as they came: every version of a line, and the lines that fit a question."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection

from proofline.store.decided import Line
from proofline.store.safekeeping.unpacking import Damaged, decision_in, unpacked

_VERSION = (
    "id, as_of, decided_at, digest, vouched_by, record, enrollment_id, period_kind, period_start,"
    " period_end, code"
)
OUTCOMES = ("billable", "held", "open", "not_billable", "withdrawn")
_FOUND = (
    "d.enrollment_id, d.patient_id, d.period_kind, d.period_start, d.period_end, d.code, d.units,"
    " d.outcome, d.service_date"
)


@dataclass(frozen=True, slots=True)
class Version:
    """One decision of a line as kept: as of which day, when, its bytes and digest, its entry.

    `line` and `last`, the period's last day, are as the row beside the bytes has them; `record` is
    None where the bytes cannot be unpacked any more.
    """

    number: int
    as_of: date
    decided_at: datetime
    digest: str
    entry: int
    record: bytes | None
    line: Line
    last: date

    @property
    def decision(self) -> dict[str, Any]:
        """What was decided. Errors: Damaged if the bytes cannot be read."""
        place = f"decision {self.number}"
        if self.record is None:
            raise Damaged(place)
        return decision_in(self.record, place)

    @property
    def readable(self) -> bool:
        """Whether the bytes can be read; what they say may still not be what was recorded."""
        try:
            return bool(self.decision)
        except Damaged:
            return False


@dataclass(frozen=True, slots=True)
class Found:
    """A line by the decision that holds: whose, of which period, its units and outcome."""

    enrollment_id: str
    patient_id: str
    kind: str
    first: date
    last: date
    code: str
    units: int
    outcome: str
    service_date: date | None

    @property
    def line(self) -> Line:
        """The line's natural key."""
        return (self.enrollment_id, self.kind, self.first.isoformat(), self.code)


@dataclass(frozen=True, slots=True)
class Asked:
    """What lines are looked for; blank or None asks nothing. `lines` are natural keys."""

    enrollment_id: str = ""
    code: str = ""
    outcomes: Collection[str] = ()
    first: date | None = None
    last: date | None = None
    lines: Collection[Line] | None = None


def versions(tenant_id: str, line: Line) -> list[Version]:
    """Give every decision of a line, the first one first."""
    enrollment_id, kind, first, code = line
    sql = (
        f"SELECT {_VERSION} FROM store_decision WHERE tenant_id = %s AND enrollment_id = %s"
        " AND period_start = %s AND code = %s AND period_kind = %s ORDER BY id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [tenant_id, enrollment_id, first, code, kind])
        return [_version(row) for row in cursor.fetchall()]


def of_periods(tenant_id: str, periods: Collection[tuple[str, str, date]]) -> list[Version]:
    """Give every decision of some periods, by enrollment, kind and first day, in their order."""
    if not periods:
        return []
    marks = ", ".join(["%s"] * len(periods))
    asked = [f"{one} {kind} {first.isoformat()}" for one, kind, first in sorted(periods)]
    enrolled = sorted({one for one, _, _ in periods})
    sql = (
        f"SELECT {_VERSION} FROM store_decision WHERE tenant_id = %s"
        f" AND enrollment_id IN ({', '.join(['%s'] * len(enrolled))})"
        " AND enrollment_id || ' ' || period_kind || ' ' || CAST(period_start AS TEXT)"
        f" IN ({marks}) ORDER BY id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [tenant_id, *enrolled, *asked])
        return [_version(row) for row in cursor.fetchall()]


def found(tenant_id: str, asked: Asked, most: int, skip: int = 0) -> list[Found]:
    """Give the lines that fit, the latest period first, `most` of them after so many.

    Where nothing narrows the question, each outcome is read in the order of its index and no
    farther than the page: a long book costs nothing.
    """
    if asked.lines is not None and not asked.lines:
        return []
    where, told = _conditions(asked)
    sql, values = _one_by_one(where, told, asked, tenant_id)
    order = "ORDER BY period_end DESC, number DESC LIMIT %s"
    parts = " UNION ALL ".join(
        f"SELECT * FROM ({one} {order}) AS part{n}" for n, one in enumerate(sql)
    )
    whole = [cell for some in values for cell in (*some, most + skip)]
    lines = f"SELECT * FROM ({parts}) AS lines {order} OFFSET %s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_FOUND} FROM ({lines}) AS l CROSS JOIN store_decision AS d"
            " WHERE d.id = l.number ORDER BY l.period_end DESC, l.number DESC",
            [*whole, most, skip],
        )
        return [_found(row) for row in cursor.fetchall()]


def _one_by_one(
    where: str, told: list[str | date], asked: Asked, tenant_id: str
) -> tuple[list[str], list[list[str | date]]]:
    """Ask for each outcome apart, or at once where an enrollment or lines are named."""
    base = "SELECT d.number, d.period_end FROM store_lastdecision AS d WHERE d.tenant_id = %s"
    if asked.enrollment_id or asked.lines is not None:
        marks = ", ".join(["%s"] * len(asked.outcomes))
        of = f"AND d.outcome IN ({marks})" if marks else ""
        return [f"{base} {of} {where}"], [[tenant_id, *asked.outcomes, *told]]
    outcomes = asked.outcomes or OUTCOMES
    each = f"{base} AND d.outcome = %s {where}"
    return [each] * len(outcomes), [[tenant_id, one, *told] for one in outcomes]


def keys(tenant_id: str) -> list[Line]:
    """Give the natural key of every line that was ever decided."""
    sql = (
        "SELECT enrollment_id, period_kind, CAST(period_start AS TEXT), code"
        " FROM store_lastdecision WHERE tenant_id = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [tenant_id])
        return [(one, kind, first, code) for one, kind, first, code in cursor.fetchall()]


def _conditions(asked: Asked) -> tuple[str, list[str | date]]:
    said: list[tuple[str, str | date | None]] = [
        ("d.enrollment_id = %s", asked.enrollment_id),
        ("d.code = %s", asked.code),
        ("d.period_end >= %s", asked.first),
        ("d.period_start <= %s", asked.last),
    ]
    told = [(sql, value) for sql, value in said if value]
    where = "".join(f" AND {sql}" for sql, _ in told)
    values = [value for _, value in told]
    if asked.lines is not None:
        enrolled = sorted({one for one, *_ in asked.lines})
        where += f" AND d.enrollment_id IN ({', '.join(['%s'] * len(enrolled))})"
        values += enrolled
        marks = ", ".join(["%s"] * len(asked.lines))
        where += (
            " AND d.enrollment_id || ' ' || d.period_kind || ' ' || CAST(d.period_start AS TEXT)"
            f" || ' ' || d.code IN ({marks})"
        )
        values += [" ".join(one) for one in asked.lines]
    return where, values


def _version(row: tuple[Any, ...]) -> Version:
    number, as_of, decided_at, digest, entry, packed, *key = row
    enrollment_id, kind, first, last, code = key
    at = datetime.fromisoformat(decided_at) if isinstance(decided_at, str) else decided_at
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    try:
        record = unpacked(packed, f"decision {number}")
    except Damaged:
        record = None
    line = (enrollment_id, kind, day(first).isoformat(), code)
    return Version(number, day(as_of), at, digest, entry, record, line, day(last))


def _found(row: tuple[Any, ...]) -> Found:
    *whose, kind, first, last, code, units, outcome, served = row
    enrollment_id, patient_id = whose
    period = (kind, day(first), day(last))
    on = None if served is None else day(served)
    return Found(enrollment_id, patient_id, *period, code, units, outcome, on)


def day(cell: date | str) -> date:
    """Read a day as either database gives it."""
    return date.fromisoformat(cell) if isinstance(cell, str) else cell
