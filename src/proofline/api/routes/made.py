"""What several routes give: the id of what was made, or only that it is done."""

from __future__ import annotations

import msgspec


class Made(msgspec.Struct, frozen=True):
    """The id of what an act made; blank where it made nothing."""

    id: str


class Done(msgspec.Struct, frozen=True):
    """That an act is done and on record."""

    done: bool = True


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why something is done; it is kept."""

    reason: str


class Brought(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that is brought: its bytes in base64 (RFC 4648, section 4)."""

    file: bytes


class Given(msgspec.Struct, frozen=True):
    """A file that is given: a name that tells of nobody, its kind, and its bytes in base64."""

    name: str
    kind: str
    file: bytes


def number_of(text: str) -> int:
    """Read the number of a thing; what is none is not there, but the role is asked for first."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST else _NONE


_LONGEST, _NONE = 18, 0
"""Digits that a 64-bit number surely holds; and a number that nothing has."""
