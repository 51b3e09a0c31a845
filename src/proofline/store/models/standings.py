"""What the logs of lines and amendments come to: worked out from them, never the record itself.

Rows here are written with the entry that they follow from and can be made anew from the log.
"""

from __future__ import annotations

from django.db import models

from proofline.store.models.people import Tenant


class LineStanding(models.Model):
    """Where one claim line stands now. Money is whole cents; `record` is the core's own standing.

    `paid` is what all remittances posted to it come to; `expected` is unknown where nothing on file
    says it; `decision` is the digest of the decision that it was drawn from last; `sent_on` is the
    day in UTC on which it was sent last; `short` is what was allowed less than expected, of a line
    that was paid, None where that is nothing or is not known.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT)
    line_id = models.CharField(max_length=40)
    claim_id = models.CharField(max_length=40)
    patient_id = models.TextField()
    enrollment_id = models.TextField()
    payer_id = models.TextField()
    code = models.CharField(max_length=10)
    units = models.IntegerField()
    service_date = models.DateField()
    period_kind = models.CharField(max_length=10)
    period_start = models.DateField()
    state = models.CharField(max_length=20)
    held = models.TextField(blank=True)
    charge = models.BigIntegerField()
    expected = models.BigIntegerField(null=True)
    paid = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField()
    entry = models.BigIntegerField()
    decision = models.CharField(max_length=71, blank=True)
    sent_on = models.DateField(null=True)
    short = models.BigIntegerField(null=True)
    record = models.BinaryField()

    class Meta:
        """One row a line; found by state, day, patient, claim and code."""

        constraints = (
            models.UniqueConstraint(fields=("tenant", "line_id"), name="line_stands_once"),
        )
        indexes = (
            models.Index(fields=("tenant", "service_date", "line_id"), name="standing_by_day"),
            models.Index(
                fields=("tenant", "state", "service_date", "line_id"), name="standing_by_state"
            ),
            models.Index(
                fields=("tenant", "state", "service_date", "line_id"),
                condition=models.Q(short__isnull=False),
                name="standing_short",
            ),
            models.Index(fields=("tenant", "patient_id"), name="standing_of_patient"),
            models.Index(fields=("tenant", "claim_id"), name="standing_of_claim"),
            models.Index(
                fields=("tenant", "code", "state", "service_date"), name="standing_of_code"
            ),
        )

    def __str__(self) -> str:
        return f"standing {self.pk}"


class LineStep(models.Model):
    """That an entry of the log of lines speaks of a line."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT)
    line_id = models.CharField(max_length=40)
    number = models.BigIntegerField()

    class Meta:
        """One row for a line and entry."""

        constraints = (
            models.UniqueConstraint(fields=("tenant", "line_id", "number"), name="line_step_once"),
        )

    def __str__(self) -> str:
        return f"step {self.pk}"


class AmendmentRow(models.Model):
    """Where a proposed amendment stands; `log` is the name of the log that keeps it."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT)
    amendment_id = models.CharField(max_length=40)
    log = models.CharField(max_length=40)
    patient_id = models.TextField()
    line_id = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    standing = models.CharField(max_length=20)
    proposed_at = models.DateTimeField()

    class Meta:
        """One row an amendment."""

        constraints = (
            models.UniqueConstraint(fields=("tenant", "amendment_id"), name="amendment_once"),
        )
        indexes = (
            models.Index(
                fields=("tenant", "standing", "proposed_at", "amendment_id"), name="amendment_list"
            ),
        )

    def __str__(self) -> str:
        return f"amendment {self.pk}"


class CaseRow(models.Model):
    """Where an overpayment stands; `open` until it is settled or closed. Money is whole cents."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT)
    case_id = models.CharField(max_length=40)
    log = models.CharField(max_length=40)
    patient_id = models.TextField()
    line_id = models.CharField(max_length=40)
    amendment_id = models.CharField(max_length=40)
    due = models.DateField()
    open = models.BooleanField()
    paid = models.BigIntegerField()
    record = models.BinaryField()

    class Meta:
        """One row a case, those due first found first."""

        constraints = (models.UniqueConstraint(fields=("tenant", "case_id"), name="case_once"),)
        indexes = (models.Index(fields=("tenant", "open", "due", "case_id"), name="case_due"),)

    def __str__(self) -> str:
        return f"case {self.pk}"


class Watched(models.Model):
    """Up to which row of a table of evidence somebody has looked."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT)
    name = models.CharField(max_length=40)
    row_no = models.BigIntegerField()

    class Meta:
        """One mark a name."""

        constraints = (models.UniqueConstraint(fields=("tenant", "name"), name="watched_once"),)

    def __str__(self) -> str:
        return f"mark {self.pk}"
