"""Tenants and people: who may sign in, for whom they work, and whom they looked at."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class Tenant(models.Model):
    """One customer, whose rows no other customer can see: a practice or a group of practices."""

    tenant_id = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=200)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.tenant_id


class Person(AbstractUser):
    """Somebody, or some machine, who can sign in. One account is one person, never shared.

    `performer_id` is the person in the evidence, when their time or signature can bear a line.
    """

    performer_id = models.CharField(max_length=200, blank=True)
    machine = models.BooleanField(default=False)

    class Meta:
        """The table."""

        verbose_name_plural = "people"

    def __str__(self) -> str:
        return f"person {self.pk}"


class Membership(models.Model):
    """That a person works for a tenant in a role, from one instant until another."""

    class Role(models.TextChoices):
        """What a person may do; `desk.roles` says what each may."""

        COORDINATOR = "coordinator"
        CLINICIAN = "clinician"
        BILLING_PRACTITIONER = "billing_practitioner"
        BILLER = "biller"
        COMPLIANCE = "compliance"
        OWNER = "owner"
        INTEGRATOR = "integrator"
        ADMINISTRATOR = "administrator"

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    role = models.CharField(max_length=30, choices=Role.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        """A person holds one role of a kind at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=("tenant", "person", "role"),
                condition=models.Q(until__isnull=True),
                name="one_membership_of_a_role",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id} as {self.role}"


class Look(models.Model):
    """That somebody saw, or was refused, what is kept of a patient. Only ever added to."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True)
    at = models.DateTimeField()
    act = models.CharField(max_length=60)
    patient_id = models.TextField(blank=True)
    purpose = models.CharField(max_length=200, blank=True)
    allowed = models.BooleanField()
    origin = models.CharField(max_length=60, blank=True)

    class Meta:
        """Found by patient and by person."""

        indexes = (
            models.Index(fields=("tenant", "patient_id", "at"), name="look_patient"),
            models.Index(fields=("tenant", "person", "at"), name="look_person"),
        )

    def __str__(self) -> str:
        return f"{self.act} by {self.person_id}"


class BreakGlass(models.Model):
    """That somebody opened what their role keeps closed, for a stated reason and a short time."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    reason = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    reviewed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="reviewed"
    )
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        """A reason is never blank, and nobody reviews themselves."""

        constraints = (
            models.CheckConstraint(condition=~models.Q(reason=""), name="break_glass_has_reason"),
            models.CheckConstraint(
                condition=~models.Q(person=models.F("reviewed_by")), name="break_glass_other_eyes"
            ),
        )

    def __str__(self) -> str:
        return f"break glass {self.pk}"
