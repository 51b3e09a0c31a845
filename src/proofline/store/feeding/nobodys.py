"""Devices that sent readings and are nobody's: never given to a patient, or heard of afterwards."""

from __future__ import annotations

from django.db import connection

from proofline.store.counting.holding import holds
from proofline.store.feeding.among import ours

_GIVEN = f"""
FROM evidence_assignments AS a
WHERE a.tenant_id = d.tenant_id AND a.device_id = d.device_id AND {holds("assignments")}
"""
_SENT = """
SELECT 1 FROM evidence_readings AS r
WHERE {ours} = d.tenant_id AND r.device_id = d.device_id AND NOT r.withdrawn
"""
_NOBODYS = f"""
SELECT DISTINCT d.device_id FROM evidence_devices AS d
WHERE d.tenant_id = %s
AND NOT EXISTS (SELECT 1 {_GIVEN} AND coalesce(a.to_date, '') = '')
AND EXISTS (
    {_SENT} AND substr(r.measured_at, 1, 10) > coalesce((SELECT max(a.to_date) {_GIVEN}), '')
)
ORDER BY d.device_id LIMIT %s
"""


def devices(tenant_id: str, most: int) -> list[str]:
    """Give `most` devices that nobody has now, and that sent something after whoever had them.

    Which of those readings wait, and for what, is for the engine to say. What a device sent before
    its patient had it is told on the page of that patient.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NOBODYS.format(ours=ours("r.")), [tenant_id, most])
        return [device for (device,) in cursor.fetchall()]
