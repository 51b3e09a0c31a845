"""Indexes that somebody asks by, and no others: each one costs every row that arrives.

The indexes that Django gives every foreign key led SQLite astray as well: it went through all rows
of a practice in their order where a few ids were asked for.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import migrations, models
from django.db.models.deletion import PROTECT

from proofline.store.migrations._at_once import AtOnce

EVIDENCE = (
    *("Assignments", "Consents", "Coverages", "Devices", "Enrollments", "Interactions"),
    *("OtherServices", "Patients", "Performers", "Practices", "Provenance", "Readings"),
    *("SignOffs", "Stays", "TimeEntries"),
)
NAMES = {"OtherServices": "other_services", "SignOffs": "sign_offs", "TimeEntries": "time_entries"}
LINKED: dict[str, tuple[str, ...]] = {f"{name}Row": ("tenant", "recorded_by") for name in EVIDENCE}
LINKED |= {"Message": ("tenant",), "Job": ("tenant",)}


def _without(apps: Any, editor: Any) -> None:  # noqa: ANN401 - Django's shapes
    """Drop the indexes of foreign keys by what they are: their names hold a digest."""
    for model, links in LINKED.items():
        table = apps.get_model("store", model)._meta.db_table  # noqa: SLF001 - as Django does
        with editor.connection.cursor() as cursor:
            there = editor.connection.introspection.get_constraints(cursor, table)
        for name, one in there.items():
            plain = one["index"] and not (one["unique"] or one["primary_key"])
            if plain and one["columns"] in [[f"{link}_id"] for link in links]:
                editor.execute(f"DROP INDEX {editor.quote_name(name)}")


def _unindexed(model: str, link: str) -> migrations.AlterField:
    to = "store.tenant" if link == "tenant" else settings.AUTH_USER_MODEL
    key: Any = models.ForeignKey(to, PROTECT, null=link == "recorded_by", db_index=False)
    return migrations.AlterField(model.lower(), link, key)


def _by(model: str, *columns: str, name: str, only: models.Q | None = None) -> migrations.AddIndex:
    index = models.Index(fields=("tenant", *columns), condition=only, name=name)
    return migrations.AddIndex(model.lower(), index)


class Migration(migrations.Migration):
    """Altering a field would make its table anew on SQLite and lose its fences; so only in name."""

    dependencies = [("store", "0050_outlooks")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunPython(_without, migrations.RunPython.noop)],
            [_unindexed(model, link) for model, links in LINKED.items() for link in links],
        ),
        migrations.RemoveIndex("assignmentsrow", "assignments_key"),
        migrations.RemoveIndex("assignmentsrow", "assignments_device_i"),
        migrations.RemoveIndex("message", "message_feed"),
        migrations.RemoveIndex("message", "message_queue"),
        migrations.RemoveIndex("provenancerow", "provenance_key"),
        migrations.RemoveIndex("readingsrow", "readings_patient_"),
        _by("AssignmentsRow", "device_id", name="assignments_key"),
        _by("ProvenanceRow", "reading_id", name="provenance_key"),
        _by(
            "ReadingsRow",
            "patient_id",
            name="readings_patient_",
            only=models.Q(patient_id__isnull=False),
        ),
        _by("Message", "received_at", name="message_queue", only=models.Q(state="held")),
        *(
            _by(f"{one}Row", "row_no", name=f"{NAMES.get(one, one.lower())}_order")
            for one in EVIDENCE
        ),
        *(
            _by(
                f"{one}Row",
                "recorded_by",
                name=f"{NAMES.get(one, one.lower())}_by",
                only=models.Q(recorded_by__isnull=False),
            )
            for one in EVIDENCE
        ),
    ]
    operations = [AtOnce(operations)]
