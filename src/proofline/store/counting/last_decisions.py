"""Which decision of each line holds, laid down as decisions are kept: the last one of its line."""

from __future__ import annotations

from django.db import connection

from proofline.store.counting.tallies import DECIDED, Amounts, Moves, forget
from proofline.store.models import LastDecision

_NEWEST = "SELECT id FROM store_decision WHERE tenant_id = %s ORDER BY id DESC LIMIT 1"
_SAME = """p.tenant_id = d.tenant_id AND p.enrollment_id = d.enrollment_id AND p.code = d.code
    AND p.period_start = d.period_start AND p.period_kind = d.period_kind"""
_TURNED = f"""
SELECT month, outcome, count(*), coalesce(sum(worth), 0), count(*) - count(worth) FROM (
    SELECT DISTINCT p.id, p.month, p.outcome, p.worth FROM store_decision AS d
    JOIN store_lastdecision AS p ON {_SAME}
    WHERE d.tenant_id = %s AND d.id > %s
) AS turned GROUP BY 1, 2
"""
_LAID = f"""
INSERT INTO store_lastdecision
    (tenant_id, enrollment_id, patient_id, program, period_kind, period_start, period_end, code,
    number, outcome, month)
SELECT d.tenant_id, d.enrollment_id, d.patient_id, d.program, d.period_kind, d.period_start,
    d.period_end, d.code, d.id, d.outcome,
    substr(CAST(coalesce(d.service_date, d.period_end) AS text), 1, 7)
FROM store_decision AS d WHERE d.tenant_id = %s AND d.id > %s AND NOT EXISTS (
    SELECT 1 FROM store_decision AS p WHERE {_SAME} AND p.id > d.id
)
ON CONFLICT (tenant_id, enrollment_id, period_start, code, period_kind) DO UPDATE SET
    patient_id = excluded.patient_id, program = excluded.program, period_end = excluded.period_end,
    number = excluded.number, outcome = excluded.outcome, month = excluded.month, worth = NULL
"""
_FRESH = f"""
SELECT p.month, p.outcome, count(*) FROM store_decision AS d
JOIN store_lastdecision AS p ON {_SAME} AND p.number = d.id
WHERE d.tenant_id = %s AND d.id > %s GROUP BY 1, 2
"""


def newest(tenant_id: str) -> int:
    """Give the number of the decision that was kept last; 0 where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [tenant_id])
        found = cursor.fetchone()
    return int(found[0]) if found else 0


def follow(tenant_id: str, after: int) -> None:
    """Lay down what the decisions after a number come to, in the caller's transaction.

    What they are worth is not known until `worth.price` is told.
    """
    moves, place = Moves(), (tenant_id, after)
    with connection.cursor() as cursor:
        cursor.execute(_TURNED, place)
        for month, outcome, lines, cents, unpriced in cursor.fetchall():
            before = Amounts(lines, expected=int(cents), unpriced=unpriced)
            moves.take(DECIDED, month, (outcome,), before)
        cursor.execute(_LAID, place)
        cursor.execute(_FRESH, place)
        for month, outcome, lines in cursor.fetchall():
            moves.add(DECIDED, month, (outcome,), Amounts(lines, unpriced=lines))
    moves.keep(tenant_id)


def rebuild(tenant_id: str) -> None:
    """Make all rows of a tenant anew from its decisions, in the caller's transaction."""
    LastDecision.objects.filter(tenant_id=tenant_id).delete()
    forget(tenant_id, DECIDED)
    follow(tenant_id, 0)
