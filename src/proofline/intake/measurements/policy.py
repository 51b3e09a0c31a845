"""What intake chose itself, for want of a source: named, in words, and printed under Settings."""

from __future__ import annotations

from msgspec import Struct


class Policy(Struct, frozen=True):
    """A choice that no source was found to make, by name and in words."""

    name: str
    choice: str
    text: str
