"""Other payers on a claim: who they are, and what those who were asked before made of it.

Loops 2320, 2330A, 2330B and 2430 of 005010X222A1. Amounts balance as section 1.4.4 of the guide
wants: a line's charge is what was paid and adjusted on it, the claim's payment the lines' payments
less what was adjusted on the claim. A payment that does not add up is refused; no adjustment is
made up. The remaining patient liability (AMT*EAF) is what the payer put on the patient (group PR),
sent for each line where lines are known and for the claim otherwise, never both (X12 RFI 1391,
1515, 1517).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from proofline.claims.claim import Adjustment, Claim, ClaimLine, Coverage, Payer, PriorPayment
from proofline.claims.out.persons import SELF
from proofline.claims.x12.folding import identifier, required
from proofline.claims.x12.trouble import X12Refused
from proofline.claims.x12.writing import day, money, segment

SECONDARY_REASONS = frozenset({"12", "13", "14", "15", "16", "41", "42", "43", "47"})
"""SBR05: why Medicare is not the first payer."""

_MEDICARE = frozenset({"MA", "MB"})
_IN_ONE_CAS, _MOST_CAS = 6, 5


def responsibility(coverage: Coverage, *, asked: bool = False) -> str:
    """Write SBR of loop 2000B, where the payer is asked, or of 2320.

    SBR02 is 18 where the patient is the insured; else it is blank in 2000B, for 2000C tells it.

    Raises `X12Refused` where Medicare is not the first payer and nobody says why.
    """
    kind = coverage.insurance_type
    later = coverage.payer.filing_code in _MEDICARE and coverage.sequence != "P"
    if later and kind not in SECONDARY_REASONS:
        reason = "Medicare is not the first payer, and it is not on file why (insurance type)."
        cure = "Put on file why another payer is first, such as 12 for a working aged patient."
        raise X12Refused("claims.x12_insurance_type", reason, cure)
    related = "" if asked and coverage.relationship != SELF else coverage.relationship
    first = (coverage.sequence, related, coverage.group)
    return _insurance(first, kind if later else "", coverage.payer.filing_code)


@lru_cache(maxsize=256)  # what many claims share is checked and written once
def _insurance(first: tuple[str, str, str], kind: str, code: str) -> str:
    """Write SBR; `first` are its first three elements."""
    return segment("SBR", *first, "", kind, "", "", "", code)


def other_payer(claim: Claim, coverage: Coverage, insured: tuple[str, ...]) -> Iterator[str]:
    """Write loops 2320 to 2330B for one payer; `insured` are NM1, N3 and N4 of the insured there.

    Raises `X12Refused` where what a payer paid does not add up.
    """
    yield responsibility(coverage)
    paid = settled(claim, coverage)
    if paid is not None:
        yield from adjustments(coverage.adjustments)
        yield segment("AMT", "D", money(paid[0]))
        if not coverage.lines:
            yield segment("AMT", "EAF", money(_on_patient(coverage.adjustments)))
    yield segment("OI", "", "", "Y", "", "", "Y")
    yield from insured
    yield payer_name(coverage.payer)
    if paid is not None and not coverage.lines:
        yield segment("DTP", "573", "D8", day(paid[1]))


@lru_cache(maxsize=256)
def payer_name(payer: Payer) -> str:
    """Write NM1*PR of loop 2010BB or 2330B."""
    name = required(payer.name, "The payer's name", most=60)
    number = identifier(payer.id, "The payer's id", most=80)
    return segment("NM1", "PR", "2", name, "", "", "", "", "PI", number)


def line_payments(claim: Claim, line: ClaimLine, procedure: tuple[str, ...]) -> Iterator[str]:
    """Write loop 2430 for every payer that said what it made of this line."""
    for coverage in claim.coverages[1:]:
        for payment in coverage.lines:
            if payment.line_id == line.line_id and coverage.paid_on is not None:
                paid = money(payment.paid)
                units = str(line.units)
                yield segment("SVD", coverage.payer.id, paid, procedure, "", units)
                yield from adjustments(payment.adjustments)
                yield segment("DTP", "573", "D8", day(coverage.paid_on))
                yield segment("AMT", "EAF", money(_on_patient(payment.adjustments)))


def adjustments(found: tuple[Adjustment, ...]) -> list[str]:
    """Write CAS: one for each group code and six reasons, zeros left out.

    Raises `X12Refused` where more than five would be needed.
    """
    groups: dict[str, list[Adjustment]] = {}
    for one in found:
        if one.amount:
            groups.setdefault(one.group, []).append(one)
    written = []
    for group, members in groups.items():
        for start in range(0, len(members), _IN_ONE_CAS):
            triples: list[str] = []
            for one in members[start : start + _IN_ONE_CAS]:
                triples += [one.reason, money(one.amount), ""]
            written.append(segment("CAS", group, *triples))
    if len(written) > _MOST_CAS:
        reason = "A prior payer's adjustments do not fit into the five CAS segments of the guide."
        raise X12Refused("claims.x12_prior_payment", reason, "Send this claim on paper.")
    return written


def _on_patient(found: tuple[Adjustment, ...]) -> int:
    """Sum what a payer put on the patient."""
    return sum(one.amount for one in found if one.group == "PR")


def settled(claim: Claim, coverage: Coverage) -> tuple[int, date] | None:
    """Give what a payer paid and when, or None if it was not asked; refuse what does not add up."""
    if coverage.paid is None:
        if coverage.lines or coverage.adjustments or coverage.paid_on is not None:
            raise _unbalanced("A prior payer's remittance is there, but not what it paid.")
        return None
    if coverage.paid_on is None:
        raise _unbalanced("It is not on file when a prior payer decided.")
    adjusted = sum(one.amount for one in coverage.adjustments)
    if not coverage.lines:
        balanced = coverage.paid + adjusted == claim.total
    else:
        balanced = sum(one.paid for one in coverage.lines) - adjusted == coverage.paid
        balanced = balanced and _lines_add_up(claim, coverage.lines)
    if not balanced:
        raise _unbalanced("What a prior payer paid and adjusted does not make up the charges.")
    return coverage.paid, coverage.paid_on


def _lines_add_up(claim: Claim, payments: tuple[PriorPayment, ...]) -> bool:
    """Tell whether each line is answered once, with all of its charge."""
    made_up = {
        one.line_id: one.paid + sum(part.amount for part in one.adjustments) for one in payments
    }
    charges = {line.line_id: line.charge for line in claim.lines}
    return len(made_up) == len(payments) and made_up == charges


def _unbalanced(reason: str) -> X12Refused:
    """Refuse a prior payment."""
    cure = "Take payment, day and adjustments from that payer's remittance."
    return X12Refused("claims.x12_prior_payment", reason, cure)
