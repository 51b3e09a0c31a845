"""Claims as an 837P: 005010X222A1, the professional claim that Medicare and other payers take.

One interchange of one group; at most 5,000 claims in each transaction set (guide, section 1.3.2).
Who is insured, and a patient who is insured through somebody else, is written in
`persons`. Every line carries its own id (REF*6R), by which the answer finds it again.

Whether a claim should be sent is not judged here but by the edits; refused is only what would make
a file that no payer can read. The same claims and envelope give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from itertools import islice

from proofline.claims.claim import BillingProvider, Claim, ClaimLine, Practitioner
from proofline.claims.out.persons import (
    address,
    dependent,
    digits,
    insured,
    is_dependent,
    subscriber,
)
from proofline.claims.out.prior_payers import line_payments, other_payer, payer_name, responsibility
from proofline.claims.x12.envelope import Envelope, Party, wrapped
from proofline.claims.x12.folding import folded, identifier, required
from proofline.claims.x12.trouble import X12Refused
from proofline.claims.x12.writing import Element, days, money, segment

GUIDE = "005010X222A1"
MOST_CLAIMS = 5000
"""Claims in one transaction set."""

_MOST = {"diagnoses": 12, "lines": 50, "modifiers": 4, "pointers": 4, "coverages": 11}


def professional(claims: Iterable[Claim], envelope: Envelope) -> bytes:
    """Write claims as one 837P file; those of one billing provider should follow one another.

    Raises `X12Refused` if any claim cannot be written; there is no file then.
    """
    return b"".join(pieces(claims, envelope))


def pieces(claims: Iterable[Claim], envelope: Envelope) -> Iterator[bytes]:
    """Write the same file piece by piece, a transaction set at a time.

    If it raises, what was given before is no file and must be thrown away.
    """
    return wrapped(envelope, "HC", GUIDE, _sets(claims, envelope))


def _sets(claims: Iterable[Claim], envelope: Envelope) -> Iterator[tuple[str, list[str]]]:
    """Part the claims into transaction sets."""
    rest = iter(claims)
    header = [*_submitter(envelope.sender), _destination(envelope.receiver)]
    number = 0
    while batch := list(islice(rest, MOST_CLAIMS)):
        number += 1
        reference = f"{envelope.interchange}-{number}"
        made = envelope.made
        opening = ("BHT", "0019", "00", reference, f"{made:%Y%m%d}", f"{made:%H%M}", "CH")
        yield "837", [segment(*opening), *header, *_providers(batch, envelope.sender)]


def _submitter(sender: Party) -> tuple[str, str]:
    """Write loop 1000A: who sends, and whom to ask."""
    name = required(sender.name, "The sender's name", most=60)
    contact = folded(sender.contact, "The sender's contact", most=60)
    number = identifier(sender.number or sender.id, "The sender's number", most=80)
    phone = digits(sender.phone, "The sender's phone number")
    return (
        segment("NM1", "41", "2", name, "", "", "", "", "46", number),
        segment("PER", "IC", contact, "TE", phone),
    )


def _destination(receiver: Party) -> str:
    """Write loop 1000B: who receives the file."""
    name = required(receiver.name, "The receiver's name", most=60)
    number = identifier(receiver.number or receiver.id, "The receiver's number", most=80)
    return segment("NM1", "40", "2", name, "", "", "", "", "46", number)


def _providers(claims: list[Claim], sender: Party) -> Iterator[str]:
    """Write the levels of one transaction set: a billing provider, under it its claims."""
    level = parent = 0
    billing: BillingProvider | None = None
    for claim in claims:
        if claim.billing != billing:
            billing = claim.billing
            level += 1
            parent = level
            yield f"HL*{level}**20*1"
            yield from _billing(billing, sender)
        level += 1
        below = is_dependent(claim)
        yield f"HL*{level}*{parent}*22*{below:d}"
        yield from _named(claim, level)
        level += below


def _billing(billing: BillingProvider, sender: Party) -> Iterator[str]:
    """Write the rest of loop 2000A, and 2010AA."""
    if billing.taxonomy:
        yield segment("PRV", "BI", "PXC", billing.taxonomy)
    name = required(billing.name, "The billing provider's name", most=60)
    npi = identifier(billing.npi, "The billing provider's NPI", most=80)
    yield segment("NM1", "85", "2", name, "", "", "", "", "XX", npi)
    yield from address(billing.address, "The billing provider's")
    yield segment("REF", "EI", digits(billing.tax_id, "The billing provider's tax number"))
    if billing.phone:
        phone = digits(billing.phone, "The billing provider's phone number")
        if phone != digits(sender.phone, "The sender's phone number"):
            yield segment("PER", "IC", name, "TE", phone)


def _named(claim: Claim, level: int) -> list[str]:
    """Write one claim, its insured at a level, and say of which claim it was if it cannot be."""
    identifier(claim.claim_id, "The id of a claim", most=20)
    try:
        return list(_claim(claim, level))
    except X12Refused as trouble:
        message = f"Claim {claim.claim_id}: {trouble.message}"
        raise X12Refused(trouble.code, message, trouble.remedy, trouble.place) from None


def _claim(claim: Claim, level: int) -> Iterator[str]:
    """Write loops 2000B to 2430 of one claim."""
    _refuse_impossible(claim)
    asked = claim.coverages[0]
    yield responsibility(asked, asked=True)
    yield from subscriber(claim)
    yield payer_name(asked.payer)
    if is_dependent(claim):
        yield from dependent(claim, level)
    place = claim.lines[0].place_of_service
    setting = (place, "B", claim.frequency)
    yield segment("CLM", claim.claim_id, money(claim.total), "", "", setting, "Y", "A", "Y", "Y")
    if claim.frequency != "1":
        original = identifier(claim.original_reference, "The payer's number of the claim", most=50)
        yield segment("REF", "F8", original)
    yield _diagnoses(claim.diagnoses)
    if claim.rendering.npi != claim.billing.npi:
        yield from _rendering(claim.rendering)
    for coverage in claim.coverages[1:]:
        yield from other_payer(claim, coverage, insured(claim, coverage))
    for number, line in enumerate(claim.lines, 1):
        yield f"LX*{number}"
        yield from _line(claim, line, place)


def _line(claim: Claim, line: ClaimLine, place: str) -> Iterator[str]:
    """Write loop 2400 of one line, after its LX; the place only where it is not the claim's."""
    procedure = ("HC", identifier(line.code, "The code of a line", most=48), *line.modifiers)
    own_place = "" if line.place_of_service == place else line.place_of_service
    pointers = tuple(map(str, line.diagnosis_pointers))
    service: tuple[Element, ...] = (procedure, money(line.charge), "UN", str(line.units))
    yield segment("SV1", *service, own_place, "", pointers)
    yield _dates(line.first_day, line.last_day)
    yield segment("REF", "6R", identifier(line.line_id, "The id of a line", most=30))
    if line.note:
        yield segment("NTE", "ADD", folded(line.note, "The note of a line", most=80))
    if line.ordering is not None:
        yield _practitioner("DK", line.ordering, "The ordering practitioner's")
    yield from line_payments(claim, line, procedure)


@lru_cache(maxsize=1024)  # what many claims share is checked and written once
def _dates(first: date, last: date) -> str:
    """Write the day or days of service of a line."""
    return segment("DTP", "472", *days(first, last))


@lru_cache(maxsize=1024)
def _diagnoses(codes: tuple[str, ...]) -> str:
    """Write HI: the principal diagnosis, then the others."""
    qualifiers = ("ABK", *("ABF",) * (len(codes) - 1))
    return segment("HI", *zip(qualifiers, codes, strict=True))


@lru_cache(maxsize=1024)
def _rendering(who: Practitioner) -> tuple[str, ...]:
    """Write loop 2310B."""
    name = _practitioner("82", who, "The rendering practitioner's")
    return (name, segment("PRV", "PE", "PXC", who.taxonomy)) if who.taxonomy else (name,)


@lru_cache(maxsize=1024)
def _practitioner(role: str, who: Practitioner, whose: str) -> str:
    """Write NM1 of somebody with an NPI, a person or a group."""
    npi = identifier(who.npi, f"{whose} NPI", most=80)
    if who.organization:
        name = required(who.organization, f"{whose} organisation", most=60)
        return segment("NM1", role, "2", name, "", "", "", "", "XX", npi)
    family = required(who.family_name, f"{whose} family name", most=60)
    given = folded(who.given_name, f"{whose} given name", most=35)
    return segment("NM1", role, "1", family, given, "", "", "", "XX", npi)


def _refuse_impossible(claim: Claim) -> None:
    """Refuse what the guide has no room for, and what contradicts itself."""
    reason = _impossible_claim(claim) or next(
        filter(None, (_impossible_line(line, len(claim.diagnoses)) for line in claim.lines)), ""
    )
    if reason:
        cure = "Mend what the claim was drawn from, then draw it anew."
        raise X12Refused("claims.x12_claim", reason, cure)


def _impossible_claim(claim: Claim) -> str:
    """Say what is wrong with a claim besides its lines, or nothing."""
    for name, found in (
        ("diagnoses", claim.diagnoses),
        ("lines", claim.lines),
        ("coverages", claim.coverages),
    ):
        if not 1 <= len(found) <= _MOST[name]:
            return f"It needs 1 to {_MOST[name]} {name}."
    if len({coverage.sequence for coverage in claim.coverages}) < len(claim.coverages):
        return "Two of its payers have the same place in the order of payers."
    if len({line.line_id for line in claim.lines}) < len(claim.lines):
        return "Two of its lines have the same id."
    if (claim.frequency == "1") == bool(claim.original_reference):
        return "A replacement or void needs the payer's number of the claim; no other may have it."
    return ""


def _impossible_line(line: ClaimLine, diagnoses: int) -> str:
    """Say what is wrong with a line, or nothing."""
    pointers = line.diagnosis_pointers
    if not 1 <= len(pointers) <= _MOST["pointers"]:
        return "A line points to no diagnosis, or to more than four."
    if min(pointers) < 1 or max(pointers) > diagnoses:
        return "A line points to a diagnosis that is not there."
    if len(line.modifiers) > _MOST["modifiers"]:
        return "A line has more than four modifiers."
    if line.units < 1 or line.charge < 0:
        return "A line has no units, or a charge below zero."
    return ""
