"""What a payer made of lines, given on: the facts of a prior payment for the next payer's claim."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from proofline.claims.answers.details import Detail, of_first, remitted, taken
from proofline.claims.book import Book
from proofline.claims.claim import Adjustment, Cents, PriorPayment
from proofline.claims.trouble import ClaimsError


class Prior(Struct, frozen=True):
    """What the payer asked first paid of some lines, on which day last, and line by line.

    `payer_number` is the payer's number in its trace (TRN03).
    """

    payer_number: str
    paid: Cents
    paid_on: date
    lines: tuple[PriorPayment, ...]


def prior(book: Book, line_ids: Iterable[str]) -> Prior:
    """Give what the payer who answered first made of lines, for the claim to the next one.

    Only what stands counts: neither what was taken back nor a denial that was replaced. Paid and
    adjustments make up each line's charge.

    Errors: ClaimsError if a line has no whole answer, if its amounts do not make up its charge, or
    if several payers answered first.
    """
    found = {line_id: _first(book, line_id) for line_id in line_ids}
    numbers = {one.get("payer", "") for stand in found.values() for one in stand}
    if len(numbers) != 1:
        raise _unknown("these lines", "no line, or several payers, answered first")
    return Prior(
        payer_number=numbers.pop(),
        paid=sum(int(one["paid"]) for stand in found.values() for one in stand),
        paid_on=max(date.fromisoformat(one["paid_on"]) for s in found.values() for one in s),
        lines=tuple(_payment(line_id, stand) for line_id, stand in found.items()),
    )


def _first(book: Book, line_id: str) -> list[Detail]:
    """Give what stands of the payer who answered a line first. Errors: ClaimsError."""
    now = book.lines.get(line_id)
    if now is None:
        raise ClaimsError(
            "claims.no_line", f"The book has no line {line_id}.", "See `proofline claims lines`."
        )
    carried = book.claims[now.claim_id].lines
    charge = next(line.charge for line in carried if line.line_id == line_id)
    first = of_first(remitted(book, line_id), charge)
    if not first:
        raise _unknown(f"line {line_id}", "no remittance stands for it")
    if any(one.get("of") == "claim" and len(carried) > 1 for one in first):
        raise _unknown(f"line {line_id}", "its claim was answered as a whole, not line by line")
    made_up = sum(int(one["paid"]) + sum(each[2] for each in taken(one)) for one in first)
    if made_up != charge:
        raise _unknown(f"line {line_id}", f"its answers make up {made_up} cents of {charge}")
    return first


def _payment(line_id: str, stand: list[Detail]) -> PriorPayment:
    """Put the answers to a line together; the same reason is told once, with its sum."""
    sums: dict[tuple[str, str], Cents] = {}
    for one in stand:
        for group, reason, cents in taken(one):
            sums[group, reason] = sums.get((group, reason), 0) + cents
    adjustments = tuple(Adjustment(*key, cents) for key, cents in sums.items() if cents)
    return PriorPayment(line_id, sum(int(one["paid"]) for one in stand), adjustments)


def _unknown(what: str, why: str) -> ClaimsError:
    return ClaimsError(
        "claims.prior_unknown",
        f"What the payer before made of {what} cannot be told on: {why}.",
        "Post its remittance with `proofline remits match`, or settle what waits there.",
    )
