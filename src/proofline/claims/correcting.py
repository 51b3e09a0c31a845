"""Three ways to correct what was adjudicated: a new claim, a replacement (7), a void (8).

Which of them a payer takes stands in its terms; Medicare Part B takes neither 7 nor 8. What was
rejected was never adjudicated: it is drafted anew and needs none of this.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import structs

from proofline.claims.claim import Claim, Frequency
from proofline.claims.drawing import claim_id, reduced
from proofline.claims.payers.terms import Terms
from proofline.claims.trouble import ClaimsError

_WORDS = {"7": "a replacement", "8": "a void"}


def new_claim(claim: Claim, line_ids: Iterable[str], *, attempt: int) -> Claim:
    """Give a new claim for some lines of an answered one; `attempt` counts from 2."""
    fresh = reduced(claim, set(line_ids), attempt=attempt)
    return structs.replace(fresh, frequency="1", original_reference="")


def replacement(claim: Claim, reference: str, terms: Terms, *, attempt: int) -> Claim:
    """Give the replacement of a whole claim, lines and all, for the payer's number of it (REF*F8).

    Errors: ClaimsError if the payer is not known to take it, or its number is missing.
    """
    return _again(claim, "7", (reference, terms), attempt)


def void(claim: Claim, reference: str, terms: Terms, *, attempt: int) -> Claim:
    """Give the void of a whole claim. Errors: as for a replacement."""
    return _again(claim, "8", (reference, terms), attempt)


def _again(claim: Claim, frequency: Frequency, of_payer: tuple[str, Terms], attempt: int) -> Claim:
    reference, terms = of_payer
    if terms.takes(frequency) is not True:
        raise ClaimsError(
            "claims.frequency",
            f"This payer is not known to take {_WORDS[frequency]} (CLM05-3 = {frequency}).",
            "Ask for a reopening, or send a new claim for lines that were denied as unprocessable.",
        )
    if not reference.strip():
        raise ClaimsError(
            "claims.reference",
            f"There is no {_WORDS[frequency].split()[1]} without the payer's claim number.",
            "Take it from the remittance (CLP07) or the claim status.",
        )
    own = claim_id((line.line_id for line in claim.lines), attempt)
    return structs.replace(
        claim, claim_id=own, frequency=frequency, original_reference=reference.strip()
    )
