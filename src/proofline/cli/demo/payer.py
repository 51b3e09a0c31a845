"""The made-up payer of the demonstration: it takes claims in, and pays or refuses each line.

It answers as a contractor would, with a 999, a 277CA and an 835 that balances. What it refuses, it
refuses by the order of lines alone, so that every run of a seed has the same denials.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from msgspec.structs import replace

from proofline.claims.claim import Cents, Claim, ClaimLine
from proofline.claims.x12.envelope import Envelope, Party, wrapped
from proofline.claims.x12.reading import segments
from proofline.claims.x12.writing import day, money, segment

PAYER = Party("MADEUPPAYER", "Made-up Payer")
ALLOWED, COINSURANCE = 0.86, 0.2
"""What it allows of a charge that no fee is known of, and the patient's share of what it allows."""

REFUSALS = (
    (23, "CO", "151", "N362"),  # the information does not support so many services
    (41, "CO", "16", "N265"),  # lacks information: the ordering provider
    (67, "CO", "119", ""),  # the benefit's most for this time is reached
    (89, "CO", "18", ""),  # an exact duplicate
)
"""Every so many lines one is refused, with the group, the reason and the remark."""

ELSEWHERE, LOWER = 53, 0.94
"""Every so many lines one is priced by the fees of another locality, which are so much lower."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a line: cents paid, and each adjustment as group, reason and cents."""

    paid: Cents
    taken: tuple[tuple[str, str, Cents], ...]
    remark: str = ""


def verdict(number: int, line: ClaimLine) -> Verdict:
    """Judge the line that is the n-th to come in; mostly what is expected of it is allowed.

    Nothing but the amount tells that one was priced by other fees: the reason (CARC 45, more than
    the fee schedule) is that of every paid line, and none has a remark of its own.
    """
    for every, group, reason, remark in REFUSALS:
        if number % every == every - 1:
            return Verdict(0, ((group, reason, line.charge),), remark)
    fee = round(line.charge * ALLOWED) if line.expected is None else line.expected
    if number % ELSEWHERE == ELSEWHERE - 1:
        fee = round(fee * LOWER)
    allowed = min(line.charge, fee)
    share = round(allowed * COINSURANCE)
    return Verdict(allowed - share, (("CO", "45", line.charge - allowed), ("PR", "2", share)))


def taken_in(file: bytes, to: Party, at: datetime) -> bytes:
    """Answer a file of claims with a 999 that accepts every set of it."""
    found = [one for one in segments(file) if one.tag in {"GS", "ST"}]
    sets = [one[2] for one in found[1:]]
    body = [segment("AK1", "HC", found[0][6], "005010X222A1")]
    for number in sets:
        body += [segment("AK2", "837", number, "005010X222A1"), segment("IK5", "A")]
    count = str(len(sets))
    body.append(segment("AK9", "A", count, count, count))
    return _file("FA", "005010X231A1", "999", body, ends=_Ends(to, at, 1))


def accepted(claims: Sequence[Claim], to: Party, at: datetime) -> bytes:
    """Answer claims with a 277CA that accepts each of them."""
    today = day(at.date())
    provider = claims[0].billing
    total = money(sum(one.total for one in claims))
    received = ("A1", "19", "PR")
    body = [
        segment("BHT", "0085", "08", "MADEUP1", today, f"{at:%H%M}", "TH"),
        segment("HL", "1", "", "20", "1"),
        segment("NM1", "PR", "2", "MADE UP PAYER", *[""] * 4, "PI", "99999"),
        segment("TRN", "1", "MADEUP1"),
        *(segment("DTP", kind, "D8", today) for kind in ("050", "009")),
        segment("HL", "2", "1", "21", "1"),
        segment("NM1", "41", "2", "MADE UP PRACTICE", *[""] * 4, "46", to.id),
        segment("TRN", "2", "0001"),
        segment("STC", received, today, "WQ", total),
        segment("QTY", "90", str(len(claims))),
        segment("AMT", "YU", total),
        segment("HL", "3", "2", "19", "1"),
        segment("NM1", "85", "2", "MADE UP PRACTICE", *[""] * 4, "XX", provider.npi),
        segment("TRN", "1", "0"),
        segment("STC", received, "", "WQ", total),
        segment("QTY", "QA", str(len(claims))),
        segment("AMT", "YU", total),
    ]
    for level, claim in enumerate(claims, 4):
        body += [
            segment("HL", str(level), "3", "PT"),
            segment("NM1", "QC", "1", "MADEUP", "SOMEBODY", "", "", "", "MI", "1EG4TE5MK73"),
            segment("TRN", "2", claim.claim_id),
            segment("STC", ("A2", "20", "PR"), today, "WQ", money(claim.total)),
            segment("REF", "1K", _number(claim)),
            segment("DTP", "472", "D8", day(claim.lines[0].last_day)),
        ]
    return _file("HN", "005010X214", "277", body, ends=_Ends(to, at, 2))


def misread(claim: Claim) -> Claim:
    """Give the first line of a claim as a payer has it that mistook the claim's number.

    Nothing in its answer leads back to the line, so that a person has to say which one it is.
    """
    line = replace(claim.lines[0], line_id="")
    return replace(claim, claim_id=f"{claim.claim_id[:-1]}-", lines=(line,))


def remitted(claims: Sequence[Claim], to: Party, at: datetime, number: int = 1) -> bytes:
    """Answer claims of one provider with the n-th 835: each line judged in its turn."""
    counted, told, total = 0, list[str](), 0
    for claim in claims:
        judged = [verdict(counted + at_, line) for at_, line in enumerate(claim.lines)]
        counted += len(judged)
        total += sum(one.paid for one in judged)
        told += _claim(claim, judged, at.date())
    paid_on = at.date() + timedelta(days=1)
    body = [
        segment("BPR", "I", money(total), "C", "CHK", *[""] * 11, day(paid_on)),
        segment("TRN", "1", f"MADEUP{at:%Y%m%d}{number:02}", "1999999999"),
        segment("DTM", "405", day(at.date())),
        segment("N1", "PR", "MADE UP PAYER"),
        segment("N3", "1 NOWHERE ROAD"),
        segment("N4", "SPRINGFIELD", "IL", "62701"),
        segment("PER", "BL", "MADE UP HELP", "TE", "2175550100"),
        segment("N1", "PE", "MADE UP PRACTICE", "XX", claims[0].billing.npi),
        segment("LX", "1"),
        *told,
    ]
    return _file("HP", "005010X221A1", "835", body, ends=_Ends(to, at, 2 + number))


def _claim(claim: Claim, judged: Sequence[Verdict], on: date) -> Iterator[str]:
    paid = sum(one.paid for one in judged)
    share = sum(cents for one in judged for group, _, cents in one.taken if group == "PR")
    status = "1" if paid else "4"
    amounts = (money(claim.total), money(paid), money(share) if share else "")
    yield segment("CLP", claim.claim_id, status, *amounts, "MB", _number(claim), "11", "1")
    yield segment("NM1", "QC", "1", "MADEUP", "SOMEBODY", "", "", "", "MI", "1EG4TE5MK73")
    yield segment("NM1", "82", "1", "MADEUP", "SOMEBODY", "", "", "", "XX", claim.rendering.npi)
    # That a decision may be appealed Medicare says once, of the whole claim, in its MOA: MA01.
    yield segment("MOA", "", "", "MA01")
    yield segment("DTM", "050", day(on))
    for line, one in zip(claim.lines, judged, strict=True):
        units = "" if line.units == 1 else str(line.units)
        procedure = ("HC", line.code, *line.modifiers)
        yield segment("SVC", procedure, money(line.charge), money(one.paid), "", units)
        yield segment("DTM", "472", day(line.last_day))
        for group, reason, cents in one.taken:
            yield segment("CAS", group, reason, money(cents))
        if line.line_id:
            yield segment("REF", "6R", line.line_id)
        if one.remark:
            yield segment("LQ", "HE", one.remark)


@dataclass(frozen=True, slots=True)
class _Ends:
    """To whom, when, and the control number of the interchange and its group."""

    to: Party
    at: datetime
    control: int


def _file(kind: str, guide: str, transaction: str, body: list[str], *, ends: _Ends) -> bytes:
    envelope = Envelope(PAYER, ends.to, "P", ends.at, ends.control, ends.control)
    return b"".join(wrapped(envelope, kind, guide, [(transaction, body)]))


def _number(claim: Claim) -> str:
    """The payer's own number of a claim."""
    return f"MADEUP{claim.claim_id[2:12]}"
