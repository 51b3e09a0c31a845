"""How many messages each feed brought on each day, and how many of them wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

_DAY = "substr(CAST(m.received_at AS TEXT), 1, 10)"
_BY_DAY = f"""
SELECT f.feed_id, {_DAY}, count(*) FROM store_feed AS f CROSS JOIN store_message AS m
WHERE m.tenant_id = f.tenant_id AND m.feed_id = f.feed_id AND f.tenant_id = %s
AND m.received_at >= %s GROUP BY f.feed_id, {_DAY}
"""
_HELD = f"""
SELECT m.feed_id || '', {_DAY}, count(*) FROM store_message AS m
WHERE m.tenant_id = %s AND m.state = 'held' AND m.received_at >= %s
GROUP BY m.feed_id || '', {_DAY}
"""
"""What waits is found by its own index; by the feed itself SQLite would go through all messages."""


@dataclass(frozen=True, slots=True)
class Rate:
    """The messages of a feed that came on a day (UTC): all of them, and those that wait."""

    feed_id: str
    day: date
    messages: int
    held: int


def rates(tenant_id: str, since: datetime) -> list[Rate]:
    """Give the messages of every feed by day, from an instant on."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_DAY, [tenant_id, since])
        rows = cursor.fetchall()
        cursor.execute(_HELD, [tenant_id, since])
        held = {(feed, day): int(count) for feed, day, count in cursor.fetchall()}
    return [
        Rate(feed, date.fromisoformat(day), int(count), held.get((feed, day), 0))
        for feed, day, count in rows
    ]
