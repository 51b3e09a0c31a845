"""Where lines stand, as the biller's page divides them, and how many there are of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from proofline.desk.roles import permit
from proofline.desk.showing.practice.money import Sum
from proofline.store.book import Book
from proofline.store.counting import lines as counts
from proofline.store.counting import outcomes
from proofline.store.counting.amended import Amended, amended
from proofline.store.counting.answers import short as counted_short
from proofline.store.counting.lines import LineCount

Stand = Literal["held", "drawn", "ready", "sent", "paid", "partly_paid", "denied"]
STANDS: Mapping[Stand, tuple[str, ...]] = {
    "held": (),
    "drawn": ("drawn", "rejected"),
    "ready": ("ready", "corrected"),
    "sent": ("submitted", "accepted", "appealed"),
    "paid": ("paid",),
    "partly_paid": ("partly_paid",),
    "denied": ("denied",),
}
"""The states of lines that stand there; what is held is so by a decision or by hand."""

PAID: tuple[Stand, ...] = ("paid", "partly_paid")
"""Where lines can have been allowed less than expected."""

_EVER = date(1, 1, 1)


@dataclass(frozen=True, slots=True)
class StandSum:
    """One part of the page: its lines, what is expected of them, what was paid and what charged.

    Of held lines, most of which have no charge yet, `charge` is 0. `short` lines were allowed less
    than expected, together by so many `short_cents`.
    """

    stand: Stand
    sum: Sum
    paid: int
    charge: int = 0
    short: int = 0
    short_cents: int = 0


@dataclass(frozen=True, slots=True)
class Stands:
    """All parts; `undrawn` are billable decisions of which the book of lines has no line yet."""

    parts: tuple[StandSum, ...]
    undrawn: int
    amended: Amended


def stand_of(state: str) -> Stand | None:
    """Give the part of the page where lines of a state are; None: a line given up is nowhere."""
    return next((stand for stand, states in STANDS.items() if state in states), None)


def stands(book: Book) -> Stands:
    """Count what stands where. Errors: NotAllowed."""
    permit(book, "line.see")
    found = counts.by_month(book.tenant_id, _EVER)
    decided = outcomes.decided(book.tenant_id, ("billable", "held"), _EVER)
    held = (Sum(n.lines, n.cents, n.unpriced) for n in decided if n.outcome == "held")
    billable = sum(one.lines for one in decided if one.outcome == "billable")
    there = sum(one.lines for one in found if one.state != "voided")
    by_hand = _sum(one for one in found if one.held)
    short = {one.state: (one.lines, one.cents) for one in counted_short.sums(book.tenant_id)}
    parts = [StandSum("held", sum(held, by_hand), 0)]
    for stand, states in STANDS.items():
        if stand != "held":
            ours = [one for one in found if one.state in states and not one.held]
            money = (sum(one.paid for one in ours), sum(one.charge for one in ours))
            parts.append(StandSum(stand, _sum(ours), *money, *short.get(stand, (0, 0))))
    return Stands(tuple(parts), max(0, billable - there), amended(book.tenant_id))


def _sum(found: Iterable[LineCount]) -> Sum:
    lines = [*found]
    return Sum(
        sum(one.lines for one in lines),
        sum(one.expected for one in lines),
        sum(one.unpriced for one in lines),
    )
