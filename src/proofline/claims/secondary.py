"""A claim goes on to the next payer with what the payer before made of it, line by line.

The first coverage of a claim is the payer asked. When it has answered, the next one in the order of
payers is asked, and the answer stands on the claim as a prior payment (loops 2320 and 2430). Money
and reasons come from the posted remittance only.
"""

from __future__ import annotations

from collections.abc import Collection

from msgspec import structs

from proofline.claims.answers.prior import Prior
from proofline.claims.claim import Claim, Coverage
from proofline.claims.drawing import reduced
from proofline.claims.trouble import ClaimsError

_ORDER = "PST"


def to_next_payer(claim: Claim, answered: Prior, *, attempt: int) -> Claim:
    """Give the claim for the payer that is asked next, with the answered lines only.

    `attempt` counts how often these lines are sent then, from 2. Errors: ClaimsError if no further
    payer is on the claim, or if the answer or an earlier one is not told line by line.
    """
    asked, *others = claim.coverages
    waiting = [one for one in others if one.paid is None and _later(one, asked)]
    if not waiting:
        raise ClaimsError(
            "claims.no_next_payer",
            f"Claim {claim.claim_id} has no payer who is to be asked after this one.",
            "Put the patient's other coverage on file with its place in the order (S, T).",
        )
    kept = {one.line_id for one in answered.lines}
    if not kept or not kept <= {line.line_id for line in claim.lines}:
        raise _untold(claim, "the answer speaks of other lines than the claim has")
    settled = structs.replace(
        asked, paid=answered.paid, paid_on=answered.paid_on, lines=answered.lines, adjustments=()
    )
    following = min(waiting, key=_place)
    rest = [_narrowed(claim, one, kept) for one in others if one != following]
    coverages = (following, *sorted((settled, *rest), key=_place))
    fresh = reduced(claim, kept, attempt=attempt)
    return structs.replace(fresh, coverages=coverages, frequency="1", original_reference="")


def _narrowed(claim: Claim, coverage: Coverage, kept: Collection[str]) -> Coverage:
    """Give what an earlier payer made of the kept lines; one who was not asked stays as it is."""
    if coverage.paid is None or len(kept) == len(claim.lines):
        return coverage
    lines = tuple(one for one in coverage.lines if one.line_id in kept)
    if coverage.adjustments or not coverage.lines:
        raise _untold(claim, "an earlier payer answered the claim as a whole")
    return structs.replace(coverage, lines=lines, paid=sum(one.paid for one in lines))


def _place(coverage: Coverage) -> int:
    return _ORDER.index(coverage.sequence)


def _later(coverage: Coverage, asked: Coverage) -> bool:
    return _place(coverage) > _place(asked)


def _untold(claim: Claim, why: str) -> ClaimsError:
    return ClaimsError(
        "claims.prior_unknown",
        f"Claim {claim.claim_id} cannot go on to the next payer: {why}.",
        "Send all of its lines on together, after the remittance for each was posted.",
    )
