"""Files that outlive a crash: what is written is on the disk before anything rests on it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def put(part: Path, path: Path) -> None:
    """Make a file durable and put it in the place of another, in one step.

    Raises: OSError.
    """
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(path)
    settle(path.parent)


def settle(folder: Path) -> None:
    """Make durable which files a folder holds. Raises: OSError."""
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
