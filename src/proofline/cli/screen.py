"""The console that answers are drawn on: as wide as the terminal, or wide enough in a pipe."""

from __future__ import annotations

import sys
from typing import IO

from rich.console import Console

PIPE_WIDTH = 140


def console(file: IO[str] | None = None) -> Console:
    """Give a console for standard output or a file; 140 columns where it is no terminal."""
    out = sys.stdout if file is None else file
    return Console(file=file, width=None if out.isatty() else PIPE_WIDTH, highlight=False)
