"""Standard Webhooks, read strictly: whether a message is the sender's, over its bytes as they came.

By the specification of standard-webhooks: what is signed is `id.timestamp.body`; `v1` is an
HMAC-SHA256 under a secret of 24 to 64 bytes, `v1a` an Ed25519 signature. A header may hold several
signatures, so that keys can be changed without a gap. Whatever is not written exactly as the
specification writes it proves nothing, and nothing that comes in makes this raise anything but
NotProven.

An id with a full stop is refused: with one, another split of the same signed bytes could pass for
another message.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from proofline.errors import ProoflineError, WrongUse

TOLERANCE = 300
"""Seconds by which the time of sending may lie before or after ours."""

_ID = re.compile(r"[!-\-/-~]{1,160}", re.ASCII)  # visible ASCII without the full stop
_TIMESTAMP = re.compile(r"[1-9][0-9]{0,11}", re.ASCII)
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}", re.ASCII)
_LEAST, _MOST, _PUBLIC, _SIGNATURE = 24, 64, 32, 64
_MOST_SIGNATURES, _LONGEST_HEADER = 8, 1024


class NotProven(ProoflineError):
    """The message does not prove whose it is; nothing of it is kept."""


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """What a sender signs with, or the public half of it."""

    secret: bytes = b""
    public: bytes = b""


@dataclass(frozen=True, slots=True)
class Headers:
    """The three headers of a message as they came: webhook-id, -timestamp and -signature."""

    message_id: str
    timestamp: str
    signatures: str


def key_from(text: str) -> Key:
    """Read a key, `whsec_` and a secret or `whpk_` and a public key. Errors: WrongUse."""
    kind, _, told = text.strip().partition("_")
    key = _unbase64(told)
    if kind == "whsec" and key is not None and _LEAST <= len(key) <= _MOST:
        return Key(secret=key)
    if kind == "whpk" and key is not None and len(key) == _PUBLIC:
        return Key(public=key)
    raise WrongUse(
        "feeds.key",
        "That is no key of Standard Webhooks.",
        "Give whsec_ and 24 to 64 bytes in base64, or whpk_ and an Ed25519 public key.",
    )


def verify(headers: Headers, body: bytes, keys: Sequence[Key], now: int) -> str:
    """Give the id of a message that one of the keys signed, at most five minutes from `now`.

    `now` is in seconds since 1970. Errors: NotProven.
    """
    if not _ID.fullmatch(headers.message_id):
        raise _not_proven("webhook-id")
    if not _TIMESTAMP.fullmatch(headers.timestamp):
        raise _not_proven("webhook-timestamp")
    if abs(now - int(headers.timestamp)) > TOLERANCE:
        raise NotProven(
            "ingest.stale",
            "The time of sending is more than five minutes from now.",
            "Sign it anew when it is sent, and check the clock.",
        )
    signed = f"{headers.message_id}.{headers.timestamp}.".encode() + body
    offered = headers.signatures.split(" ") if len(headers.signatures) <= _LONGEST_HEADER else []
    if not any(_holds(one, signed, keys) for one in offered[:_MOST_SIGNATURES]):
        raise _not_proven("webhook-signature")
    return headers.message_id


def _holds(offered: str, signed: bytes, keys: Sequence[Key]) -> bool:
    version, _, signature = offered.partition(",")
    if version == "v1":
        return _is_one_of(signature, [key.secret for key in keys if key.secret], signed)
    if version == "v1a":
        made = _unbase64(signature)
        known = [key.public for key in keys if key.public]
        return made is not None and any(_is_signed(made, public, signed) for public in known)
    return False


def _is_one_of(signature: str, secrets: list[bytes], signed: bytes) -> bool:
    found = False
    for secret in secrets:
        made = base64.b64encode(hmac.digest(secret, signed, hashlib.sha256))
        found |= hmac.compare_digest(made, signature.encode("utf-8", "surrogatepass"))
    return found


def _is_signed(made: bytes, public: bytes, signed: bytes) -> bool:
    if len(made) != _SIGNATURE:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(made, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def _unbase64(text: str) -> bytes | None:
    """Read base64 that is written as it has to be; None for any other way to write the bytes."""
    if not _BASE64.fullmatch(text):
        return None
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if base64.b64encode(found).decode() == text else None


def _not_proven(where: str) -> NotProven:
    return NotProven(
        "ingest.not_proven",
        f"The message does not prove that it is its sender's ({where}).",
        "Sign id, timestamp and body as Standard Webhooks says, with a key of this feed.",
    )
