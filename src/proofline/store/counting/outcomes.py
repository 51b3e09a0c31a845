"""What was decided of the lines of a practice, by the month of their service."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from proofline.store.counting.tallies import DECIDED, counted
from proofline.store.safekeeping.unpacking import Damaged, decision_in, unpacked

_LISTED = """
SELECT d.id, d.enrollment_id, d.patient_id, d.period_kind, d.period_start, d.period_end, d.code,
    d.units, d.outcome, d.service_date, l.worth, d.record
FROM store_lastdecision AS l CROSS JOIN store_decision AS d
WHERE d.id = l.number AND l.tenant_id = %s AND l.outcome = %s {of} AND l.number > %s
ORDER BY l.number LIMIT %s
"""
"""Joined crosswise SQLite goes from the few that hold to their decisions, never the other way."""


Key = tuple[str, str, str, str]
"""A line: enrollment, kind and first day of the period, code."""


@dataclass(frozen=True, slots=True)
class Decided:
    """How many lines of a month have an outcome; of held ones, what they would bring in cents.

    Of `unpriced` ones no amount is known.
    """

    month: str
    outcome: str
    lines: int
    cents: int
    unpriced: int


def decided(tenant_id: str, outcomes: Collection[str], since: date) -> list[Decided]:
    """Count the lines of some outcomes, of services in the month of a day or after it."""
    return [
        Decided(
            *(one.month, outcome, one.amounts.lines, one.amounts.expected, one.amounts.unpriced)
        )
        for one in counted(tenant_id, DECIDED, since.isoformat()[:7])
        if (outcome := str(one.key[0])) in outcomes
    ]


@dataclass(frozen=True, slots=True)
class DecidedLine:
    """A decision of a list, with its record as it was decided; `number` only grows.

    `worth` is what a billable or held line is worth in cents, None where no fee is known.
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
    worth: int | None
    record: dict[str, Any] | None

    @property
    def line(self) -> Key:
        """The line's natural key."""
        first = self.period_start
        return self.enrollment_id, self.period_kind, str(first), self.code


def decided_lines(
    tenant_id: str, outcome: str, months: tuple[str, str], place: tuple[int, int]
) -> list[DecidedLine]:
    """Give the decisions of an outcome whose service lies in a month, or in one since another.

    `months` are the month and the first of any, blank for all; `place` is after which number, and
    how many at most.
    """
    month, since = months
    of, cells = ("AND l.month = %s", [month]) if month else ("", [])
    if since and not month:
        of, cells = "AND l.month >= %s", [since]
    with connection.cursor() as cursor:
        cursor.execute(_LISTED.format(of=of), [tenant_id, outcome, *cells, *place])
        return [_line(row) for row in cursor.fetchall()]


def _line(row: Sequence[Any]) -> DecidedLine:
    return DecidedLine(*(*row[:-1], _record(row[-1], row[0])))


def _record(packed: bytes, number: int) -> dict[str, Any] | None:
    place = f"decision {number}"
    try:
        return decision_in(unpacked(packed, place), place)
    except Damaged:
        return None


_KEYS = """
SELECT patient_id, enrollment_id, period_kind, period_start, code FROM store_lastdecision
WHERE tenant_id = %s AND outcome = 'billable'
"""
_RECORDS = """
SELECT d.id, d.record FROM store_lastdecision AS l CROSS JOIN store_decision AS d
WHERE d.id = l.number AND l.tenant_id = %s AND l.enrollment_id IN ({enrolled})
AND l.enrollment_id || ' ' || l.period_kind || ' ' || CAST(l.period_start AS TEXT) || ' ' || l.code
    IN ({named})
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
    enrolled = sorted({enrollment_id for enrollment_id, *_ in keys})
    named = [" ".join(key) for key in keys]
    marks = [", ".join(["%s"] * len(some)) for some in (enrolled, named)]
    with connection.cursor() as cursor:
        sql = _RECORDS.format(enrolled=marks[0], named=marks[1])
        cursor.execute(sql, [tenant_id, *enrolled, *named])
        found = ((f"decision {number}", packed) for number, packed in cursor.fetchall())
        return [decision_in(unpacked(packed, place), place) for place, packed in found]
