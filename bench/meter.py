"""Run one command as a process of its own and say what it took.

Whoever measures stays small and imports nothing but the standard library: on Linux a child's peak
memory begins with that of the parent it was forked from.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from pathlib import Path


class BrokenRunError(Exception):
    """A measured command failed; its figures would mean nothing."""


@dataclass(frozen=True)
class Cost:
    """What one run took: seconds on the wall, seconds of processor, peak resident bytes."""

    seconds: float
    processor: float
    peak: float


UNFINISHED = Cost(nan, nan, nan)
"""Stands for a run that broke; whatever is computed from it is no number either."""


def measure(command: Sequence[str], cwd: Path) -> Cost:
    """Run `command` in `cwd` to its end; its peak includes the children it waited for.

    Raises:
        BrokenRunError: it ended with another status than 0; carries the end of what it said.
    """
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        child = subprocess.Popen(command, cwd=cwd, stdout=said, stderr=said)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)  # so that Popen does not wait again
        if child.returncode:
            said.seek(0)
            raise BrokenRunError(f"{' '.join(command)}\n{said.read()[-2000:].decode()}")
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def median(costs: Sequence[Cost]) -> Cost:
    """Take the middle of each figure by itself; one run that broke is enough to have none."""
    if UNFINISHED in costs:
        return UNFINISHED
    return Cost(
        statistics.median(cost.seconds for cost in costs),
        statistics.median(cost.processor for cost in costs),
        statistics.median(cost.peak for cost in costs),
    )


def line_through(sizes: tuple[int, int], costs: tuple[Cost, Cost], *, at: int) -> Cost:
    """Put a cost on the straight line through two samples; the peak stays that of the larger."""
    share = (at - sizes[0]) / (sizes[1] - sizes[0])
    small, large = costs
    return Cost(
        small.seconds + share * (large.seconds - small.seconds),
        small.processor + share * (large.processor - small.processor),
        large.peak,
    )


def note(text: str) -> None:
    """Tell the one who waits how far it is."""
    print(text, file=sys.stderr, flush=True)
