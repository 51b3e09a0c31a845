"""Lists over the book: what was paid too little, what was earned and not billed, what is open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from proofline.claims.answers.details import (
    Detail,
    charged,
    denials,
    of_first,
    remitted,
    share,
    standing,
    state_after,
    taken,
)
from proofline.claims.book import Book
from proofline.claims.claim import Cents, ClaimLine, State
from proofline.claims.drawing import identity

_SEQUESTRATION = "253"
_AFTER_ANOTHER = frozenset({"2", "3", "20", "21"})
"""CLP02 of a claim processed as secondary or tertiary, 20 and 21 where it was forwarded."""
BUCKETS = (30, 60, 90, 120)
"""Days after which what is open is older; the last bucket has no end."""
_OPEN: frozenset[State] = frozenset({"submitted", "accepted", "rejected", "denied", "appealed"})


class Underpaid(Struct, frozen=True):
    """A line allowed less than its expected amount, in cents; `short` is the difference."""

    line_id: str
    code: str
    expected: Cents
    allowed: Cents
    paid: Cents

    @property
    def short(self) -> Cents:
        """How much less than expected was allowed."""
        return self.expected - self.allowed


class Unbilled(Struct, frozen=True):
    """A billable decision that the payer does not have: `state` of its line, None where undrawn."""

    line_id: str
    decision_key: str
    service_date: str
    state: State | None


class Aged(Struct, frozen=True):
    """An open line: days since its last day of service, and the bucket (days below, 0 for over)."""

    line_id: str
    state: State
    charge: Cents
    days: int
    bucket: int


def underpaid(book: Book) -> Iterator[Underpaid]:
    """Give lines whose allowed amount is below what was expected; unknown is not compared.

    What the payer asked first answered counts. Allowed is what it says (AMT*B6), else what was
    paid, the patient's share and the sequestration together: none of these is a shortfall. Denied
    lines are no underpayments, nor is what was answered only in part or taken back.
    """
    found = (shortfall(book, line) for line in _lines(book))
    return (one for one in found if one is not None)


def not_compared(book: Book) -> int:
    """Count the lines that were paid, wholly or in part, of which no amount was expected."""
    paid = {"paid", "partly_paid"}
    lines = (one for one in _lines(book) if book.lines[one.line_id].state in paid)
    return sum(one.expected is None for one in lines)


def shortfall(book: Book, line: ClaimLine) -> Underpaid | None:
    """Tell whether a line was allowed less than expected; None where it was not, or is unknown."""
    posted = remitted(book, line.line_id)
    allowed = allowed_below(posted, line.charge, line.expected)
    if allowed is None or line.expected is None:
        return None
    paid = int(posted[-1]["total"])
    return Underpaid(line.line_id, line.code, line.expected, allowed, paid)


def allowed_below(posted: list[Detail], charge: Cents, expected: Cents | None) -> Cents | None:
    """Give the cents allowed of a line by its answers, where that is less than expected; else None.

    Its answers say whether it was denied, wherever a person brought it since, and which payer was
    asked first, also where that one corrected itself after the second one had answered. A payer
    that refused all is passed over where another one did not; one that pays after another says
    nothing of what the line is worth.
    """
    if expected is None or not posted or state_after(posted, charge) == "denied":
        return None
    first = of_first([one for one in posted if not _beside(one)], charge)
    if not first or charged(first) < charge:
        return None
    allowed = sum(_allowed(one) for one in first)
    return allowed if allowed < expected else None


def _beside(told: Detail) -> bool:
    """Whether an answer allows nothing by itself.

    As of a payer that refuses all, since another one is to be asked, or that pays after another.
    """
    refuses = bool(denials(told)) and not int(told["paid"]) and share(told) <= 0
    return refuses or told["status"] in _AFTER_ANOTHER


def _allowed(told: Detail) -> Cents:
    kept = sum(cents for _, reason, cents in taken(told) if reason == _SEQUESTRATION)
    return int(told.get("allowed", int(told["paid"]) + share(told) + kept))


def unbilled(book: Book, decisions: Iterable[Mapping[str, Any]]) -> Iterator[Unbilled]:
    """Give billable decisions whose line the payer does not have: not drawn, or not sent yet."""
    for decision in decisions:
        if decision["outcome"] != "billable":
            continue
        line_id, key = identity(decision)
        now = book.lines.get(line_id)
        if now is None or now.state in {"drawn", "ready", "rejected", "corrected"}:
            state = now.state if now else None
            yield Unbilled(line_id, key, decision["service_date"], state)


def aging(book: Book, as_of: date) -> Iterator[Aged]:
    """Give the lines that were sent and are not settled, by their age on a day.

    A line is settled when all of its charge was answered; of a denied one a person says so.
    """
    for line in _lines(book):
        state = book.lines[line.line_id].state
        answered = charged(standing(remitted(book, line.line_id), line.charge))
        part = state in {"paid", "partly_paid"} and answered < line.charge
        if state in _OPEN or part:
            days = (as_of - line.last_day).days
            bucket = next((most for most in BUCKETS if days <= most), 0)
            yield Aged(line.line_id, state, line.charge, days, bucket)


def _lines(book: Book) -> Iterator[ClaimLine]:
    """Give every line as the claim that carries it now has it."""
    for one in book.lines.values():
        carried = book.claims[one.claim_id].lines
        yield next(line for line in carried if line.line_id == one.line_id)
