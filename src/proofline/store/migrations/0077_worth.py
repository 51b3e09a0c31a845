"""What a line that a decision holds would bring, kept with the decision that holds of it."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """The column; it is filled when lists are made anew, and with every decision after that."""

    dependencies = [("store", "0076_places")]

    operations = [migrations.AddField("lastdecision", "worth", models.BigIntegerField(null=True))]
