"""When each device that a patient has last sent a reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection

from proofline.store.counting.holding import holds
from proofline.store.feeding.among import ours

_SENT = """
SELECT r.measured_at FROM evidence_readings AS r
WHERE {ours} = {tenant} AND r.device_id = {device} AND NOT r.withdrawn
AND r.value IS NOT NULL AND coalesce(r.test, 'false') <> 'true'
ORDER BY r.measured_at DESC
"""
_WORN = """
SELECT a.device_id, a.patient_id, coalesce(a.from_date, ''),
    ({sent} LIMIT 1)
FROM evidence_assignments AS a
WHERE a.tenant_id = %s AND coalesce(a.to_date, '') = '' AND {hold}
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
    """Give every device that is with a patient now, each looked up by its last reading alone.

    A reading whose time is none, which the evidence room sets aside, is passed over.
    """
    with connection.cursor() as cursor:
        sent = _sent("a.tenant_id", "a.device_id")
        cursor.execute(_WORN.format(sent=sent, hold=holds("assignments")), [tenant_id])
        found = cursor.fetchall()
    return [
        Worn(device, patient, since, _last(tenant_id, device, since, last))
        for device, patient, since, last in found
    ]


def _last(tenant_id: str, device_id: str, since: str, last: str | None) -> datetime | None:
    if last is None or last < since:
        return None
    if (read := _instant(last)) is not None:
        return read
    with connection.cursor() as cursor:
        cursor.execute(_sent("%s", "%s"), [tenant_id, device_id])
        sent = (cell for (cell,) in cursor.fetchall() if cell >= since)
        return next(filter(None, map(_instant, sent)), None)


def _sent(tenant: str, device: str) -> str:
    return _SENT.format(ours=ours("r."), tenant=tenant, device=device)


def _instant(cell: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(cell)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
