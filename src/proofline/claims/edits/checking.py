"""All edits of a claim, in a fixed order, each bound to its claim and line."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import structs

from proofline.claims.claim import Claim
from proofline.claims.edit import Edit
from proofline.claims.edits import coding, money, parties
from proofline.claims.edits.decided import decided
from proofline.claims.edits.official import official
from proofline.claims.edits.repeating import repeating
from proofline.claims.edits.setting import Setting
from proofline.claims.edits.wording import wording


def edits(claim: Claim, setting: Setting) -> list[Edit]:
    """Find everything that is to be mended on a claim before it is sent."""
    found = [
        *coding.shape(claim, setting),
        *parties.billing(claim),
        *parties.practitioners(claim),
        *parties.patient(claim),
        *parties.payers(claim, setting),
        *coding.diagnoses(claim, setting),
        *coding.lines(claim),
        *money.charges(claim),
        *money.days(claim, setting),
        *money.paid_meanwhile(claim, setting),
        *money.places_of_service(claim, setting),
        *repeating(claim, setting),
        *official(claim, setting),
        *decided(claim, setting),
        *wording(claim),
    ]
    return [_bound(one, claim) for one in found]


def _bound(one: Edit, claim: Claim) -> Edit:
    number = one.place.removeprefix("line ")
    line_id = claim.lines[int(number) - 1].line_id if number.isdigit() else ""
    return structs.replace(one, claim_id=claim.claim_id, line_id=line_id)


def blocking(found: Iterable[Edit]) -> bool:
    """Whether any of these keeps a claim from being sent."""
    return any(one.severity == "block" for one in found)
