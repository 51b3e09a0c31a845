"""Who is enrolled, since when and until when, and who is asked to pay for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from proofline.store.counting.holding import holds
from proofline.store.models import Alert

_BEGUN = "coalesce(a.setup_date, a.established_on, a.order_date, '')"
"""The first day on file of an enrollment: set-up, else established, else ordered."""

_COUNTED = f"""
SELECT a.program, substr({_BEGUN}, 1, 7), substr(coalesce(a.end_date, ''), 1, 7), count(*)
FROM evidence_enrollments AS a WHERE a.tenant_id = %s AND {holds("enrollments")}
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
_COVERED = f"""
SELECT coalesce(c.payer_id, ''), coalesce(c.kind, ''), count(DISTINCT a.patient_id)
FROM evidence_enrollments AS a
LEFT JOIN evidence_coverages AS c ON c.tenant_id = a.tenant_id AND c.patient_id = a.patient_id
    AND {holds("coverages", "c")} AND coalesce(c.from_date, '') <= %s
    AND (c.to_date IS NULL OR c.to_date >= %s)
WHERE a.tenant_id = %s AND {holds("enrollments")} AND (a.end_date IS NULL OR a.end_date > %s)
GROUP BY 1, 2 ORDER BY 3 DESC, 1
"""
_LISTED = f"""
SELECT a.row_no, a.enrollment_id, a.patient_id, a.program, {_BEGUN}, a.end_date, a.end_reason
FROM evidence_enrollments AS a WHERE a.tenant_id = %s AND {holds("enrollments")}
AND a.program LIKE %s AND {_BEGUN} LIKE %s AND coalesce(a.end_date, '') LIKE %s AND a.row_no > %s
ORDER BY a.row_no LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class EnrolledCount:
    """Enrollments of a program that began and ended in some months, `2026-03`; blank: unknown."""

    program: str
    begun: str
    ended: str
    enrollments: int


@dataclass(frozen=True, slots=True)
class CoveredCount:
    """Enrolled patients whom a payer covers; blank where no coverage is on file."""

    payer_id: str
    kind: str
    patients: int


@dataclass(frozen=True, slots=True)
class EnrollmentRow:
    """One enrollment of a list; `number` is where the next page begins after."""

    number: int
    enrollment_id: str
    patient_id: str
    program: str
    begun: str
    end_date: str | None
    end_reason: str | None


@dataclass(frozen=True, slots=True)
class WhichEnrollments:
    """Enrollments of a program, of which days begin so: `2026-03`, blank for any."""

    program: str
    begun: str = ""
    ended: str = ""


def enrolled(tenant_id: str) -> list[EnrolledCount]:
    """Count the enrollments that hold."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [tenant_id])
        return [EnrolledCount(*row) for row in cursor.fetchall()]


def covered(tenant_id: str, on: date) -> list[CoveredCount]:
    """Count the patients enrolled on a day by payer; one with two payers counts with both."""
    day = on.isoformat()
    with connection.cursor() as cursor:
        cursor.execute(_COVERED, [day, day, tenant_id, day])
        return [CoveredCount(*row) for row in cursor.fetchall()]


def open_alerts(tenant_id: str, kind: str) -> int:
    """Count the open alerts of a kind."""
    return Alert.objects.filter(tenant_id=tenant_id, kind=kind, closed_at=None).count()


def enrollments(
    tenant_id: str, which: WhichEnrollments, after: int, most: int
) -> list[EnrollmentRow]:
    """Give enrollments after a row's number."""
    begun, ended = f"{which.begun}%", f"{which.ended}%"
    with connection.cursor() as cursor:
        cursor.execute(_LISTED, (tenant_id, which.program or "%", begun, ended, after, most))
        return [EnrollmentRow(*row) for row in cursor.fetchall()]
