"""Names and addresses that X12 cannot write, found before the writer would refuse the file."""

from __future__ import annotations

from proofline.claims.claim import Address, Claim
from proofline.claims.edit import Edit
from proofline.claims.edits.finding import Found, doubtful
from proofline.claims.x12.folding import folded, identifier, respelt
from proofline.claims.x12.trouble import X12Refused

_RESPELT = "It is on file in another script; in Latin letters there are several ways to spell it."
_CARD = "Put it on file exactly as the member's card has it, or the payer's list."

_FAMILY, _GIVEN, _STREET, _CITY, _NUMBER, _REFERENCE = 60, 35, 55, 30, 80, 50


def wording(claim: Claim) -> Found:
    """Check every text that goes onto the claim: letters of X12's set, no delimiter, not too long.

    Lengths: NM103 60, NM104 35, N301 55, N401 30, NM109 80, REF02 50.
    """
    for text, place, most in _names(claim):
        try:
            folded(text, place.capitalize(), most=most)
        except X12Refused as refused:
            yield Edit("text.unwritable", place, refused.message, refused.remedy)
            continue
        if respelt(text):
            yield doubtful("text.respelt", place, _RESPELT, _CARD)
    for text, place, most in _numbers(claim):
        try:
            if text:
                identifier(text, place.capitalize(), most=most)
        except X12Refused as refused:
            yield Edit("text.unwritable", place, refused.message, refused.remedy)


def _names(claim: Claim) -> list[tuple[str, str, int]]:
    who, practice = claim.patient, claim.billing
    found = [
        (who.family_name, "the patient's family name", _FAMILY),
        (who.given_name, "the patient's given name", _GIVEN),
        *_address(who.address, "the patient's"),
        (practice.name, "the practice's name", _FAMILY),
        *_address(practice.address, "the practice's"),
    ]
    practitioners = dict.fromkeys(
        [claim.rendering, *(line.ordering for line in claim.lines if line.ordering)]
    )
    for one in practitioners:
        found += [
            (one.family_name or one.organization, "a practitioner's family name", _FAMILY),
            (one.given_name, "a practitioner's given name", _GIVEN),
        ]
    for insured in filter(None, (coverage.insured for coverage in claim.coverages)):
        found += [
            (insured.family_name, "the insured's family name", _FAMILY),
            (insured.given_name, "the insured's given name", _GIVEN),
            *_address(insured.address, "the insured's"),
        ]
    found += [(one.payer.name, "a payer's name", _FAMILY) for one in claim.coverages]
    return found


def _numbers(claim: Claim) -> list[tuple[str, str, int]]:
    found = [(claim.original_reference, "the payer's claim number", _REFERENCE)]
    for one in claim.coverages:
        found += [
            (one.member_id, "the member's number", _NUMBER),
            (one.payer.id, "the payer's identifier", _NUMBER),
        ]
    return found


def _address(address: Address, whose: str) -> list[tuple[str, str, int]]:
    return [(address.line, f"{whose} street", _STREET), (address.city, f"{whose} city", _CITY)]
