"""What goes when ready claims are sent: how many lines, and what keeps a claim back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from proofline.claims.book import Act as Said
from proofline.claims.book import Book as Lines
from proofline.claims.book.book import sent_until
from proofline.store.book import Book
from proofline.store.counting import going
from proofline.store.counting.going import Whole
from proofline.store.work.some_lines import SomeLines

Kept = Literal["held", "undrawn", "paid", "to_come"]
"""Why a claim is kept back: a line of it is held, is to be drawn anew, was paid meanwhile, or is of
a day to come."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What a line's claim takes along: how many other lines, or none where it is kept back.

    `until` is the day that is waited for, where that is what keeps it.
    """

    along: int = 0
    kept: Kept | None = None
    until: date | None = None


ALONE = Beside()
"""Of a line that is carried by no claim any more."""


@dataclass(frozen=True, slots=True)
class Going:
    """How many ready lines go when all is sent, and of some claims what each takes along."""

    lines: int
    beside: dict[str, Beside]


def all_that_goes(book: Book, claim_ids: Collection[str], at: datetime) -> Going:
    """Say what would be sent at an instant, and what of some claims; nobody is looked at."""
    until, paid = sent_until(at), _paid_meanwhile(book, at)
    found = going.wholes(book.tenant_id, claim_ids)
    beside = {name: _beside(whole, until, paid=name in paid) for name, whole in found.items()}
    return Going(going.beside_those_kept(book.tenant_id, until, paid), beside)


def _beside(whole: Whole, until: date, *, paid: bool) -> Beside:
    if whole.held:
        return Beside(kept="held")
    if whole.back:
        return Beside(kept="undrawn")
    if whole.paid or paid:
        return Beside(kept="paid")
    if whole.last > until:
        return Beside(kept="to_come", until=whole.last)
    return Beside(whole.lines - 1)


def _paid_meanwhile(book: Book, at: datetime) -> set[str]:
    """Give the corrected claims that the core refuses: some say of a payment less than there is."""
    found = going.corrected_and_paid(book.tenant_id)
    if not found:
        return set()
    lines = Lines(SomeLines(book.tenant_id, {one for ids in found.values() for one in ids}))
    return set(lines.unsendable(found, Said("", at)))
