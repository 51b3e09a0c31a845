"""What the book keeps of each answer to a line, read again: money, reasons, and where it leaves it.

A posted answer is the `detail` of a change: texts by name, amounts as whole cents.
"""

from __future__ import annotations

from typing import Literal

from proofline.claims.answers.reasons import reasons
from proofline.claims.back.remittance import DENIED, REVERSAL
from proofline.claims.book import Book
from proofline.claims.claim import Cents

Detail = dict[str, str]
Outcome = Literal["paid", "partly_paid", "denied"]


def state_after(told: list[Detail]) -> Outcome:
    """Give the state that all answers to a line amount to.

    Denied is a line of which nothing is paid or allowed any more, whatever the reason; partly paid
    one of which a part is, and a denying reason took the rest; paid one without a denying reason,
    also where all of it is the patient's deductible.
    """
    last, total = told[-1], int(told[-1]["total"])
    refusing = last["status"] == DENIED or bool(denials(last))
    if last["status"] == REVERSAL:
        return "partly_paid" if total > 0 else "denied"
    if total > 0 or share(last) > 0:
        return "partly_paid" if refusing else "paid"
    return "denied"


def remitted(book: Book, line_id: str) -> list[Detail]:
    """Give the details of the remittances that were posted to a line, in order."""
    details = (told.change.detail for told in book.story(line_id))
    return [detail for detail in details if detail.get("kind") == "remittance"]


def taken(detail: Detail) -> list[tuple[str, str, Cents]]:
    """Give group, reason and cents of each adjustment of a posted answer."""
    found = []
    for one in detail.get("adjustments", "").split():
        code, _, cents = one.rpartition(":")
        group, _, reason = code.partition("-")
        found.append((group, reason, int(cents)))
    return found


def denials(detail: Detail) -> list[tuple[str, str, Cents]]:
    """Give the adjustments that deny: not what was agreed, nor the patient's own share."""
    return [one for one in taken(detail) if one[2] > 0 and reasons().denies(one[1])]


def share(detail: Detail) -> Cents:
    """Give what is left to the patient as deductible, coinsurance or copayment."""
    return sum(
        cents
        for group, reason, cents in taken(detail)
        if group == "PR" and not reasons().denies(reason)
    )
