"""Machines of others: the keys that let them in, and what they asked to be told."""

from __future__ import annotations

from django.db import models

from proofline.store.models.people import Person, Tenant


class Machine(models.Model):
    """A client of the API: whose account it acts by, with which secrets, for which scopes.

    Of a secret the SHA-256 is kept: it is 256 bits of chance, so it cannot be guessed from that.
    `former` is the secret before the last rotation, good until `former_until`. `public_keys` is a
    JSON list of JWKs, given at registration.
    """

    client_id = models.CharField(max_length=40, primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="key")
    name = models.CharField(max_length=80)
    scopes = models.TextField()
    secret = models.CharField(max_length=64)
    former = models.CharField(max_length=64, blank=True)
    former_until = models.DateTimeField(null=True)
    public_keys = models.TextField(default="[]")
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.client_id


class Token(models.Model):
    """A short-lived token of a machine, by its SHA-256."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    machine = models.ForeignKey(Machine, on_delete=models.PROTECT)
    scopes = models.TextField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"token of {self.machine_id}"


class Assertion(models.Model):
    """That a signed assertion was used: each is good once, until it is too old anyway."""

    machine = models.ForeignKey(Machine, on_delete=models.PROTECT)
    jti = models.CharField(max_length=64)
    expires_at = models.DateTimeField()

    class Meta:
        """Each is good once."""

        constraints = (models.UniqueConstraint(fields=("machine", "jti"), name="assertion_once"),)

    def __str__(self) -> str:
        return f"assertion of {self.machine_id}"


class Subscription(models.Model):
    """That a system wants to be told of some kinds of events, at an address of its own.

    Its signing keys are derived from the service's secret and `generation`, and kept nowhere.
    """

    subscription_id = models.CharField(max_length=40, primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT)
    url = models.TextField()
    kinds = models.TextField()
    generation = models.IntegerField(default=1)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return self.subscription_id


class Event(models.Model):
    """Something that subscribers are told: its kind and ids, nothing about a patient but those."""

    event_id = models.CharField(max_length=40, primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT)
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    body = models.BinaryField()

    def __str__(self) -> str:
        return self.event_id


class Delivery(models.Model):
    """One attempt to tell a subscriber. `status` is HTTP's, 0 where nobody answered."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT)
    event = models.ForeignKey(Event, on_delete=models.PROTECT)
    attempt = models.IntegerField()
    at = models.DateTimeField()
    status = models.IntegerField()
    trouble = models.CharField(max_length=60, blank=True)

    class Meta:
        """Found by subscription."""

        indexes = (models.Index(fields=("tenant", "subscription", "id"), name="delivery_log"),)

    def __str__(self) -> str:
        return f"delivery {self.pk}"
