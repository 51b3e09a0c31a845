"""When each device that a patient has last sent a reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection

from proofline.store.rows import Shelf

_LAST = """
SELECT device_id, max(measured_at) FROM evidence_readings
WHERE tenant_id = %s AND NOT withdrawn AND value IS NOT NULL AND coalesce(test, 'false') <> 'true'
GROUP BY device_id
"""


@dataclass(frozen=True, slots=True)
class LastReading:
    """The last reading of a device while the patient who has it now had it."""

    device_id: str
    patient_id: str
    measured_at: datetime


def last_readings(tenant_id: str) -> list[LastReading]:
    """Give the last reading of each device that is with a patient and has sent one to them."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [tenant_id])
        last = dict(cursor.fetchall())
    return [
        LastReading(row["device_id"] or "", row["patient_id"] or "", _aware(measured))
        for row in Shelf(tenant_id).rows("assignments")
        if not row["to_date"]
        and (measured := last.get(row["device_id"]))
        and measured >= (row["from_date"] or "")
    ]


def _aware(cell: str) -> datetime:
    read = datetime.fromisoformat(cell)
    return read if read.tzinfo else read.replace(tzinfo=UTC)
