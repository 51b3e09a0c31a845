"""Messages in quarantine, and one of them with what its sender was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from proofline.desk.arriving import quarantine
from proofline.desk.arriving.messages import Said, read
from proofline.desk.found import look
from proofline.desk.roles import may, permit
from proofline.store.book import Book
from proofline.store.feeding import messages
from proofline.store.feeding.messages import Stored

PAGE = 50
"""Messages on one page of the list."""

_SHOWN = 16_000
"""Characters of a message's body that a page shows."""


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """A page of the messages that wait, the oldest first, and how many there are in all."""

    rows: tuple[Stored, ...]
    count: int
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class MessagePage:
    """One message. `body` is None for roles that may not see readings."""

    message: Stored
    size: int
    told: tuple[Said, ...]
    body: str | None
    cut: bool


def waiting_page(book: Book, number: int) -> WaitingPage:
    """Give a page of what waits. Errors: NotAllowed."""
    permit(book, "message.release")
    count = messages.how_many_held(book.tenant_id)
    pages = max(1, -(-count // PAGE))
    number = min(max(1, number), pages)
    rows = messages.held(book.tenant_id, PAGE, (number - 1) * PAGE)
    return WaitingPage(tuple(rows), count, number, pages)


def message_page(book: Book, number: int, at: datetime) -> MessagePage:
    """Give one message; its bytes only to who may see readings. Errors: NotAllowed; NotVisible."""
    found = quarantine.show(book, number)
    told = read(found.told).told if found.told else ()
    shown: str | None = None
    if may(book, "reading.see"):
        look(book, "reading.see", "", at)
        shown = found.body[: 4 * _SHOWN].decode("utf-8", "replace")
    cut = shown is not None and (len(shown) > _SHOWN or len(found.body) > 4 * _SHOWN)
    return MessagePage(found, len(found.body), told, shown and shown[:_SHOWN], cut)
