"""Which feed a request is for, kept at hand for a moment; the writer asks again."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from django.conf import settings

from proofline.desk.arriving.feeds import Feed, by_token
from proofline.desk.arriving.proof.sealing import Seal, seal_of
from proofline.desk.trouble import DeskError

_LOG = logging.getLogger("proofline.ingest")
_MOMENT = 1.0
_MOST = 1_000
_LONGEST_TOKEN = 128


@cache
def seal() -> Seal:
    """The key of this book's secrets."""
    return seal_of(settings.HOME)


@dataclass(slots=True)
class Doors:
    """The feeds that were asked for in the last second, so that each message need not look it up.

    When the second is over one request looks it up, and the others that come with it wait for that.
    Tokens that are nobody's are not kept: whoever guesses would fill the memory.
    """

    clock: Callable[[], float] = time.monotonic
    _found: dict[str, tuple[Feed, float]] = field(default_factory=dict)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def feed(self, token: str) -> Feed | None:
        """Give the open feed of a token, if there is one. Errors: DeskError if it does not open."""
        if not token or len(token) > _LONGEST_TOKEN:
            return None
        if found := self._at_hand(token):
            return found
        if token not in self._found:
            return self._looked_up(token)
        with self._turn:
            return self._at_hand(token) or self._looked_up(token)

    def _at_hand(self, token: str) -> Feed | None:
        found, until = self._found.get(token, (None, 0.0))
        return found if self.clock() < until else None

    def _looked_up(self, token: str) -> Feed | None:
        try:
            feed = by_token(token, seal())
        except DeskError as error:
            _LOG.error("a feed does not open by this feeds.key", extra={"code": error.code})
            raise
        if feed is None:
            self._found.pop(token, None)
            return None
        if len(self._found) >= _MOST:
            self._found.clear()
        self._found[token] = (feed, self.clock() + _MOMENT)
        return feed

    def forget(self, token: str) -> None:
        """Look a token up anew the next time."""
        self._found.pop(token, None)


DOORS = Doors()
