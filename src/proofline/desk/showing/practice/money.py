"""Money by month of service: earned, billed, paid, at risk, leaking; each number a list of lines.

earned    the decision is billable today; worth what the loaded fees make of it
billed    the line is with the payer
paid      what remittances brought
at risk   with the payer, and refused or rejected by it
leaking   the work was done, and the line is held: the cure is known, nobody has applied it; worth
          what the loaded fees would make of it
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from proofline.desk.roles import permit
from proofline.desk.showing.practice.months import last_months
from proofline.store.book import Book
from proofline.store.counting import lines as counts
from proofline.store.counting import outcomes
from proofline.store.counting.lines import LineCount

MONTHS = 12
LATEST = 3
"""Months that a telephone shows before the others are asked for."""
What = Literal["earned", "billed", "paid", "at_risk", "leaking"]
WHAT: tuple[What, ...] = ("earned", "billed", "paid", "at_risk", "leaking")
UNSENT = ("drawn", "ready")
PAID = ("paid", "partly_paid")
DENIED = ("denied", "appealed")
ANSWERED = (*PAID, *DENIED)
WAITING = ("submitted", "accepted", "corrected")
STATES: Mapping[str, tuple[str, ...]] = {
    "billed": (*WAITING, "rejected", *ANSWERED),
    "paid": PAID,
    "at_risk": ("rejected", *DENIED),
}
"""In which states a line counts as what."""


@dataclass(frozen=True, slots=True)
class Sum:
    """Lines and what they come to in cents; `unpriced` are those of which no amount is known."""

    lines: int = 0
    cents: int = 0
    unpriced: int = 0

    def __add__(self, other: Sum) -> Sum:
        """Add two sums; what is unknown stays so."""
        return Sum(
            self.lines + other.lines, self.cents + other.cents, self.unpriced + other.unpriced
        )

    @property
    def amount(self) -> int | None:
        """The cents, None where no line of several has an amount."""
        return None if self.lines and self.unpriced >= self.lines else self.cents


@dataclass(frozen=True, slots=True)
class MoneyMonth:
    """The sums of a month of service, in the order of WHAT.

    `parts` tell where that work is now, each line in one: paid, with the payer, refused, not sent
    yet, held.
    """

    month: str
    sums: tuple[Sum, ...]
    parts: tuple[Sum, ...]


@dataclass(frozen=True, slots=True)
class Money:
    """A year by month, and all of it together."""

    months: tuple[MoneyMonth, ...]
    sums: tuple[Sum, ...]

    @property
    def latest(self) -> tuple[MoneyMonth, ...]:
        """The months of now, the last one first."""
        return self.months[: -LATEST - 1 : -1]

    @property
    def earlier(self) -> tuple[MoneyMonth, ...]:
        """The months before these, the last one first."""
        return self.months[-LATEST - 1 :: -1]

    @property
    def all_priced(self) -> bool:
        """Whether there are lines, and every one that is earned or leaks has an amount."""
        earned, *_, leaking = self.sums
        return earned.lines > 0 and not earned.unpriced and not leaking.unpriced


def money(book: Book, at: datetime) -> Money:
    """Add up the last year. Errors: NotAllowed."""
    permit(book, "figures.see")
    months = last_months(at, MONTHS)
    since = date.fromisoformat(f"{months[0]}-01")
    decided = outcomes.decided(book.tenant_id, ("billable", "held"), since)
    lines = counts.by_month(book.tenant_id, since)
    shown = tuple(_month(one, decided, lines) for one in months)
    together = [sum((one.sums[n] for one in shown), Sum()) for n in range(len(WHAT))]
    return Money(shown, tuple(together))


def _month(
    month: str, decided: Iterable[outcomes.Decided], lines: Iterable[LineCount]
) -> MoneyMonth:
    ours = [one for one in lines if one.month == month]
    theirs = [one for one in decided if one.month == month]
    earned = _decided(theirs, "billable")
    by_hand = _expected(ours, lambda one: one.held and one.state in UNSENT)
    leaking = _decided(theirs, "held") + by_hand
    billed, paid, at_risk = (_of(what, ours) for what in WHAT[1:4])
    waiting = _expected(ours, lambda one: one.state in WAITING)
    unsent = Sum(max(0, earned.lines - billed.lines), max(0, earned.cents - billed.cents))
    parts = (paid, waiting, at_risk, unsent, leaking)
    return MoneyMonth(month, (earned, billed, paid, at_risk, leaking), parts)


def _decided(decided: Iterable[outcomes.Decided], outcome: str) -> Sum:
    wanted = (Sum(n.lines, n.cents, n.unpriced) for n in decided if n.outcome == outcome)
    return sum(wanted, Sum())


def _of(what: What, lines: Iterable[LineCount]) -> Sum:
    states = STATES[what]
    if what == "paid":
        paid = [one for one in lines if one.state in states]
        return Sum(sum(one.lines for one in paid), sum(one.paid for one in paid))
    return _expected(lines, lambda one: one.state in states)


def _expected(lines: Iterable[LineCount], wanted: Callable[[LineCount], bool]) -> Sum:
    found = [one for one in lines if wanted(one)]
    return Sum(
        sum(one.lines for one in found),
        sum(one.expected for one in found),
        sum(one.unpriced for one in found),
    )
