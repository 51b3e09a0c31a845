"""What was decided, where lines stand, and the jobs that keep both current."""

from __future__ import annotations

from django.db import models

from proofline.store.models.people import Tenant


class Decision(models.Model):
    """One decision as canonical JSON, with what it was decided on. Only ever added to.

    Of several decisions of one line the last holds. `seen` is the last evidence row that it knew.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT)
    enrollment_id = models.TextField()
    patient_id = models.TextField()
    program = models.CharField(max_length=10)
    period_kind = models.CharField(max_length=10)
    period_start = models.DateField()
    period_end = models.DateField()
    code = models.CharField(max_length=10)
    units = models.IntegerField()
    outcome = models.CharField(max_length=20)
    service_date = models.DateField(null=True)
    as_of = models.DateField()
    decided_at = models.DateTimeField()
    record = models.BinaryField()
    digest = models.CharField(max_length=71)
    vouched_by = models.BigIntegerField()

    class Meta:
        """Found by enrollment, and by outcome for the lists."""

        indexes = (
            models.Index(
                fields=("tenant", "enrollment_id", "period_start", "code", "id"),
                name="decision_line",
            ),
            models.Index(fields=("tenant", "outcome", "period_end"), name="decision_outcome"),
        )

    def __str__(self) -> str:
        return f"decision {self.pk}"


class Turning(models.Model):
    """The first day on which the calendar alone can turn what is decided for a patient.

    `zone` is that by whose clock the patient lives, blank if it is unknown. `next_on` is blank
    where no day can. `edition` names the law and the engine that decided, `papers` the practice's.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, db_index=False)
    patient_id = models.TextField()
    zone = models.TextField(blank=True)
    as_of = models.DateField()
    next_on = models.DateField(null=True)
    edition = models.CharField(max_length=100)
    papers = models.CharField(max_length=71)

    class Meta:
        """One day for a patient; the nights of a zone ask for the days that have come."""

        constraints = (
            models.UniqueConstraint(fields=("tenant", "patient_id"), name="turning_of_patient"),
        )
        indexes = (models.Index(fields=("tenant", "zone", "next_on"), name="turning_next"),)

    def __str__(self) -> str:
        return f"turning {self.pk}"


class Line(models.Model):
    """One act in a log of claim lines, as `claims` writes it. Only ever added to.

    `log` is the name of the log, as of its file in a folder.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT)
    log = models.CharField(max_length=40)
    number = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    act = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        """Acts of a log are numbered from 1 without a gap; no two have one number."""

        constraints = (
            models.UniqueConstraint(fields=("tenant", "log", "number"), name="act_numbered"),
        )

    def __str__(self) -> str:
        return f"act {self.number}"


class Job(models.Model):
    """Work that waits: written with what caused it, done once, taken back when a worker dies.

    A worker takes a job by a lease; when the lease runs out, another may. Arguments are ids only.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, db_index=False)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=80, blank=True)
    attempts = models.IntegerField(default=0)
    parked = models.BooleanField(default=False)
    trouble = models.CharField(max_length=200, blank=True)

    class Meta:
        """One open job of a kind for a subject: asking again changes nothing but its instant."""

        constraints = (
            models.UniqueConstraint(fields=("tenant", "kind", "subject"), name="job_asked_once"),
        )
        indexes = (models.Index(fields=("parked", "due_at"), name="job_due"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
