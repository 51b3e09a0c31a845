"""Readings are found by indexes that say no more than they must.

What a commit writes is mostly pages of the index over ids, which lie anywhere, and of the one over
devices. Without the practice in each entry, and of an id only its end, both have fewer pages.
"""

from __future__ import annotations

from django.db import migrations, models

from proofline.store.among import IdEnd

GONE = models.Q(withdrawn=True)
DEVICE = models.Q(device_id__isnull=False)


class Migration(migrations.Migration):
    """The old indexes first: so a full disk never holds both."""

    dependencies = [("store", "0076_places")]

    operations = [
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
