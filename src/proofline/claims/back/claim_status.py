"""Whether each claim was taken in: the 277CA (005010X214), by claim and by service line.

The 277 (005010X212), which answers a question after claims or comes unasked, is read as well. There
the patient is the insured or, a level below, a dependent, our number is REF*EJ, and TRN02 is that
of the question. What is pending there (P) or decided (F) has been accepted; how it was decided only
the remittance says.

Categories (STC01-1) tell accepted from rejected; STC03 says so once more, and where the two
disagree the claim counts as rejected, because a claim that is thought to be with the payer and is
not runs past its deadline. A rejected claim was never adjudicated: mend it and send it anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from proofline.claims.back.parts import Envelope, Part, lacking, unexpected
from proofline.claims.back.remittance import Coded, Party, Procedure
from proofline.claims.back.values import (
    RESEND,
    cents,
    cents_if_sent,
    day,
    days,
    needed,
    one_of,
    quantity,
    quantity_if_sent,
)
from proofline.claims.claim import Cents
from proofline.claims.x12.segment import Segment
from proofline.claims.x12.trouble import refused

ACKNOWLEDGED, ASKED = "005010X214", "005010X212"
GUIDES = frozenset({ACKNOWLEDGED, ASKED})
OPENERS = frozenset({"HL", "TRN"})
REJECTING = frozenset({"A3", "A4", "A6", "A7", "A8"})
"""Returned, not found, rejected for what is missing, invalid, or at odds with something else."""

ACCEPTING = frozenset({"A2", "A5", *(f"{kind}{n}" for kind in "FP" for n in range(6))})
FORWARDING = frozenset({"A0", "A1"})
Intake = Literal["accepted", "received", "rejected", "unclear"]
"""`received` is not yet `accepted`: somebody on the way has it, or passed it on (A0, A1)."""

_ABOVE = {"20": "source", "21": "receiver", "19": "provider"}
_LEVELS = {
    ACKNOWLEDGED: {**_ABOVE, "PT": "patient"},
    ASKED: {**_ABOVE, "22": "patient", "23": "dependent"},
}
_STRUCTURES = {ACKNOWLEDGED: "0085", ASKED: "0010"}
_OF_PATIENT = frozenset({"patient", "dependent"})
_COUNTS = {"90": "accepted", "QA": "accepted", "AA": "rejected", "QC": "rejected"}
_AMOUNTS = {"YU": "accepted", "YY": "rejected"}
_REJECT = "U"


class Status(Struct, frozen=True):
    """One status: category (A2, A7), code (what about it), and whom it is about (85, PR, QC)."""

    category: str
    code: str
    entity: str = ""
    code_list: str = ""


class StatusNote(Struct, frozen=True):
    """One STC: up to three statuses, its day, whether it accepts (WQ) or rejects (U), and cents."""

    statuses: tuple[Status, ...]
    given_on: date | None
    action: str
    amount: Cents | None
    text: str = ""


class LineStatus(Struct, frozen=True):
    """What is said of one service line; `line_id` is ours (REF*FJ, which repeats our REF*6R)."""

    procedure: Procedure
    charge: Cents
    units: Decimal | None
    line_id: str
    notes: tuple[StatusNote, ...]
    first_day: date | None
    last_day: date | None
    number: int


class ClaimStatus(Struct, frozen=True):
    """What is said of one claim; `claim_id` is ours (CLM01, sent back as TRN02 or REF*EJ).

    `payer_claim_id` is REF*1K, `clearinghouse_id` REF*D9. `number` is the segment of the TRN.
    """

    envelope: Envelope
    claim_id: str
    payer_claim_id: str
    clearinghouse_id: str
    patient: Party
    provider: Party | None
    notes: tuple[StatusNote, ...]
    references: tuple[Coded, ...]
    lines: tuple[LineStatus, ...]
    first_day: date | None
    last_day: date | None
    number: int

    @property
    def intake(self) -> Intake:
        """Where the claim stands, lines included: one rejected line rejects the claim."""
        return intake_of(*self.notes, *(note for line in self.lines for note in line.notes))

    @property
    def contradicts_itself(self) -> bool:
        """Whether a category says the contrary of its action code."""
        return any(map(contradictory, self.notes))


class LevelStatus(Struct, frozen=True):
    """What is said of a batch or of one billing provider, with the counts and sums sent.

    `level` is source, receiver or provider; `trace` is our batch number at the level of the
    receiver (TRN02, which repeats BHT03). A batch rejected here has no claims below.
    """

    envelope: Envelope
    level: str
    party: Party
    trace: str
    notes: tuple[StatusNote, ...]
    counts: dict[str, int]
    amounts: dict[str, Cents]
    received_on: date | None
    processed_on: date | None
    number: int

    @property
    def intake(self) -> Intake:
        """Where the batch stands."""
        return intake_of(*self.notes)


def intake_of(*notes: StatusNote) -> Intake:
    """Sum statuses up: rejected if anything rejects, else accepted, else received, else unclear."""
    categories = {status.category for note in notes for status in note.statuses}
    if categories & REJECTING or any(note.action == _REJECT for note in notes):
        return "rejected"
    if categories & ACCEPTING:
        return "accepted"
    return "received" if categories & FORWARDING else "unclear"


def contradictory(note: StatusNote) -> bool:
    """Tell whether action code and categories of one STC disagree, as some payers send them."""
    categories = {status.category for status in note.statuses}
    if note.action == _REJECT:
        return not categories & REJECTING
    return bool(categories & REJECTING)


class Levels:
    """Follows one 277CA from level to level: whose claims are being told."""

    def __init__(self, header: Part) -> None:
        """Begin with the part that holds ST and BHT."""
        tags = [one.tag for one in header.segments]
        if tags[1:2] != ["BHT"]:
            raise lacking(header.segments[0], "BHT")
        if len(tags) > len(("ST", "BHT")):
            raise unexpected(header.segments[2])
        self._guide = header.envelope.guide
        one_of(header.segments[1], 1, {_STRUCTURES[self._guide]})
        self._levels = _LEVELS[self._guide]
        self._numbers: dict[str, str] = {}
        self._level = ""
        self._parties: dict[str, Party] = {}

    def take(self, part: Part) -> Iterator[ClaimStatus | LevelStatus]:
        """Read one part that begins with an HL, a TRN or the SE."""
        head, *more = part.segments
        if head.tag == "HL":
            self._enter(head, more)
        elif head.tag == "TRN":
            if self._level not in self._parties:
                raise unexpected(head)
            if self._level in _OF_PATIENT:
                yield self._claim(part)
            else:
                yield _level(part, self._level, self._parties[self._level])
        elif not self._numbers:
            raise lacking(head, "HL")

    def _enter(self, hl: Segment, more: Sequence[Segment]) -> None:
        """Enter a level; a patient must stand below a provider, and so on."""
        self._level = self._levels[one_of(hl, 3, self._levels)]
        order = list(self._levels.values())
        above = order[: order.index(self._level)]
        if any(name not in self._parties for name in above):
            reason = "The level stands below none of the kind that it belongs to."
            raise refused("level", hl.place(3), reason, RESEND)
        self._number(hl, above)
        for name in order[len(above) :]:
            self._parties.pop(name, None)
        for segment in more:
            if segment.tag == "PER" and self._level == order[0] and self._level in self._parties:
                continue
            if segment.tag != "NM1" or self._level in self._parties:
                raise unexpected(segment)
            self._parties[self._level] = _party(segment)
        if self._level not in self._parties:
            raise lacking(hl, "NM1")

    def _number(self, hl: Segment, above: Sequence[str]) -> None:
        """Hold the numbers of a level against those above it: HL01 counts, HL02 names the parent.

        What a status hangs from decides whose it is, so a level under another one is refused.
        """
        if hl[1] in self._numbers.values():
            reason = "Two levels have this number."
            raise refused("level", hl.place(1), reason, RESEND)
        if hl[2] != (self._numbers[above[-1]] if above else ""):
            reason = "The level names another one above it than that which it stands below."
            raise refused("level", hl.place(2), reason, RESEND)
        self._numbers[self._level] = needed(hl, 1)

    def _claim(self, part: Part) -> ClaimStatus:
        """Read one claim with its lines."""
        starts = [at for at, one in enumerate(part.segments) if one.tag == "SVC"]
        own = part.segments[: starts[0]] if starts else part.segments
        trn = part.segments[0]
        found = _told(own, {"STC", "REF", "DTP"})
        references = _references(found)
        sent = {one.qualifier: one.value for one in references}
        first, last = _span(found)
        ends = [*starts[1:], len(part.segments)]
        return ClaimStatus(
            envelope=part.envelope,
            claim_id=needed(trn, 2) if self._guide == ACKNOWLEDGED else sent.get("EJ", ""),
            payer_claim_id=sent.get("1K", ""),
            clearinghouse_id=sent.get("D9", ""),
            patient=self._parties[self._level],
            provider=self._parties.get("provider"),
            notes=_notes(found, trn),
            references=references,
            lines=tuple(
                _line(part.segments[start:end]) for start, end in zip(starts, ends, strict=False)
            ),
            first_day=first,
            last_day=last,
            number=trn.number,
        )


Told = dict[str, list[Segment]]


def _told(segments: Sequence[Segment], allowed: set[str]) -> Told:
    """Sort the segments after the first by tag; refuse one that does not belong there."""
    found: Told = {}
    for segment in segments[1:]:
        if segment.tag not in allowed:
            raise unexpected(segment)
        found.setdefault(segment.tag, []).append(segment)
    return found


def _level(part: Part, level: str, party: Party) -> LevelStatus:
    """Read the TRN loop of a source, receiver or provider."""
    trn = part.segments[0]
    found = _told(part.segments, {"STC", "REF", "DTP", "QTY", "AMT"})
    dates = {one[1]: day(one, 3) for one in found.get("DTP", ())}
    counts = {_COUNTS[one_of(one, 1, _COUNTS)]: quantity(one, 2) for one in found.get("QTY", ())}
    return LevelStatus(
        envelope=part.envelope,
        level=level,
        party=party,
        trace=needed(trn, 2),
        notes=tuple(_note(one) for one in found.get("STC", ())),
        counts={name: int(count) for name, count in counts.items()},
        amounts={_AMOUNTS[one_of(one, 1, _AMOUNTS)]: cents(one, 2) for one in found.get("AMT", ())},
        received_on=dates.get("050"),
        processed_on=dates.get("009"),
        number=trn.number,
    )


def _line(segments: Sequence[Segment]) -> LineStatus:
    """Read one service line."""
    svc = segments[0]
    found = _told(segments, {"STC", "REF", "DTP"})
    sent = {one.qualifier: one.value for one in _references(found)}
    first, last = _span(found)
    qualifier, code, *modifiers = (*svc.components(1), "", "")
    if not qualifier or not code:
        reason = "It must be a qualifier and a code, parted as the ISA declares."
        raise refused("procedure", svc.place(1), reason, RESEND)
    return LineStatus(
        procedure=Procedure(qualifier, code, tuple(filter(None, modifiers[:4]))),
        charge=cents(svc, 2),
        units=quantity_if_sent(svc, 7),
        line_id=sent.get("FJ", sent.get("6R", "")),
        notes=_notes(found, svc),
        first_day=first,
        last_day=last,
        number=svc.number,
    )


def _notes(found: Told, head: Segment) -> tuple[StatusNote, ...]:
    """Read every STC; a claim or line without one would say nothing."""
    if "STC" not in found:
        raise lacking(head, "STC")
    return tuple(_note(one) for one in found["STC"])


def _note(stc: Segment) -> StatusNote:
    """Read one STC; the days and cents of its action are as the payer sent them."""
    statuses = tuple(_status(stc, at) for at in (1, 10, 11) if at == 1 or stc[at])
    given = day(stc, 2) if stc[2] else None
    return StatusNote(statuses, given, stc[3], cents_if_sent(stc, 4), stc[12])


def _status(stc: Segment, position: int) -> Status:
    """Read one composite status: category, code, entity, and the list where it is another."""
    needed(stc, position)
    category, code, entity, code_list = [*stc.components(position), "", "", ""][:4]
    if not category or not code:
        reason = "It must be a category and a code, parted as the ISA declares."
        raise refused("status", stc.place(position), reason, RESEND)
    return Status(category, code, entity, code_list)


def _references(found: Told) -> tuple[Coded, ...]:
    """Read every REF."""
    return tuple(Coded(needed(one, 1), needed(one, 2)) for one in found.get("REF", ()))


def _span(found: Told) -> tuple[date | None, date | None]:
    """Read the days of service (DTP*472)."""
    spans = [days(one) for one in found.get("DTP", ()) if one[1] == "472"]
    return spans[0] if spans else (None, None)


def _party(nm1: Segment) -> Party:
    """Read an NM1."""
    return Party(needed(nm1, 1), nm1[3], nm1[4], nm1[8], nm1[9])
