"""Who is enrolled, since when and until when, and who is asked to pay for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from proofline.store.counting.holding import holds

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
AND a.program LIKE %s AND {_BEGUN} LIKE %s AND coalesce(a.end_date, '') LIKE %s {{more}}
AND a.row_no > %s ORDER BY a.row_no LIMIT %s
"""
_THERE = f"""AND substr({_BEGUN}, 1, 7) <= %s
AND (a.end_date IS NULL OR substr(a.end_date, 1, 7) > %s)"""
_UNDATED = f"AND {_BEGUN} = ''"
_OVER = "AND substr(a.end_date, 1, 7) <= %s"
_ON_THE_DAY = f"""FROM evidence_coverages AS c WHERE c.tenant_id = a.tenant_id
AND c.patient_id = a.patient_id AND {holds("coverages", "c")}
AND coalesce(c.from_date, '') <= %s AND (c.to_date IS NULL OR c.to_date >= %s)"""
_OPEN = "AND (a.end_date IS NULL OR a.end_date > %s)"
_OF_PAYER = f"""{_OPEN} AND EXISTS (SELECT 1 {_ON_THE_DAY}
AND coalesce(c.payer_id, '') = %s AND coalesce(c.kind, '') = %s)"""
_OF_NONE = f"{_OPEN} AND NOT EXISTS (SELECT 1 {_ON_THE_DAY})"
_ALERT = """AND (a.tenant_id, a.patient_id) IN (SELECT s.tenant_id, s.patient_id
FROM store_alert AS s WHERE s.kind = %s AND s.closed_at IS NULL)"""
_ALERTED = f"""
SELECT count(*) FROM evidence_enrollments AS a
WHERE a.tenant_id = %s AND {holds("enrollments")} {_ALERT}
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
    """Enrollments of a program, of which days begin so: `2026-03`, blank for any.

    `there`: open at the end of that month; `over`: ended in it or before; `payer`: of patients whom
    it covers today by a coverage of this `kind`, blank: whom nobody does, None: whoever does;
    `alert`: of patients with an open alert of that kind; `undated`: without a first day on file.
    """

    program: str
    begun: str = ""
    ended: str = ""
    there: str = ""
    over: str = ""
    payer: str | None = None
    kind: str = ""
    alert: str = ""
    undated: bool = False


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


def alerted(tenant_id: str, kind: str) -> int:
    """Count the enrollments of patients with an open alert of a kind."""
    with connection.cursor() as cursor:
        cursor.execute(_ALERTED, [tenant_id, kind])
        return int(cursor.fetchone()[0])


def enrollments(
    tenant_id: str, which: WhichEnrollments, on: date, place: tuple[int, int]
) -> list[EnrollmentRow]:
    """Give enrollments as on a day; `place`: after which row's number, and how many at most."""
    days = (which.program or "%", f"{which.begun}%", f"{which.ended}%")
    more = _narrowing(which, on.isoformat())
    asked = _LISTED.format(more=" ".join(said for said, _ in more))
    cells = [cell for _, each in more for cell in each]
    with connection.cursor() as cursor:
        cursor.execute(asked, (tenant_id, *days, *cells, *place))
        return [EnrollmentRow(*row) for row in cursor.fetchall()]


def _narrowing(which: WhichEnrollments, day: str) -> list[tuple[str, tuple[str, ...]]]:
    """Give the conditions that are asked for, each with its cells."""
    more: list[tuple[str, tuple[str, ...]]] = []
    if which.there:
        more.append((_THERE, (which.there, which.there)))
    if which.over:
        more.append((_OVER, (which.over,)))
    if which.payer:
        more.append((_OF_PAYER, (day, day, day, which.payer, which.kind)))
    elif which.payer is not None:
        more.append((_OF_NONE, (day, day, day)))
    if which.undated:
        more.append((_UNDATED, ()))
    if which.alert:
        more.append((_ALERT, (which.alert,)))
    return more
