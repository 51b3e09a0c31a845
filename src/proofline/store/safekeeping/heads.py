"""Signed heads of the ledger, outside of the database: what nobody with its password can take back.

In a folder lie the key (`ledger.key`, its public half beside it), the last head that it signed, and
the checkpoints. The folder belongs on another disk or machine than the database, and copies of the
checkpoints with other people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from proofline.ledger.audit.vouching import Heads
from proofline.ledger.checkpoint import Checkpoint, checkpoint_from, open_checkpoint
from proofline.ledger.keys import secret_key_from, written
from proofline.ledger.note import Algorithm, BadNote, Note, SigningKey
from proofline.ledger.witness import Signer, write_durably
from proofline.store.safekeeping.sealed.keys import held, make_once
from proofline.store.trouble import StoreError
from proofline.store.vouching import ORIGIN, ledger

LATEST = "latest.checkpoint"


@dataclass(frozen=True, slots=True)
class Keyring:
    """The folder with the book's key, its memory of the last head, and the checkpoints."""

    folder: Path

    @property
    def _key(self) -> Path:
        return self.folder / "ledger.key"

    def make(self, seed: bytes) -> None:
        """Make the key of a new book of 32 bytes by chance; one that is there stays as it is.

        Errors: StoreError where the folder cannot be made or written to.
        """
        if self._key.exists() and self._public.exists():
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with held(self.folder):
                self._make(seed)
        except OSError as error:
            raise StoreError(
                "store.no_checkpoints",
                f"The folder of checkpoints cannot be written to ({error.strerror}).",
                "Let PROOFLINE_CHECKPOINTS name a folder of the service's user.",
            ) from error

    def _make(self, seed: bytes) -> None:
        """Write what goes with a key around it, so that a kill leaves what the next start mends."""
        # A book that was put back without its key: what that one signed stands in the database. It
        # is written before the key, because nobody looks again once a key is there.
        if not self._key.exists() and (earlier := _signed_before()):
            write_durably(self._earlier, f"{earlier}\n")
        make_once(self._key, written(SigningKey(ORIGIN, seed)).encode("ascii"))
        write_durably(self._public, f"{self._signer().key.public(Algorithm.ED25519)}\n")

    def last(self) -> Checkpoint | None:
        """Give the last head that was signed; None before the first."""
        return self._signer().last() if self._key.exists() else None

    def sign(self, at: datetime) -> Note | None:
        """Sign the head of now and write it down; None if the last one signed is of now.

        Errors: LedgerTrouble if the ledger did more than grow since; StoreError without a key.
        """
        with held(self.folder):  # two signers at once could sign two histories
            signer, log = self._signer(), ledger()
            last, head = signer.last(), log.head()
            if last == head:
                return None
            grown = last is not None and last.size <= head.size
            proof = log.consistency(last.size, head.size) if last and grown else None
            signed = signer.sign(head, proof, at)
            for name in (f"{head.size}.checkpoint", LATEST):
                write_durably(self.folder / name, str(signed))
            with transaction.atomic():
                log.see(signed)
        return signed

    def heads(self) -> Heads:
        """Give what a look at the book is held against: the checkpoints that lie in the folder."""
        if not self._key.exists():
            return Heads()
        public = self._signer().key.public(Algorithm.ED25519)
        try:
            kept = [
                open_checkpoint(path.read_text("utf-8"), public)
                for path in sorted(self.folder.glob("*.checkpoint"))
            ]
        except BadNote as error:
            raise StoreError(
                "store.checkpoint",
                f"A checkpoint in {self.folder} is not one that this book's key signed.",
                "Put the folder back as it was; a copy lies with whoever was given checkpoints.",
            ) from error
        told = self._earlier.read_text("ascii") if self._earlier.exists() else "0"
        return Heads(kept, public, earlier=int(told))

    def refuse_without_key(self) -> None:
        """Raise StoreError where heads were signed, and what signed them is not to be reached here.

        A worker on another machine would take the jobs that ask for a signed head, and sign none.
        """
        if not self._key.exists() and _signed_before():
            self._signer()

    def refuse_an_older_book(self) -> None:
        """Raise StoreError if the database has less than was signed for: it is an older copy."""
        last, size = self.last(), ledger().size()
        if last is not None and size < last.size:
            raise StoreError(
                "store.older_book",
                f"The database has {size} ledger entries, and {last.size} were signed for.",
                "Find the newer database; or, if it is lost, say so: proofline restore"
                " --accept-loss.",
            )

    def accept_loss(self, at: datetime) -> int:
        """Put the memory of a longer book aside, by an operator's word; give the lost size."""
        last = self.last()
        size = ledger().size()
        if last is None or last.size <= size:
            return 0
        aside = self.folder / f"lost-{at:%Y%m%dT%H%M%SZ}"
        aside.mkdir()
        lost = [p for p in self.folder.glob("*.checkpoint") if _size_of(p) > size]
        for path in [*lost, self._memory]:
            path.rename(aside / path.name)
        return last.size

    @property
    def _public(self) -> Path:
        return self.folder / "ledger.key.pub"

    @property
    def _memory(self) -> Path:
        return self.folder / "ledger.key.last"

    @property
    def _earlier(self) -> Path:
        """How many entries the last head covers that a lost key signed, if there was one."""
        return self.folder / "ledger.key.earlier"

    def _signer(self) -> Signer:
        try:
            return Signer(secret_key_from(self._key.read_text("ascii")), self._memory)
        except (OSError, BadNote) as error:
            raise StoreError(
                "store.no_key",
                f"There is no key for the ledger in {self.folder}.",
                "Put it back from where you keep it; proofline serve makes the first one.",
            ) from error


def _signed_before() -> int:
    """Give how many entries the last signed head in the database covers; 0: there is none."""
    log = ledger()
    try:
        return max((checkpoint_from(note.text).size for note in log.checkpoints()), default=0)
    except BadNote:
        return log.size()  # one was changed: whoever looks at the book names it


def _size_of(path: Path) -> int:
    """How many entries a checkpoint's file covers; the latest one covers as many as the last."""
    return int(path.stem) if path.stem.isdigit() else 2**63
