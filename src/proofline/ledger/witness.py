"""Who signs heads: the log's own signer and its witnesses, each with a memory of the last one.

A signer that remembers what it signed cannot be made to sign a second history, also by whoever
holds the database. Its memory is one checkpoint in a file of its own, written before the signature
leaves its hands.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from proofline.ledger.checkpoint import Checkpoint, checkpoint_from, cosign, sign
from proofline.ledger.kept.log import LedgerTrouble
from proofline.ledger.note import BadNote, Note, SigningKey
from proofline.ledger.proof import ConsistencyProof, consistency_holds


@dataclass(frozen=True, slots=True)
class Signer:
    """A key with the file in which it remembers the last head that it signed."""

    key: SigningKey
    memory: Path

    def last(self) -> Checkpoint | None:
        """Recall the last head; None before the first. Raises LedgerTrouble if it was damaged."""
        return remembered(self.memory)

    def sign(self, head: Checkpoint, proof: ConsistencyProof | None, at: datetime) -> Note:
        """Sign a head of one's own log, if it extends the last one signed."""
        self._check(head, proof)
        note = sign(head, self.key, at)
        self._remember(head)
        return note

    def cosign(self, note: Note, proof: ConsistencyProof | None, at: datetime) -> Note:
        """Add one's signature to a checkpoint whose log's signature was checked, if it extends."""
        head = checkpoint_from(note.text)
        self._check(head, proof)
        signed = cosign(note, self.key, at)
        self._remember(head)
        return signed

    def _check(self, head: Checkpoint, proof: ConsistencyProof | None) -> None:
        last = self.last()
        if last is None:
            return
        if head.origin != last.origin:
            message = f"The last head was one of {last.origin}, and this is one of {head.origin}."
            raise LedgerTrouble("ledger.other_log", message, "Keep one memory for each ledger.")
        if head.size < last.size:
            message = f"The head has {head.size} entries, and one of {last.size} was signed."
            raise forked(message)
        same = head.size == last.size
        if proof is None and same:
            proof = ConsistencyProof(last.size, head.size, ())
        if proof is None or (proof.first, proof.second) != (last.size, head.size):
            message = f"There is no proof from {last.size} entries to {head.size}."
            remedy = f"`proofline ledger prove LEDGER --from {last.size} --to {head.size}`."
            raise LedgerTrouble("ledger.no_proof", message, remedy)
        if not consistency_holds(proof, last.root, head.root):
            message = f"The head of {head.size} entries does not extend the one of {last.size}."
            raise forked(message)

    def _remember(self, head: Checkpoint) -> None:
        write_durably(self.memory, head.text)


def remembered(memory: Path) -> Checkpoint | None:
    """Read the head in a signer's memory; None without one. Raises LedgerTrouble if damaged."""
    if not memory.exists():
        return None
    try:
        return checkpoint_from(memory.read_text("utf-8"))
    except (BadNote, UnicodeDecodeError) as problem:
        message = f"{memory} is no head that was signed: {problem}."
        remedy = "Put it back from a backup; without it a second history might be signed."
        raise LedgerTrouble("ledger.memory", message, remedy) from problem


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Tell what the system has against a file. Raises LedgerTrouble for any OSError inside."""
    try:
        yield
    except OSError as problem:
        message = f"{path} cannot be written: {problem.strerror}."
        remedy = "Check that its folder is there, has room, and lets you write."
        raise LedgerTrouble("ledger.unwritable", message, remedy) from problem


def write_durably(path: Path, text: str) -> None:
    """Write a file so that after a power cut it is the old one or the new one, whole.

    Raises LedgerTrouble where it cannot be written.
    """
    with writing(path):
        part = path.with_name(f"{path.name}.part")
        with part.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def forked(message: str) -> LedgerTrouble:
    """Say that a head was not signed, because the ledger did more than grow."""
    remedy = (
        "Do not sign. `proofline ledger verify` with the last checkpoint says what changed. Another"
        " book than was signed before needs a key and checkpoints of its own."
    )
    return LedgerTrouble("ledger.forked", message, remedy)
