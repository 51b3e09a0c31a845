"""What a machine sent, and what it is answered: the same bytes for the same message, for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import msgspec

from proofline.intake.payloads.payload import Authenticity
from proofline.intake.report import Trouble

if TYPE_CHECKING:
    from proofline.desk.arriving.decoding import Ahead

State = Literal["taken", "held", "conflict"]
LONGEST_ID = 160
MOST_TOLD = 50
"""Troubles that one answer lists; how many more there are it says."""

OTHER_BYTES = "other_bytes"


@dataclass(frozen=True, slots=True)
class Sent:
    """One message of a source: its bytes, the sender's id for it, and what vouches for it.

    `whole` asks that it be taken in all or not at all. `key` is an idempotency key; blank where the
    sender gave none. `received_at` is when it reached us. `ahead` is what was read of it already.
    `mapping` says what its columns mean, where its source has to be told.
    """

    source: str
    message_id: str
    body: bytes
    authenticity: Authenticity
    received_at: datetime
    feed_id: str = ""
    whole: bool = False
    key: str = ""
    digest: str = field(default="", compare=False)
    ahead: Ahead | None = field(default=None, compare=False, repr=False)
    mapping: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Work out the digest of the bytes, unless it is known; once, for it is often asked."""
        if not self.digest:
            object.__setattr__(self, "digest", hashlib.sha256(self.body).hexdigest())


def id_of(body: bytes) -> str:
    """Name a message whose sender does not: equal bytes are one message."""
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def id_in(feed_id: str, mapping: str, message_id: str) -> str:
    """Name a message of a feed that has a mapping: what it tells, feed and mapping decide too.

    All feeds of files of no known vendor have one source. Were the sender's id all, a file that was
    read by a wrong mapping could never be read by another, and a sender's first file would be taken
    for another sender's, who also counts from one. A feed without a mapping has the sender's id.
    """
    if not mapping:
        return message_id
    read_by = hashlib.sha256(f"{feed_id}\0{mapping}".encode()).hexdigest()
    return f"{message_id}@{read_by[:16]}"


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that the sender is told of its message; never a value, a name or a day."""

    code: str
    kind: str
    place: str = ""
    path: str = ""
    reason: str = ""
    cure: str = ""


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of a message: `rows` counts those that it added to evidence.

    `held` means that it waits, whole or with a part of it; `conflict` that other bytes came under
    an id that is taken.
    """

    message_id: str
    state: State
    rows: int = 0
    told: tuple[Said, ...] = ()
    more: int = 0

    @property
    def status(self) -> int:
        """The status of the answer: 200 taken, 202 kept and waiting, 409 another message's id."""
        return {"taken": 200, "held": 202, "conflict": 409}[self.state]


_ENCODE = msgspec.json.Encoder(order="sorted").encode
_DECODE = msgspec.json.Decoder(Outcome).decode


def written(outcome: Outcome) -> bytes:
    """Write an answer in the one way there is."""
    return _ENCODE(outcome)


def read(told: bytes) -> Outcome:
    """Read an answer that is kept."""
    return _DECODE(told)


def said_of(troubles: Sequence[Trouble]) -> tuple[Said, ...]:
    """Say troubles to a sender, the worst first; only so many."""
    rank = {"refused": 0, "waiting": 1, "not_mapped": 2, "note": 3}
    worst = sorted(troubles, key=lambda one: rank[one.kind])[:MOST_TOLD]
    return tuple(
        Said(
            one.code,
            one.kind,
            " ".join(filter(None, (one.place.where, one.place.resource))),
            one.path,
            one.reason,
            one.cure,
        )
        for one in worst
    )
