"""When each device that a patient has last sent a reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection

from proofline.store.counting.holding import holds

_WORN = f"""
SELECT a.device_id, a.patient_id, coalesce(a.from_date, ''), (
    SELECT r.measured_at FROM evidence_readings AS r
    WHERE r.tenant_id = a.tenant_id AND r.device_id = a.device_id AND NOT r.withdrawn
    AND r.value IS NOT NULL AND coalesce(r.test, 'false') <> 'true'
    ORDER BY r.measured_at DESC LIMIT 1
)
FROM evidence_assignments AS a
WHERE a.tenant_id = %s AND coalesce(a.to_date, '') = '' AND {holds("assignments")}
"""


@dataclass(frozen=True, slots=True)
class Worn:
    """A device that a patient has, since which day, and its last reading while they had it.

    `since` is blank where nobody wrote it down; `last` is None where no reading came yet.
    """

    device_id: str
    patient_id: str
    since: str
    last: datetime | None


def worn(tenant_id: str) -> list[Worn]:
    """Give every device that is with a patient now, each looked up by its last reading alone."""
    with connection.cursor() as cursor:
        cursor.execute(_WORN, [tenant_id])
        return [
            Worn(device, patient, since, _aware(last) if last and last >= since else None)
            for device, patient, since, last in cursor.fetchall()
        ]


def _aware(cell: str) -> datetime:
    read = datetime.fromisoformat(cell)
    return read if read.tzinfo else read.replace(tzinfo=UTC)
