"""Arrivals that say something of readings yet to come are found by their ids.

They are looked for whenever something arrives, and since no index held the ids of arrivals, all that
ever arrived was gone through for each message.
"""

from __future__ import annotations

from django.db import migrations, models

SAID = models.Q(
    entry_said__in=("request.method=DELETE", "status=cancelled", "status=entered-in-error")
) | models.Q(test_said__in=("Device.meta=HTEST", "Patient.meta=HTEST"))


class Migration(migrations.Migration):
    """One index, of the few that say so."""

    dependencies = [("store", "0079_alert_of_each_patient")]

    operations = [
        migrations.AddIndex(
            "provenancerow",
            models.Index(
                fields=("tenant", "reading_id"), condition=SAID, name="provenance_remarked"
            ),
        ),
    ]
