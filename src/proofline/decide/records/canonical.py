"""JSON in the one way there is: keys sorted, no blanks, UTF-8, whole numbers only."""

from __future__ import annotations

import hashlib

import msgspec

_ENCODER = msgspec.json.Encoder(order="sorted")


def canonical(value: object) -> bytes:
    """Write a value canonically: the same bytes as the ledger would write for it."""
    return _ENCODER.encode(value)


def digest_of(content: bytes) -> str:
    """Name bytes by their hash: `sha256:` and 64 hexadecimal digits."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
