"""Feeds: by which address a source reaches a tenant, and how its messages are known to be its."""

from __future__ import annotations

from django.db import models

from proofline.store.models.people import Tenant


class Feed(models.Model):
    """One way in for one source of one tenant.

    The token in its address is kept as a digest only, its secrets sealed under a key that is not in
    the database. `version` grows with every change of them. A feed that says nothing for
    `silent_minutes` is silent.
    """

    feed_id = models.CharField(max_length=40, primary_key=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT)
    source = models.CharField(max_length=60)
    scheme = models.CharField(max_length=20)
    token_sha256 = models.CharField(max_length=64, unique=True)
    sealed = models.BinaryField()
    version = models.IntegerField(default=1)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    silent_minutes = models.IntegerField()

    def __str__(self) -> str:
        return self.feed_id
