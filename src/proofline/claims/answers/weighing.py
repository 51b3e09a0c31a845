"""Whether an answer may be posted to a line beside what was posted before, or waits, and why."""

from __future__ import annotations

from proofline.claims.answers.adjudged import Answer
from proofline.claims.answers.details import Detail, live, of_payer, remitted, standing, taken
from proofline.claims.back.remittance import PREDETERMINATION, REVERSAL
from proofline.claims.book import Book
from proofline.claims.claim import Cents

_PASSED_ON = "23"
"""CLP02: not this payer's claim, and passed on without a decision."""


_TAX_NUMBERS = ("FI", "TJ")
"""By which qualifiers a payee's tax number is sent: N103, and REF of the payee."""

_TELLING = frozenset({"XX", *_TAX_NUMBERS})


class Weighed:
    """What was posted to each line so far, and what may be added to it."""

    def __init__(self, book: Book) -> None:
        """Read the posted answers of a book; whoever posts one more adds it to `told`."""
        self._book = book
        self.told = {line_id: remitted(book, line_id) for line_id in book.lines}

    def against(self, answer: Answer, line_id: str, known: str | None) -> str:
        """Say why an answer to a line that is there is not posted."""
        claim = answer.claim
        if known is not None:
            return self._differs(answer, line_id)
        if claim.status == PREDETERMINATION:
            return "it only says what would be paid"
        if claim.status == _PASSED_ON:
            return "this payer passed the claim on and did not decide it"
        if not self._book.lines[line_id].sent:
            return "this line was never sent"
        return self._against_money(answer, line_id)

    def _differs(self, answer: Answer, line_id: str) -> str:
        told = self.told[line_id]
        before = next(int(one["paid"]) for one in told if one["answer"] == answer.mark)
        return (
            "it differs from what was posted under this trace and place, line or claim:"
            f" {_dollars(before)} was paid then, and an amended file takes the first back (22)"
        )

    def _against_money(self, answer: Answer, line_id: str) -> str:
        if not self._pays_us(answer, line_id):
            return "it pays another provider than the one that bills this line"
        if answer.claim.is_reversal:
            return self._against_taking_back(answer, line_id)
        return self._against_twice(answer, line_id)

    def _against_taking_back(self, answer: Answer, line_id: str) -> str:
        if self.original(answer, line_id) is None:
            known = any(_is_of(answer, told) for told in self.told[line_id])
            said = "taken back already" if known else "never posted"
            return f"it takes back an answer that was {said}"
        if self.paid(line_id) + answer.paid < 0:
            return "it takes back more than was paid"
        return ""

    def _against_twice(self, answer: Answer, line_id: str) -> str:
        """Say why money would be taken unnamed, counted twice, or beyond what was charged."""
        if answer.paid < 0:
            return f"it takes {_dollars(-answer.paid)} and names no answer that it takes back"
        charge, asked = self.charge(answer, line_id), self.of_line(answer, line_id)
        if asked > charge:
            return (
                f"it speaks of a charge of {_dollars(asked)}, and the line has {_dollars(charge)}"
            )
        payer, told = answer.payment.payer_number, self.told[line_id]
        before = [one for one in of_payer(standing(told, charge), payer) if int(one["paid"])]
        whole = sum(max(int(one["charge"]), _explained(one)) for one in before)
        explained = answer.paid + sum(one.amount for one in answer.adjustments)
        if answer.paid > charge and explained > charge:
            return f"it pays {_dollars(answer.paid)} of {_dollars(charge)} charged, unexplained"
        own = max(asked, explained)
        if before and whole + own > charge:
            return (
                f"with what this payer paid before it comes to {_dollars(whole + own)} of"
                f" {_dollars(charge)} charged, and the first was not taken back"
            )
        total = self.paid(line_id) + answer.paid
        if total > answer.paid > 0 and total > charge:
            return (
                f"with what was paid before it comes to {_dollars(total)} of {_dollars(charge)}"
                " charged"
            )
        return ""

    def _pays_us(self, answer: Answer, line_id: str) -> bool:
        """Whether the payee has the NPI or the tax number of who billed, or says neither.

        A group may be paid under another NPI of its own; its tax number (REF*TJ) tells that.
        """
        payee, billing = (
            answer.payment.payee,
            self._book.claims[self._claim(answer, line_id)].billing,
        )
        told = {
            (payee.id_kind, payee.id),
            *((one.qualifier, one.value) for one in payee.references),
        }
        ours = {("XX", billing.npi), *((kind, billing.tax_id) for kind in _TAX_NUMBERS)}
        return bool(told & ours) or not any(kind in _TELLING and value for kind, value in told)

    def _claim(self, answer: Answer, line_id: str) -> str:
        """Give the id of the claim that is answered; of one we do not know, that of the line."""
        named = answer.claim.claim_id
        return named if named in self._book.claims else self._book.lines[line_id].claim_id

    def paid(self, line_id: str) -> Cents:
        """Give the cents that all answers to a line come to."""
        return sum(int(told["paid"]) for told in self.told[line_id])

    def charge(self, answer: Answer, line_id: str) -> Cents:
        """Give what we charged for a line on the claim that is answered."""
        own = self._book.claims[self._book.lines[line_id].claim_id]
        claim = self._book.claims.get(answer.claim.claim_id, own)
        lines = (*claim.lines, *own.lines)
        return next(line.charge for line in lines if line.line_id == line_id)

    def of_line(self, answer: Answer, line_id: str) -> Cents:
        """Give the charge that an answer speaks of; that of a whole claim speaks of our line's."""
        return answer.charge if answer.code else self.charge(answer, line_id)

    def original(self, answer: Answer, line_id: str) -> Detail | None:
        """Give the answer that is taken back: that of the same amount, else the claim's last."""
        of_claim = [told for told in live(self.told[line_id]) if _is_of(answer, told)]
        exact = [told for told in of_claim if int(told["paid"]) == -answer.paid]
        return next(reversed(exact or of_claim), None)


def _is_of(answer: Answer, told: Detail) -> bool:
    """Whether a reversal speaks of the claim of a posted answer, by the payer's number or ours."""
    claim, number = answer.claim, told.get("payer_claim_id", "")
    same = told["claim_id"] == claim.claim_id or (number and number == claim.original_reference)
    return told["status"] != REVERSAL and bool(same)


def _explained(told: Detail) -> Cents:
    return int(told["paid"]) + sum(cents for _, _, cents in taken(told))


def _dollars(cents: Cents) -> str:
    return f"{cents // 100}.{cents % 100:02}"
