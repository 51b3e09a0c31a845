"""Narrower indexes over readings, and the day of the lesson before the last.

What a commit writes is mostly pages of the index over ids, which lie anywhere, and of the one over
devices. Without the practice in each entry, and of an id only its end, both have fewer pages.

Outlooks may rest on the lesson before the last until their patients are decided. Of which day it
was no book knows yet; so the first lesson after this is told of everybody, as they all were.
"""

from __future__ import annotations

from django.db import migrations, models

from proofline.store.feeding.among import IdEnd
from proofline.store.migrations._at_once import AtOnce

GONE = models.Q(withdrawn=True)
DEVICE = models.Q(device_id__isnull=False)


class Migration(migrations.Migration):
    """The old indexes first: so a full disk never holds both."""

    dependencies = [("store", "0077_worth")]

    operations = [
        migrations.AddField("learned", "before_as_of", models.DateField(null=True)),
        migrations.RemoveIndex("readingsrow", "readings_key"),
        migrations.AddIndex("readingsrow", models.Index(IdEnd("reading_id"), name="readings_id")),
        migrations.AddIndex(
            "readingsrow",
            models.Index(fields=("tenant", "reading_id"), condition=GONE, name="readings_gone"),
        ),
        migrations.RemoveIndex("readingsrow", "readings_device_i"),
        migrations.AddIndex(
            "readingsrow",
            models.Index(
                fields=("device_id", "measured_at"), condition=DEVICE, name="readings_heard"
            ),
        ),
    ]
    operations = [AtOnce(operations)]
