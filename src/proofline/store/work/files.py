"""Files that people brought, such as a payer's remittance: kept as they came, once each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import connection

from proofline.store.act import Act
from proofline.store.models import Message

if TYPE_CHECKING:
    from django.db.models import QuerySet


def keep(act: Act, source: str, data: bytes) -> None:
    """Keep a file in an act; the same bytes are kept once."""
    _keep(act, source, sha256(data).hexdigest(), data)


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a file that later ones take the place of: of which, since when, its SHA-256."""

    source: str
    since: datetime
    sha256: str


def keep_version(act: Act, source: str, data: bytes) -> bool:
    """Keep a file that takes the place of the last one of its source; no if it is that one."""
    ours = Message.objects.filter(tenant_id=act.tenant_id, source=source)
    digest = sha256(data).hexdigest()
    last = ours.order_by("-id").values_list("sha256", flat=True).first()
    if last == digest:
        return False
    _keep(act, source, f"{ours.count() + 1}-{digest}", data)
    return True


_LAST = """
SELECT max(id) FROM store_message
WHERE tenant_id = %s AND authenticity = 'file' AND source LIKE %s AND received_at <= %s
GROUP BY source
"""
"""Files are few among messages, and `message_files` finds them alone."""
_EVER = datetime.max.replace(tzinfo=UTC)


def versions(tenant_id: str, begins: str, at: datetime) -> list[Version]:
    """Give the version that held at an instant of each source that begins so, by source."""
    rows = _last(tenant_id, begins, at).values_list("source", "received_at", "sha256")
    return [Version(*row) for row in sorted(rows)]


def bytes_of(tenant_id: str, begins: str, at: datetime) -> list[tuple[Version, bytes]]:
    """Give the versions of `versions`, each with its bytes, of which there can be many."""
    rows = _last(tenant_id, begins, at).values_list("source", "received_at", "sha256", "body")
    return [(Version(*row[:3]), bytes(row[3])) for row in sorted(rows)]


def held(tenant_id: str, begins: str) -> list[tuple[str, str]]:
    """Give the SHA-256 of the version that holds now of each source that begins so, by source."""
    return [(one.source, one.sha256) for one in versions(tenant_id, begins, _EVER)]


def _last(tenant_id: str, begins: str, at: datetime) -> QuerySet[Message]:
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [tenant_id, f"{begins}%", at.astimezone(UTC)])
        last = [number for (number,) in cursor.fetchall()]
    # Asked for an order SQLite would go through all messages in it rather than sort the few.
    return Message.objects.filter(tenant_id=tenant_id, id__in=last)


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
