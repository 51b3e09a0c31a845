"""One writer in this process: whatever waits goes into the next transaction."""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Future
from datetime import UTC, datetime

from proofline.api.ingest.limits import TooMuch
from proofline.desk.arriving.feeds import Feed
from proofline.desk.arriving.messages import Outcome, Sent
from proofline.desk.arriving.together import NotKept, Ready, Unsure, take_together

TOGETHER, BYTES_TOGETHER = 256, 8 << 20
MOST_WAITING = 512
PATIENCE = 30.0
"""Seconds after which a request is told that its outcome is unknown."""

_Waiting = tuple[Ready, "Future[Outcome | None]"]


class Writer:
    """Takes messages into the book, all that wait at a time, by one thread."""

    def __init__(self, most: int = MOST_WAITING) -> None:
        self._queue: queue.Queue[_Waiting] = queue.Queue(most)
        self._turn = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, feed: Feed, sent: Sent) -> Outcome | None:
        """Wait until a message is on the disk; give what became of it, None if its feed is closed.

        Errors: TooMuch while too many wait; NotKept.
        """
        self._begin()
        answer: Future[Outcome | None] = Future()
        try:
            self._queue.put_nowait(((feed, sent), answer))
        except queue.Full as error:
            raise TooMuch(429, "ingest.busy", "Too many messages wait.", 1) from error
        try:
            return answer.result(PATIENCE)
        except TimeoutError as error:
            raise _unsure() from error

    def _begin(self) -> None:
        """Start the thread at the first message: a server forks before it serves."""
        if self._thread is None or not self._thread.is_alive():
            with self._turn:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = threading.Thread(target=self._run, daemon=True, name="writer")
                    self._thread.start()

    def _run(self) -> None:
        while True:
            waiting = [self._queue.get()]
            size = len(waiting[0][0][1].body)
            while len(waiting) < TOGETHER and size < BYTES_TOGETHER:
                try:
                    waiting.append(self._queue.get_nowait())
                except queue.Empty:
                    break
                size += len(waiting[-1][0][1].body)
            self._write(waiting)

    def _write(self, waiting: list[_Waiting]) -> None:
        """Write what waits together; if one of them makes us stumble, each by itself."""
        try:
            outcomes = take_together([ready for ready, _ in waiting], datetime.now(UTC))
        except NotKept as error:
            for _, answer in waiting:
                answer.set_exception(error)
        except Exception as error:  # noqa: BLE001 - it is the request's to crash, not the writer's
            if len(waiting) == 1:
                waiting[0][1].set_exception(error)
                return
            for one in waiting:
                self._write([one])
        else:
            for (_, answer), outcome in zip(waiting, outcomes, strict=True):
                answer.set_result(outcome)


def _unsure() -> Unsure:
    return Unsure(
        "ingest.unsure",
        "The book did not answer in time, so whether the message is kept is not known.",
        "Send it again with the same id; it counts once.",
    )


WRITER = Writer()
