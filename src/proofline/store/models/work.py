"""What runs or waits at the desk: timers, thresholds and the alerts they raise."""

from __future__ import annotations

from django.db import models

from proofline.store.models.people import Person, Tenant


class Timer(models.Model):
    """A stretch of work that is being timed. It becomes a time entry when it is stopped.

    A person has one running timer: one performer works one minute once. `seen_at` is the last sign
    that the person was at it; a timer that was left alone ends there.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    enrollment_id = models.TextField()
    activity = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        """One timer a person."""

        constraints = (models.UniqueConstraint(fields=("person",), name="one_timer_a_person"),)

    def __str__(self) -> str:
        return f"timer {self.pk}"


class Threshold(models.Model):
    """Between which values a patient's readings of one metric are unremarkable.

    The last one set for a patient, metric and part holds. Exact decimals as text, in `unit`.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT)
    patient_id = models.TextField()
    metric = models.CharField(max_length=20)
    part = models.CharField(max_length=10, default="value")
    unit = models.CharField(max_length=20)
    low = models.TextField(null=True)
    high = models.TextField(null=True)
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT)
    set_at = models.DateTimeField()

    class Meta:
        """Found by patient."""

        indexes = (
            models.Index(fields=("tenant", "patient_id", "metric", "id"), name="threshold_of"),
        )

    def __str__(self) -> str:
        return f"threshold {self.pk}"


class Alert(models.Model):
    """That something needs somebody: a reading beyond its threshold, a device gone silent.

    An alert has an owner as soon as somebody takes it, and is closed with what was done.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT)
    patient_id = models.TextField()
    kind = models.CharField(max_length=40)
    subject = models.TextField()
    raised_at = models.DateTimeField()
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="owned")
    taken_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.TextField(blank=True)

    class Meta:
        """One alert for one cause and patient; closed only with an outcome."""

        constraints = (
            models.UniqueConstraint(
                fields=("tenant", "kind", "subject", "patient_id"), name="alert_once"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True) | ~models.Q(outcome=""),
                name="alert_closed_with_outcome",
            ),
        )
        indexes = (models.Index(fields=("tenant", "closed_at", "raised_at"), name="alert_open"),)

    def __str__(self) -> str:
        return f"alert {self.pk}"
