"""The feeds by which machines send, and what a message was answered and became.

The new columns may be blank: SQLite would otherwise make the table anew, without its fences.
"""

import django.db.models.deletion
from django.db import migrations, models

from proofline.store.migrations._at_once import AtOnce


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0004_chart_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="Feed",
            fields=[
                ("feed_id", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=60)),
                ("scheme", models.CharField(max_length=20)),
                ("token_sha256", models.CharField(max_length=64, unique=True)),
                ("sealed", models.BinaryField()),
                ("version", models.IntegerField(default=1)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("silent_minutes", models.IntegerField()),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="store.tenant"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="message",
            name="cure",
            field=models.TextField(null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="feed_id",
            field=models.CharField(max_length=40, null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="settled_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="settled_why",
            field=models.TextField(null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="told",
            field=models.BinaryField(null=True),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["tenant", "feed_id", "received_at"], name="message_of_feed"),
        ),
    ]
    operations = [AtOnce(operations)]
