"""Signed heads of the ledger, outside of the database: what nobody with its password can take back.

In a folder lie the key (`ledger.key`, its public half beside it), the last head that it signed, and
the checkpoints. The folder belongs on another disk or machine than the database, and copies of the
checkpoints with other people.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from proofline.ledger.audit.vouching import Heads
from proofline.ledger.checkpoint import Checkpoint, checkpoint_from, open_checkpoint
from proofline.ledger.keys import secret_key_from, written
from proofline.ledger.note import Algorithm, BadNote, Note, SigningKey, note_from
from proofline.ledger.witness import Signer, remembered, write_durably
from proofline.store.safekeeping.sealed.keys import held, make_once
from proofline.store.trouble import StoreError
from proofline.store.vouching import ORIGIN, ledger, take_turn

LATEST = "latest.checkpoint"


class NoKeyYet(StoreError):
    """No key is there and none signed for this book so far: whoever has one signs later."""


@dataclass(frozen=True, slots=True)
class LastHead:
    """The last head that the database has of this book: how much it covers, and its note.

    The note is None where heads were kept and none can be read; then `size` is what the largest was
    kept under, or 0 where each covers more entries than there are.
    """

    size: int
    note: Note | None = None

    @property
    def key(self) -> str:
        """Name the key that signed it, as its public half does."""
        lines = self.note.signatures if self.note else ()
        return next((one.key_id.hex() for one in lines if one.name == ORIGIN), "unknown")


@dataclass(frozen=True, slots=True)
class Keyring:
    """The folder with the book's key, its memory of the last head, and the checkpoints."""

    folder: Path

    @property
    def _key(self) -> Path:
        return self.folder / "ledger.key"

    def make(self, seed: bytes) -> None:
        """Make the key of a new book of 32 bytes by chance; one that is there stays as it is.

        Errors: StoreError where another key signed for this book, as on a second machine that does
        not see the folder of the first; where the folder cannot be made or written to.
        """
        self.refuse_another_key()
        self._make_if_absent(seed)

    def make_in_place_of_a_lost_one(self, seed: bytes) -> str:
        """Go on with a key of this folder's own, by an operator's word; name the one that is lost.

        What that one signed is compared from then on, and not proved by a signature. Checkpoints of
        it that lie in the folder are put aside. A memory stays: the new key extends what it holds.

        Errors: StoreError where no key is missing, the folder is another book's, or this book is
        older than what was signed for.
        """
        last = _last_signed()
        if last is None or self._signed(last):
            raise StoreError(
                "store.key_is_there",
                f"No key of this book's ledger is missing in {self.folder}.",
                "Nothing has to be made: proofline serve makes the first key by itself.",
            )
        self._refuse_another_book()
        with self._writing():
            self._put_aside(last.key)
        self._make_if_absent(seed)
        with self._writing():  # the book of this folder's key is this one from now on
            write_durably(self._earlier, f"{last.size}\n")
        return last.key

    def _refuse_another_book(self) -> None:
        self.refuse_an_older_book()
        last = self.last()
        if last is not None and ledger().head(last.size) != last:
            raise StoreError(
                "store.other_book",
                f"What was signed in {self.folder} is of another book.",
                "Let PROOFLINE_CHECKPOINTS name another folder, of this book alone.",
            )

    def _put_aside(self, key: str) -> None:
        """Put what no key here signed into a folder of its own: it would be taken for forged."""
        lost = [path for path in self.folder.glob("*.checkpoint") if not self._opens(path)]
        if not self._key.exists() and self._public.exists():
            lost.append(self._public)
        if lost:
            aside = self.folder / f"lost-{key}"
            aside.mkdir(exist_ok=True)
            for path in lost:
                path.rename(aside / path.name)

    def _opens(self, path: Path) -> bool:
        """Whether the key of this folder, if there is one, signed a checkpoint."""
        if not self._key.exists():
            return False
        public = self._signer().key.public(Algorithm.ED25519)
        try:
            open_checkpoint(path.read_text("utf-8"), public)
        except BadNote:
            return False
        return True

    def _make_if_absent(self, seed: bytes) -> None:
        if self._key.exists() and self._public.exists():
            return
        with self._writing():
            self._make(seed)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the folder, made if it is not there. Raises StoreError if it cannot be written."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with held(self.folder):
                yield
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
        if not self._key.exists() and (last := _last_signed()) and not self._lost(last):
            write_durably(self._earlier, f"{last.size}\n")
        make_once(self._key, written(SigningKey(ORIGIN, seed)).encode("ascii"))
        write_durably(self._public, f"{self._signer().key.public(Algorithm.ED25519)}\n")

    def last(self) -> Checkpoint | None:
        """Give the last head that was signed, also by a key that is lost; None before the first."""
        return remembered(self._memory)

    def sign(self, at: datetime) -> Note | None:
        """Sign the head of now and write it down; None if the last one signed is of now.

        Errors: NoKeyYet before the first key is made; StoreError where another one signed;
        LedgerTrouble if the ledger did more than grow since.
        """
        self.refuse_another_key()
        if not self._key.exists():
            raise NoKeyYet(
                "store.no_key",
                f"There is no key for the ledger in {self.folder}, so no head of it is signed.",
                "proofline serve makes the first one; all machines of a book share the folder.",
            )
        with held(self.folder):  # two signers at once could sign two histories
            if self.last() is not None:
                return self._sign(at)
            with transaction.atomic():  # of two machines that each made a key, one signs first
                take_turn()
                self.refuse_another_key()
                return self._sign(at)

    def _sign(self, at: datetime) -> Note | None:
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
        return Heads(kept, public, earlier=self._lost_up_to())

    def refuse_another_key(self) -> None:
        """Raise StoreError where heads of this book were signed by a key that is not this folder's.

        A worker without it signs nothing; a second service would make a second key, and what the
        two signed would be taken for forged. One that an operator said is lost is not asked for.
        """
        last = _last_signed()
        if last is None or self._signed(last):
            return
        cure = (
            "Let PROOFLINE_CHECKPOINTS name the folder that has that key; all machines of a book"
            " share it. If it is lost for good, say so: proofline keys replace-ledger-key."
        )
        told = f"Heads of this book were signed by key {last.key}"
        if last.note is None:
            told = "Heads of this book were signed by a key that none of them names any more"
            cure = f"proofline verify says what is wrong with them. {cure}"
        if not self._key.exists():
            raise StoreError("store.no_key", f"{told}, and {self.folder} has none.", cure)
        raise StoreError("store.other_key", f"{told}, and {self.folder} has another.", cure)

    def _signed(self, last: LastHead) -> bool:
        """Whether a key of this folder signed a head, or one that is known to be lost.

        Of what nobody can read it is not known. A key that signed before goes on; none is made.
        """
        if self._lost(last):
            return True
        if not self._key.exists():
            return False
        if last.note is None:
            return last.size == 0 or self._memory.exists()
        key = self._signer().key
        return key.public(Algorithm.ED25519).id in {one.key_id for one in last.note.signatures}

    def _lost(self, last: LastHead) -> bool:
        """Whether an operator said of the key that signed a head that it is lost."""
        return self._earlier.exists() and last.size <= self._lost_up_to()

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

    def _lost_up_to(self) -> int:
        return int(self._earlier.read_text("ascii")) if self._earlier.exists() else 0

    def _signer(self) -> Signer:
        try:
            return Signer(secret_key_from(self._key.read_text("ascii")), self._memory)
        except (OSError, BadNote) as error:
            raise StoreError(
                "store.no_key",
                f"There is no key for the ledger in {self.folder}.",
                "Put it back from where you keep it; proofline serve makes the first one.",
            ) from error


def _last_signed() -> LastHead | None:
    """Give the largest head in the database that can be read; None before the first.

    Passed over is what was changed, and what covers more entries than there are: a stranger may
    have put it there, and whoever looks at the book names it.
    """
    log, unread = ledger(), None
    for size, text in log.last_checkpoints():
        if size > log.size():  # asked for after the head was read: another may just be signed
            unread = unread or LastHead(0)
        elif (note := _read(size, text)) is not None:
            return LastHead(size, note)
        elif unread is None or not unread.size:
            unread = LastHead(size)
    return unread


def _read(size: int, text: str) -> Note | None:
    """Read a head that was kept under a size; None where it is none."""
    try:
        note = note_from(text)
        return note if checkpoint_from(note.text).size == size else None
    except BadNote:
        return None


def _size_of(path: Path) -> int:
    """How many entries a checkpoint's file covers; the latest one covers as many as the last."""
    return int(path.stem) if path.stem.isdigit() else 2**63
