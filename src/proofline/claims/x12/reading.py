"""Interchanges are read strictly: every envelope closed, every count and control number right.

`segments` gives one segment after the other in flat memory and raises where the trouble is, so
what it gave before must be thrown away then: a file is taken whole or not at all. `interchanges`
does that for the caller and gives the file as a tree.

Rules of the envelope: X12.5 and X12.6 as the 005010 guides reprint them (Appendices B and C):
IEA01, GE01 and SE01 are counts (SE01 with ST and SE), IEA02, GE02 and SE02 repeat the control
numbers of ISA13, GS06 and ST02, which are unique where they stand, and ST03, if sent, equals GS08.
A group holds a set, and an interchange a group or a TA1: a file that says nothing is refused, for
somebody waits for what it should have said.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from proofline.claims.x12.segment import Segment
from proofline.claims.x12.tokens import tokens
from proofline.claims.x12.trouble import Place, refused

_ENVELOPE = frozenset({"ISA", "TA1", "GS", "ST", "SE", "GE", "IEA"})
_CLOSING = {"ISA": "IEA", "GS": "GE", "ST": "SE"}
_USAGES = frozenset({"P", "T"})
_RESEND = "Keep the file aside and ask the sender for it anew."


class Transaction(Struct, frozen=True):
    """One ST to SE, both included: `kind` is ST01 (`835`), `guide` ST03 or else GS08."""

    kind: str
    control: str
    guide: str
    segments: tuple[Segment, ...]


class Group(Struct, frozen=True):
    """One GS to GE: `kind` is GS01 (`HP` for remittances), `header` the GS itself."""

    kind: str
    sender: str
    receiver: str
    control: str
    guide: str
    header: Segment
    transactions: tuple[Transaction, ...]


class Interchange(Struct, frozen=True):
    """One ISA to IEA: sender and receiver (ISA06, ISA08), `control` ISA13, `usage` T or P (ISA15).

    `acknowledged` are the TA1 segments that it carries.
    """

    sender: str
    receiver: str
    control: str
    usage: str
    header: Segment
    acknowledged: tuple[Segment, ...]
    groups: tuple[Group, ...]


def segments(data: bytes) -> Iterator[Segment]:
    """Give all segments of a file of one or more interchanges, envelopes included.

    Raises `X12Refused` at the first trouble; it says where and why, and holds no data. Throw away
    then what was given before.
    """
    watch = _Watch()
    last: Segment | None = None
    inside = False
    for segment in tokens(data):
        if segment.tag in _ENVELOPE:
            watch.envelope(segment)
            inside = watch.transaction is not None
        elif not inside:
            raise watch.misplaced(segment)
        last = segment
        yield segment
    if last is None:
        reason = "The file is empty."
        raise refused("no_isa", Place(), reason, "Give a file of X12 interchanges.")
    if watch.interchange is not None:
        reason = "The file ends before the interchange is closed by its IEA."
        raise refused("cut_off", last.place(), reason, _RESEND)


def interchanges(data: bytes) -> tuple[Interchange, ...]:
    """Read a file whole; raises `X12Refused` if anything in it is wrong (see `segments`)."""
    tree = _Tree()
    for segment in segments(data):
        tree.take(segment)
    return tuple(tree.found)


class _Tree:
    """Puts checked segments together: what closes an envelope makes it of what was inside."""

    def __init__(self) -> None:
        self.found: list[Interchange] = []
        self.open: list[Segment] = []
        self.acknowledged: list[Segment] = []
        self.groups: list[Group] = []
        self.sets: list[Transaction] = []
        self.inside: list[Segment] = []

    def take(self, segment: Segment) -> None:
        """Add one segment; the envelopes around it are known to be right."""
        tag = segment.tag
        if tag in {"ISA", "GS", "ST"}:
            self.open.append(segment)
        if tag == "TA1":
            self.acknowledged.append(segment)
        elif tag == "IEA":
            self._interchange(self.open.pop())
        elif tag == "GE":
            self._group(self.open.pop())
        elif tag not in {"ISA", "GS"}:
            self.inside.append(segment)
        if tag == "SE":
            self._transaction(self.open.pop())

    def _transaction(self, st: Segment) -> None:
        guide = st[3] or self.open[-1][8]
        self.sets.append(Transaction(st[1], st[2], guide, tuple(self.inside)))
        self.inside = []

    def _group(self, gs: Segment) -> None:
        self.groups.append(Group(gs[1], gs[2], gs[3], gs[6], gs[8], gs, tuple(self.sets)))
        self.sets = []

    def _interchange(self, isa: Segment) -> None:
        sender, receiver = isa[6].strip(), isa[8].strip()  # filled up with spaces
        ta1, groups = tuple(self.acknowledged), tuple(self.groups)
        self.found.append(Interchange(sender, receiver, isa[13], isa[15], isa, ta1, groups))
        self.acknowledged, self.groups = [], []


class _Watch:
    """Follows the envelopes: which are open, what they count, which control numbers were seen."""

    def __init__(self) -> None:
        self.interchange: Segment | None = None
        self.group: Segment | None = None
        self.transaction: Segment | None = None
        self.groups = 0
        self.answers = 0
        self.sets = 0
        self.seen: set[tuple[str, ...]] = set()

    def envelope(self, segment: Segment) -> None:
        """Open or close what this segment opens or closes."""
        steps = {"ISA": self._isa, "GS": self._gs, "ST": self._st, "TA1": self._ta1}
        steps |= {"IEA": self._iea, "GE": self._ge, "SE": self._se}
        steps[segment.tag](segment)

    def _isa(self, isa: Segment) -> None:
        if self.interchange is not None:
            raise self.misplaced(isa)
        self._once(isa, 13, (isa[6], isa[8], isa[13]))
        if not isa[13].isdecimal():
            raise _no_number(isa, 13)
        if isa[15] not in _USAGES:
            reason = "It must say whether the file is a test (T) or in earnest (P)."
            raise refused("usage", isa.place(15), reason, _RESEND)
        self.interchange, self.groups, self.answers = isa, 0, 0

    def _ta1(self, ta1: Segment) -> None:
        if self.interchange is None or self.group is not None:
            raise self.misplaced(ta1)
        self.answers += 1

    def _gs(self, gs: Segment) -> None:
        if self.interchange is None or self.group is not None:
            raise self.misplaced(gs)
        self._once(gs, 6, ("GS", self.interchange[6], self.interchange[13], gs[6]))
        self.group, self.sets = gs, 0

    def _st(self, st: Segment) -> None:
        if self.group is None or self.transaction is not None or self.interchange is None:
            raise self.misplaced(st)
        self._once(st, 2, ("ST", self.interchange[13], self.group[6], st[2]))
        if st[3] and st[3] != self.group[8]:
            reason = "The guide named by the ST is not the one named by its GS."
            raise refused("guide", st.place(3), reason, _RESEND)
        self.transaction = st

    def _se(self, se: Segment) -> None:
        if self.transaction is None:
            raise self.misplaced(se)
        self._closes(se, se.number - self.transaction.number + 1, self.transaction[2])
        self.transaction = None
        self.sets += 1

    def _ge(self, ge: Segment) -> None:
        if self.group is None or self.transaction is not None:
            raise self.misplaced(ge)
        self._closes(ge, self.sets, self.group[6])
        if not self.sets:
            raise _hollow(self.group, "A functional group without a transaction set says nothing.")
        self.group = None
        self.groups += 1

    def _iea(self, iea: Segment) -> None:
        if self.interchange is None or self.group is not None:
            raise self.misplaced(iea)
        self._closes(iea, self.groups, self.interchange[13])
        if not self.groups and not self.answers:
            raise _hollow(self.interchange, "An interchange with nothing inside says nothing.")
        self.interchange = None

    def misplaced(self, segment: Segment) -> Exception:
        """Refuse a segment that stands where it may not, and say what is open there."""
        unclosed = self.transaction or self.group or self.interchange
        if unclosed is None:
            reason = "It stands outside of any interchange, which only an ISA opens."
        elif segment.tag in _ENVELOPE:
            reason = f"The {unclosed.tag} of segment {unclosed.number} is not closed before it"
            reason += f" by its {_CLOSING[unclosed.tag]}, or what it belongs to was not opened."
        else:
            reason = f"It stands in the {unclosed.tag} of segment {unclosed.number}, but in no set."
        return refused("misplaced", segment.place(), reason, _RESEND)

    def _once(self, segment: Segment, element: int, key: tuple[str, ...]) -> None:
        """Refuse a control number that is blank or was there before."""
        if not key[-1].strip():
            raise refused("control_number", segment.place(element), "It is blank.", _RESEND)
        if key in self.seen:
            reason = "The control number was used before in this file."
            raise refused("control_number", segment.place(element), reason, _RESEND)
        self.seen.add(key)

    @staticmethod
    def _closes(segment: Segment, count: int, control: str) -> None:
        """Hold a closing segment against what was counted and against what it closes."""
        if not segment[1].isdecimal():
            raise _no_number(segment, 1)
        if (segment[1].lstrip("0") or "0") != str(count):
            reason = f"It says that it closes another number than the {count} that are there."
            raise refused("count", segment.place(1), reason, _RESEND)
        if not _same(segment[2], control, exact=segment.tag == "SE"):
            reason = "The control number is not that of what it closes."
            raise refused("control_number", segment.place(2), reason, _RESEND)


def _same(closing: str, opening: str, *, exact: bool) -> bool:
    """Compare control numbers: those of GS and ISA are numbers, so leading zeros say nothing."""
    if exact or not (closing.isdecimal() and opening.isdecimal()):
        return closing == opening
    return closing.lstrip("0") == opening.lstrip("0")


def _hollow(opening: Segment, reason: str) -> Exception:
    """Refuse an envelope around nothing, at the segment that opens it."""
    return refused("hollow", opening.place(), reason, _RESEND)


def _no_number(segment: Segment, element: int) -> Exception:
    """Refuse what should be a number."""
    return refused("no_number", segment.place(element), "It must be a whole number.", _RESEND)
