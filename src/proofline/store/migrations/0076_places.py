"""Where outlooks stand in the work list, day by day; until a night, as they stood when last told."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from proofline.store.ahead.outlooks import NEVER
from proofline.store.ahead.places import EVER, FOR_GOOD
from proofline.store.fences import PLACED, postgresql_fences
from proofline.store.migrations._at_once import AtOnce

_AS_TOLD = """
INSERT INTO store_placed
    (tenant_id, foreseen_id, since, until, urgency, weight, due_on, next_act, kind)
SELECT tenant_id, id, %s, %s, urgency, weight, due_on, next_act, kind
FROM store_foreseen WHERE tenant_id = %s AND listed
"""


def _as_told(_apps: Any, editor: Any) -> None:  # noqa: ANN401 - Django's shapes
    """Keep the order of the list; no lesson is named, so the next day's end tells it anew."""
    postgresql = editor.connection.vendor == "postgresql"
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id FROM store_tenant")
        for (tenant,) in cursor.fetchall():
            if postgresql:
                cursor.execute("SELECT set_config('proofline.tenant', %s, true)", [tenant])
            cursor.execute(_AS_TOLD, [EVER, FOR_GOOD, tenant])


def _wall(_apps: Any, editor: Any) -> None:  # noqa: ANN401 - Django's shapes
    if editor.connection.vendor == "postgresql":
        with editor.connection.cursor() as cursor:
            for sql in postgresql_fences(PLACED):
                cursor.execute(sql)


class Migration(migrations.Migration):
    """The table behind its wall; what it holds leaves the outlooks."""

    dependencies = [("store", "0075_arrived")]

    operations = [
        migrations.AddField(
            "foreseen", "lesson", models.DateField(default=NEVER), preserve_default=False
        ),
        migrations.CreateModel(
            name="Placed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.BigIntegerField()),
                ("until", models.BigIntegerField()),
                ("urgency", models.SmallIntegerField()),
                ("weight", models.BigIntegerField()),
                ("due_on", models.DateField()),
                ("next_act", models.CharField(max_length=20)),
                ("kind", models.CharField(max_length=10)),
                (
                    "foreseen",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, to="store.foreseen"
                    ),
                ),
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
                "indexes": [models.Index(fields=["tenant", "until", "since"], name="placed_at")]
            },
        ),
        migrations.RunPython(_as_told),
        migrations.RunPython(_wall),
        AtOnce(
            [
                migrations.RemoveIndex("foreseen", "foreseen_due"),
                *(
                    migrations.RemoveField("foreseen", name)
                    for name in ("urgency", "weight", "due_on", "next_act", "kind")
                ),
                migrations.AddIndex(
                    "foreseen", models.Index(fields=["tenant", "lesson"], name="foreseen_lesson")
                ),
            ]
        ),
    ]
