"""What a correction does to lines, and how it is given up again while it is not sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofline.claims.book.log import Change
from proofline.claims.book.standing import SUBMIT, Told, moved_on, refused
from proofline.claims.drawing import told_before

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from proofline.claims.book.basis import Decided
    from proofline.claims.book.book import Book
    from proofline.claims.claim import Claim, ClaimLine


def corrections(book: Book, claim: Claim, decided: Decided | None) -> list[Change]:
    """Give the steps by which the lines of a claim are corrected by it.

    Errors: ClaimsError if a line was paid and it is a new claim, was never adjudicated, or has
    meanwhile moved on to a claim without the others: it would be asked for twice.
    """
    refuse_moved_on(book, claim.lines)
    for line in claim.lines:
        _refuse(book, claim, line.line_id)
    ids = [line.line_id for line in claim.lines]
    bases = {one: decided.basis(one) if decided else None for one in ids}
    return [Change(one, "corrected", claim.claim_id, basis=bases[one]) for one in ids]


def refuse_moved_on(book: Book, lines: Iterable[ClaimLine], claim_id: str = "") -> None:
    """Refuse lines that a claim without the others carries now; or another claim than this one.

    Errors: ClaimsError.
    """
    together = {line.line_id for line in lines}
    for line_id in sorted(together & book.lines.keys()):
        carrier = book.lines[line_id].claim_id
        own = claim_id or carrier
        if carrier != own or not together <= _ids(book.claims, carrier):
            raise moved_on(line_id)


def _ids(claims: Mapping[str, Claim], claim_id: str) -> set[str]:
    return {line.line_id for line in claims[claim_id].lines}


def _refuse(book: Book, claim: Claim, line_id: str) -> None:
    now = book.lines.get(line_id)
    if now is None:
        return  # refused as it is added
    told = told_before(claim, line_id) == book.paid(line_id)
    if claim.frequency == "1" and not told and now.state in {"paid", "partly_paid"}:
        raise refused(
            line_id,
            f"is {now.state}; a new claim would be its duplicate",
            "Replace or void the claim where the payer takes that; else ask for a reopening.",
        )
    if now.state == "rejected" and book.claims[now.claim_id].frequency == "1":
        raise refused(line_id, "was never adjudicated", "Draft it anew.")


def sent_as(story: Sequence[Told]) -> str:
    """Give the claim that a line was sent as last, by its story; blank where it never was.

    One that was rejected was never adjudicated, so the line stands as the one before.
    """
    carried, sent = "", [""]
    for told in story:
        carried = told.change.claim_id or carried
        if told.kind == SUBMIT:
            sent.append(carried)
        elif told.change.to == "rejected" and len(sent) > len(("", "its first claim")):
            sent.pop()
    return sent[-1]
