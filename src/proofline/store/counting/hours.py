"""How long each person worked, and for how many patients, by the month in which an entry began.

A month is that of the clock in which the entry was written down. Text is compared as text; an entry
whose begin or end is no instant is counted as one of unknown length.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from proofline.store.counting.holding import holds

_DAY = (
    r"\d{4}-((0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)"
    r"|02-(0[1-9]|1\d|2[0-8]))|\d\d([02468][048]|[13579][26])-02-29"
)
_TIME = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-][01]\d:[0-5]\d)"
_INSTANT = f"^({_DAY})T{_TIME}$"
"""What PostgreSQL surely reads as an instant; for one that is none it refuses a whole question."""

_LONG = {
    "sqlite": "unixepoch(a.ended_at) - unixepoch(a.started_at)",
    "postgresql": (
        f"CASE WHEN a.started_at ~ '{_INSTANT}' AND a.ended_at ~ '{_INSTANT}'"
        " THEN extract(epoch FROM a.ended_at::timestamptz - a.started_at::timestamptz) END"
    ),
}
_WORKED = """
SELECT performer_id, month, CAST(coalesce(sum(long), 0) AS BIGINT), count(*) - count(long),
    count(DISTINCT patient_id)
FROM (
    SELECT a.performer_id, substr(a.started_at, 1, 7) AS month, {long} AS long, e.patient_id
    FROM evidence_time_entries AS a
    LEFT JOIN evidence_enrollments AS e ON e.tenant_id = a.tenant_id
        AND e.enrollment_id = a.enrollment_id AND {enrolled}
    WHERE a.tenant_id = %s AND a.started_at >= %s AND {holds}
) AS entries
GROUP BY 1, 2 ORDER BY 1, 2
"""
_LISTED = """
SELECT a.row_no, a.entry_id, a.performer_id, a.enrollment_id, e.patient_id, a.activity,
    a.started_at, a.ended_at
FROM evidence_time_entries AS a
LEFT JOIN evidence_enrollments AS e ON e.tenant_id = a.tenant_id
    AND e.enrollment_id = a.enrollment_id AND {enrolled}
WHERE a.tenant_id = %s AND a.started_at LIKE %s {whose} AND {holds}
ORDER BY a.started_at, a.row_no LIMIT %s OFFSET %s
"""


@dataclass(frozen=True, slots=True)
class Worked:
    """What a person logged in a month: seconds, entries of unknown length, and patients."""

    performer_id: str
    month: str
    seconds: int
    unknown: int
    patients: int


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One time entry of a list, its instants as they were written down."""

    number: int
    entry_id: str
    performer_id: str
    enrollment_id: str
    patient_id: str | None
    activity: str | None
    started_at: str
    ended_at: str | None

    @property
    def length(self) -> timedelta | None:
        """How long it was; None where its begin or end is no instant."""
        try:
            began = datetime.fromisoformat(self.started_at)
            return datetime.fromisoformat(self.ended_at or "") - began
        except (ValueError, TypeError):  # of two, one has no offset
            return None


def worked(tenant_id: str, first_month: str) -> list[Worked]:
    """Give what was logged in a month and after it."""
    sql = _WORKED.format(
        long=_LONG[connection.vendor],
        enrolled=holds("enrollments", "e"),
        holds=holds("time_entries"),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [tenant_id, first_month])
        return [Worked(*row) for row in cursor.fetchall()]


def entries(
    tenant_id: str, performer_id: str, month: str, place: tuple[int, int]
) -> list[EntryRow]:
    """Give a person's entries of a month, everybody's where the id is blank.

    `place` is how many at most, and after how many.
    """
    whose = [performer_id] if performer_id else []
    sql = _LISTED.format(
        whose="AND a.performer_id = %s" if whose else "",
        enrolled=holds("enrollments", "e"),
        holds=holds("time_entries"),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [tenant_id, f"{month}%", *whose, *place])
        return [EntryRow(*row) for row in cursor.fetchall()]
