"""What lists and sums of a whole practice stand on: written with the rows that they follow from.

A page reads a few of these rows however large the book is. None of them is the record: each can be
made anew from the decisions and the log of lines, and is so when their layout changes.
"""

from __future__ import annotations

from django.db import models

from proofline.store.models.people import Tenant


class LastDecision(models.Model):
    """Which decision of a line holds: its number, and what lists of decisions are asked by.

    `month` is that of its service. `worth` is what a billable or held line is worth, in cents;
    None where no fee is known, and of other lines.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, db_index=False)
    enrollment_id = models.TextField()
    patient_id = models.TextField()
    program = models.CharField(max_length=10)
    period_kind = models.CharField(max_length=10)
    period_start = models.DateField()
    period_end = models.DateField()
    code = models.CharField(max_length=10)
    number = models.BigIntegerField()
    outcome = models.CharField(max_length=20)
    month = models.CharField(max_length=7)
    worth = models.BigIntegerField(null=True)

    class Meta:
        """One row a line; found by outcome as they were decided, of a month, or by last day."""

        constraints = (
            models.UniqueConstraint(
                fields=("tenant", "enrollment_id", "period_start", "code", "period_kind"),
                name="decision_holds_once",
            ),
        )
        indexes = (
            models.Index(fields=("tenant", "outcome", "number"), name="decision_holding"),
            models.Index(fields=("tenant", "outcome", "month", "number"), name="decision_of_month"),
            models.Index(
                fields=("tenant", "outcome", "period_end", "number"), name="decision_by_end"
            ),
        )

    def __str__(self) -> str:
        return f"decision {self.number}"


class Tally(models.Model):
    """How many lines are alike, and what they come to in cents.

    `of` names what is counted and `key` tells by what lines are alike, as JSON; `month` is that of
    service, blank where it does not matter. `unpriced` lines have no expected amount.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, db_index=False)
    of = models.CharField(max_length=10)
    month = models.CharField(max_length=7)
    key = models.TextField()
    lines = models.BigIntegerField()
    charge = models.BigIntegerField()
    expected = models.BigIntegerField()
    unpriced = models.BigIntegerField()
    paid = models.BigIntegerField()

    class Meta:
        """One row for all that is alike."""

        constraints = (
            models.UniqueConstraint(fields=("tenant", "of", "month", "key"), name="tallied_once"),
        )

    def __str__(self) -> str:
        return f"tally {self.pk}"


class Refusal(models.Model):
    """One cause for which a payer refused a line, `CO-16`, in cents, and when it last answered."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, db_index=False)
    line_id = models.CharField(max_length=40)
    cause = models.TextField()
    cents = models.BigIntegerField()
    answered_on = models.CharField(max_length=10)

    class Meta:
        """One row for a line and cause; those answered first found first, of all causes or one."""

        constraints = (
            models.UniqueConstraint(fields=("tenant", "line_id", "cause"), name="refused_once"),
        )
        indexes = (
            models.Index(fields=("tenant", "answered_on", "line_id"), name="refusal_order"),
            models.Index(fields=("tenant", "cause", "answered_on", "line_id"), name="refusal_of"),
        )

    def __str__(self) -> str:
        return f"refusal {self.pk}"


class WaitingAnswer(models.Model):
    """An answer of a kept remittance that is posted to no line: whose, cents, why, last tried when.

    `aside` ones were set aside by a person. `file` is the SHA-256 of the remittance it came in.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, db_index=False)
    key = models.CharField(max_length=12)
    file = models.CharField(max_length=64)
    segment = models.IntegerField()
    claim_id = models.TextField()
    line_id = models.TextField()
    code = models.TextField()
    paid = models.BigIntegerField()
    why = models.TextField()
    aside = models.BooleanField(default=False)
    tried_at = models.DateTimeField()

    class Meta:
        """One row an answer; those that wait apart from those set aside."""

        constraints = (models.UniqueConstraint(fields=("tenant", "key"), name="waits_once"),)
        indexes = (
            models.Index(fields=("tenant", "aside", "tried_at", "key"), name="waiting_order"),
            models.Index(fields=("tenant", "file"), name="waiting_of_file"),
        )

    def __str__(self) -> str:
        return f"answer {self.pk}"
