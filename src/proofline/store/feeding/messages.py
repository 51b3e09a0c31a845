"""Messages of machines in the database: kept once for ever, found by their id, told the same again.

A message is known by tenant, source and the sender's id. The bytes never change; what became of
them does: held, then released or dropped.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from django.db import connection

_COLUMNS = (
    "tenant_id, source, message_id, received_at, sha256, body, authenticity, state, held, rows,"
    " feed_id, told, cure"
)
_MANY = 500
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Stored:
    """A message as it is kept. `held` and `cure` are blank unless it waits, or did."""

    source: str
    message_id: str
    received_at: datetime
    sha256: str
    body: bytes
    authenticity: str
    state: str
    held: str
    rows: int
    feed_id: str
    told: bytes
    cure: str
    number: int = 0


def keep(tenant_id: str, messages: Sequence[Stored]) -> None:
    """Add messages, inside the caller's transaction. Errors: IntegrityError for an id twice."""
    marks = ", ".join(["%s"] * len(_COLUMNS.split(",")))
    rows = [
        (
            *(tenant_id, one.source, one.message_id, one.received_at, one.sha256, one.body),
            *(one.authenticity, one.state, one.held, one.rows, one.feed_id, one.told, one.cure),
        )
        for one in messages
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO store_message ({_COLUMNS}) VALUES ({marks})", rows)


def seen(tenant_id: str, source: str, ids: Collection[str]) -> dict[str, tuple[str, bytes]]:
    """Give of the messages with these ids that are kept the digest and what they were told."""
    found: dict[str, tuple[str, bytes]] = {}
    rest = iter(sorted(set(ids)))
    with connection.cursor() as cursor:
        while some := list(islice(rest, _MANY)):
            marks = ", ".join(["%s"] * len(some))
            cursor.execute(
                "SELECT message_id, sha256, told FROM store_message WHERE tenant_id = %s"
                f" AND source = %s AND message_id IN ({marks})",
                [tenant_id, source, *some],
            )
            found |= {name: (sha256, bytes(told)) for name, sha256, told in cursor.fetchall()}
    return found


def held(tenant_id: str, most: int = 0, skip: int = 0) -> list[Stored]:
    """Give the messages that wait in quarantine, the oldest first, without their bytes.

    All of them, or `most` after the first `skip`.
    """
    some = f" LIMIT {most:d} OFFSET {skip:d}" if most else ""
    return list(_asked(tenant_id, f"state = 'held' ORDER BY received_at, id{some}", body="''"))


def how_many_held(tenant_id: str) -> int:
    """Count the messages that wait in quarantine."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM store_message WHERE tenant_id = %s AND state = 'held'",
            [tenant_id],
        )
        return int(cursor.fetchone()[0])


def message(tenant_id: str, number: int) -> Stored | None:
    """Give one message whole; None if the tenant has none of this number."""
    return next(_asked(tenant_id, "id = %s", number), None)


def number_of(tenant_id: str, source: str, message_id: str) -> int:
    """Give the number of a message that is kept; 0 if there is none."""
    found = next(
        _asked(tenant_id, "source = %s AND message_id = %s", source, message_id, body="''"), None
    )
    return found.number if found else 0


def settle(tenant_id: str, one: Stored, at: datetime, why: str) -> None:
    """Change what became of a message; its bytes and their answer stay."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE store_message SET state = %s, held = %s, cure = %s, rows = %s, settled_at = %s,"
            " settled_why = %s WHERE tenant_id = %s AND id = %s",
            [one.state, one.held, one.cure, one.rows, at, why, tenant_id, one.number],
        )


def _asked(tenant_id: str, where: str, *cells: str | int, body: str = "body") -> Iterator[Stored]:
    columns = _COLUMNS.partition(", ")[2].replace("body", body)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns}, id FROM store_message WHERE tenant_id = %s AND {where}",
            [tenant_id, *cells],
        )
        for row in cursor.fetchall():
            source, message_id, received_at, sha256, found, *rest = row
            authenticity, state, why, rows, feed_id, told, cure, number = rest
            yield Stored(
                source=source,
                message_id=message_id,
                received_at=instant_of(received_at) or _NEVER,
                sha256=sha256,
                body=_bytes(found),
                authenticity=authenticity,
                state=state,
                held=why,
                rows=rows,
                feed_id=feed_id or "",
                told=_bytes(told),
                cure=cure or "",
                number=number,
            )


def instant_of(cell: datetime | str | None) -> datetime | None:
    """Read an instant as either database gives it: SQLite knows texts, some without an offset."""
    found = datetime.fromisoformat(cell) if isinstance(cell, str) else cell
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)


def _bytes(cell: bytes | memoryview | str | None) -> bytes:
    return bytes(cell) if cell and not isinstance(cell, str) else b""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a request with an idempotency key was answered, and the digest of that request.

    The digest may be keyed, where a request can hold what is to be guessed by nobody.
    """

    key: str
    request_sha256: str
    status: int
    body: bytes


def answered(tenant_id: str, keys: Collection[str]) -> dict[str, Answered]:
    """Give what was answered to requests with these keys."""
    if not keys:
        return {}
    marks = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, request_sha256, status, body FROM store_answer WHERE tenant_id = %s"
            f" AND key IN ({marks})",
            [tenant_id, *keys],
        )
        found = [Answered(row[0], row[1], row[2], bytes(row[3])) for row in cursor.fetchall()]
    return {one.key: one for one in found}


def keep_answers(tenant_id: str, answers: Sequence[Answered], at: datetime) -> None:
    """Keep answers in the transaction of what they tell of. A key twice is an IntegrityError."""
    rows = [(tenant_id, one.key, one.request_sha256, at, one.status, one.body) for one in answers]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO store_answer (tenant_id, key, request_sha256, at, status, body)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            rows,
        )
