"""What is refused before it is read: too long, of another type, too fast."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from django.http import HttpRequest  # noqa: TC002 - as in the other doors

SINGLE, BATCH = 64 << 10, 4 << 20
"""Bytes of one message, and of a list of them (a JSON array, lines, a Bundle)."""

RATE, BURST = 500.0, 1000.0
"""Messages a second that a feed may send for long, and at once."""

_MOST_FEEDS = 10_000


class TooMuch(Exception):
    """A request that is refused by its size, type or number; `status` is that of the answer."""

    def __init__(self, status: int, code: str, message: str, retry_after: int = 0) -> None:
        super().__init__(code)
        self.status, self.code, self.message, self.retry_after = status, code, message, retry_after


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


@dataclass(slots=True)
class Buckets:
    """A token bucket for each name."""

    rate: float = RATE
    burst: float = BURST
    clock: Callable[[], float] = time.monotonic
    _of: dict[str, _Bucket] = field(default_factory=dict)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def take(self, name: str) -> None:
        """Take one token. Errors: TooMuch while there is none."""
        now = self.clock()
        with self._turn:
            if len(self._of) >= _MOST_FEEDS:
                self._of.clear()
            bucket = self._of.setdefault(name, _Bucket(self.burst, now))
            bucket.left = min(self.burst, bucket.left + (now - bucket.at) * self.rate)
            bucket.at = now
            if bucket.left < 1:
                wait = max(1, round((1 - bucket.left) / self.rate))
                raise TooMuch(429, "ingest.too_fast", "This feed sends too fast.", wait)
            bucket.left -= 1


def body_of(request: HttpRequest, types: Collection[str]) -> bytes:
    """Read a body of one of the types, if it says its length and that is not too long.

    Errors: TooMuch.
    """
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in types:
        allowed = ", ".join(sorted(types))
        raise TooMuch(415, "ingest.type", f"This address takes {allowed}.")
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        # Kept as it came it could never be read: no cure would help, and nobody would send it anew.
        raise TooMuch(415, "ingest.encoding", "This address takes bodies that are not compressed.")
    told = request.META.get("CONTENT_LENGTH") or ""
    if not (told.isascii() and told.isdigit()):
        raise TooMuch(411, "ingest.length", "Say how long the body is (Content-Length).")
    if int(told) > BATCH:
        raise TooMuch(413, "ingest.too_long", f"A body has at most {BATCH} bytes.")
    body = request.read(int(told))
    if len(body) != int(told):
        raise TooMuch(400, "ingest.cut_short", "The body ended before its length.")
    if len(body) > SINGLE and not _is_list(body):
        raise TooMuch(413, "ingest.too_long", f"A single message has at most {SINGLE} bytes.")
    return body


def _is_list(body: bytes) -> bool:
    """Whether it is more than one message: an array, lines, a Bundle, or no JSON at all."""
    start = body.lstrip()[:1]
    return start != b"{" or b"\n{" in body or b'"Bundle"' in body[:2048]
