"""Decisions become claim lines, and lines claims; nothing is typed.

Only a decision with the outcome `billable` is drawn: held, open and not billable ones cannot get
in. The same decision always gives the same line id, so a line cannot be drawn twice.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct, structs

from proofline.claims.claim import Cents, Claim, ClaimLine, Coverage
from proofline.claims.edit import Edit
from proofline.claims.parties import Parties, payers_on
from proofline.claims.sheets.charges import Charges
from proofline.claims.sheets.directory import Directory
from proofline.claims.sheets.people import People, Row

Decision = Mapping[str, Any]
Expected = Callable[[ClaimLine, Coverage, Row], Cents | None]
"""What the loaded fees make of a line: line, coverage asked and practice give cents, or None."""

MOST_LINES, MOST_DIAGNOSES, MOST_POINTERS = 50, 12, 4
"""005010X222A1: LX 2400 repeats 50 times, HI holds 12 diagnoses, SV107 points to 4."""
OFFICE = "11"
"""Place of service where the enrollment names none: the office of who bills (named policy)."""
_LINE_MARKS, _CLAIM_MARKS = 26, 18


class Sheets(Struct, frozen=True):
    """Everything that claims are written from besides the decisions."""

    people: People
    charges: Charges
    directory: Directory
    expected: Expected | None = None


class Drawn(Struct, frozen=True):
    """What came of drawing: claims, and the decisions that could not become a line, with why."""

    claims: tuple[Claim, ...]
    undrawn: tuple[Edit, ...]


class _Piece(Struct, frozen=True):
    """A line with what its claim is grouped by; diagnoses are those of its enrollment."""

    line: ClaimLine
    head: Claim
    diagnoses: tuple[str, ...]


def identity(decision: Decision) -> tuple[str, str]:
    """Give the id of the line of a decision, and its key: enrollment, period and code.

    The id has 28 capitals and digits, made from the key alone; it fits REF*6R and CLM01's set.
    """
    period = decision["period"]
    key = f"{decision['enrollment_id']} {period['kind']} {period['start']} {decision['code']}"
    return f"PL{_mark(key, _LINE_MARKS)}", key


def line_id_of(line: tuple[str, str, str, str]) -> str:
    """Give the id of a line by its natural key: enrollment, kind and first day of period, code."""
    enrollment_id, kind, start, code = line
    period = {"kind": kind, "start": start}
    return identity({"enrollment_id": enrollment_id, "period": period, "code": code})[0]


def claim_id(line_ids: Iterable[str], attempt: int = 1) -> str:
    """Give the id of the claim of some lines: 20 marks, another for each attempt at sending them.

    A payer takes a repeated CLM01 for a duplicate, so what is sent anew has a new one.
    """
    return f"PC{_mark(' '.join([str(attempt), *sorted(line_ids)]), _CLAIM_MARKS)}"


def _mark(text: str, length: int) -> str:
    return b32encode(sha256(text.encode()).digest()).decode()[:length]


def draw(decisions: Iterable[Decision], sheets: Sheets) -> Drawn:
    """Draw the billable decisions into claims by patient, payers, practice and practitioner.

    What a claim lacks is left blank for the edits to find. A decision without a charge, or of a
    clinic that bills on institutional claims, is told of as undrawn. The order of claims and lines
    is fixed: as the decisions come.
    """
    parties = Parties(sheets.people, sheets.directory)
    groups: dict[bytes, list[_Piece]] = {}
    undrawn: list[Edit] = []
    for decision in decisions:
        if decision["outcome"] != "billable":
            continue
        piece = _piece(decision, sheets, parties)
        if isinstance(piece, Edit):
            undrawn.append(piece)
        else:
            groups.setdefault(msgspec.json.encode(piece.head), []).append(piece)
    claims = [_claim(part) for pieces in groups.values() for part in _parted(pieces)]
    return Drawn(tuple(claims), tuple(undrawn))


def _piece(decision: Decision, sheets: Sheets, parties: Parties) -> _Piece | Edit:
    line_id, key = identity(decision)
    on = date.fromisoformat(decision["service_date"])
    enrollment = sheets.people.enrollments[decision["enrollment_id"]]
    performer = enrollment["billing_performer_id"]
    practice = sheets.people.practice_of(performer)
    each = sheets.charges.of(decision["code"], on)
    if practice.get("kind") in {"rhc", "fqhc"}:
        return _undrawn(key, line_id, _INSTITUTIONAL)
    if each is None:
        return _undrawn(key, line_id, _NO_CHARGE)
    coverages = payers_on(enrollment, on, (sheets.people, sheets.directory))
    head = Claim(
        claim_id="",
        patient=parties.patient(decision["patient_id"]),
        coverages=coverages,
        billing=parties.billing(performer),
        rendering=parties.practitioner(performer),
        diagnoses=(),
        lines=(),
        patient_id=decision["patient_id"],
    )
    spans = decision["code"] in sheets.directory.terms(coverages[0].payer).span_codes
    ordering = enrollment["ordering_performer_id"]
    line = ClaimLine(
        line_id=line_id,
        decision_key=key,
        code=decision["code"],
        units=decision["units"],
        charge=each * decision["units"],
        first_day=date.fromisoformat(decision["period"]["start"]) if spans else on,
        last_day=on,
        place_of_service=enrollment["place_of_service"] or OFFICE,
        ordering=parties.practitioner(ordering) if ordering else None,
    )
    if sheets.expected:
        line = structs.replace(line, expected=sheets.expected(line, coverages[0], practice))
    return _Piece(line, head, diagnoses_of(enrollment))


_NO_CHARGE = (
    "charge.unknown",
    "The charge list has no charge for this code on its service date; unknown is never nothing.",
    "Add the code to the charge list and draft again.",
)
_INSTITUTIONAL = (
    "billing.institutional",
    "A rural or federally qualified health center bills these services on an institutional claim.",
    "Bill it on the clinic's institutional claim; this product writes professional ones.",
)


def _undrawn(key: str, line_id: str, said: tuple[str, str, str]) -> Edit:
    code, reason, cure = said
    return Edit(code, key, reason, cure, line_id=line_id)


def diagnoses_of(enrollment: Row) -> tuple[str, ...]:
    """Give the diagnoses of an enrollment in their order, the monitored condition first, no dots.

    A repeated one is named once.
    """
    sent = (enrollment["diagnoses"] or "").split("|")
    plain = (code.replace(".", "").strip().upper() for code in sent)
    return tuple(dict.fromkeys(code for code in plain if code))


def _parted(pieces: list[_Piece]) -> Iterable[list[_Piece]]:
    """Part what does not fit one claim: more lines, or diagnoses, than a claim can hold."""
    part: list[_Piece] = []
    named: dict[str, None] = {}
    for piece in pieces:
        more = named | dict.fromkeys(piece.diagnoses)
        if part and (len(part) == MOST_LINES or len(more) > MOST_DIAGNOSES):
            yield part
            part, more = [], dict.fromkeys(piece.diagnoses)
        part, named = [*part, piece], more
    yield part


def _claim(pieces: list[_Piece]) -> Claim:
    named = list(dict.fromkeys(code for piece in pieces for code in piece.diagnoses))
    lines = tuple(
        structs.replace(
            piece.line,
            diagnosis_pointers=tuple(
                named.index(code) + 1 for code in piece.diagnoses[:MOST_POINTERS]
            ),
        )
        for piece in pieces
    )
    own = claim_id(line.line_id for line in lines)
    return structs.replace(pieces[0].head, claim_id=own, diagnoses=tuple(named), lines=lines)


def told_before(claim: Claim, line_id: str) -> Cents | None:
    """Give the cents that a claim tells were paid of a line by payers before; None: it tells none.

    Nothing paid, as where all was the patient's deductible, is told as 0.
    """
    told = [line for one in claim.coverages for line in one.lines if line.line_id == line_id]
    return sum(line.paid for line in told) if told else None


def reduced(claim: Claim, keep: set[str], *, attempt: int) -> Claim:
    """Give a claim with some of its lines only, under the id of those and of the attempt."""
    lines = tuple(line for line in claim.lines if line.line_id in keep)
    own = claim_id((line.line_id for line in lines), attempt)
    return structs.replace(claim, claim_id=own, lines=lines)
