"""Messages of many feeds in one transaction, so that one write to the disk serves all that wait.

What went wrong with the database is told in two ways only. Full: it was refused, and is taken as
soon as there is room. Unsure: whether it is kept nobody can say, because the database may have
written what it did not confirm; sending it again is safe, since an id counts once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import InterfaceError, InternalError, OperationalError, connection, transaction

from proofline.desk.arriving.feeds import Feed
from proofline.desk.arriving.messages import Outcome, Sent
from proofline.desk.arriving.taking import take
from proofline.errors import ProoflineError, is_full
from proofline.store.book import by_ourselves
from proofline.store.feeding import feeds


class NotKept(ProoflineError):
    """The message may not be taken for received."""


class Full(NotKept):
    """There is no room; it was refused."""


class Unsure(NotKept):
    """Nobody can say whether it is kept."""


Ready = tuple[Feed, Sent]


def take_together(ready: Sequence[Ready], at: datetime) -> list[Outcome | None]:
    """Take messages in as one transaction; when this returns they are on the disk.

    None stands for a message whose feed was closed or changed meanwhile. Errors: Full; Unsure; any
    other is a mistake of ours about one of the messages, and none of them is kept.
    """
    try:
        with transaction.atomic():
            return _taken(ready, at)
    except (OperationalError, InternalError, InterfaceError, OSError) as error:
        connection.close()
        raise _not_kept(error) from error


def _taken(ready: Sequence[Ready], at: datetime) -> list[Outcome | None]:
    still = feeds.open_now({(feed.feed_id, feed.version) for feed, _ in ready})
    outcomes: list[Outcome | None] = [None] * len(ready)
    places: dict[str, list[int]] = {}
    for place, (feed, _) in enumerate(ready):
        if (feed.feed_id, feed.version) in still:
            places.setdefault(feed.tenant_id, []).append(place)
    for tenant_id, ours in places.items():
        with by_ourselves(tenant_id) as book:
            found = take(book, [ready[place][1] for place in ours], at)
        for place, outcome in zip(ours, found, strict=True):
            outcomes[place] = outcome
    return outcomes


def _not_kept(error: Exception) -> NotKept:
    if is_full(error):
        return Full(
            "ingest.full",
            "There is no room for more messages; this one was refused.",
            "Send it again later; it is taken as soon as there is room.",
        )
    return Unsure(
        "ingest.unsure",
        "Whether the message is kept could not be found out.",
        "Send it again with the same id; it counts once.",
    )
