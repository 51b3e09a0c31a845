"""The day on which the calendar next turns what is decided for a patient, and grounds of outlooks."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from proofline.store.fences import TURNING, postgresql_fences


def _wall(_apps: Any, editor: Any) -> None:  # noqa: ANN401 - Django's shapes
    if editor.connection.vendor == "postgresql":
        with editor.connection.cursor() as cursor:
            for sql in postgresql_fences(TURNING):
                cursor.execute(sql)


class Migration(migrations.Migration):
    """The table behind the wall of the tenants, and two columns."""

    dependencies = [("store", "0071_tallied")]

    operations = [
        migrations.AddField("foreseen", "ground", models.BinaryField(null=True)),
        migrations.AddField("learned", "before", models.BinaryField(null=True)),
        migrations.CreateModel(
            name="Turning",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("patient_id", models.TextField()),
                ("zone", models.TextField(blank=True)),
                ("as_of", models.DateField()),
                ("next_on", models.DateField(null=True)),
                ("edition", models.CharField(max_length=100)),
                ("papers", models.CharField(max_length=71)),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="store.tenant",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant", "zone", "next_on"], name="turning_next")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "patient_id"), name="turning_of_patient"
                    )
                ],
            },
        ),
        migrations.RunPython(_wall),
    ]
