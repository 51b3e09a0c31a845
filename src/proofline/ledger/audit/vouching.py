"""Signed heads against which a ledger is held: those in its database, and those kept outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from proofline.ledger.checkpoint import (
    SignedCheckpoint,
    both_algorithms,
    checkpoint_from,
    open_checkpoint,
)
from proofline.ledger.note import BadNote, PublicKey, note_from

Notes = Callable[..., list[tuple[int, str]]]
"""Gives size and text of the checkpoints in the database, by the end of a query on them."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """The head of one size by a checkpoint: `at` when it was signed, if a known key says so."""

    size: int
    root: bytes
    at: datetime | None
    outside: bool

    def __str__(self) -> str:
        """Name the checkpoint as a person would look for it."""
        when = f" of {self.at:%Y-%m-%d %H:%M:%S} UTC" if self.at else ""
        where = "kept outside" if self.outside else "in the database"
        return f"the checkpoint at {self.size}{when}, {where}"


@dataclass(slots=True)
class Heads:
    """What to hold a ledger against.

    `outside` are checkpoints kept elsewhere, their signatures checked. Those in the database are
    believed only under a signature of `key`; without a key they are compared, and that is all. So
    are those of up to `earlier` entries: a key signed them that was lost before this one was made.
    """

    outside: Sequence[SignedCheckpoint] = ()
    key: PublicKey | None = None
    compared: int = 0
    earlier: int = 0

    def within(
        self, notes: Notes, start: int, end: int
    ) -> tuple[dict[int, list[Vouched]], list[str]]:
        """Give the heads of the sizes after `start` up to `end`, by size, and what is no head."""
        inside, odd = self._sorted(notes("WHERE size > ? AND size <= ? ORDER BY size", start, end))
        found = [*inside, *(head for head in self._outside() if start < head.size <= end)]
        self.compared += len(found)
        by_size: dict[int, list[Vouched]] = {}
        for head in found:
            by_size.setdefault(head.size, []).append(head)
        return by_size, odd

    def covering(self, notes: Notes, seq: int) -> Vouched | None:
        """Give the smallest head that covers an entry, one kept outside before any other."""
        inside = notes("WHERE size > ? ORDER BY size LIMIT 1", seq)
        read = [self._read(note) for _, note in inside]
        found = [head for head in (*self._outside(), *read) if isinstance(head, Vouched)]
        over = [head for head in found if head.size > seq]
        return min(over, key=lambda head: (head.size, not head.outside), default=None)

    def beyond(self, notes: Notes, size: int) -> Iterator[str]:
        """Say which checkpoints cover entries that are not there; the first thousand of them."""
        which = "WHERE size < 1 OR size > ? ORDER BY size LIMIT 1000"
        inside, odd = self._sorted(notes(which, size))
        yield from odd
        for head in (*inside, *self._outside()):
            if head.size > size:
                yield f"the tail is cut: {size} entries are there, and {head} covers more"

    def _sorted(self, notes: list[tuple[int, str]]) -> tuple[list[Vouched], list[str]]:
        """Tell the checkpoints of the database that are heads from those that are not."""
        heads, odd = list[Vouched](), list[str]()
        for said, note in notes:
            head = self._read(note)
            if isinstance(head, str):
                odd.append(f"the checkpoint at {said} in the database is not one: {head}")
            elif head.size != said:
                odd.append(f"the checkpoint at {said} in the database says {head.size}")
            else:
                heads.append(head)
        return heads, odd

    def _outside(self) -> Iterator[Vouched]:
        for signed in self.outside:
            yield Vouched(signed.checkpoint.size, signed.checkpoint.root, signed.at, outside=True)

    def _read(self, note: str) -> Vouched | str:
        """Read a checkpoint of the database, or say why it is none.

        The ledger wrote it, so it stands there as the ledger writes and signs one: to the letter,
        and under both of its signatures. A line of another name is a witness's, who is not known
        here.
        """
        try:
            if str(note_from(note)) != note:
                return "it is not written in its one form"
            head, at = checkpoint_from(note_from(note).text), None
            if self.key is not None and head.size > self.earlier:
                signed = open_checkpoint(note, self.key)
                head, at = signed.checkpoint, signed.at
                if len(signed.signed) != len(both_algorithms(self.key)):
                    return f"not both signatures of {self.key.name} stand under it"
        except BadNote as problem:
            return str(problem)
        return Vouched(head.size, head.root, at, outside=False)
