"""Signed notes (C2SP signed-note, tlog-cosignature): text and lines of signatures under it.

    text, ending in a newline
    (an empty line)
    — NAME base64(key id, 4 bytes || signature)

The key id is taken from name, algorithm and public key, so no signature can pass for one of another
algorithm. Two algorithms are known: a plain Ed25519 signature, and the timestamped one by which a
witness says until when it has seen the log grow consistently.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_BYTES, SIGNATURE_BYTES, ID_BYTES, TIME_BYTES = 32, 64, 4, 8
MOST_SIGNATURES = 64
DASH = "\u2014"

SIGNATURE_LINE = re.compile(rf"{DASH} ([^\s+]+) ([A-Za-z0-9+/]+={{0,2}})")


class BadNote(ValueError):
    """The text is no signed note, or a known key's signature under it does not hold."""


class Algorithm(IntEnum):
    """How a signature is made: the identifier bytes that C2SP assigned."""

    ED25519 = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True, slots=True)
class PublicKey:
    """Whose signature to believe, and of which algorithm."""

    name: str
    algorithm: Algorithm
    key: bytes

    @property
    def id(self) -> bytes:
        """Give the key id: four bytes that name the key, but do not vouch for it."""
        return sha256(self.name.encode() + b"\n" + bytes([self.algorithm]) + self.key).digest()[:4]

    def __str__(self) -> str:
        """Write the key as C2SP's verifiers take it: name, id, and algorithm byte with key."""
        coded = base64.b64encode(bytes([self.algorithm]) + self.key).decode()
        return f"{self.name}+{self.id.hex()}+{coded}"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A name and the 32 secret bytes that it signs with."""

    name: str
    seed: bytes

    def __repr__(self) -> str:
        """Show the name only."""
        return f"SigningKey({self.name!r})"

    def public(self, algorithm: Algorithm) -> PublicKey:
        """Give what others need to check a signature of this key."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return PublicKey(self.name, algorithm, private.public_key().public_bytes_raw())

    def sign(self, text: str) -> Signature:
        """Sign a text plainly."""
        made = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return Signature(self.name, self.public(Algorithm.ED25519).id, made)

    def cosign(self, text: str, at: datetime) -> Signature:
        """Sign a checkpoint's text together with the instant, in whole seconds."""
        seconds = int(at.timestamp())
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        made = seconds.to_bytes(TIME_BYTES, "big") + private.sign(_timed(text, seconds))
        return Signature(self.name, self.public(Algorithm.COSIGNATURE).id, made)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who is said to have signed, by which key, and the bytes."""

    name: str
    key_id: bytes
    made: bytes

    def __str__(self) -> str:
        """Write the line, without its newline."""
        return f"{DASH} {self.name} {base64.b64encode(self.key_id + self.made).decode()}"


@dataclass(frozen=True, slots=True)
class Signed:
    """A key whose signature was checked, and when it signed, if the algorithm says so."""

    key: PublicKey
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Note:
    """A text and the signatures under it, none of them believed yet."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        """Write the note as it is kept and sent."""
        return f"{self.text}\n" + "".join(f"{line}\n" for line in self.signatures)

    def signed_by(self, keys: tuple[PublicKey, ...]) -> tuple[Signed, ...]:
        """Check every signature of a known key; give those keys in the order of the lines.

        Signatures of unknown keys are passed over. Raises BadNote where one of a known key does not
        hold. Whether somebody signed whose signature counts is the caller's to ask.
        """
        known = {(key.name, key.id): key for key in keys}
        found = []
        for line in self.signatures:
            key = known.get((line.name, line.key_id))
            if key is not None:
                found.append(Signed(key, _check(self.text, line, key)))
        return tuple(found)


def note_from(written: str) -> Note:
    """Read a signed note. Raises BadNote where the text is none."""
    text, empty, below = written.rpartition("\n\n")
    if not empty or any(c < " " and c != "\n" for c in written):
        raise BadNote("a signed note is text, an empty line and lines of signatures")
    lines = below.split("\n")
    if lines.pop() or not 0 < len(lines) <= MOST_SIGNATURES:
        raise BadNote(f"a signed note has 1 to {MOST_SIGNATURES} lines of signatures")
    return Note(text + "\n", tuple(_signature(line) for line in lines))


def public_key_from(written: str) -> PublicKey:
    """Read a public key of the form NAME+ID+KEY. Raises BadNote where it is none of ours."""
    name, _, rest = written.strip().partition("+")
    said, _, coded = rest.partition("+")
    try:
        data = base64.b64decode(coded, validate=True)
        key = PublicKey(name, Algorithm(data[0]), data[1:])
    except (binascii.Error, ValueError, IndexError) as problem:
        raise BadNote("a public key is NAME+ID+KEY, for Ed25519") from problem
    if not is_name(name) or len(key.key) != KEY_BYTES or key.id.hex() != said:
        raise BadNote("name, id and key of a public key do not belong together")
    return key


def is_name(name: str) -> bool:
    """Tell whether a name may stand on a signature line: no spaces, no plus, not empty."""
    return bool(re.fullmatch(r"[^\s+]+", name)) and name.isprintable()


def _signature(line: str) -> Signature:
    match = SIGNATURE_LINE.fullmatch(line)
    try:
        data = base64.b64decode(match[2], validate=True) if match else b""
    except binascii.Error:
        data = b""
    if match is None or len(data) <= ID_BYTES:
        raise BadNote("a line under the note is no signature")
    return Signature(match[1], data[:ID_BYTES], data[ID_BYTES:])


def _check(text: str, line: Signature, key: PublicKey) -> datetime | None:
    """Check one signature; give its instant. Raises BadNote where it does not hold."""
    signed, made, seconds = text.encode(), line.made, None
    if key.algorithm is Algorithm.COSIGNATURE:
        seconds, made = int.from_bytes(made[:TIME_BYTES], "big"), made[TIME_BYTES:]
        signed = _timed(text, seconds)
    try:
        Ed25519PublicKey.from_public_bytes(key.key).verify(made, signed)
    except (InvalidSignature, ValueError) as problem:
        raise BadNote(f"the signature of {line.name} does not hold") from problem
    return None if seconds is None else _moment(seconds)


def _timed(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _moment(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as problem:
        raise BadNote("a signature is dated beyond any calendar") from problem
