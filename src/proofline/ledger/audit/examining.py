"""Looking at one kept entry by itself: does everything in its row follow from everything else?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from proofline.ledger.entry import NONCE_BYTES, Entry, entry_from, payload_hash


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A row of `ledger_entry` as bytes, as it came from the database; None where it is NULL."""

    seq: int
    entry: bytes | None
    leaf: bytes | None
    item: bytes | None
    nonce: bytes | None
    payload: bytes | None

    def read(self) -> Entry | None:
        """Read the entry; None where its bytes are none."""
        try:
            return entry_from(self.entry or b"")
        except ValueError:
            return None


def wrongs(row: KeptRow, entry: Entry, origin: str) -> Iterator[str]:
    """Say what in a row does not agree with its entry, or in the entry with its place."""
    if entry.seq != row.seq:
        yield f"the entry says of itself that it is number {entry.seq}"
    if entry.tenant != origin:
        yield "the entry belongs to another ledger"
    if entry.item != (row.item or b"").hex():
        yield "the entry stands under another row's pseudonym"
    if any(link.seq >= row.seq for link in entry.links):
        yield "the entry links to one that came after it"
    if row.payload is None and row.nonce is None:
        return
    if row.payload is None or row.nonce is None or len(row.nonce) != NONCE_BYTES:
        yield "payload and nonce do not belong together"
    elif payload_hash(row.nonce, row.payload) != entry.payload_hash:
        yield "the payload is not the one that was recorded"
