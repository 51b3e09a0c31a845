"""What a remittance says of each line, one answer a line, known again when it comes once more."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

import msgspec
from msgspec import Struct, structs

from proofline.claims.answers.details import key_of
from proofline.claims.answers.matching import Match, Matcher
from proofline.claims.back.balance import of_claim, of_line
from proofline.claims.back.remittance import Adjustment, Payment, RemitClaim, RemitLine
from proofline.claims.claim import Cents


class Answer(Struct, frozen=True):
    """One adjudicated line: its money as stated, and what it is known by.

    `mark` is its place under the payer's trace number, `content` what it says; `number` is its
    segment in the file. `allowed` is AMT*B6, None where it was not sent; `unbalanced` is what is
    stated as paid beyond what the adjustments leave.
    """

    mark: str
    content: str
    payment: Payment
    claim: RemitClaim
    number: int
    code: str
    charge: Cents
    paid: Cents
    adjustments: tuple[Adjustment, ...]
    remarks: tuple[str, ...]
    allowed: Cents | None = None
    unbalanced: Cents = 0

    @property
    def key(self) -> str:
        """Name this answer for a person who settles it: where it stands, and what it says."""
        return key_of(self.mark, self.content)


def answers(
    payment: Payment, claim: RemitClaim, at: int, matcher: Matcher
) -> Iterator[tuple[Answer, Match]]:
    """Give what is said of each line of an adjudicated claim, with the line that it finds."""
    told = sum(line.paid for line in claim.lines)
    for place, line in enumerate(claim.lines):
        answer = _of_line(payment, claim, line, f"{at}.{place}")
        if told == claim.paid and not claim.adjustments:
            yield answer, matcher.line(claim, line)
        elif len(claim.lines) == 1 and line.charge == claim.charge:
            paid, taken = claim.paid, (*claim.adjustments, *line.adjustments)
            off = paid - line.charge + sum(one.amount for one in taken)
            whole = structs.replace(answer, paid=paid, adjustments=taken, unbalanced=off)
            yield whole, matcher.line(claim, line)
        else:
            yield answer, Match(why_not="money was taken off the claim that is of no single line")
    if not claim.lines:
        matches = matcher.whole(claim)
        for place, match in enumerate(matches):
            charge = claim.charge if len(matches) == 1 else 0
            yield _of_whole(payment, claim, f"{at}.{place}", charge), match


def _of_line(payment: Payment, claim: RemitClaim, line: RemitLine, place: str) -> Answer:
    return Answer(
        mark=_mark(payment, place),
        content=_content(claim, line),
        payment=payment,
        claim=claim,
        number=line.number,
        code=line.procedure.code,
        charge=line.charge,
        paid=line.paid,
        adjustments=line.adjustments,
        remarks=(*(one.value for one in line.remarks), *_remarks(claim)),
        allowed=next((one.amount for one in line.amounts if one.qualifier == "B6"), None),
        unbalanced=line.paid - of_line(line),
    )


def _of_whole(payment: Payment, claim: RemitClaim, place: str, charge: Cents) -> Answer:
    return Answer(
        mark=_mark(payment, place),
        content=_content(claim, None),
        payment=payment,
        claim=claim,
        number=claim.number,
        code="",
        charge=charge,
        paid=claim.paid,
        adjustments=claim.adjustments,
        remarks=_remarks(claim),
        unbalanced=claim.paid - of_claim(claim),
    )


def _remarks(claim: RemitClaim) -> tuple[str, ...]:
    return tuple(code for one in claim.adjudications for code in one.remarks)


def _mark(payment: Payment, place: str) -> str:
    key = (payment.payer_number, payment.trace, payment.paid_on.isoformat(), place)
    return sha256(msgspec.json.encode(key)).hexdigest()[:20]


def _content(claim: RemitClaim, line: RemitLine | None) -> str:
    """Give a mark of what an answer says; where it stands in a file is no part of it."""
    head = structs.replace(claim, number=0, offset=0, lines=(), departures=())
    bare = line and structs.replace(line, number=0)
    return sha256(msgspec.json.encode((head, bare))).hexdigest()[:20]
