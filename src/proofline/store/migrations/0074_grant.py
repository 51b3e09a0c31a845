"""Tokens that people granted us at a vendor, sealed, behind the wall of the tenants."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from proofline.store.fences import GRANTED, postgresql_fences


def _wall(_apps: Any, editor: Any) -> None:  # noqa: ANN401 - Django's shapes
    if editor.connection.vendor == "postgresql":
        with editor.connection.cursor() as cursor:
            for sql in postgresql_fences(GRANTED):
                cursor.execute(sql)


class Migration(migrations.Migration):
    """One table."""

    dependencies = [("store", "0073_everybody_turns")]

    operations = [
        migrations.CreateModel(
            name="Grant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("feed_id", models.CharField(max_length=40)),
                ("holder", models.CharField(max_length=60)),
                ("sealed", models.BinaryField()),
                ("version", models.IntegerField(default=1)),
                ("good_until", models.DateTimeField()),
                ("renewing_until", models.DateTimeField(null=True)),
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "feed_id", "holder"), name="grant_of_holder"
                    )
                ]
            },
        ),
        migrations.RunPython(_wall),
    ]
