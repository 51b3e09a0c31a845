"""What one line of the ledger says, as bytes that never come out differently.

An entry names its payload by a hash only, and patient and row by pseudonyms only. So entries,
proofs and checkpoints can be shown to anybody. The nonce in front of the payload keeps a blood
pressure, which has a few hundred values, from being guessed by its hash; it lies with the payload
and is destroyed with it.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TypeAlias

import msgspec

SCHEMA = "proofline.entry/1"
NONCE_BYTES = 16
SECRET_BYTES = 32
PSEUDONYM_DIGITS = 32
"""128 bits: a practice would need 2^64 patients before two of them share one by chance."""

_TEXT = {str}
_write = msgspec.json.Encoder(order="sorted").encode

Value: TypeAlias = "str | int | bool | list[Value] | tuple[Value, ...] | Mapping[str, Value] | None"
"""What a payload may hold. No floats: two machines may write the same one differently."""


@dataclass(frozen=True, slots=True)
class Link:
    """What this entry has to do with an earlier one: it `corrects`, `destroys` or attests it."""

    role: str
    seq: int


@dataclass(frozen=True, slots=True)
class Entry:
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
        occurred = "" if self.occurred_at is None else utc(self.occurred_at)
        return _write(
            {
                "actor": self.actor,
                "engine": self.engine,
                "item": self.item,
                "kind": self.kind,
                "links": [{"role": link.role, "seq": link.seq} for link in self.links],
                "occurred_at": occurred,
                "pack": self.pack,
                "payload_hash": self.payload_hash.hex(),
                "recorded_at": utc(self.recorded_at),
                "schema": SCHEMA,
                "seq": self.seq,
                "subject": self.subject,
                "tenant": self.tenant,
            }
        )


def entry_from(data: bytes) -> Entry:
    """Read an entry back. Raises ValueError unless the bytes are exactly how we would write it."""
    try:
        said = msgspec.json.decode(data)
        schema, links = said.pop("schema"), said.pop("links")
        entry = Entry(
            **{
                **said,
                "recorded_at": datetime.fromisoformat(said["recorded_at"]),
                "occurred_at": _instant(said["occurred_at"]),
                "payload_hash": bytes.fromhex(said["payload_hash"]),
                "links": tuple(Link(**link) for link in links),
            }
        )
        same = schema == SCHEMA and _is_typed(entry) and entry.to_bytes() == data
    except (
        *(msgspec.DecodeError, ValueError, TypeError),
        *(KeyError, AttributeError, RecursionError),
    ) as problem:
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


def pseudonym(secret: bytes, *named: str) -> str:
    """Name a patient or a row so that nobody without the ledger's secret can tell who or which.

    The parts are joined by a character that no id may hold, so that ("a", "bc") is not ("ab", "c").
    """
    if "\0" in "".join(named):
        raise ValueError("a name must not hold NUL")
    return hmac.digest(secret, "\0".join(named).encode(), "sha256").hex()[:PSEUDONYM_DIGITS]


def utc(instant: datetime) -> str:
    """Write an instant in UTC to the microsecond. Raises ValueError without a time zone."""
    if instant.utcoffset() is None:
        raise ValueError("an instant of the ledger needs its time zone")
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _is_typed(entry: Entry) -> bool:
    """Tell whether numbers are whole and texts are texts: a null would be written back as one."""
    numbers = [entry.seq, *(link.seq for link in entry.links)]
    texts = [entry.kind, entry.tenant, entry.subject, entry.item, entry.actor, entry.engine]
    texts += [entry.pack, *(link.role for link in entry.links)]
    whole = all(type(number) is int and number >= 0 for number in numbers)
    return whole and all(type(text) is str for text in texts)


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _check(value: object) -> None:
    """Refuse what has no canonical form."""
    if value is None or type(value) in {str, int, bool}:
        return
    if type(value) is dict and {*map(type, value), *map(type, value.values())} <= _TEXT:
        return  # the cells of a row, as nearly always
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
