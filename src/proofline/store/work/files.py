"""Files that people brought, such as a payer's remittance: kept as they came, once each."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from hashlib import sha256

from django.db.models import Max

from proofline.store.act import Act
from proofline.store.models import Message


def keep(act: Act, source: str, data: bytes, mark: str = "") -> None:
    """Keep a file in an act; the same bytes with the same mark are kept once."""
    digest = sha256(data).hexdigest()
    Message.objects.get_or_create(
        tenant_id=act.tenant_id,
        source=source,
        message_id=f"{digest}{mark}",
        defaults={
            "received_at": act.at,
            "sha256": digest,
            "body": data,
            "authenticity": "file",
            "state": Message.State.TAKEN,
        },
    )


def kept(tenant_id: str, source: str) -> list[bytes]:
    """Give the files of a source, in the order in which they came."""
    found = Message.objects.filter(tenant_id=tenant_id, source=source).order_by("id")
    return [bytes(one.body) for one in found]


def last_kept(tenant_id: str, sources: Collection[str]) -> dict[str, datetime]:
    """Say when the last file of each source came."""
    ours = Message.objects.filter(tenant_id=tenant_id, source__in=sources)
    return dict(ours.values_list("source").annotate(Max("received_at")))
