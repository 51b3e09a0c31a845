"""What a line was allowed less than expected, kept with where it stands.

Without it the lines that were paid too little are found by reading every answer there is.
"""

from __future__ import annotations

from django.db import migrations, models

SHORT = models.Q(short__isnull=False)


class Migration(migrations.Migration):
    """The column and its index; both are filled when lists are made anew, and by each answer."""

    dependencies = [("store", "0080_remarks")]

    operations = [
        migrations.AddField("linestanding", "short", models.BigIntegerField(null=True)),
        migrations.AddIndex(
            "linestanding",
            models.Index(
                fields=("tenant", "state", "service_date", "line_id"),
                condition=SHORT,
                name="standing_short",
            ),
        ),
    ]
