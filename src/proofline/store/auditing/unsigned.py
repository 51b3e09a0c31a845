"""Closed periods whose decisions are held for the lack of a sign-off, those of who bills for them.

Why a line is held stands in the decision itself, so rows are read in their order until a list is
full, and no further. What was signed once comes first: its evidence changed afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db import connection

from proofline.store.safekeeping.unpacking import Damaged, decision_in, unpacked

SIGNED = "signed_off"
"""The requirement that every pack names for a sign-off that stands."""

_HELD = """
SELECT d.enrollment_id, d.patient_id, d.period_kind, d.period_start, d.period_end, d.record,
    CASE WHEN EXISTS (
        SELECT 1 FROM evidence_sign_offs AS s
        WHERE s.tenant_id = d.tenant_id AND s.enrollment_id = d.enrollment_id AND NOT s.withdrawn
        AND s.performer_id = e.billing_performer_id
        AND s.period_start <= CAST(d.period_start AS TEXT)
        AND s.period_end >= CAST(d.period_end AS TEXT)
    ) THEN 0 ELSE 1 END AS fresh
FROM store_lastdecision AS l CROSS JOIN store_decision AS d
JOIN evidence_enrollments AS e
    ON e.tenant_id = l.tenant_id AND e.enrollment_id = l.enrollment_id
WHERE d.id = l.number AND l.tenant_id = %s AND l.outcome = 'held'
AND e.billing_performer_id = %s AND NOT e.withdrawn AND NOT EXISTS (
    SELECT 1 FROM evidence_enrollments AS f
    WHERE f.tenant_id = e.tenant_id AND f.enrollment_id = e.enrollment_id AND f.row_no > e.row_no
)
ORDER BY fresh, d.period_end, d.enrollment_id, d.period_start, d.period_kind, d.code
"""
_PORTION = 200


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A closed period of an enrollment with those of its decisions that wait for a signature.

    `decisions` is empty where one of them cannot be read: then nobody can say what is signed.
    """

    enrollment_id: str
    patient_id: str
    kind: str
    first: date
    last: date
    decisions: tuple[dict[str, Any], ...]

    @property
    def digest(self) -> str:
        """The digest of the evidence that was decided on; the same for all lines of a period."""
        return str(self.decisions[0]["evidence_digest"])


def unsigned(tenant_id: str, performer_id: str) -> Iterator[Unsigned]:
    """Yield the closed periods that wait for the signature of who bills.

    Those that were signed on other evidence come first, then the longest closed. One query; read
    as far as is wanted, and close it.
    """
    rows = _held(tenant_id, performer_id)
    for key, group in groupby(rows, key=lambda row: row[:5]):
        enrollment_id, patient_id, kind, first, last = key
        period = (enrollment_id, patient_id, kind, _day(first), _day(last))
        try:
            decided = [_read(row) for row in group]
        except Damaged:
            yield Unsigned(*period, ())
            continue
        waiting = tuple(one for one in decided if lacks(one, SIGNED))
        if waiting:
            yield Unsigned(*period, waiting)


def _read(row: tuple[Any, ...]) -> dict[str, Any]:
    place = f"a decision of {row[0]} from {row[3]}"
    return decision_in(unpacked(row[5], place), place)


def lacks(decision: dict[str, Any], requirement: str) -> bool:
    """Whether a decision says of a requirement that it is not met."""
    return any(
        found["requirement"] == requirement and found["status"] != "met"
        for found in decision["findings"]
    )


def _held(tenant_id: str, performer_id: str) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [tenant_id, performer_id])
        while rows := cursor.fetchmany(_PORTION):
            yield from rows


def _day(cell: date | str) -> date:
    return date.fromisoformat(cell) if isinstance(cell, str) else cell
