"""Feeds in the database: found by the digest of their token, before any tenant is known."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from proofline.store.feeding.messages import instant_of
from proofline.store.models import Feed


@dataclass(frozen=True, slots=True)
class KeptFeed:
    """One way in: whose, for which source, by which scheme its messages prove themselves.

    `sealed` are its secrets as they are kept; `version` grows with every change. `mapping` says
    what the columns of its files mean, blank where its source says so itself.
    """

    feed_id: str
    tenant_id: str
    source: str
    scheme: str
    sealed: bytes
    version: int
    opened_at: datetime
    closed_at: datetime | None
    silent_minutes: int
    mapping: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """When a feed last sent anything, when something good, and how much of it waits."""

    last: datetime | None
    last_good: datetime | None
    held: int


def add(feed: KeptFeed, token_sha256: str) -> None:
    """Add a feed."""
    Feed.objects.create(
        feed_id=feed.feed_id,
        tenant_id=feed.tenant_id,
        source=feed.source,
        scheme=feed.scheme,
        token_sha256=token_sha256,
        sealed=feed.sealed,
        opened_at=feed.opened_at,
        silent_minutes=feed.silent_minutes,
        mapping=feed.mapping or None,
    )


def of_token(token_sha256: str) -> KeptFeed | None:
    """Give the feed whose address has a token of this digest; None if none is open."""
    found = Feed.objects.filter(token_sha256=token_sha256, closed_at=None).first()
    return _kept(found) if found else None


def of_tenant(tenant_id: str) -> list[KeptFeed]:
    """Give the feeds of a tenant, closed ones too, in the order of their opening."""
    return [_kept(one) for one in Feed.objects.filter(tenant_id=tenant_id).order_by("opened_at")]


def mapping_of(tenant_id: str, feed_id: str) -> str:
    """Say what the columns of a feed's files mean, of a closed one too; blank: none is kept."""
    ours = Feed.objects.filter(tenant_id=tenant_id, feed_id=feed_id)
    return ours.values_list("mapping", flat=True).first() or ""


def open_now(feeds: Collection[tuple[str, int]]) -> set[tuple[str, int]]:
    """Of feeds, each its id and version, give those that are open and unchanged."""
    marks = ", ".join(["%s"] * len(feeds))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT feed_id, version FROM store_feed WHERE closed_at IS NULL"
            f" AND feed_id IN ({marks})",
            [feed_id for feed_id, _ in feeds],
        )
        return {(feed_id, version) for feed_id, version in cursor.fetchall()} & set(feeds)


def change(feed: KeptFeed, sealed: bytes, token_sha256: str = "") -> None:
    """Give a feed other secrets, and another token if one is named."""
    ours = Feed.objects.filter(feed_id=feed.feed_id, tenant_id=feed.tenant_id)
    ours.update(sealed=sealed, version=feed.version + 1)
    if token_sha256:
        ours.update(token_sha256=token_sha256)


def close(feed: KeptFeed, at: datetime) -> None:
    """Take nothing more from a feed."""
    ours = Feed.objects.filter(feed_id=feed.feed_id, tenant_id=feed.tenant_id)
    ours.update(closed_at=at, version=feed.version + 1)


_OURS = "FROM store_message AS m WHERE m.tenant_id = f.tenant_id AND m.feed_id = f.feed_id"
_HEARD = f"""
SELECT f.feed_id, (SELECT max(m.received_at) {_OURS}),
    (SELECT m.received_at {_OURS} AND m.rows > 0 ORDER BY m.received_at DESC LIMIT 1)
FROM store_feed AS f WHERE f.tenant_id = %s
"""
_HELD = """
SELECT feed_id || '', count(*) FROM store_message
WHERE tenant_id = %s AND state = 'held' GROUP BY feed_id || ''
"""
"""What waits is found by its own index; by the feed itself SQLite would go through all messages."""


def heard(tenant_id: str) -> dict[str, Heard]:
    """Give by feed when it was heard of; each is looked up by its last messages alone."""
    with connection.cursor() as cursor:
        cursor.execute(_HEARD, [tenant_id])
        rows = cursor.fetchall()
        cursor.execute(_HELD, [tenant_id])
        held = {feed: int(count) for feed, count in cursor.fetchall()}
    return {
        feed: Heard(instant_of(last), instant_of(good), held.get(feed, 0))
        for feed, last, good in rows
    }


def _kept(one: Feed) -> KeptFeed:
    return KeptFeed(
        *(one.feed_id, one.tenant_id, one.source, one.scheme, bytes(one.sealed), one.version),
        *(one.opened_at, one.closed_at, one.silent_minutes, one.mapping or ""),
    )


def of_scheme(scheme: str) -> list[KeptFeed]:
    """Give the open feeds of all tenants that prove themselves by one scheme."""
    return [_kept(one) for one in Feed.objects.filter(scheme=scheme, closed_at=None)]


def all_open() -> list[KeptFeed]:
    """Give the open feeds of all tenants."""
    return [_kept(one) for one in Feed.objects.filter(closed_at=None)]
