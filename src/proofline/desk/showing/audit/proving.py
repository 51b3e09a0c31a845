"""A line held against the ledger: each entry, and each row and decision that it vouches for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from proofline.desk.showing.audit.bearing import Bearing, bearing
from proofline.store.auditing.proving import Proof, prove
from proofline.store.book import Book
from proofline.store.decided import Line
from proofline.store.people.roster import names_of
from proofline.store.safekeeping.heads import Keyring


@dataclass(frozen=True, slots=True)
class Proven:
    """What came of holding a line against the ledger; `names` are those of who did it.

    They are by how an entry names somebody: `person 7`.
    """

    bearing: Bearing
    proofs: tuple[Proof, ...]
    names: Mapping[str, str]

    @property
    def things(self) -> int:
        """How many rows, decisions and acts were held against their entries."""
        return sum(one.things for one in self.proofs)

    @property
    def faults(self) -> list[Proof]:
        """The entries of which something is not as recorded."""
        return [one for one in self.proofs if one.faults]

    @property
    def unsigned(self) -> int:
        """How many entries no signed checkpoint covers yet."""
        return sum(one.signed_at is None for one in self.proofs)


def proven(book: Book, line: Line, checkpoints: Path, at: datetime) -> Proven:
    """Prove a line against the newest checkpoints in a folder. Errors: NotAllowed; NotVisible."""
    found = bearing(book, line, at)
    heads = Keyring(checkpoints).heads()
    proofs = tuple(prove(found.shown(book.tenant_id), heads))
    return Proven(found, proofs, names_of(book.tenant_id))
