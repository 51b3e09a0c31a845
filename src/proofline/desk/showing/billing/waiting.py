"""Answers of payers that wait for a person, each with the lines that it may be of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from proofline.claims.answers.posting import Waiting
from proofline.claims.book import Book as Lines
from proofline.claims.claim import ClaimLine
from proofline.desk.billing.answering import waiting
from proofline.desk.billing.book import lines_of
from proofline.desk.roles import permit
from proofline.desk.showing.naming import names_of
from proofline.store.book import Book

_OPEN = frozenset({"submitted", "accepted"})
_OFFERED = 20
"""Lines that are offered for an answer; any other is named by its id."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that an answer may be of, and its patient's name."""

    line: ClaimLine
    patient: str


@dataclass(frozen=True, slots=True)
class Unsettled:
    """An answer that waits, and the lines that it may be of, the claim's own first."""

    answer: Waiting
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for a person, and what somebody set aside: by its key, why it had waited."""

    waiting: tuple[Unsettled, ...]
    aside: tuple[tuple[str, str], ...]


def queue(book: Book, at: datetime) -> Queue:
    """Give what waits of all remittances that were kept. Errors: NotAllowed."""
    permit(book, "remit.post")
    lines = lines_of(book)
    found = {one.key: one for one in waiting(book, lines)}
    like = {key: _candidates(lines, one) for key, one in found.items()}
    whose = {
        line.line_id: lines.claims[lines.lines[line.line_id].claim_id].patient_id
        for offered in like.values()
        for line in offered
    }
    names = names_of(book, "remit.post", set(whose.values()), at)
    unsettled = tuple(
        Unsettled(one, tuple(Candidate(line, names[whose[line.line_id]]) for line in like[key]))
        for key, one in found.items()
    )
    return Queue(unsettled, tuple(lines.aside.items()))


def _candidates(lines: Lines, one: Waiting) -> tuple[ClaimLine, ...]:
    """Give the lines of the claim that an answer names, then open ones of its code, last first."""
    named = lines.claims.get(one.claim_id)
    own = {line.line_id: line for line in (named.lines if named else ())}
    like = {
        line.line_id: line
        for now in lines.lines.values()
        if now.state in _OPEN
        for line in lines.claims[now.claim_id].lines
        if line.line_id == now.line_id and line.code == one.code
    }
    newest = sorted(like.values(), key=lambda line: line.last_day, reverse=True)
    return tuple((own | {line.line_id: line for line in newest}).values())[:_OFFERED]
