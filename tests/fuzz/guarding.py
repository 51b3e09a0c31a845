"""What no payload may do to a reader: take long, or take memory."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST_SECONDS = 1.0
"""Of processor, for one payload of some kilobytes; a hundred times what any needs."""

MOST_GROWTH = 200 << 20
"""Bytes by which the process may grow over a whole run."""


class TooSlowError(Exception):
    """A payload took more processor time than any may take."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise TooSlowError out of the block once it has used so much processor."""

    def stop(*_: object) -> None:
        raise TooSlowError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def peak() -> int:
    """Give the most memory that this process has had so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
