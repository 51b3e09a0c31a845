"""Numbers in addresses, read without trust."""

from __future__ import annotations

_LONG = 16


def number(said: str) -> int:
    """Read where a page begins; whatever is no number is the beginning."""
    return int(said) if said.isascii() and said.isdecimal() and len(said) < _LONG else 0
