"""Three ways to correct what was adjudicated: a new claim, a replacement (7), a void (8).

Which of them a payer takes stands in its terms; Medicare Part B takes neither 7 nor 8. What was
rejected was never adjudicated: it is drafted anew and needs none of this.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Literal

from msgspec import Struct, structs

from proofline.claims.answers.details import answered_state, remitted, state_after
from proofline.claims.book import Book, Change
from proofline.claims.book.corrections import refuse_moved_on, sent_as
from proofline.claims.book.standing import refused, upheld
from proofline.claims.claim import Claim, Frequency
from proofline.claims.drawing import claim_id, reduced
from proofline.claims.payers.terms import Terms
from proofline.claims.trouble import ClaimsError


def carrying(book: Book, line_ids: Iterable[str]) -> Claim:
    """Give the one claim that carries all of these lines now.

    Errors: ClaimsError if the book lacks a line, or several claims carry them.
    """
    asked = list(line_ids)
    if missing := [one for one in asked if one not in book.lines]:
        raise ClaimsError(
            "claims.no_line", f"The book has no line {missing[0]}.", "See `proofline claims lines`."
        )
    claims = {book.lines[one].claim_id for one in asked}
    if len(claims) != 1:
        raise ClaimsError(
            "claims.correct_several",
            f"These lines are of {len(claims)} claims; a correction is of one.",
            "Correct one claim after the other.",
        )
    return book.claims[claims.pop()]


def attempt(book: Book, claim: Claim, line_ids: Collection[str] = ()) -> int:
    """Count how often lines of a claim, or all of them, would then have been sent.

    A correction that was given up counts too: its claim has its id in the book.
    """
    number = 1 + max(book.lines[line.line_id].sent for line in claim.lines)
    ids = [line.line_id for line in claim.lines if not line_ids or line.line_id in line_ids]
    while claim_id(ids, number) in book.claims:
        number += 1
    return number


def answered_as(book: Book, claim: Claim) -> str:
    """Give the payer's number of a claim from its last answer; blank where none was told."""
    numbers = [
        (told.number, told.change.detail["payer_claim_id"])
        for line in claim.lines
        for told in upheld(book.story(line.line_id))
        if told.change.detail.get("payer_claim_id")
    ]
    return max(numbers)[1] if numbers else ""


def drawn_anew(claim: Claim, line_ids: Iterable[str], drawn: Iterable[Claim]) -> Claim:
    """Give lines of a claim as they are drawn from today's decisions.

    Errors: ClaimsError if one of them is not drawn any more, or they are not drawn into one claim.
    """
    wanted = set(line_ids)
    found = [one for one in drawn if wanted & {line.line_id for line in one.lines}]
    if len(found) != 1 or not wanted <= {line.line_id for line in found[0].lines}:
        raise ClaimsError(
            "claims.correct_undrawn",
            f"Not all lines of claim {claim.claim_id} that are to be corrected are drawn from these"
            " decisions into one claim.",
            "Look what holds them: proofline explain. What is no longer billable is voided, or"
            " given back, not corrected.",
        )
    return reduced(found[0], wanted, attempt=1)


Way = Literal["new", "replacement", "void"]


class Wanted(Struct, frozen=True):
    """How an answered claim is corrected.

    `line_ids` are those of a new claim, none for all; `reference` is the payer's number of the
    claim, blank for that of its last answer.
    """

    way: Way
    line_ids: tuple[str, ...] = ()
    reference: str = ""


def corrected(
    book: Book,
    claim: Claim,
    wanted: Wanted,
    terms: Terms,
    *,
    drawn: Iterable[Claim] | None = None,
) -> Claim:
    """Give the claim that corrects an answered one, for a terminal and a page alike.

    A new claim takes some lines; a replacement or a void the whole claim. `drawn` are the claims of
    today's decisions, where they are drawn anew. Errors: ClaimsError if a later claim carries a
    line that it would take along, the payer does not take it, or its number is missing.
    """
    whole = {line.line_id for line in claim.lines}
    taken = set(wanted.line_ids) or whole if wanted.way == "new" else whole
    lines = [line for line in claim.lines if line.line_id in taken]
    refuse_moved_on(book, lines, claim.claim_id)
    again = attempt(book, claim, taken)
    content = claim if drawn is None else drawn_anew(claim, taken, drawn)
    if wanted.way == "new":
        return new_claim(content, taken, attempt=again)
    make = replacement if wanted.way == "replacement" else void
    return make(content, wanted.reference or answered_as(book, claim), terms, attempt=again)


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


def given_back(book: Book, claim_id: str) -> list[Change]:
    """Give the steps by which a correction that is not sent is given up, whole.

    Errors: ClaimsError if none of its lines is corrected by it any more.
    """
    lines = [
        one.line_id
        for one in book.lines.values()
        if (one.claim_id, one.state) == (claim_id, "corrected")
    ]
    if not lines:
        first = book.claims[claim_id].lines[0].line_id
        raise refused(first, f"is {book.lines[first].state}", "Look at its story.")
    return given_up(book, lines)


def given_up(book: Book, line_ids: Iterable[str]) -> list[Change]:
    """Give the steps by which lines that were sent and refused are given up.

    Of an appealed line the appeal is given up: it stands again as the payer answered it. Of a
    corrected one the correction, with all lines of its claim. Errors: ClaimsError if a line was
    never sent.
    """
    asked = [each for one in line_ids for each in _corrected_with(book, one)]
    for one in asked:
        if one in book.lines and not book.lines[one].sent:
            raise ClaimsError(
                "claims.step_refused", f"Line {one} was never sent.", "Hold it, with a reason."
            )
    return [_given_up(book, one) for one in dict.fromkeys(asked)]


def _corrected_with(book: Book, line_id: str) -> list[str]:
    """Give the lines of a correction that is not sent yet; else the line alone."""
    now = book.lines.get(line_id)
    if now is None or now.state != "corrected":
        return [line_id]
    return [
        one.line_id
        for one in book.lines.values()
        if (one.claim_id, one.state) == (now.claim_id, "corrected")
    ]


def _given_up(book: Book, line_id: str) -> Change:
    now, told = book.lines.get(line_id), remitted(book, line_id) if line_id in book.lines else []
    if now is None or now.state not in {"appealed", "corrected"} or not told:
        return Change(line_id, "voided")
    if now.state == "appealed":
        return Change(line_id, answered_state(book, line_id))
    before = sent_as(book.story(line_id))
    charges = {line.line_id: line.charge for line in book.claims[before].lines}
    return Change(line_id, state_after(told, charges[line_id]), before)
