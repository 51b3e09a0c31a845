"""What the book keeps of each answer to a line, read again: money, reasons, and where it leaves it.

A posted answer is the `detail` of a change: texts by name, amounts as whole cents.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from itertools import accumulate
from typing import Final, Literal

from proofline.claims.answers.reasons import reasons
from proofline.claims.back.remittance import DENIED, REVERSAL
from proofline.claims.book import Book
from proofline.claims.book.standing import Told, upheld
from proofline.claims.claim import Cents

Detail = dict[str, str]
Outcome = Literal["paid", "partly_paid", "denied"]
REMITTANCE: Final = "remittance"
"""The kind of a posted answer."""

BY_HAND: Final = "a person"
"""What an answer was known by that a person attached to its line."""

BY_WORD, IN_SILENCE = ("CLP02", "denied"), ("CAS", "none")
BY_REVERSAL = ("CLP02", "taken_back")
"""Refusals that no adjustment names, as where they are read and what `carc.toml` says of them."""


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


def of_first(told: list[Detail], charge: Cents) -> list[Detail]:
    """Give the standing answers of the payer asked first; of the next one if none of its stands.

    Payers were asked in the order of their first answers: one that takes its own back and answers
    anew after another had answered was asked before that one all the same.
    """
    stand, payers = standing(told, charge), dict.fromkeys(one.get("payer", "") for one in told)
    return next((found for payer in payers if (found := of_payer(stand, payer))), [])


def charged(told: list[Detail]) -> Cents:
    """Give the charge that answers speak of, all together."""
    return sum(int(one["charge"]) for one in told)


def told_of(told: list[Detail], charge: Cents) -> list[Detail]:
    """Give the standing answers that say where a line is: those of the payer who answered last.

    Where nothing at all was paid or left to the patient, those of every payer: what the first one
    refused is not agreed to because the second one points to it.
    """
    stand = standing(told, charge)
    last = of_payer(stand, stand[-1].get("payer", "")) if stand else []
    return last if _brought(told, last) else stand


def state_after(told: list[Detail], charge: Cents) -> Outcome:
    """Give the state that all answers to a line of this charge amount to.

    Denied is a line of which nothing is paid or allowed any more, and which the payer refused, took
    back, or passed over without a reason; partly paid one of which a part is, and a denying reason
    took the rest, or no answer has come to the rest. Paid is one of which nothing was refused, also
    where all of it is the patient's deductible, or was taken off as agreed: that is no refusal but,
    where more was expected, an underpayment. `explain` tells the same refusals.
    """
    found = told_of(told, charge)
    if not found:
        return "partly_paid" if int(told[-1]["total"]) > 0 else "denied"
    refused = any(denials(one) for one in found)
    gone = any(int(one["paid"]) for one in found)
    if (refused or gone) and not _brought(told, found):
        return "denied"
    last = of_payer(found, found[-1].get("payer", ""))
    return "partly_paid" if refused or charged(last) < charge else "paid"


def _brought(told: list[Detail], found: list[Detail]) -> bool:
    return int(told[-1]["total"]) > 0 or any(share(one) > 0 for one in found)


def remitted(book: Book, line_id: str) -> list[Detail]:
    """Give the details of the remittances that were posted to a line and hold, in order."""
    return remittances(upheld(book.story(line_id)))


def remittances(steps: Iterable[Told]) -> list[Detail]:
    """Give the details of the remittances among steps, with the sum of money after each of them.

    It is not what was kept with them where an answer before was taken off the line.
    """
    details = (told.change.detail for told in steps)
    return summed(detail for detail in details if detail.get("kind") == REMITTANCE)


def summed(details: Iterable[Detail]) -> list[Detail]:
    """Give answers with the sum of money after each of them, as `total`."""
    found = [*details]
    totals = accumulate(int(detail["paid"]) for detail in found)
    return [one | {"total": str(cents)} for one, cents in zip(found, totals, strict=True)]


def key_of(mark: str, content: str) -> str:
    """Name an answer for a person who settles it: where it stands, and what it says."""
    return sha256(f"{mark} {content}".encode()).hexdigest()[:12]


def answered_state(book: Book, line_id: str) -> Outcome:
    """Give the state that the answers to a line left it in, whatever a person did since."""
    return state_after(remitted(book, line_id), charge_of(book, line_id))


def charge_of(book: Book, line_id: str) -> Cents:
    """Give what a line charges on the claim that carries it now."""
    lines = book.claims[book.lines[line_id].claim_id].lines
    return next(line.charge for line in lines if line.line_id == line_id)


def taken(detail: Detail) -> list[tuple[str, str, Cents]]:
    """Give group, reason and cents of each adjustment of a posted answer."""
    found = []
    for one in detail.get("adjustments", "").split():
        code, _, cents = one.rpartition(":")
        group, _, reason = code.partition("-")
        found.append((group, reason, int(cents)))
    return found


def denials(detail: Detail) -> list[tuple[str, str, Cents]]:
    """Give what an answer refuses: not what was agreed, nor the patient's own share.

    Where no adjustment says so, the payer's word for the claim does (CLP02 = 4), and so does a
    payment of nothing that no reason accounts for: `BY_WORD` and `IN_SILENCE`, with what is open.
    """
    if detail["status"] == REVERSAL:
        return []
    found = [one for one in taken(detail) if one[2] > 0 and reasons().denies(one[1])]
    paid = int(detail["paid"])
    if not found and detail["status"] == DENIED:
        return [(*BY_WORD, int(detail["charge"]) - paid)]
    missing = -int(detail.get("unbalanced", 0))
    if not found and not paid and missing > 0 and share(detail) <= 0:
        return [(*IN_SILENCE, missing)]
    return found


def refused(told: list[Detail], charge: Cents) -> dict[str, Cents]:
    """Give what all answers to a line leave refused of its charge, by cause (`CO-16`), in cents.

    `BY_REVERSAL` is all of it where no answer stands.
    """
    found = told_of(told, charge)
    if not found:
        return {"-".join(BY_REVERSAL): charge}
    return by_cause([each for one in found for each in denials(one)], charge)


def by_cause(said: list[tuple[str, str, Cents]], charge: Cents) -> dict[str, Cents]:
    """Add up refusals by cause, never beyond the charge: what was refused last counts first.

    What a second payer refuses too is refused once, and what is told of a whole claim is no more of
    a line than the line charges. A cause that adds nothing to those after it is none.
    """
    found: dict[str, Cents] = {}
    left = charge
    for group, code, cents in reversed(said):
        counted = min(cents, left)
        left -= max(counted, 0)
        if counted > 0 or counted == cents:
            found[f"{group}-{code}"] = found.get(f"{group}-{code}", 0) + counted
    return found


def agreed(detail: Detail) -> list[tuple[str, str, Cents]]:
    """Give the adjustments that refuse nothing: taken off as agreed, or the patient's own."""
    return [one for one in taken(detail) if not reasons().denies(one[1])]


def share(detail: Detail) -> Cents:
    """Give what is left to the patient as deductible, coinsurance or copayment."""
    return sum(
        cents
        for group, reason, cents in taken(detail)
        if group == "PR" and not reasons().denies(reason)
    )
