"""Payers: what was billed to each, what it paid, how soon, and how much of it it refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from statistics import median_low

from proofline.desk.roles import permit
from proofline.desk.showing.practice.money import PAID, STATES
from proofline.desk.showing.practice.months import last_months
from proofline.store.book import Book
from proofline.store.counting import lines as counts
from proofline.store.counting.lines import Answered

MONTHS = 12


@dataclass(frozen=True, slots=True)
class PayerShare:
    """One payer: lines and cents billed and paid, lines refused, days from sending to payment.

    `days_to_pay` is the median of the lines that were answered, None where none was; `answered`
    are lines that the payer paid or denied, of which `denied` is the part that it refused.
    """

    payer_id: str
    payer: str
    lines: int
    charge: int
    paid: int
    answered: int
    denied: int
    days_to_pay: int | None

    @property
    def denied_share(self) -> float | None:
        """The part of the answered lines that was denied; None where none was answered."""
        return self.denied / self.answered if self.answered else None


@dataclass(frozen=True, slots=True)
class Payers:
    """The payers of a year, by what was billed to them, and the first month counted."""

    since: str
    payers: tuple[PayerShare, ...]


def payers(book: Book, at: datetime) -> Payers:
    """Give what became of the lines served in the last year, by payer. Errors: NotAllowed."""
    permit(book, "figures.see")
    since = last_months(at, MONTHS)[0]
    found = counts.by_payer(book.tenant_id, date.fromisoformat(f"{since}-01"))
    shares = [_share([*lines]) for _, lines in groupby(found, key=lambda one: one.payer_id)]
    return Payers(since, tuple(sorted(shares, key=lambda one: (-one.charge, one.payer))))


def _share(lines: Sequence[Answered]) -> PayerShare:
    billed = [one for one in lines if one.state in STATES["billed"]]
    answered = [one for one in billed if one.state in {*PAID, "denied", "appealed"}]
    days = [one.days for one in answered for _ in range(one.lines) if one.days is not None]
    refused = [one for one in answered if one.state in {"denied", "appealed"}]
    return PayerShare(
        lines[0].payer_id,
        lines[0].payer,
        sum(one.lines for one in billed),
        sum(one.charge for one in billed),
        sum(one.paid for one in billed),
        sum(one.lines for one in answered),
        sum(one.lines for one in refused),
        median_low(days) if days else None,
    )
