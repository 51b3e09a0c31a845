"""What lists and sums stand on, each tenant's behind its wall; laid down by `counting.anew`.

It is made when the service starts, from what is there, and not here: how refusals are read is no
matter of tables.
"""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from proofline.store.fences import TALLIED, postgresql_fences
from proofline.store.migrations._at_once import AtOnce

_AMOUNTS = ("lines", "charge", "expected", "unpriced", "paid")


def _wall(_apps: Any, editor: Any) -> None:  # noqa: ANN401 - Django's shapes
    if editor.connection.vendor == "postgresql":
        with editor.connection.cursor() as cursor:
            for sql in postgresql_fences(TALLIED):
                cursor.execute(sql)


def _made(
    name: str,
    *indexes: models.Index,
    once: tuple[str, *tuple[str, ...]],
    **columns: models.Field[Any, Any],
) -> migrations.CreateModel:
    """Make a model of a tenant; `once` names a constraint, and the columns that it keeps unique."""
    number = models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )
    tenant = models.ForeignKey(
        "store.tenant", on_delete=django.db.models.deletion.PROTECT, db_index=False
    )
    unique = models.UniqueConstraint(fields=("tenant", *once[1:]), name=once[0])
    return migrations.CreateModel(
        name=name,
        fields=[("id", number), *columns.items(), ("tenant", tenant)],
        options={"constraints": [unique], "indexes": list(indexes)},
    )


def _by(name: str, *columns: str) -> models.Index:
    return models.Index(fields=["tenant", *columns], name=name)


class Migration(migrations.Migration):
    """The tables, and their walls once they are there."""

    dependencies = [("store", "0070_fewer_indexes")]

    operations = [
        _made(
            "LastDecision",
            _by("decision_holding", "outcome", "number"),
            _by("decision_of_month", "outcome", "month", "number"),
            _by("decision_by_end", "outcome", "period_end", "number"),
            once=("decision_holds_once", "enrollment_id", "period_start", "code", "period_kind"),
            enrollment_id=models.TextField(),
            patient_id=models.TextField(),
            program=models.CharField(max_length=10),
            period_kind=models.CharField(max_length=10),
            period_start=models.DateField(),
            period_end=models.DateField(),
            code=models.CharField(max_length=10),
            number=models.BigIntegerField(),
            outcome=models.CharField(max_length=20),
            month=models.CharField(max_length=7),
        ),
        _made(
            "Refusal",
            _by("refusal_order", "answered_on", "line_id"),
            _by("refusal_of", "cause", "answered_on", "line_id"),
            once=("refused_once", "line_id", "cause"),
            line_id=models.CharField(max_length=40),
            cause=models.TextField(),
            cents=models.BigIntegerField(),
            answered_on=models.CharField(max_length=10),
        ),
        _made(
            "Tally",
            once=("tallied_once", "of", "month", "key"),
            of=models.CharField(max_length=10),
            month=models.CharField(max_length=7),
            key=models.TextField(),
            **{name: models.BigIntegerField() for name in _AMOUNTS},
        ),
        _made(
            "WaitingAnswer",
            _by("waiting_order", "aside", "tried_at", "key"),
            _by("waiting_of_file", "file"),
            once=("waits_once", "key"),
            key=models.CharField(max_length=12),
            file=models.CharField(max_length=64),
            segment=models.IntegerField(),
            claim_id=models.TextField(),
            line_id=models.TextField(),
            code=models.TextField(),
            paid=models.BigIntegerField(),
            why=models.TextField(),
            aside=models.BooleanField(default=False),
            tried_at=models.DateTimeField(),
        ),
        migrations.AddField("linestanding", "sent_on", models.DateField(null=True)),
        migrations.AddIndex(
            "linestanding", _by("standing_of_code", "code", "state", "service_date")
        ),
        migrations.AddIndex(
            "message",
            models.Index(
                condition=models.Q(authenticity="file"),
                fields=["tenant", "source", "id"],
                name="message_files",
            ),
        ),
        migrations.RemoveIndex("readingsrow", "readings_device_i"),
        migrations.AddIndex(
            "readingsrow",
            models.Index(
                condition=models.Q(device_id__isnull=False),
                fields=["tenant", "device_id", "measured_at"],
                name="readings_device_i",
            ),
        ),
        migrations.RunPython(_wall, migrations.RunPython.noop),
    ]
    operations = [AtOnce(operations[:-1]), operations[-1]]
