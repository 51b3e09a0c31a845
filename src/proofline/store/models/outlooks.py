"""What the forecast said of each open period, where that stands, and what the past taught."""

from __future__ import annotations

from django.db import models

from proofline.store.models.people import Tenant


class Foreseen(models.Model):
    """The outlook of one open period as of the day on which its patient was decided, as bytes.

    `listed` is no for a month that only supports the line of a cycle. Rows are replaced when a
    patient is decided anew: the record are the decisions. From its `ground` an outlook is told as
    of each day in between; blank in a row from before there was one. `lesson` is the day of what
    the past had taught when its places were told; 1970 where they are not those of its days.
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
    record = models.BinaryField()
    ground = models.BinaryField(null=True)
    lesson = models.DateField()

    class Meta:
        """One row a period; found by enrollment and patient, and by what taught its places."""

        constraints = (
            models.UniqueConstraint(
                fields=("tenant", "enrollment_id", "period_kind", "period_start"),
                name="foreseen_once",
            ),
        )
        indexes = (
            models.Index(fields=("tenant", "patient_id"), name="foreseen_of"),
            models.Index(fields=("tenant", "lesson"), name="foreseen_lesson"),
        )

    def __str__(self) -> str:
        return f"outlook {self.pk}"


class Placed(models.Model):
    """Where an outlook stands in the work list, from `since` until before `until`.

    Both are seconds since 1970. `urgency` is 0 for the last days, then rises; `weight` are the
    whole cents, expected or taken wrongly, that the next act moves. Rows go with their outlook.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, db_index=False)
    foreseen = models.ForeignKey(Foreseen, on_delete=models.DO_NOTHING)
    since = models.BigIntegerField()
    until = models.BigIntegerField()
    urgency = models.SmallIntegerField()
    weight = models.BigIntegerField()
    due_on = models.DateField()
    next_act = models.CharField(max_length=20)
    kind = models.CharField(max_length=10)

    class Meta:
        """Found by the instant at which they hold."""

        indexes = (models.Index(fields=("tenant", "until", "since"), name="placed_at"),)

    def __str__(self) -> str:
        return f"place {self.pk}"


class Learned(models.Model):
    """What the closed periods of a practice taught, as bytes; `cycles` says from how many.

    It holds soon after `as_of`; until then what was taught `before` does, if anything was. What was
    taught by `before_as_of` stays with the outlooks that were told by it; blank: with none.
    """

    tenant = models.OneToOneField(Tenant, on_delete=models.PROTECT, primary_key=True)
    cycles = models.IntegerField()
    as_of = models.DateField()
    record = models.BinaryField()
    before = models.BinaryField(null=True)
    before_as_of = models.DateField(null=True)

    def __str__(self) -> str:
        return f"what tenant {self.pk} learned"
