"""What one line of the ledger says, as bytes that never come out differently.

An entry names its payload by a hash only, and patient and row by pseudonyms only. So entries,
proofs and checkpoints can be shown to anybody. The nonce in front of the payload keeps a blood
pressure, which has a few hundred values, from being guessed by its hash; it lies with the payload
and is destroyed with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from itertools import chain
from typing import TypeAlias

import msgspec
from msgspec import Struct

SCHEMA = "proofline.entry/1"
NONCE_BYTES = 16
SECRET_BYTES = 32
PSEUDONYM_DIGITS = 32
"""128 bits: a practice would need 2^64 patients before two of them share one by chance."""

_BLOCK = 64
"""Bytes that SHA-256 takes in at once."""
_TEXT, _ROWS = {str}, {tuple}
_write = msgspec.json.Encoder(order="sorted").encode

Value: TypeAlias = "str | int | bool | list[Value] | tuple[Value, ...] | Mapping[str, Value] | None"
"""What a payload may hold. No floats: two machines may write the same one differently."""


class Link(Struct, frozen=True):
    """What this entry has to do with an earlier one: it `corrects`, `destroys` or attests it."""

    role: str
    seq: int


class _Written(Struct):
    """An entry as its JSON holds it; the fields stand in the order of their names."""

    actor: str
    engine: str
    item: str
    kind: str
    links: tuple[Link, ...]
    occurred_at: str
    pack: str
    payload_hash: str
    recorded_at: str
    schema: str
    seq: int
    subject: str
    tenant: str


_read = msgspec.json.Decoder(_Written).decode


class Entry(Struct, frozen=True):
    """One thing that was put on record.

    `seq` counts from 0. `subject` and `item` are pseudonyms of the patient and of the row, empty
    where there is none. `recorded_at` is when the ledger took it, `occurred_at` when it happened,
    by the account of whoever sent it. `engine` and `pack` name what decided, if anything did.
    """

    seq: int
    kind: str
    tenant: str
    subject: str
    item: str
    actor: str
    recorded_at: datetime
    occurred_at: datetime | None
    payload_hash: bytes
    links: tuple[Link, ...] = ()
    engine: str = ""
    pack: str = ""

    def to_bytes(self) -> bytes:
        """Write the entry canonically: the bytes that its leaf is the hash of."""
        return _write(
            _Written(
                self.actor,
                self.engine,
                self.item,
                self.kind,
                self.links,
                "" if self.occurred_at is None else utc(self.occurred_at),
                self.pack,
                self.payload_hash.hex(),
                utc(self.recorded_at),
                SCHEMA,
                self.seq,
                self.subject,
                self.tenant,
            )
        )


def entry_from(data: bytes) -> Entry:
    """Read an entry back. Raises ValueError unless the bytes are exactly how we would write it."""
    try:
        said = _read(data)
        entry = Entry(
            said.seq,
            said.kind,
            said.tenant,
            said.subject,
            said.item,
            said.actor,
            datetime.fromisoformat(said.recorded_at),
            datetime.fromisoformat(said.occurred_at) if said.occurred_at else None,
            bytes.fromhex(said.payload_hash),
            said.links,
            said.engine,
            said.pack,
        )
        same = said.seq >= 0 and all(link.seq >= 0 for link in said.links)
        same = same and entry.to_bytes() == data
    except (msgspec.DecodeError, ValueError, TypeError) as problem:
        raise ValueError("not an entry") from problem
    if not same:
        raise ValueError("not an entry in its canonical form")
    return entry


def canonical(value: Value) -> bytes:
    """Write a value as JSON in the one way there is: sorted keys, no spaces, UTF-8, no floats.

    Raises TypeError for what JSON, or this form of it, cannot hold, and ValueError for a lone
    surrogate.
    """
    _check(value)
    return _write(value)


def payload_hash(nonce: bytes, payload: bytes) -> bytes:
    """Commit to the canonical bytes of a payload: SHA-256 over the nonce and them."""
    if len(nonce) != NONCE_BYTES:
        raise ValueError(f"a nonce has {NONCE_BYTES} bytes")
    return sha256(nonce + payload).digest()


class Pseudonyms:
    """Names for patients and rows that nobody without the ledger's secret can take back.

    HMAC-SHA-256 (RFC 2104), of which the half that is the secret alone is hashed once.
    """

    def __init__(self, secret: bytes) -> None:
        """Take a secret of at most one block of the hash."""
        block = secret.ljust(_BLOCK, b"\0")
        self._inner = sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = sha256(bytes(byte ^ 0x5C for byte in block))

    def of(self, *named: str) -> str:
        """Give the pseudonym of a thing by the parts of its name.

        They are joined by a character that no id may hold, so that ("a", "bc") is not ("ab", "c").
        """
        if "\0" in "".join(named):
            raise ValueError("a name must not hold NUL")
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update("\0".join(named).encode())
        outer.update(inner.digest())
        return outer.hexdigest()[:PSEUDONYM_DIGITS]


@lru_cache(maxsize=16)  # all entries of a batch are recorded at one instant
def utc(instant: datetime) -> str:
    """Write an instant in UTC to the microsecond. Raises ValueError without a time zone."""
    if instant.utcoffset() is None:
        raise ValueError("an instant of the ledger needs its time zone")
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _check(value: object) -> None:
    """Refuse what has no canonical form."""
    if value is None or type(value) in {str, int, bool}:
        return
    if type(value) is dict and {*map(type, value), *map(type, value.values())} <= _TEXT:
        return  # the cells of a row, as nearly always
    if type(value) is tuple and {*map(type, value)} <= _ROWS:
        value = tuple(
            chain.from_iterable(value)
        )  # many rows without their names are looked at as one
    if type(value) is tuple and {*map(type, value)} <= _TEXT:
        return  # and the cells of a row without their names
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError("a key must be text")
            _check(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner)
    else:
        raise TypeError(f"{type(value).__name__} has no canonical form")
