"""A stream of bytes, sealed to a key whose other half lies elsewhere.

    PROOFLINE-SEALED-1 newline, the sender's public key of this one stream (32 bytes)
    chunks: the length with a mark on the last (4 bytes), then as many bytes of AES-256-GCM

The key of the stream is agreed on by X25519 and drawn by HKDF-SHA256; the nonce of a chunk is its
number and whether it is the last. So chunks cannot be changed, moved, left out or cut off, and who
has the machine that seals cannot open.
"""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from proofline.store.trouble import StoreError

MAGIC = b"PROOFLINE-SEALED-1\n"
CHUNK = 1 << 20
_LAST = 1 << 31
_TAG, _KEY = 16, 32


def key_pair(seed: bytes) -> tuple[str, str]:
    """Make a secret and a public key of 32 bytes by chance, each as a line of text."""
    secret = X25519PrivateKey.from_private_bytes(seed)
    public = secret.public_key().public_bytes_raw()
    return f"proofline-secret:{_text(seed)}\n", f"proofline-public:{_text(public)}\n"


def key_from(text: str, kind: str) -> bytes:
    """Read a key, `secret` or `public`. Errors: StoreError if it is no such key."""
    told, _, coded = text.strip().partition(":")
    try:
        found = base64.b64decode(coded, validate=True)
    except binascii.Error:
        found = b""
    if told != f"proofline-{kind}" or len(found) != _KEY:
        raise StoreError(
            "store.not_a_key",
            f"The file holds no {kind} key for backups.",
            "Make a pair with proofline backup-key; the public half seals, the secret one opens.",
        )
    return found


def seal(
    parts: Iterable[bytes], public: bytes, seed: bytes, out: Callable[[bytes], object]
) -> None:
    """Seal a stream; `seed` is 32 bytes by chance that serve for this stream only."""
    ours = X25519PrivateKey.from_private_bytes(seed)
    sender = ours.public_key().public_bytes_raw()
    cipher = _cipher(ours, public, sender, public)
    out(MAGIC + sender)
    number, held = 0, bytearray()
    for part in parts:
        held += part
        while len(held) > CHUNK:
            _put(out, cipher, number, bytes(held[:CHUNK]))
            del held[:CHUNK]
            number += 1
    _put(out, cipher, number, bytes(held), last=True)


def opened(sealed: BinaryIO, secret: bytes) -> Iterator[bytes]:
    """Open a sealed stream. Errors: StoreError where it is none, is not for us, or was changed."""
    ours = X25519PrivateKey.from_private_bytes(secret)
    head = sealed.read(len(MAGIC) + _KEY)
    if not head.startswith(MAGIC) or len(head) < len(MAGIC) + _KEY:
        raise _broken("it is no backup of Proofline")
    sender = head[len(MAGIC) :]
    cipher = _cipher(ours, sender, sender, ours.public_key().public_bytes_raw())
    number, last = 0, False
    while not last:
        size = sealed.read(4)
        if len(size) < 4:  # noqa: PLR2004 - as many as are written for a length
            raise _broken("it is cut off")
        (told,) = struct.unpack(">I", size)
        last, length = bool(told & _LAST), told & ~_LAST
        if length > CHUNK + _TAG:
            raise _broken("it was changed")
        try:
            yield cipher.decrypt(_nonce(number, last), sealed.read(length), size)
        except InvalidTag as error:
            raise _broken("it was changed, or sealed to another key") from error
        number += 1
    if sealed.read(1):
        raise _broken("something was added to it")


def _put(
    out: Callable[[bytes], object], cipher: AESGCM, number: int, chunk: bytes, *, last: bool = False
) -> None:
    size = struct.pack(">I", (len(chunk) + _TAG) | (_LAST if last else 0))
    out(size + cipher.encrypt(_nonce(number, last), chunk, size))


def _nonce(number: int, last: bool) -> bytes:  # noqa: FBT001 - it is one bit of the nonce
    return struct.pack(">QI", number, int(last))


def _cipher(ours: X25519PrivateKey, theirs: bytes, sender: bytes, receiver: bytes) -> AESGCM:
    shared = ours.exchange(X25519PublicKey.from_public_bytes(theirs))
    derive = HKDF(SHA256(), length=_KEY, salt=sender + receiver, info=MAGIC)
    return AESGCM(derive.derive(shared))


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _broken(what: str) -> StoreError:
    return StoreError(
        "store.backup_broken",
        f"The backup cannot be opened: {what}.",
        "Take another copy of it, and the secret key that belongs to it.",
    )
