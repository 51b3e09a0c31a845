"""Let the database itself refuse edits of evidence and looks across tenants."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from proofline.store.fences import BOOK, postgresql_fences, postgresql_refusal, sqlite_fences


def _raise_fences(_apps: Any, editor: Any) -> None:  # noqa: ANN401 - Django's shapes
    made = sqlite_fences(BOOK)
    if editor.connection.vendor == "postgresql":
        made = [postgresql_refusal(), *postgresql_fences(BOOK)]
    with editor.connection.cursor() as cursor:
        for sql in made:
            cursor.execute(sql)


class Migration(migrations.Migration):
    """The fences; there is no way back, since a book without them proves nothing."""

    dependencies = [("store", "0001_initial")]
    operations = [migrations.RunPython(_raise_fences)]
