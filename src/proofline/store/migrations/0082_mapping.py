"""What the columns of a feed's files mean, for files of no known vendor."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column; it may be blank: SQLite would otherwise make the table anew."""

    dependencies = [("store", "0081_short")]

    operations = [migrations.AddField("feed", "mapping", models.TextField(null=True))]
