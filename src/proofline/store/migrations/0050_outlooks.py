"""The last outlook of each open period, what a practice's past taught, and the walls of both."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from proofline.store.fences import FORESEEN, postgresql_fences
from proofline.store.migrations._at_once import AtOnce


def _wall(_apps: Any, editor: Any) -> None:  # noqa: ANN401 - Django's shapes
    if editor.connection.vendor == "postgresql":
        with editor.connection.cursor() as cursor:
            for sql in postgresql_fences(FORESEEN):
                cursor.execute(sql)


class Migration(migrations.Migration):
    """The tables, and their walls once they are there."""

    dependencies = [("store", "0030_standings")]

    operations = [
        migrations.CreateModel(
            name="Foreseen",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("enrollment_id", models.TextField()),
                ("patient_id", models.TextField()),
                ("program", models.CharField(max_length=10)),
                ("period_kind", models.CharField(max_length=10)),
                ("period_start", models.DateField()),
                ("period_end", models.DateField()),
                ("as_of", models.DateField()),
                ("listed", models.BooleanField()),
                ("urgency", models.SmallIntegerField()),
                ("weight", models.BigIntegerField()),
                ("due_on", models.DateField()),
                ("next_act", models.CharField(max_length=20)),
                ("kind", models.CharField(max_length=10)),
                ("record", models.BinaryField()),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="store.tenant"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "enrollment_id", "period_kind", "period_start"),
                        name="foreseen_once",
                    )
                ],
                "indexes": [
                    models.Index(fields=["tenant", "patient_id"], name="foreseen_of"),
                    models.Index(
                        fields=[
                            "tenant",
                            "listed",
                            "urgency",
                            "-weight",
                            "due_on",
                            "enrollment_id",
                        ],
                        name="foreseen_due",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Learned",
            fields=[
                (
                    "tenant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="store.tenant",
                    ),
                ),
                ("cycles", models.IntegerField()),
                ("as_of", models.DateField()),
                ("record", models.BinaryField()),
            ],
        ),
        migrations.RunPython(_wall),
    ]
    operations = [AtOnce(operations[:-1]), operations[-1]]
