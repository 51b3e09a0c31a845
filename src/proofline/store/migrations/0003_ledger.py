"""Make the ledger, in the same database as what it vouches for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db import migrations

from proofline.store.vouching import make_ledger


def _make(_apps: Any, _editor: Any) -> None:  # noqa: ANN401 - Django's shapes
    # A migration has no clock; who made the book, and when, the first entries tell.
    make_ledger(datetime(2026, 1, 1, tzinfo=UTC))


class Migration(migrations.Migration):
    """The ledger."""

    dependencies = [("store", "0002_fences")]
    operations = [migrations.RunPython(_make)]
