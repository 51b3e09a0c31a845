"""An alert for each patient whom a cause concerns: two had the device, or it was the wrong one's."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """The patient becomes part of what an alert is one of."""

    dependencies = [("store", "0078_narrow_readings_and_lessons")]

    operations = [
        migrations.RemoveConstraint("alert", "alert_once"),
        migrations.AddConstraint(
            "alert",
            models.UniqueConstraint(
                fields=("tenant", "kind", "subject", "patient_id"), name="alert_once"
            ),
        ),
    ]
