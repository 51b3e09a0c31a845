"""Whether an 835 adds up, by the rules of 005010X221A1 (1.10.2.1): nothing is ever corrected.

    line         SVC02 charge - adjustments of the line = SVC03 paid
    claim        CLP03 charge - adjustments of the claim and of its lines = CLP04 paid
    transaction  sum of CLP04 - sum of PLB amounts = BPR02

A difference is what is stated beyond what the adjustments explain, in cents: +500 means that the
payer says to have paid five dollars more than the file accounts for. Beside these three, which the
referees of the trade check too, two that they do not: the charges of the lines against that of the
claim, and CLP05 against the adjustments of group PR.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

from proofline.claims.back.remittance import Closing, Payment, RemitClaim, RemitLine
from proofline.claims.claim import Cents

Rule = Literal["line", "claim", "transaction", "line_charges", "patient_share"]
BALANCING: frozenset[Rule] = frozenset({"line", "claim", "transaction"})


class Imbalance(Struct, frozen=True):
    """One rule that does not hold: at segment `number`, for a claim and line of it (from 1, or 0).

    `stated` is what the file says, `explained` what it should be by everything else in the file.
    """

    rule: Rule
    number: int
    stated: Cents
    explained: Cents
    claim_id: str = ""
    line: int = 0

    @property
    def difference(self) -> Cents:
        """Stated less explained."""
        return self.stated - self.explained


class Sums(Struct, frozen=True):
    """What a transaction comes to: stated (BPR02), paid to claims, and kept by PLB."""

    stated: Cents
    paid: Cents
    kept: Cents
    claims: int
    imbalances: tuple[Imbalance, ...]

    @property
    def difference(self) -> Cents:
        """What BPR02 states beyond the claims less the PLB amounts; 0 where it adds up."""
        return self.stated - (self.paid - self.kept)

    @property
    def balanced(self) -> bool:
        """Whether line, claim and transaction all add up."""
        return not any(one.rule in BALANCING for one in self.imbalances)


def of_line(line: RemitLine) -> Cents:
    """Give what the adjustments of a line leave of its charge."""
    return line.charge - sum(one.amount for one in line.adjustments)


def of_claim(claim: RemitClaim) -> Cents:
    """Give what the adjustments of a claim and all of its lines leave of its charge."""
    kept = sum(one.amount for one in claim.adjustments)
    return claim.charge - kept - sum(one.amount for line in claim.lines for one in line.adjustments)


def imbalances(claim: RemitClaim) -> Iterator[Imbalance]:
    """Tell every rule that does not hold within a claim."""
    for at, line in enumerate(claim.lines, 1):
        if line.paid != (left := of_line(line)):
            yield Imbalance("line", line.number, line.paid, left, claim.claim_id, at)
    if claim.paid != (left := of_claim(claim)):
        yield Imbalance("claim", claim.number, claim.paid, left, claim.claim_id)
    if claim.lines and claim.charge != (charges := sum(line.charge for line in claim.lines)):
        yield Imbalance("line_charges", claim.number, claim.charge, charges, claim.claim_id)
    if claim.patient_share is not None and not claim.is_reversal:
        share = sum(
            one.amount
            for one in (*claim.adjustments, *(a for line in claim.lines for a in line.adjustments))
            if one.group == "PR"
        )
        if claim.patient_share != share:
            found = claim.patient_share
            yield Imbalance("patient_share", claim.number, found, share, claim.claim_id)


class Scale:
    """Weighs one transaction as it streams by; keeps sums and what does not hold, no claims."""

    def __init__(self, payment: Payment) -> None:
        """Begin with the head of a transaction."""
        self._payment = payment
        self._paid = 0
        self._claims = 0
        self._found: list[Imbalance] = []

    def add(self, claim: RemitClaim) -> tuple[Imbalance, ...]:
        """Lay on one claim; gives what does not hold in it."""
        self._paid += claim.paid
        self._claims += 1
        found = tuple(imbalances(claim))
        self._found.extend(found)
        return found

    def close(self, closing: Closing) -> Sums:
        """Lay on the adjustments of the provider and give the result."""
        kept = sum(one.amount for one in closing.adjustments)
        stated, explained = self._payment.amount, self._paid - kept
        if stated != explained:
            found = Imbalance("transaction", self._payment.number, stated, explained)
            self._found.append(found)
        return Sums(stated, self._paid, kept, self._claims, tuple(self._found))


def weigh(found: Iterable[Payment | RemitClaim | Closing]) -> Iterator[tuple[Payment, Sums]]:
    """Give the sums of each transaction of a stream of `remittances`."""
    scale: Scale | None = None
    payment: Payment | None = None
    for one in found:
        if isinstance(one, Payment):
            payment, scale = one, Scale(one)
        elif scale is not None and payment is not None:
            if isinstance(one, RemitClaim):
                scale.add(one)
            else:
                yield payment, scale.close(one)
