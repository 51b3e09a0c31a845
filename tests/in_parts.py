"""The quick suite in parts, one for each processor, each of which collects and runs its own files.

Workers of pytest-xdist each collect everything and tell of every test, which for thousands of tests
of a few milliseconds takes some twenty seconds of processor. Here nobody is told anything; so that
the parts take equally long, each is as many bytes of tests, and the tests of the service, which all
need the same book and pages, stay together.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack
from functools import cache
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryFile

TESTS = Path(__file__).parent
SERVICE, BROWSER = TESTS / "service", TESTS / "browser"
PART = "PROOFLINE_PART"
"""Which part a process is: `2/2`, the second of two. Without it there are no parts."""
NONE_CHOSEN = 5


def files_of(part: int, parts: int) -> frozenset[Path]:
    """Give the test files of one part of so many; all but those in a browser are in one each."""
    files = [file for file in TESTS.rglob("test_*.py") if BROWSER not in file.parents]
    found = sorted(files, key=lambda file: (SERVICE not in file.parents, file))
    sizes = [file.stat().st_size for file in found]
    ends, whole = accumulate(sizes), sum(sizes)
    middles = [end - size / 2 for end, size in zip(ends, sizes, strict=True)]
    return frozenset(
        file
        for file, middle in zip(found, middles, strict=True)
        if part - 1 <= middle * parts / whole < part
    )


@cache
def _files_here() -> frozenset[Path]:
    part, _, parts = os.environ[PART].partition("/")
    return files_of(int(part), int(parts))


def is_elsewhere(file: Path) -> bool:
    """Say whether a file is left to another part."""
    return PART in os.environ and file.name.startswith("test_") and file not in _files_here()


def run(words: list[str]) -> int:
    """Run all parts at once, tell of one after the other, and give the worst exit status."""
    parts = os.cpu_count() or 1
    with ExitStack() as stack:
        told = [None, *(stack.enter_context(TemporaryFile()) for _ in range(1, parts))]
        started = [
            subprocess.Popen(
                [sys.executable, "-m", "pytest", *words],
                env=os.environ | {PART: f"{part}/{parts}"},
                stdout=out,
                stderr=out and subprocess.STDOUT,
            )
            for part, out in enumerate(told, 1)
        ]
        ended = []
        for one, out in zip(started, told, strict=True):
            ended.append(one.wait())
            if out is not None:
                out.seek(0)
                sys.stdout.buffer.write(out.read())
                sys.stdout.flush()
    return max((status for status in ended if status != NONE_CHOSEN), default=NONE_CHOSEN)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
