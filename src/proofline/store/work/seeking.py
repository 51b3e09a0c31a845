"""Finding patients by what people know of them: a name, an id, a device."""

from __future__ import annotations

from django.db import connection

from proofline.store.rows import Shelf

_NAMED = """
SELECT DISTINCT patient_id FROM evidence_patients
WHERE tenant_id = %s AND (
    lower(patient_id) = %s
    OR lower(coalesce(given_name, '') || ' ' || coalesce(family_name, '')) LIKE %s ESCAPE '!'
    OR lower(coalesce(family_name, '') || ' ' || coalesce(given_name, '')) LIKE %s ESCAPE '!'
)
LIMIT %s
"""
_DEVICES = """
SELECT DISTINCT device_id FROM evidence_devices
WHERE tenant_id = %s AND (lower(device_id) = %s OR lower(coalesce(serial, '')) = %s)
LIMIT %s
"""


def patients_like(tenant_id: str, words: str, most: int) -> list[dict[str, str | None]]:
    """Give patients with an id, a part of a name or a device as `words` say, `most` of them."""
    asked = " ".join(words.replace(",", " ").lower().split())
    if not asked:
        return []
    part = "%" + "".join(f"!{one}" if one in "!%_" else one for one in asked) + "%"
    shelf = Shelf(tenant_id)
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, [tenant_id, asked, part, part, most])
        found = {patient for (patient,) in cursor.fetchall()}
        cursor.execute(_DEVICES, [tenant_id, asked, asked, most])
        devices = {device for (device,) in cursor.fetchall()}
    found |= shelf.ids("assignments", "patient_id", device_id=devices) if devices else set()
    return shelf.rows("patients", patient_id=found)[:most] if found else []
