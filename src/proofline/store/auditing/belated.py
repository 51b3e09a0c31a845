"""Files that were kept before the ledger named files: named once, at the upgrade, as of then.

Until 22 November 2026 an act that kept a file put no entry on record that named it. The first start
of a later version names such files by entries of its own (`FOUND`), with the time of that start,
and closes the way behind them by one more (`CLOSED`); a book that is made new begins with that one.
`naming` takes nothing of the kind after it, nor for a file that is younger than the first one that
was named as it was kept. What such a file was before its entry nothing vouches for, and whoever
verifies the book is told so each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256

from django.db import connection, transaction

from proofline.ledger.entry import Value, canonical
from proofline.ledger.kept.log import Record
from proofline.store.book import tenants, wall
from proofline.store.models import Message
from proofline.store.safekeeping.naming import CLOSED, FOUND, KEPT, MESSAGE, said_in
from proofline.store.vouching import ledger, take_turn

_MARK = "files/named as they are kept"
"""The item of the closing entry, by which it is found again."""

_WHY = "kept before files were named; what they were before this entry, nothing vouches for"

TOGETHER = 5_000
"""Files that one entry names."""

_LONG = 20
"""Files that are read at once: each may be long."""


def is_closed() -> bool:
    """Whether every file is named as it is kept, and none may be named later any more."""
    return bool(ledger().of_items([_MARK])[_MARK])


def name_what_was_kept_before(at: datetime, told: Callable[[str], None]) -> None:
    """Name the files that were kept before files were named; once in the life of a book.

    `told` hears of each practice how many there are. A file that is not what its own digest says is
    left unnamed, and so is one that came after files began to be named: verifying tells of both.
    """
    if is_closed():
        return
    with transaction.atomic():
        at = max(at, take_turn())
        if is_closed():
            return  # another process was quicker
        first = _first_named()
        found = [one for tenant_id in tenants() for one in _found(tenant_id, first, told)]
        said = canonical({"why": "from here on each file is named as it is kept"})
        ledger().append([*found, Record(CLOSED, said, "service", item=_MARK)], at)


def _found(tenant_id: str, first: int | None, told: Callable[[str], None]) -> list[Record]:
    wall(tenant_id)
    digests = list(_unnamed(tenant_id, first).items())
    if digests:
        told(f"{len(digests):,} files of {tenant_id} were kept before files were named; named now")
    parts = (digests[n : n + TOGETHER] for n in range(0, len(digests), TOGETHER))
    return [Record(FOUND, _said(tenant_id, dict(part)), "service") for part in parts]


def _said(tenant_id: str, digests: Mapping[str, Value]) -> bytes:
    return canonical({"tenant": tenant_id, "why": _WHY, "files": digests})


def _unnamed(tenant_id: str, first: int | None) -> dict[str, str]:
    """Give the digests, by key, of files older than the row `first` that no message brought.

    What a feed of files or a person brought is a message too, and was named as one at its time.
    """
    files = Message.objects.filter(tenant_id=tenant_id, authenticity="file", pk__gt=0)
    if first is not None:
        files = files.filter(pk__lt=first)
    cells = files.order_by("pk").values_list("source", "message_id", "sha256", "body")
    found = {
        f"{source} {name}": digest
        for source, name, digest, body in cells.iterator(chunk_size=_LONG)
        if sha256(bytes(body)).hexdigest() == digest
    }
    for payload in _payloads_of(MESSAGE) if found else ():
        said = said_in(payload)
        if said.get("tenant") == tenant_id:
            for key in said.get("messages", ()):
                found.pop(key, None)
    return found


def _first_named() -> int | None:
    """Give the row of the first file, of any practice, that an entry named as it was kept.

    Acts take turns, and rows of all practices are numbered together.
    """
    for payload in _payloads_of(KEPT):
        said = said_in(payload)
        wall(said["tenant"])
        rows = Message.objects.filter(tenant_id=said["tenant"], source=said["source"])
        return rows.filter(message_id=said["name"]).values_list("pk", flat=True).first() or 0
    return None


def _payloads_of(kind: str) -> Iterator[bytes]:
    """Give the payloads of the entries of a kind, in their order."""
    words = f'"kind":"{kind}"'.encode()
    within = (
        "position(%s::bytea in entry)" if connection.vendor == "postgresql" else "instr(entry, %s)"
    )
    last, rows = -1, None
    while rows is None or rows:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT seq, payload FROM ledger_entry WHERE seq > %s"
                f" AND payload IS NOT NULL AND {within} > 0 ORDER BY seq LIMIT 500",
                [last, words],
            )
            rows = cursor.fetchall()
        for _, payload in rows:
            yield bytes(payload)
        last = rows[-1][0] if rows else last
