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


def live(told: list[Detail]) -> list[Detail]:
    """Give the answers that no reversal took back, in order; reversals are none."""
    back = {one.get("reverses", "") for one in told if one["status"] == REVERSAL}
    return [one for one in told if one["status"] != REVERSAL and one["answer"] not in back]


def standing(told: list[Detail], charge: Cents) -> list[Detail]:
    """Give the answers that stand: not taken back, and no denial that a later answer replaced.

    Parts of a line stand side by side as long as their charges make up no more than the line's.
    """
    found: list[Detail] = []
    for one in live(told):
        beside = of_payer(found, one.get("payer", ""))
        if charged(beside) + charged([one]) > charge:
            found = [old for old in found if old not in beside or int(old["paid"])]
        found.append(one)
    return found


def of_payer(told: list[Detail], payer: str) -> list[Detail]:
    """Give the answers of one payer, by its number in the trace."""
    return [one for one in told if one.get("payer", "") == payer]


def charged(told: list[Detail]) -> Cents:
    """Give the charge that answers speak of, all together."""
    return sum(int(one["charge"]) for one in told)


def state_after(told: list[Detail], charge: Cents) -> Outcome:
    """Give the state that all answers to a line of this charge amount to.

    Denied is a line of which nothing is paid or allowed any more, whatever the reason; partly paid
    one of which a part is, and a denying reason took the rest, or no answer has come to the rest;
    paid one without a denying reason, also where all of it is the patient's deductible. Of several
    payers the last one's answers say whether something was refused.
    """
    total, stand = int(told[-1]["total"]), standing(told, charge)
    if not stand:
        return "partly_paid" if total > 0 else "denied"
    last = of_payer(stand, stand[-1].get("payer", ""))
    refusing = any(one["status"] == DENIED or denials(one) for one in last)
    if total > 0 or any(share(one) > 0 for one in last):
        return "partly_paid" if refusing or charged(last) < charge else "paid"
    return "denied"


def remitted(book: Book, line_id: str) -> list[Detail]:
    """Give the details of the remittances that were posted to a line, in order."""
    details = (told.change.detail for told in book.story(line_id))
    return [detail for detail in details if detail.get("kind") == "remittance"]


def answered_state(book: Book, line_id: str) -> Outcome:
    """Give the state that the answers to a line left it in, whatever a person did since."""
    now = book.lines[line_id]
    lines = book.claims[now.claim_id].lines
    charge = next(line.charge for line in lines if line.line_id == line_id)
    return state_after(remitted(book, line_id), charge)


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
