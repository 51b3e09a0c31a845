"""Files that people brought, such as a payer's remittance: kept as they came, once each."""

from __future__ import annotations

from hashlib import sha256

from proofline.store.act import Act
from proofline.store.models import Message


def keep(act: Act, source: str, data: bytes) -> None:
    """Keep a file in an act; the same bytes are kept once."""
    digest = sha256(data).hexdigest()
    Message.objects.get_or_create(
        tenant_id=act.tenant_id,
        source=source,
        message_id=digest,
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
