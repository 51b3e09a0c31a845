"""Where lines, amendments and overpayments stand, each tenant's behind its wall."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from proofline.store.fences import PROJECTED, postgresql_fences, sqlite_fences
from proofline.store.migrations._at_once import AtOnce


def _raise_fences(_apps: Any, editor: Any) -> None:  # noqa: ANN401 - Django's shapes
    made = sqlite_fences(PROJECTED)
    if editor.connection.vendor == "postgresql":
        made = postgresql_fences(PROJECTED)
    with editor.connection.cursor() as cursor:
        for sql in made:
            cursor.execute(sql)


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0020_api"),
    ]

    operations = [
        migrations.CreateModel(
            name="AmendmentRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amendment_id", models.CharField(max_length=40)),
                ("log", models.CharField(max_length=40)),
                ("patient_id", models.TextField()),
                ("line_id", models.CharField(max_length=40)),
                ("kind", models.CharField(max_length=20)),
                ("standing", models.CharField(max_length=20)),
                ("proposed_at", models.DateTimeField()),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="store.tenant"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["tenant", "standing", "proposed_at", "amendment_id"],
                        name="amendment_list",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "amendment_id"), name="amendment_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("case_id", models.CharField(max_length=40)),
                ("log", models.CharField(max_length=40)),
                ("patient_id", models.TextField()),
                ("line_id", models.CharField(max_length=40)),
                ("amendment_id", models.CharField(max_length=40)),
                ("due", models.DateField()),
                ("open", models.BooleanField()),
                ("paid", models.BigIntegerField()),
                ("record", models.BinaryField()),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="store.tenant"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant", "open", "due", "case_id"], name="case_due")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "case_id"), name="case_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="LineStanding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line_id", models.CharField(max_length=40)),
                ("claim_id", models.CharField(max_length=40)),
                ("patient_id", models.TextField()),
                ("enrollment_id", models.TextField()),
                ("payer_id", models.TextField()),
                ("code", models.CharField(max_length=10)),
                ("units", models.IntegerField()),
                ("service_date", models.DateField()),
                ("period_kind", models.CharField(max_length=10)),
                ("period_start", models.DateField()),
                ("state", models.CharField(max_length=20)),
                ("held", models.TextField(blank=True)),
                ("charge", models.BigIntegerField()),
                ("expected", models.BigIntegerField(null=True)),
                ("paid", models.BigIntegerField(default=0)),
                ("changed_at", models.DateTimeField()),
                ("entry", models.BigIntegerField()),
                ("decision", models.CharField(blank=True, max_length=71)),
                ("record", models.BinaryField()),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="store.tenant"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["tenant", "service_date", "line_id"], name="standing_by_day"
                    ),
                    models.Index(
                        fields=["tenant", "state", "service_date", "line_id"],
                        name="standing_by_state",
                    ),
                    models.Index(fields=["tenant", "patient_id"], name="standing_of_patient"),
                    models.Index(fields=["tenant", "claim_id"], name="standing_of_claim"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "line_id"), name="line_stands_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="LineStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line_id", models.CharField(max_length=40)),
                ("number", models.BigIntegerField()),
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
                        fields=("tenant", "line_id", "number"), name="line_step_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Watched",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("row_no", models.BigIntegerField()),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="store.tenant"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "name"), name="watched_once")
                ],
            },
        ),
        migrations.RunPython(_raise_fences),
    ]
    operations = [AtOnce(operations[:-1]), operations[-1]]
