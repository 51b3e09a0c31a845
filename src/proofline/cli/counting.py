"""Numbers with what they count, as people write them."""

from __future__ import annotations


def counted(number: int, thing: str) -> str:
    """Write a number with what it counts: 1 reading, 2 readings."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
