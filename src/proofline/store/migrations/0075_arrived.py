"""Arrivals are found by the payload that told them, and by their reading's id alone no more.

Ids of readings are digests, which lie anywhere in an index, so that each reading of a batch wrote a
page of it. The arrivals of one payload lie side by side.
"""

from __future__ import annotations

from django.db import migrations, models

from proofline.store.migrations._at_once import AtOnce

ARRIVED = ("tenant", "payload_sha256", "reading_id")


class Migration(migrations.Migration):
    """The new index first, so that arrivals are found at any time."""

    dependencies = [("store", "0074_grant")]

    operations = [
        migrations.AddIndex(
            "provenancerow", models.Index(fields=ARRIVED, name="provenance_payload")
        ),
        migrations.RemoveIndex("provenancerow", "provenance_key"),
    ]
    operations = [AtOnce(operations)]
