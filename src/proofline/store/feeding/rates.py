"""How many messages each feed brought on each day, and how many of them wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

_BY_DAY = """
SELECT feed_id, substr(CAST(received_at AS TEXT), 1, 10) AS day, count(*),
    sum(CASE WHEN state = 'held' THEN 1 ELSE 0 END)
FROM store_message
WHERE tenant_id = %s AND feed_id IS NOT NULL AND received_at >= %s
GROUP BY feed_id, substr(CAST(received_at AS TEXT), 1, 10)
"""


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
    return [
        Rate(feed, date.fromisoformat(day), int(all_of_them), int(held))
        for feed, day, all_of_them, held in rows
    ]
