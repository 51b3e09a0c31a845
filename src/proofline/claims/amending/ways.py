"""What accepting an amendment leads to: the ways of correcting that the payer is known to take."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct, structs

from proofline.claims.amending.amendment import Amendment
from proofline.claims.book import Book
from proofline.claims.claim import Claim
from proofline.claims.correcting import attempt, replacement, void
from proofline.claims.drawing import claim_id
from proofline.claims.payers.terms import Terms

Way = Literal["nothing", "draft", "replacement", "void", "reopening"]


class Correction(Struct, frozen=True):
    """The way to go, in words, and the claim to be written into the book where we can make it."""

    way: Way
    words: str
    claim: Claim | None = None


_DRAFT = "draft again: the line is new, and becomes a claim of its own"
_REOPEN = (
    "ask the payer for a reopening of claim {reference}: it is not known to take a replacement (7)"
    " or a void (8), and a new claim would be a duplicate"
)
_MOVED = (
    "another line of claim {reference} went on to a later claim: a replacement (7) would ask for it"
    " twice, so ask the payer for a reopening of this line"
)
_SETTLE = "settle what it waits for, then find again"


def correction(book: Book, amendment: Amendment, terms: Terms, as_of: date) -> Correction:
    """Say how a line is corrected; `terms` are those of the payer who was asked."""
    late = amendment.last_filing_day
    if amendment.kind == "upgrade" and late and as_of > date.fromisoformat(late):
        return Correction("nothing", f"timely filing ended on {late}; nothing more can be claimed")
    if amendment.kind == "information":
        return Correction("nothing", "nothing to send: what was billed stands")
    if amendment.kind == "unsettled":
        return Correction("nothing", _SETTLE)
    if not amendment.was.code:
        return Correction("draft", _DRAFT)
    return _again(book, amendment, terms)


def _again(book: Book, amendment: Amendment, terms: Terms) -> Correction:
    now = book.lines[amendment.line_id]
    claim, reference = book.claims[now.claim_id], now.answered.get("payer_claim_id", "")
    named = reference or "(its number is not known yet: wait for the answer)"
    alone = len(claim.lines) == 1
    again = attempt(book, claim)
    if any(book.lines[line.line_id].claim_id != now.claim_id for line in claim.lines):
        return Correction("reopening", _MOVED.format(reference=named))
    if amendment.now.code == amendment.was.code and terms.replacement and reference:
        whole = replacement(_changed(claim, amendment), reference, terms, attempt=again)
        return Correction("replacement", f"a replacement (7) of claim {named}", whole)
    if alone and terms.void and reference:
        words = f"a void (8) of claim {named}"
        if amendment.now.code:
            words += f"; then draft again for {amendment.now.code}"
        return Correction("void", words, void(claim, reference, terms, attempt=again))
    if terms.replacement:
        return Correction("replacement", f"a replacement (7) of claim {named} without this line")
    return Correction("reopening", _REOPEN.format(reference=named))


def _changed(claim: Claim, amendment: Amendment) -> Claim:
    """Give the claim with the line as it stands today: its units at the charge of each, its day."""
    day = date.fromisoformat(amendment.now.service_date)
    lines = tuple(
        structs.replace(
            line,
            units=amendment.now.units,
            charge=line.charge // line.units * amendment.now.units,
            first_day=day if line.first_day == line.last_day else line.first_day,
            last_day=day,
            expected=None,
        )
        if line.line_id == amendment.line_id
        else line
        for line in claim.lines
    )
    return structs.replace(claim, lines=lines, claim_id=claim_id(line.line_id for line in lines))
