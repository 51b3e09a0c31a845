"""Tokens that people granted us at a vendor, kept sealed; renewed by one worker at a time.

Everything that changes them names the version that it has seen: what somebody replaced meanwhile is
never written over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from proofline.store.models import Grant


@dataclass(frozen=True, slots=True, repr=False)
class KeptGrant:
    """The sealed tokens of one person for one feed, and until when the vendor can be asked."""

    feed_id: str
    holder: str
    sealed: bytes
    version: int
    good_until: datetime


def of_holder(tenant_id: str, feed_id: str, holder: str) -> KeptGrant | None:
    """Give the grant of a person; None if there is none."""
    one = Grant.objects.filter(tenant_id=tenant_id, feed_id=feed_id, holder=holder).first()
    if one is None:
        return None
    return KeptGrant(one.feed_id, one.holder, bytes(one.sealed), one.version, one.good_until)


def put(tenant_id: str, grant: KeptGrant) -> None:
    """Keep the grant of a person anew, whatever there was before."""
    ours = Grant.objects.filter(tenant_id=tenant_id, feed_id=grant.feed_id, holder=grant.holder)
    new = {"sealed": grant.sealed, "good_until": grant.good_until, "renewing_until": None}
    if not ours.update(**new, version=F("version") + 1):
        named = {"feed_id": grant.feed_id, "holder": grant.holder}
        Grant.objects.create(tenant_id=tenant_id, **named, **new)


def take_to_renew(tenant_id: str, grant: KeptGrant, at: datetime, until: datetime) -> bool:
    """Take a grant to oneself until an instant; no if another has it, or changed it."""
    free = Q(renewing_until=None) | Q(renewing_until__lte=at)
    return bool(_seen(tenant_id, grant).filter(free).update(renewing_until=until))


def give_back(tenant_id: str, grant: KeptGrant) -> None:
    """Let others renew a grant that was taken in vain."""
    _seen(tenant_id, grant).update(renewing_until=None)


def replace(tenant_id: str, grant: KeptGrant, sealed: bytes, good_until: datetime) -> bool:
    """Put renewed tokens in the place of those that were seen; no if they were changed since."""
    new = {"sealed": sealed, "good_until": good_until, "renewing_until": None}
    return bool(_seen(tenant_id, grant).update(**new, version=grant.version + 1))


def distrust(tenant_id: str, grant: KeptGrant, at: datetime) -> None:
    """Note that the vendor takes the token no more, so that it is renewed before it is used."""
    _seen(tenant_id, grant).update(good_until=at)


def _seen(tenant_id: str, grant: KeptGrant) -> QuerySet[Grant]:
    named = {"feed_id": grant.feed_id, "holder": grant.holder, "version": grant.version}
    return Grant.objects.filter(tenant_id=tenant_id, **named)
