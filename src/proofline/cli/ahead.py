"""Evidence of one enrollment, opened in a thread while the command takes in what tells of it.

Reading it is DuckDB's work and importing is Python's, so that two cores do both at once.
"""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from importlib import import_module
from io import StringIO
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from pathlib import Path

    from proofline.evidence import Evidence

_FIRST = ("proofline.cli.screen", "rich.table", "proofline.packs.sources", "proofline.facts")
"""What takes long to import and does not wait for the evidence room; the rest does wait."""

_LIKELIEST = "medicare-rpm"
"""Of all laws the one that is read ahead; whoever needs another reads it when it is needed."""

_TURN = 0.0005
"""Seconds after which an import gives way to the thread; Python's own 5 ms are an import long."""


@contextmanager
def opening(path: Path, as_of: date, enrollment_id: str) -> Iterator[Callable[[], Evidence]]:
    """Begin to open the evidence; what is given waits for it, and raises what opening raises.

    The evidence is closed at the end. Nothing lives long enough meanwhile to be worth collecting.
    """
    beside = _Opening(path, as_of, enrollment_id)
    with _in_short_turns():
        beside.start()
        try:
            make_ready(as_of)
            yield beside.waited
        finally:
            beside.join()
            if beside.evidence is not None:
                beside.evidence.close()


class _Opening(Thread):
    """The thread, with what came of it: the evidence, or what was raised."""

    def __init__(self, path: Path, as_of: date, enrollment_id: str) -> None:
        super().__init__(name="evidence")
        self.evidence: Evidence | None = None
        self._asked = (path, as_of, enrollment_id)
        self._trouble: BaseException | None = None

    def run(self) -> None:
        """Open it; whatever is raised waits."""
        try:
            self.evidence = _opened(*self._asked)
        except BaseException as error:  # noqa: BLE001 - raised where somebody waits for it
            self._trouble = error

    def waited(self) -> Evidence:
        """Give the evidence when it is open, or raise what was raised."""
        self.join()
        if self._trouble is not None:
            raise self._trouble
        assert self.evidence is not None
        return self.evidence


def make_ready(day: date) -> None:
    """Read ahead what deciding and telling would read first: the law, the models, the console."""
    for module in _FIRST:
        import_module(module)
    from rich.table import Table  # noqa: PLC0415 - not before it is its turn

    from proofline.cli.screen import console  # noqa: PLC0415
    from proofline.decide.engines.sqlite import spell_models  # noqa: PLC0415
    from proofline.packs import shelf  # noqa: PLC0415
    from proofline.packs.sources import sources  # noqa: PLC0415

    sources()
    first, *_, latest = shelf.effective_dates(_LIKELIEST)
    shelf.load(_LIKELIEST, latest)
    shelf.on(_LIKELIEST, max(first, day))
    console(StringIO()).print(Table("", title="[b]:[/b]"))
    spell_models()


def _opened(path: Path, as_of: date, enrollment_id: str) -> Evidence:
    from proofline.evidence import Memory, open_evidence  # noqa: PLC0415 - in the thread

    return open_evidence(path, as_of=as_of, enrollment_id=enrollment_id, memory=Memory(few=True))


@contextmanager
def _in_short_turns() -> Iterator[None]:
    """Let threads take turns soon, and collect no garbage; afterwards all is as before."""
    turn, collects = sys.getswitchinterval(), gc.isenabled()
    sys.setswitchinterval(_TURN)
    gc.disable()
    try:
        yield
    finally:
        sys.setswitchinterval(turn)
        if collects:
            gc.enable()
