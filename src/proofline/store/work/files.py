"""Files that people brought, such as a payer's remittance: kept as they came, once each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db.models import Max

from proofline.store.act import Act
from proofline.store.models import Message


def keep(act: Act, source: str, data: bytes) -> None:
    """Keep a file in an act; the same bytes are kept once."""
    _keep(act, source, sha256(data).hexdigest(), data)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a file that later ones take the place of: which, since when, and its bytes."""

    source: str
    since: datetime
    sha256: str
    data: bytes


def keep_version(act: Act, source: str, data: bytes) -> bool:
    """Keep a file that takes the place of the last one of its source; no if it is that one."""
    ours = Message.objects.filter(tenant_id=act.tenant_id, source=source)
    digest = sha256(data).hexdigest()
    last = ours.order_by("-id").values_list("sha256", flat=True).first()
    if last == digest:
        return False
    _keep(act, source, f"{ours.count() + 1}-{digest}", data)
    return True


def versions(tenant_id: str, begins: str, at: datetime) -> list[Version]:
    """Give the version that held at an instant of each source that begins so, by source."""
    ours = Message.objects.filter(
        tenant_id=tenant_id, source__startswith=begins, received_at__lte=at
    )
    last = ours.values("source").annotate(last=Max("id")).values("last")
    return [
        Version(one.source, one.received_at, one.sha256, bytes(one.body))
        for one in Message.objects.filter(tenant_id=tenant_id, id__in=last).order_by("source")
    ]


def keep_named(act: Act, source: str, name: str, data: bytes) -> None:
    """Keep a file under a name of its own, once."""
    _keep(act, source, name, data)


def named(tenant_id: str, source: str, names: Collection[str]) -> dict[str, bytes]:
    """Give the files of a source by their names, those that there are."""
    found = Message.objects.filter(tenant_id=tenant_id, source=source, message_id__in=list(names))
    return {one.message_id: bytes(one.body) for one in found}


def _keep(act: Act, source: str, name: str, data: bytes) -> None:
    digest = sha256(data).hexdigest()
    _, new = Message.objects.get_or_create(
        tenant_id=act.tenant_id,
        source=source,
        message_id=name,
        defaults={
            "received_at": act.at,
            "sha256": digest,
            "body": data,
            "authenticity": "file",
            "state": Message.State.TAKEN,
        },
    )
    if new:
        act.vouch("file.keep", {"source": source, "name": name, "sha256": digest})


def kept(tenant_id: str, source: str) -> list[bytes]:
    """Give the files of a source, in the order in which they came."""
    found = Message.objects.filter(tenant_id=tenant_id, source=source).order_by("id")
    return [bytes(one.body) for one in found]
