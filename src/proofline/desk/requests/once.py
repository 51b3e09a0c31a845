"""Doing what a machine asks for once, however often it asks with the same key.

The answer is kept in the transaction of what it tells of: both are there or neither. A refusal
leaves nothing, so the same key may try again when things stand otherwise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError

from proofline.desk.trouble import DeskError
from proofline.store.book import Book
from proofline.store.feeding import messages
from proofline.store.feeding.messages import Answered


@dataclass(frozen=True, slots=True)
class Key:
    """The key of a request, as its sender chose it, and the mark of all that was asked for.

    The mark is an HMAC-SHA256 by a secret key: what was asked for may hold a password.
    """

    text: str
    request_mark: str


@dataclass(frozen=True, slots=True)
class Reply:
    """The status of HTTP and the bytes of an answer; `repeated` where it was given before."""

    status: int
    body: bytes
    repeated: bool = False


def once(book: Book, key: Key, do: Callable[[], Reply], at: datetime) -> Reply:
    """Do what was asked for and keep its answer, or give the answer that was kept.

    Errors: DeskError if the key came before with another request; those of `do`.
    """
    mark = f"api {_sha256(f'{book.person_id} {key.text}')}"
    try:
        with book.whole():
            if found := _before(book, mark, key):
                return found
            reply = do()
            kept = Answered(mark, key.request_mark, reply.status, reply.body)
            messages.keep_answers(book.tenant_id, [kept], at)
            return reply
    except IntegrityError:
        # Another request with the same key was quicker; ours was taken back whole.
        if found := _before(book, mark, key):
            return found
        raise


def _before(book: Book, mark: str, key: Key) -> Reply | None:
    found = messages.answered(book.tenant_id, {mark}).get(mark)
    if found is None:
        return None
    if found.request_sha256 != key.request_mark:
        raise DeskError(
            "desk.key_reused",
            "This Idempotency-Key came before with another request; nothing was done.",
            "Give each request a key of its own.",
        )
    return Reply(found.status, found.body, repeated=True)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
