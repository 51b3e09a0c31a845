"""Checkpoints (C2SP tlog-checkpoint): how many entries there were, and the root over them, signed.

    ORIGIN
    SIZE
    base64(root)
    (an empty line, signatures)

Outside of the database a checkpoint is what nobody with the database's password can take back.
The log signs twice with one key: plainly, and with the instant, so that the time is vouched for.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime

from proofline.ledger.note import (
    Algorithm,
    BadNote,
    Note,
    PublicKey,
    Signed,
    SigningKey,
    is_name,
    note_from,
)
from proofline.ledger.tree import HASH_BYTES, LARGEST


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log at one size."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """Give the text that is signed: three lines."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint with the note it came in, and the known keys whose signatures were checked."""

    checkpoint: Checkpoint
    note: Note
    signed: tuple[Signed, ...]

    @property
    def at(self) -> datetime | None:
        """Give the earliest instant that a known key vouches for."""
        return min((one.at for one in self.signed if one.at is not None), default=None)


def sign(checkpoint: Checkpoint, key: SigningKey, at: datetime) -> Note:
    """Sign a checkpoint as its log: plainly, and with the instant."""
    text = checkpoint.text
    return Note(text, (key.sign(text), key.cosign(text, at)))


def cosign(note: Note, key: SigningKey, at: datetime) -> Note:
    """Add the signature of a witness; who calls this has checked that the log only grew."""
    return Note(note.text, (*note.signatures, key.cosign(note.text, at)))


def both_algorithms(key: PublicKey) -> tuple[PublicKey, ...]:
    """Give a key in both algorithms: whoever is trusted to sign is trusted to date it."""
    return tuple(PublicKey(key.name, algorithm, key.key) for algorithm in Algorithm)


def checkpoint_from(text: str) -> Checkpoint:
    """Read the text of a checkpoint, without signatures. Raises BadNote where it is none.

    Lines after the third are refused: nobody could audit what they say.
    """
    match = re.fullmatch(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]+=*)\n", text)
    try:
        root = base64.b64decode(match[3], validate=True) if match else b""
    except binascii.Error:
        root = b""
    if match is None or len(root) != HASH_BYTES or int(match[2]) > LARGEST:
        raise BadNote("a checkpoint is a line of origin, one of size and one with a root")
    found = Checkpoint(match[1], int(match[2]), root)
    if not is_name(found.origin) or found.text != text:
        raise BadNote("the origin, the size or the root of a checkpoint is not in its one form")
    return found


def open_checkpoint(written: str, log: PublicKey, *others: PublicKey) -> SignedCheckpoint:
    """Read a signed checkpoint and check its signatures: the log's, and those of others known.

    Raises BadNote where it is no checkpoint, is not of the log, is not signed by the log's key, or
    a known key's signature does not hold.
    """
    note = note_from(written)
    found = checkpoint_from(note.text)
    keys = tuple(key for one in (log, *others) for key in both_algorithms(one))
    signed = note.signed_by(keys)
    if found.origin != log.name:
        raise BadNote(f"the checkpoint is of {found.origin}, not of {log.name}")
    if not any(one.key.key == log.key and one.key.name == log.name for one in signed):
        raise BadNote(f"no signature of {log.name} stands under the checkpoint")
    return SignedCheckpoint(found, note, signed)
