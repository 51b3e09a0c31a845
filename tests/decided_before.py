"""What was decided before need not be decided anew: the same rows come to the same decisions.

Most tests of the service begin with the same patient, whose chart the desk opens again and again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from proofline.decide import Asked, opened
from proofline.decide.run import Run
from proofline.desk import deciding, reopening
from proofline.desk.showing.patient import charting
from proofline.evidence import Evidence

MOST = 8
"""How many charts stay open at a time."""

Chart = tuple[str | None, Asked, tuple[tuple[str, bytes], ...]]
_open: OrderedDict[Chart, tuple[ExitStack, tuple[Run, Evidence]]] = OrderedDict()


@contextmanager
def remembered(
    folder: Path, asked: Asked, *, engine: str | None = None
) -> Iterator[tuple[Run, Evidence]]:
    """Open and decide a folder as `opened` does, or give what the very same bytes came to."""
    bytes_in = tuple(sorted((one.name, one.read_bytes()) for one in folder.iterdir()))
    chart = (engine, asked, bytes_in)
    if chart not in _open:
        stack = ExitStack()
        _open[chart] = stack, stack.enter_context(opened(folder, asked, engine=engine))
    _open.move_to_end(chart)
    yield _open[chart][1]
    while len(_open) > MOST:
        _open.popitem(last=False)[1][0].close()


@pytest.fixture(scope="session", autouse=True)
def decided_once() -> Iterator[None]:
    """Let the desk of this process remember what it decided."""
    with pytest.MonkeyPatch.context() as patch:
        for desk in (deciding, reopening, charting):
            patch.setattr(desk, "opened", remembered)
        yield
    while _open:
        _open.popitem()[1][0].close()
