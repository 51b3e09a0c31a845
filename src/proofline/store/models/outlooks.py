"""What the forecast said last, a row for each open period, and what a practice's past taught."""

from __future__ import annotations

from django.db import models

from proofline.store.models.people import Tenant


class Foreseen(models.Model):
    """The last outlook of one open period, whole as bytes, with what the lists sort and filter by.

    `listed` is no for a month that only supports the line of a cycle. `urgency` is 0 for the last
    days, then rises; `weight` are the whole cents, expected or taken wrongly, that its next act
    moves. Rows are replaced when a patient is decided anew: the record are the decisions. From its
    `ground` an outlook is told as of each day in between; blank in a row from before there was one.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT)
    enrollment_id = models.TextField()
    patient_id = models.TextField()
    program = models.CharField(max_length=10)
    period_kind = models.CharField(max_length=10)
    period_start = models.DateField()
    period_end = models.DateField()
    as_of = models.DateField()
    listed = models.BooleanField()
    urgency = models.SmallIntegerField()
    weight = models.BigIntegerField()
    due_on = models.DateField()
    next_act = models.CharField(max_length=20)
    kind = models.CharField(max_length=10)
    record = models.BinaryField()
    ground = models.BinaryField(null=True)

    class Meta:
        """One row a period; found by enrollment and patient, and in the order of the work list."""

        constraints = (
            models.UniqueConstraint(
                fields=("tenant", "enrollment_id", "period_kind", "period_start"),
                name="foreseen_once",
            ),
        )
        indexes = (
            models.Index(fields=("tenant", "patient_id"), name="foreseen_of"),
            models.Index(
                fields=("tenant", "listed", "urgency", "-weight", "due_on", "enrollment_id"),
                name="foreseen_due",
            ),
        )

    def __str__(self) -> str:
        return f"outlook {self.pk}"


class Learned(models.Model):
    """What the closed periods of a practice taught, as bytes; `cycles` says from how many.

    It holds soon after `as_of`; until then what was taught `before` does, if anything was.
    """

    tenant = models.OneToOneField(Tenant, on_delete=models.PROTECT, primary_key=True)
    cycles = models.IntegerField()
    as_of = models.DateField()
    record = models.BinaryField()
    before = models.BinaryField(null=True)

    def __str__(self) -> str:
        return f"what tenant {self.pk} learned"
