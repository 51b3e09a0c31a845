"""A file is cut into parts as it is read: each begins with a segment that opens a loop.

Only one part is held at a time, so a remittance of ten thousand claims needs the memory of one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from proofline.claims.back.values import RESEND, needed
from proofline.claims.x12.reading import segments
from proofline.claims.x12.segment import Segment
from proofline.claims.x12.trouble import X12Refused, refused

PART_SEGMENTS = 50_000
"""A loop may have so many segments; a claim of 999 lines has some thousands."""

READ_BY = {
    "835": "This is a remittance (835): read it with `proofline remits read`.",
    "TA1": "This is an acknowledgment (TA1): read it with `proofline acks read`.",
    "999": "This is an acknowledgment (999): read it with `proofline acks read`.",
    "277": "This is an acknowledgment (277): read it with `proofline acks read`.",
    "837": "This is a claim file (837), which is what was sent and not an answer to it.",
}
_AROUND = frozenset({"ISA", "IEA", "GS", "GE", "TA1", "ST"})


class Kind(Struct, frozen=True):
    """A transaction set that is read: its group (GS01), guides (GS08), and what opens a part."""

    group: str
    guides: frozenset[str]
    openers: frozenset[str]


class Envelope(Struct, frozen=True, gc=False):
    """Whence an answer came: sender and receiver (ISA06, ISA08) and the control numbers.

    `interchange` is ISA13, `group` GS06, `control` ST02, `guide` GS08; `test` is ISA15 `T`: such a
    file is for trying the way out and must never be booked.
    """

    sender: str
    receiver: str
    interchange: str
    test: bool
    group: str = ""
    control: str = ""
    guide: str = ""


class Part(Struct, frozen=True, gc=False):
    """One part: `kind` is TA1 or ST01; the first part begins with the ST, the last is the SE."""

    envelope: Envelope
    kind: str
    segments: list[Segment]


def parts(data: bytes, kinds: Mapping[str, Kind]) -> Iterator[Part]:
    """Cut a file into parts; raises `X12Refused` for every kind or guide that is not in `kinds`."""
    kept: list[Segment] = []
    envelope = Envelope("", "", "", test=False)
    isa = gs = None
    kind, openers = "", frozenset({""})
    for segment in segments(data):
        tag = segment.tag
        if tag not in _AROUND:
            if tag in openers:
                yield Part(envelope, kind, kept)
                kept = []
            kept.append(segment)
            if tag == "SE":
                yield Part(envelope, kind, kept)
            elif len(kept) > PART_SEGMENTS:
                reason = f"The loop has more than {PART_SEGMENTS} segments."
                raise refused("too_many_segments", segment.place(), reason, RESEND)
        elif tag == "TA1" and isa is not None:
            _known("TA1", segment, kinds)
            yield Part(_envelope(isa), "TA1", [segment])
        elif tag == "ST" and isa is not None and gs is not None:
            kind, kept = segment[1], [segment]
            openers = _known(kind, segment, kinds).openers | {"SE"}
            envelope = _envelope(isa, gs, segment)
            if envelope.guide not in kinds[kind].guides:
                raise _other_guide(segment, kinds[kind])
            if gs[1] != kinds[kind].group:
                reason = f"A group of {kind} is called {kinds[kind].group}."
                raise refused("code", gs.place(1), reason, RESEND)
        else:
            isa = segment if tag == "ISA" else isa
            gs = segment if tag == "GS" else gs


def unexpected(segment: Segment) -> X12Refused:
    """Refuse a segment that its loop does not have: what it would change cannot be known."""
    reason = "The guide has no such segment here."
    return refused("unexpected", segment.place(), reason, RESEND)


def lacking(segment: Segment, tag: str) -> X12Refused:
    """Refuse a loop, named by its first or last segment, that lacks a required segment."""
    reason = f"The guide requires a {tag} in the loop that begins or ends here."
    return refused("missing_segment", segment.place(), reason, RESEND)


def _envelope(isa: Segment, gs: Segment | None = None, st: Segment | None = None) -> Envelope:
    """Name what the three headers say."""
    inner = {} if gs is None or st is None else {"group": gs[6], "control": st[2], "guide": gs[8]}
    return Envelope(isa[6].strip(), isa[8].strip(), isa[13], test=isa[15] == "T", **inner)


def _known(kind: str, segment: Segment, kinds: Mapping[str, Kind]) -> Kind:
    """Give how a kind is read; refuse the file when its reader does not read that kind."""
    if kind not in kinds:
        cure = READ_BY.get(needed(segment, 1) if kind != "TA1" else kind, RESEND)
        expected = ", ".join(sorted(kinds))
        raise refused("kind", segment.place(1), f"Only {expected} can be read here.", cure)
    return kinds[kind]


def _other_guide(st: Segment, kind: Kind) -> X12Refused:
    """Refuse a transaction set of another guide: its elements would mean other things."""
    names = " or ".join(sorted(kind.guides))
    reason = f"It is not of guide {names}."
    return refused(
        "other_guide", st.place(), reason, "Ask the sender for the 005010 guide of HIPAA."
    )
