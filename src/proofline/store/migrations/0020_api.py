"""Keys of other systems and what these are told, with the fences of their tables."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from proofline.store.fences import OUTSIDE, postgresql_fences, sqlite_fences
from proofline.store.migrations._at_once import AtOnce


def _raise_fences(_apps: Any, editor: Any) -> None:  # noqa: ANN401 - Django's shapes
    made = postgresql_fences if editor.connection.vendor == "postgresql" else sqlite_fences
    with editor.connection.cursor() as cursor:
        for sql in made(OUTSIDE):
            cursor.execute(sql)


class Migration(migrations.Migration):
    """The tables, and their fences once they are there."""

    dependencies = [
        ("store", "0010_feeds"),
    ]

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                ("event_id", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
                ("body", models.BinaryField()),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="store.tenant"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Machine",
            fields=[
                ("client_id", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=80)),
                ("scopes", models.TextField()),
                ("secret", models.CharField(max_length=64)),
                ("former", models.CharField(blank=True, max_length=64)),
                ("former_until", models.DateTimeField(null=True)),
                ("public_keys", models.TextField(default="[]")),
                ("made_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="key",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="store.tenant"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "subscription_id",
                    models.CharField(max_length=40, primary_key=True, serialize=False),
                ),
                ("url", models.TextField()),
                ("kinds", models.TextField()),
                ("generation", models.IntegerField(default=1)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_why", models.CharField(blank=True, max_length=40)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="store.tenant"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("scopes", models.TextField()),
                ("expires_at", models.DateTimeField()),
                (
                    "machine",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="store.machine"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Assertion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("jti", models.CharField(max_length=64)),
                ("expires_at", models.DateTimeField()),
                (
                    "machine",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="store.machine"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("machine", "jti"), name="assertion_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("attempt", models.IntegerField()),
                ("at", models.DateTimeField()),
                ("status", models.IntegerField()),
                ("trouble", models.CharField(blank=True, max_length=60)),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="store.tenant"
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="store.event"
                    ),
                ),
                (
                    "subscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="store.subscription"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant", "subscription", "id"], name="delivery_log")
                ],
            },
        ),
        migrations.RunPython(_raise_fences),
    ]
    operations = [AtOnce(operations[:-1]), operations[-1]]
