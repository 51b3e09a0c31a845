"""Payers: what was billed to each, what it paid, how soon, and how much of it it refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from proofline.desk.billing.papers import directory_of
from proofline.desk.roles import permit
from proofline.desk.showing.naming import payers_in
from proofline.desk.showing.practice.money import ANSWERED, DENIED
from proofline.desk.showing.practice.months import last_months
from proofline.store.book import Book
from proofline.store.counting import lines as counts
from proofline.store.counting.lines import PayerCount, Waited

MONTHS = 12


@dataclass(frozen=True, slots=True)
class PayerShare:
    """One payer: lines and cents billed and paid, lines refused, days from sending to answer.

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
    first = date.fromisoformat(f"{since}-01")
    names = payers_in(directory_of(book, at))
    waited: dict[str, list[Waited]] = {}
    for one in counts.waited(book.tenant_id, first):
        waited.setdefault(one.payer_id, []).append(one)
    shares = [
        _share(payer_id, names.get(payer_id, payer_id), [*found], waited.get(payer_id, []))
        for payer_id, found in groupby(
            counts.by_payer(book.tenant_id, first), key=lambda one: one.payer_id
        )
    ]
    return Payers(since, tuple(sorted(shares, key=lambda one: (-one.charge, one.payer))))


def _share(
    payer_id: str, name: str, found: Sequence[PayerCount], waited: Sequence[Waited]
) -> PayerShare:
    answered = [one for one in found if one.state in ANSWERED]
    return PayerShare(
        payer_id,
        name,
        sum(one.lines for one in found),
        sum(one.charge for one in found),
        sum(one.paid for one in found),
        sum(one.lines for one in answered),
        sum(one.lines for one in answered if one.state in DENIED),
        _median(waited),
    )


def _median(waited: Sequence[Waited]) -> int | None:
    """Give the median of the days that lines waited, the lower one of two; None of no lines."""
    before, half = 0, sum(one.lines for one in waited) / 2
    for one in sorted(waited, key=lambda one: one.days):
        before += one.lines
        if before >= half:
            return one.days
    return None
