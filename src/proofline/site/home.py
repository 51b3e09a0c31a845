"""The folder of the book: what lies in it, names and readings, is for the service's user alone."""

from __future__ import annotations

from pathlib import Path


def kept_private(home: Path) -> Path:
    """Give the folder, made for its owner only; one that is there is left as its owner has it."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    return home
