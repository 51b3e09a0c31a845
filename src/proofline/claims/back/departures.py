"""Where an 835 departs from its guide (005010X221A1) in what says nothing about money.

Such a file is read, because an address that is missing must not keep a payment from being booked,
and the departure is told. What would leave an amount, a claim or a line unclear is refused instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

from proofline.claims.x12.segment import Segment

LAST_USED = dict(
    (
        *(("BPR", 16), ("TRN", 4), ("CUR", 2), ("N1", 4), ("N3", 2), ("N4", 7), ("RDM", 3)),
        *(("LX", 1), ("TS3", 24), ("TS2", 19), ("CLP", 13), ("CAS", 19), ("NM1", 9), ("MIA", 24)),
        *(("MOA", 9), ("REF", 2), ("DTM", 2), ("PER", 8), ("AMT", 2), ("QTY", 2), ("SVC", 7)),
        *(("LQ", 2), ("PLB", 14)),
    )
)
"""The last element of a segment that the guide uses; further ones are departures."""

NOT_USED = {
    "CLP": (10,),
    "TS3": (6, 7, 8, 9, 10, 11, 12, 14, 16, 19),
    "NM1": (6,),
    "N4": (5, 6),
}


_CLAIM_ORDER = ("CLP", "CAS", "NM1", "MIA", "MOA", "REF", "DTM", "PER", "AMT", "QTY", "SVC")
_LINE_ORDER = ("SVC", "DTM", "CAS", "REF", "AMT", "QTY", "LQ")


class Use(NamedTuple):
    """How a loop uses a segment: its rank in the loop, and which of its values the guide uses.

    All before `unused`, the tag counted; then all but that one, before `most`.
    """

    rank: int
    unused: int
    most: int


def _uses(order: Sequence[str]) -> dict[str, Use]:
    return {
        tag: Use(rank, NOT_USED.get(tag, (LAST_USED[tag] + 1,))[0], LAST_USED[tag] + 1)
        for rank, tag in enumerate(order)
    }


CLAIM, LINE = _uses(_CLAIM_ORDER), _uses(_LINE_ORDER)
"""What loops 2100 (without its lines) and 2110 hold, in the order of the guide."""


class Departure(Struct, frozen=True, gc=False):
    """What the guide wanted otherwise: segment number and tag, element (0: the whole), and why."""

    number: int
    tag: str
    element: int
    reason: str


def of_elements(segments: Sequence[Segment]) -> Iterator[Departure]:
    """Tell which elements were sent that the guide marks as not used."""
    for segment in segments:
        tag, sent = segment.tag, len(segment)
        if sent > LAST_USED.get(tag, sent):
            for position in range(LAST_USED[tag] + 1, sent + 1):
                if segment[position]:
                    yield _not_used(segment, position)
        if tag in NOT_USED:
            for position in NOT_USED[tag]:
                if position <= sent and segment[position]:
                    yield _not_used(segment, position)


def misplaced(segment: Segment) -> Departure:
    """Tell that a segment stands after one that the guide puts behind it."""
    return Departure(segment.number, segment.tag, 0, "The guide has it earlier in the loop.")


def lacking(segment: Segment, what: str) -> Departure:
    """Tell that the loop of this segment lacks what the guide requires of it."""
    return Departure(segment.number, segment.tag, 0, f"The guide requires {what} here.")


def _not_used(segment: Segment, position: int) -> Departure:
    """Tell of one element."""
    reason = "The guide marks this element as not used."
    return Departure(segment.number, segment.tag, position, reason)
