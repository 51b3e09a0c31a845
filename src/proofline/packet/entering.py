"""What a ledger holds of a packet, with the proofs: what goes into `ledger.json`."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from proofline.errors import ProoflineError
from proofline.evidence.tables import TABLE
from proofline.ledger.checkpoint import open_checkpoint
from proofline.ledger.kept.keeping import item_name
from proofline.ledger.note import BadNote
from proofline.packet.entered import Entered, Proven

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.ledger.checkpoint import SignedCheckpoint
    from proofline.ledger.kept.log import Log
    from proofline.ledger.note import PublicKey
    from proofline.packet.packet import Packet

DECISIONS = "decisions"
"""Under this name and the id of its line the record of a decision is kept."""


STEPS = "claim_steps"
"""Under this, the id of a line and the place in its story each step of the book is kept."""


class NotEntered(ProoflineError):
    """The ledger cannot vouch for a packet as it stands."""


def entered(packet: Packet, log: Log, key: PublicKey) -> Entered:
    """Prove against the newest checkpoint that `key` signed what the ledger holds of a packet.

    All versions of a row are proven. What the ledger does not hold, or whose payload was destroyed,
    is not among them.
    Raises `NotEntered` where no checkpoint of that key was kept.
    """
    head = _newest(log, key)
    size = head.checkpoint.size
    names = {item_name(*named): "/".join(named) for named in items(packet)}
    proven = (
        _proven(log, names[name], seq, size)
        for name, versions in log.of_items(list(names)).items()
        for seq, payload in versions
        if seq < size and payload is not None
    )
    return Entered(
        head.checkpoint.origin,
        size,
        base64.b64encode(head.checkpoint.root).decode(),
        str(key),
        str(head.note),
        tuple(proven),
    )


def items(packet: Packet) -> Iterator[tuple[str, ...]]:
    """Name what the ledger may hold of a packet by table and key, the decision first."""
    yield DECISIONS, packet.line.line_id
    steps = () if packet.billed is None else packet.billed.steps
    yield from ((STEPS, packet.line.line_id, str(place)) for place, _ in enumerate(steps, start=1))
    yield from dict.fromkeys(("readings", one.reading.reading_id) for one in packet.readings)
    yield from dict.fromkeys(("time_entries", one.work.entry_id) for one in packet.work)
    yield from dict.fromkeys(("interactions", one.call.interaction_id) for one in packet.calls)
    for table, rows in packet.papers.items():
        key = TABLE[table].key
        yield from ((table, *(str(row[column]) for column in key)) for row in rows)


def _newest(log: Log, key: PublicKey) -> SignedCheckpoint:
    for note in reversed(list(log.checkpoints())):
        try:
            return open_checkpoint(str(note), key)
        except BadNote:
            continue
    raise NotEntered(
        "packet.no_checkpoint",
        "The ledger keeps no checkpoint that this key signed.",
        "Sign one with `proofline ledger checkpoint`, or give the ledger's own key.",
    )


def _proven(log: Log, name: str, seq: int, size: int) -> Proven:
    kept, proof = log.kept(seq), log.inclusion(seq, size)
    assert kept.nonce is not None, seq
    assert kept.payload is not None, seq
    return Proven(
        name,
        seq,
        kept.data.decode(),
        kept.nonce.hex(),
        kept.payload.decode(),
        tuple(one.hex() for one in proof.hashes),
    )
