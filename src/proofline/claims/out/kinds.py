"""What claims are written as beside the 837P: which claims each kind takes, and its files."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args

from proofline.claims.book import Act, Book
from proofline.claims.book.standing import with_held_lines
from proofline.claims.claim import Claim
from proofline.claims.out.charges import Layout, charges
from proofline.claims.out.cms1500 import overlay, preview, unfit
from proofline.claims.out.fhir_claim import fhir_claim
from proofline.claims.out.superbill import superbill
from proofline.claims.trouble import ClaimsError

Kind = Literal["fhir", "cms1500", "charges", "superbill"]
KINDS: tuple[Kind, ...] = get_args(Kind)


def claims_for(book: Book, kind: str) -> list[Claim]:
    """Give the claims that a kind is written of, in the order of drawing.

    Those that are ready or were corrected; a superbill is also written of what was only drawn,
    unless a line of it is held.
    """
    if kind != "superbill":
        return [*book.current("ready"), *book.current("corrected")]
    held = with_held_lines(book.lines.values())
    current = [*book.current("drawn"), *book.current("ready", "corrected")]
    return [claim for claim in current if claim.claim_id not in held]


def kept_back(book: Book, claims: list[Claim], act: Act) -> dict[str, ClaimsError]:
    """Give those that are ready, or corrected, and could not be sent, each with why.

    On paper they would be billed twice as well, or before their day. What is only drawn is not
    judged: no more than a superbill is written of it.
    """
    going = {one.claim_id for one in book.current("ready", "corrected")}
    return book.unsendable([one.claim_id for one in claims if one.claim_id in going], act)


def printable(claims: list[Claim]) -> tuple[list[Claim], dict[str, ClaimsError]]:
    """Part the claims that fit onto the form from why each of the others does not, by its id.

    Errors: ClaimsError if nothing is left to print.
    """
    refused = unfit(claims)
    left = [claim for claim in claims if claim.claim_id not in refused]
    if not left:
        raise next(iter(refused.values()))
    return left, refused


def files_of(
    claims: list[Claim],
    kind: str,
    at: datetime,
    how: tuple[Layout, tuple[float, float]],
) -> dict[str, bytes]:
    """Make the files of a kind, by their names.

    `how` is the layout of charges and, in points right and down, the shift of a CMS-1500.
    Errors: ClaimsError where a claim cannot be written.
    """
    layout, shift = how
    stem = f"{kind}-{at:%Y%m%dT%H%M%SZ}"
    if kind == "fhir":
        lines = [fhir_claim(claim, at.date()) + b"\n" for claim in claims]
        return {f"{stem}.ndjson": b"".join(lines)}
    if kind == "charges":
        return {f"{stem}.csv": charges(claims, layout)}
    if kind == "superbill":
        return {f"{stem}.pdf": superbill(claims)}
    return {f"{stem}.pdf": overlay(claims, shift=shift), f"{stem}.txt": preview(claims)}
