"""Proof that what is shown of one line is what was recorded: its entries, and its rows, one by one.

Each entry is held against its payload and against the root of the tree that a checkpoint names, the
newest signed one that lies outside of the database; each row and decision against its entry. What
only a look at the whole book finds (rows that are gone) is `safekeeping.verifying`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

import msgspec

from proofline.evidence.provenance import EVERY_TABLE
from proofline.ledger.audit.vouching import Heads
from proofline.ledger.checkpoint import Checkpoint
from proofline.ledger.entry import payload_hash
from proofline.ledger.kept.log import LedgerTrouble, Log
from proofline.ledger.proof import inclusion_holds
from proofline.ledger.tree import leaf_hash
from proofline.store.auditing.added import Added
from proofline.store.auditing.decided import Version
from proofline.store.auditing.entries import Vouched, entries
from proofline.store.auditing.recorded import Key, key_of, rows_under
from proofline.store.decided import line_of
from proofline.store.safekeeping.verifying import (
    Vouching,
    different,
    kept_beside,
    kept_cells,
    vouching_of,
)
from proofline.store.vouching import ledger


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found of one entry: what it vouches for, and everything that is not as recorded.

    `size` and `signed_at` are those of the checkpoint that it was held against; `signed_at` is None
    where no signed one covers the entry yet, and the head of now stands in. `size` is 0 where that
    one is damaged as well.
    """

    number: int
    kind: str
    actor: str
    at: datetime | None
    things: int
    faults: tuple[str, ...]
    size: int
    signed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Shown:
    """What is to be proven: rows, decisions, and acts of the log of lines by their entries."""

    tenant_id: str
    rows: Sequence[Added] = ()
    decisions: Sequence[Version] = ()
    acts: Mapping[int, str] = field(default_factory=dict)

    @property
    def numbers(self) -> set[int]:
        """The entries that vouch for them."""
        return {
            *(one.entry for one in self.rows),
            *(one.entry for one in self.decisions),
            *self.acts,
        }


def prove(shown: Shown, heads: Heads) -> list[Proof]:
    """Prove what is shown, entry by entry in the order of the ledger."""
    log, found = ledger(), entries(shown.numbers)
    now = _head(log)
    signed = sorted(heads.outside, key=lambda one: one.checkpoint.size)
    proofs: list[Proof] = []
    for number in sorted(shown.numbers):
        covering = next((one for one in signed[::-1] if one.checkpoint.size > number), None)
        head, at = (covering.checkpoint, covering.at) if covering else (now, None)
        one = found.get(number)
        things, faults = _of_rows(shown, number, one)
        told = [*_of_entry(one, number, log, head), *faults]
        entry = one.entry if one else None
        proofs.append(
            Proof(
                number, entry.kind if entry else "", entry.actor if entry else "",
                entry.recorded_at if entry else None, things, tuple(told),
                head.size if head else 0, at,
            )
        )  # fmt: skip
    return proofs


def _head(log: Log) -> Checkpoint | None:
    """Give the head of now; None if the end of the ledger is damaged and has none."""
    try:
        return log.head()
    except LedgerTrouble:
        return None


def _of_entry(one: Vouched | None, number: int, log: Log, head: Checkpoint | None) -> Iterator[str]:
    if one is None:
        yield "the entry is gone, or is none"
        return
    if one.entry.seq != number:
        yield f"the entry says of itself that it is number {one.entry.seq}"
    if one.payload is None or one.nonce is None:
        yield "the payload was destroyed; the entry alone is left"
    elif payload_hash(one.nonce, one.payload) != one.entry.payload_hash:
        yield "the payload is not the one that was recorded"
    if head is None:
        yield "the end of the ledger is damaged, and no signed head covers the entry"
        return
    try:
        proof = log.inclusion(number, head.size)
    except LedgerTrouble:
        yield "the ledger is damaged here, and proves nothing"
        return
    if not inclusion_holds(proof, leaf_hash(one.data), head.root):
        yield f"the entry is not in the tree of {head.size} entries that the checkpoint names"


def _of_rows(shown: Shown, number: int, one: Vouched | None) -> tuple[int, list[str]]:
    """Say how many things an entry vouches for, and which of them are not as it says."""
    rows = [row for row in shown.rows if row.entry == number]
    decisions = [each for each in shown.decisions if each.entry == number]
    count = len(rows) + len(decisions) + (number in shown.acts)
    if one is None or one.payload is None:
        return count, []
    if number in shown.acts:
        same = msgspec.json.decode(one.payload).get("digest") == shown.acts[number]
        return count, [] if same else ["the act of the line is not the one that was recorded"]
    vouching = vouching_of(number, one.entry, one.payload)
    if vouching is None or vouching.payload.get("tenant") != shown.tenant_id:
        return count, ["it vouches for something else"]
    faults = [*_of_decisions(decisions, vouching.payload.get("decisions", {}))]
    return count, faults + _of_added(rows, vouching)


def _of_added(rows: Sequence[Added], vouching: Vouching) -> list[str]:
    """Hold rows of one table against those that were recorded under their keys."""
    if not rows:
        return []
    key = EVERY_TABLE[rows[0].table].key
    keyed = [(key_of(row.cells, key), row) for row in rows]
    recorded: dict[Key, list[Mapping[str, str]]] = {under: [] for under, _ in keyed}
    for under, cells in rows_under(vouching.payload, key, recorded):
        recorded[under].append(cells)
    return [fault for under, row in keyed for fault in _of_row(row, vouching, recorded[under])]


def _of_decisions(decisions: Sequence[Version], recorded: Mapping[str, str]) -> Iterator[str]:
    for each in decisions:
        if not each.readable:
            yield f"the decision of {each.as_of} cannot be read: its bytes are damaged"
        elif recorded.get(" ".join(line_of(each.decision))) != _digest(each.record or b""):
            yield f"the decision of {each.as_of} is not the one that was recorded"


def _of_row(row: Added, vouching: Vouching, recorded: Sequence[Mapping[str, str]]) -> Sequence[str]:
    """Hold a row against those that were recorded under its key; a batch can have several."""
    place = f"{row.table} row {row.number}"
    beside = kept_beside(vouching)
    stored = row.cells | {
        "tenant_id": beside["tenant_id"],
        "recorded_at": row.at,
        "recorded_by_id": row.by,
        "withdrawn": row.withdrawn,
        "reason": row.reason,
    }
    found: Sequence[str] = [f"{place}: it is not among those recorded"]
    for cells in recorded:
        wanted = beside | kept_cells(row.table, cells)
        found = [*different(place, vouching, stored, wanted)]
        if not found:
            break
    return found


def _digest(record: bytes) -> str:
    return f"sha256:{sha256(record).hexdigest()}"
