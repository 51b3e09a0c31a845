"""Feeds: by which address a source reaches a tenant, and how its messages are known to be its."""

from __future__ import annotations

from django.db import models

from proofline.store.models.people import Tenant


class Feed(models.Model):
    """One way in for one source of one tenant.

    The token in its address is kept as a digest only, its secrets sealed under a key that is not in
    the database. `version` grows with every change of them. A feed that says nothing for
    `silent_minutes` is silent. `mapping` says what the columns of its files mean, where its source
    needs to be told; it never changes, so what a file was read by is known.
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
    mapping = models.TextField(null=True)

    def __str__(self) -> str:
        return self.feed_id


class Grant(models.Model):
    """What one person allowed a vendor to give to us: tokens, sealed as the secrets of a feed are.

    `holder` is the person's id at the vendor. `version` grows with every change of the tokens; the
    one with which the vendor is asked holds until `good_until`. Whoever renews them has them to
    itself until `renewing_until`.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, db_index=False)
    feed_id = models.CharField(max_length=40)
    holder = models.CharField(max_length=60)
    sealed = models.BinaryField()
    version = models.IntegerField(default=1)
    good_until = models.DateTimeField()
    renewing_until = models.DateTimeField(null=True)

    class Meta:
        """One grant of each person for each feed."""

        constraints = (
            models.UniqueConstraint(fields=("tenant", "feed_id", "holder"), name="grant_of_holder"),
        )

    def __str__(self) -> str:
        return str(self.pk)
