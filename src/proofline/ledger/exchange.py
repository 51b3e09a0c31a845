"""Proofs as JSON that anybody can check with SHA-256 and nothing else.

Hashes are hexadecimal, an entry is its exact text. Leaf: SHA-256 of 0x00 and the entry's bytes;
node: SHA-256 of 0x01, left and right; a payload's hash: SHA-256 of the nonce and its bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from proofline.ledger.entry import entry_from, payload_hash
from proofline.ledger.kept.log import LedgerTrouble, Log
from proofline.ledger.proof import ConsistencyProof, InclusionProof, inclusion_holds
from proofline.ledger.tree import leaf_hash

INCLUSION, CONSISTENCY = "proofline.inclusion/1", "proofline.consistency/1"


class ShownInclusion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry with the proof that it is in the log; nonce and payload only if they are shown."""

    schema: str
    origin: str
    index: int
    size: int
    root: str
    entry: str
    hashes: tuple[str, ...]
    nonce: str = ""
    payload: str = ""

    def holds(self) -> bool:
        """Tell whether the entry leads to the root, and the payload shown to the entry."""
        try:
            entry = self.entry.encode()
            hashes = tuple(bytes.fromhex(text) for text in self.hashes)
            proof = InclusionProof(self.index, self.size, hashes)
            shown = bool(self.nonce or self.payload)
            nonce, payload = bytes.fromhex(self.nonce), self.payload.encode()
            if shown and payload_hash(nonce, payload) != entry_from(entry).payload_hash:
                return False
            return inclusion_holds(proof, leaf_hash(entry), bytes.fromhex(self.root))
        except ValueError:
            return False


class ShownConsistency(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The proof that a log of one size is the beginning of that of another."""

    schema: str
    origin: str
    first: int
    second: int
    first_root: str
    second_root: str
    hashes: tuple[str, ...]

    def proof(self) -> ConsistencyProof:
        """Give the proof. Raises LedgerTrouble where its hashes are no hashes."""
        try:
            hashes = tuple(bytes.fromhex(text) for text in self.hashes)
        except ValueError as problem:
            raise _not_a_proof(str(problem)) from problem
        return ConsistencyProof(self.first, self.second, hashes)


@dataclass(frozen=True, slots=True)
class Prover:
    """Writes proofs of one log."""

    log: Log

    def inclusion(self, seq: int, size: int | None, *, payload: bool) -> ShownInclusion:
        """Show that an entry is in the log, with its payload if that is wanted and still there."""
        kept = self.log.kept(seq)
        found = self.log.inclusion(seq, size)
        shown = payload and kept.nonce is not None and kept.payload is not None
        return ShownInclusion(
            schema=INCLUSION,
            origin=self.log.origin,
            index=seq,
            size=found.size,
            root=self.log.head(found.size).root.hex(),
            entry=kept.data.decode(),
            hashes=tuple(one.hex() for one in found.hashes),
            nonce=(kept.nonce or b"").hex() if shown else "",
            payload=(kept.payload or b"").decode() if shown else "",
        )

    def consistency(self, first: int, second: int | None) -> ShownConsistency:
        """Show that the log of one size is the beginning of that of another, or of now."""
        found = self.log.consistency(first, second)
        return ShownConsistency(
            schema=CONSISTENCY,
            origin=self.log.origin,
            first=found.first,
            second=found.second,
            first_root=self.log.head(found.first).root.hex(),
            second_root=self.log.head(found.second).root.hex(),
            hashes=tuple(one.hex() for one in found.hashes),
        )


def consistency_from(data: bytes) -> ShownConsistency:
    """Read a proof of consistency. Raises LedgerTrouble where it is none."""
    try:
        found = msgspec.json.decode(data, type=ShownConsistency)
    except msgspec.DecodeError as problem:
        raise _not_a_proof(str(problem)) from problem
    if found.schema != CONSISTENCY:
        raise _not_a_proof(f"its schema is not {CONSISTENCY}")
    return found


def _not_a_proof(why: str) -> LedgerTrouble:
    message = f"The file is no proof of consistency: {why}."
    return LedgerTrouble("ledger.not_a_proof", message, "Make one with `proofline ledger prove`.")
