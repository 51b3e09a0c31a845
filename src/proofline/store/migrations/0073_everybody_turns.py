"""Of a book that was decided before days were kept, the first night finds everybody due."""

from __future__ import annotations

from typing import Any

from django.db import migrations

_EVERYBODY = """
INSERT INTO store_turning (tenant_id, patient_id, zone, as_of, next_on, edition, papers)
SELECT DISTINCT p.tenant_id, p.patient_id, coalesce(p.time_zone, ''),
    CAST('1970-01-01' AS date), CAST('1970-01-01' AS date), '', ''
FROM evidence_patients AS p
WHERE p.tenant_id = %s AND NOT p.withdrawn AND EXISTS (
    SELECT 1 FROM evidence_enrollments AS e
    WHERE e.tenant_id = p.tenant_id AND e.patient_id = p.patient_id
) AND NOT EXISTS (
    SELECT 1 FROM evidence_patients AS n
    WHERE n.tenant_id = p.tenant_id AND n.patient_id = p.patient_id AND n.row_no > p.row_no
)
"""


def _everybody(_apps: Any, editor: Any) -> None:  # noqa: ANN401 - Django's shapes
    postgresql = editor.connection.vendor == "postgresql"
    everybody = _EVERYBODY if postgresql else _EVERYBODY.replace(" AS date", " AS text")
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id FROM store_tenant")
        for (tenant,) in cursor.fetchall():
            if postgresql:
                cursor.execute("SELECT set_config('proofline.tenant', %s, true)", [tenant])
            cursor.execute(everybody, [tenant])


class Migration(migrations.Migration):
    """Rows only."""

    dependencies = [("store", "0072_turning")]

    operations = [migrations.RunPython(_everybody)]
