"""What a ledger vouches for of a packet: a signed checkpoint, and entries with their proofs."""

from __future__ import annotations

from msgspec import Struct


class Proven(Struct, frozen=True):
    """One entry of the ledger: its bytes, the payload that it commits to, and its proof.

    `about` says what of the packet it vouches for. `nonce` and `hashes` are hexadecimal; `entry`
    and `payload` are the canonical bytes, as text.
    """

    about: str
    index: int
    entry: str
    nonce: str
    payload: str
    hashes: tuple[str, ...]


class Entered(Struct, frozen=True):
    """A checkpoint of a ledger as signed, the ledger's key, and the entries proven against it."""

    origin: str
    size: int
    root: str
    key: str
    checkpoint: str
    proven: tuple[Proven, ...]
