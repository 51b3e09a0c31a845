"""What goes when ready claims are sent: how many lines, and what keeps a claim back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from proofline.claims.book import Book as Lines
from proofline.claims.book.book import sent_until
from proofline.claims.trouble import ClaimsError
from proofline.desk.billing.book import sending_at
from proofline.store.book import Book
from proofline.store.counting import going
from proofline.store.counting.going import Whole
from proofline.store.work.some_lines import SomeLines

Kept = Literal["refused", "held", "undrawn", "paid", "to_come"]
"""Why a claim is kept back: the core refuses it, or a line of it is held, is to be drawn anew, was
paid meanwhile, or is of a day to come."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What a line's claim takes along: how many other lines, or none where it is kept back.

    `until` is the day that is waited for, and `why` what the core says, where that keeps it.
    """

    along: int = 0
    kept: Kept | None = None
    until: date | None = None
    why: ClaimsError | None = None


ALONE = Beside()
"""Of a line that is carried by no claim any more."""


@dataclass(frozen=True, slots=True)
class Going:
    """How many ready lines go when all is sent, and of some claims what each takes along."""

    lines: int
    beside: dict[str, Beside]


def all_that_goes(book: Book, claim_ids: Collection[str], at: datetime) -> Going:
    """Say what would be sent at an instant, and what of some claims; nobody is looked at."""
    until, refused = sent_until(at), _refused(book, at)
    found = going.wholes(book.tenant_id, claim_ids)
    beside = {name: _beside(whole, until, refused.get(name)) for name, whole in found.items()}
    return Going(going.beside_those_kept(book.tenant_id, until, refused), beside)


def _beside(whole: Whole, until: date, why: ClaimsError | None) -> Beside:
    if why is not None:
        return Beside(kept="refused", why=why)
    if whole.held:
        return Beside(kept="held")
    if whole.back:
        return Beside(kept="undrawn")
    if whole.paid:
        return Beside(kept="paid")
    if whole.last > until:
        return Beside(kept="to_come", until=whole.last)
    return Beside(whole.lines - 1)


def _refused(book: Book, at: datetime) -> dict[str, ClaimsError]:
    """Give the corrected claims that the core refuses, each with why: rows do not tell it.

    They are few. A line that a later claim carries is asked for too, for the core asks for it.
    """
    found = going.corrected(book.tenant_id)
    if not found:
        return {}
    lines = Lines(SomeLines(book.tenant_id, {one for ids in found.values() for one in ids}))
    whole = {line.line_id for claim_id in found for line in lines.claims[claim_id].lines}
    if not whole <= lines.lines.keys():
        lines = Lines(SomeLines(book.tenant_id, whole))
    return lines.unsendable(found, sending_at(at))
