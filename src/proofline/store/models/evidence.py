"""The evidence, as tables: one for each table of the contract, with exactly its columns.

Cells are kept as the canonical text of the contract, so that what is stored is what was sent, what
is hashed and what the engine reads. Rows are only added: a correction is a new row of the same key,
and triggers refuse anything else on both databases.
"""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db import models

from proofline.evidence.contract import Column, Table
from proofline.evidence.provenance import EVERY_TABLE, PROVENANCE, REMARKS
from proofline.store.feeding.among import IdEnd
from proofline.store.models.people import Person, Tenant

FOUND_BY = ("patient_id", "enrollment_id", "device_id")
"""Columns by which the rows of a chart are looked up."""

WORK = models.Index(fields=("tenant", "performer_id", "started_at"), name="time_entries_worker")
"""By whom work was done and when: nobody works on two minutes at once."""

READING = models.Index(IdEnd("reading_id"), name="readings_id")
"""Readings by the end of their id, and no practice: ids lie anywhere, so each page of this index is
written anew by nearly every batch, and the fewer it has the less that is."""

GONE = models.Index(
    fields=("tenant", "reading_id"), condition=models.Q(withdrawn=True), name="readings_gone"
)
"""Readings that were withdrawn, by which every question leaves them out."""

HEARD = models.Index(
    fields=("device_id", "measured_at"),
    condition=models.Q(device_id__isnull=False),
    name="readings_heard",
)
"""Readings by device and time: the last one of a device is found without reading the others."""

ARRIVED = models.Index(fields=("tenant", "payload_sha256", "reading_id"), name="provenance_payload")
"""Arrivals by the payload that told them: those of one lie side by side, where ids of readings lie
anywhere. Nobody looks for one but to see whether the same payload told it before."""

REMARKED = models.Index(
    fields=("tenant", "reading_id"),
    condition=reduce(or_, (models.Q((f"{c}__in", said)) for c, said in REMARKS.items())),
    name="provenance_remarked",
)
"""The few arrivals that say something of readings yet to come; asked of all that arrives."""


class EvidenceRow(models.Model):
    """What every row of evidence has besides the columns of its table.

    `row_no` grows with time; of several rows with one key the last holds, and a `withdrawn` one
    says that there is none. `vouched_by` is the number of the ledger entry that does so.
    """

    row_no = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, db_index=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, db_index=False)
    vouched_by = models.BigIntegerField()
    withdrawn = models.BooleanField(default=False)
    reason = models.TextField(blank=True)

    class Meta:
        """Only the tables below have rows."""

        abstract = True

    def __str__(self) -> str:
        return f"row {self.row_no}"


def _cell(column: Column, table: Table) -> models.Field[str | None, str | None]:
    return models.TextField(null=not _needed(column, table), help_text=column.meaning)


def _needed(column: Column, table: Table) -> bool:
    return column.required or column.name in table.key


def _indexes(table: Table) -> tuple[models.Index, ...]:
    short = table.name[:16]
    found = [n for n in FOUND_BY if n in table.names and n != table.key[0]]
    return (
        models.Index(fields=("tenant", "row_no"), name=f"{short}_order"),
        *_told_apart(table, f"{short}_key"),
        _index("recorded_by", f"{short}_by", sometimes=True),
        *(
            _index(name, f"{short}_{name[:8]}", sometimes=not _needed(table.column(name), table))
            for name in found
            if (table.name, name) != ("readings", "device_id")
        ),
        *((HEARD,) if table.name == "readings" else ()),
        *((WORK,) if table.name == "time_entries" else ()),
    )


def _told_apart(table: Table, name: str) -> tuple[models.Index, ...]:
    if table.name == "readings":
        return READING, GONE
    if table is PROVENANCE:
        return ARRIVED, REMARKED
    return (models.Index(fields=("tenant", table.key[0]), name=name),)


def _index(column: str, name: str, *, sometimes: bool = False) -> models.Index:
    """Rows found by a column; of one that says something only `sometimes`, just those that do.

    What machines send was added by nobody here, and mostly names no patient.
    """
    told = models.Q((f"{column}__isnull", False)) if sometimes else None
    return models.Index(fields=("tenant", column), condition=told, name=name)


def _model(table: Table) -> type[EvidenceRow]:
    meta = type("Meta", (), {"db_table": f"evidence_{table.name}", "indexes": _indexes(table)})
    body: dict[str, object] = {
        "__module__": __name__,
        "__doc__": f"{table.grain[0].upper()}{table.grain[1:]}, as sent.",
        "Meta": meta,
    }
    body.update({column.name: _cell(column, table) for column in table.columns})
    name = "".join(word.capitalize() for word in table.name.split("_")) + "Row"
    return type(name, (EvidenceRow,), body)


EVIDENCE: dict[str, type[EvidenceRow]] = {t.name: _model(t) for t in EVERY_TABLE.values()}
"""The model of each table of the contract, by the table's name."""
