"""Answers of payers that wait for a person, each with the lines that it may be of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from proofline.claims.answers.posting import Waiting
from proofline.desk.roles import permit
from proofline.desk.showing.naming import names_of
from proofline.store.book import Book
from proofline.store.counting.answers import waiting_answers
from proofline.store.counting.answers.waiting_answers import Kept
from proofline.store.work import standings
from proofline.store.work.standings import LineNow

PAGE = 20
"""Answers of a page, each with a form of its own."""

_OPEN = ("submitted", "accepted")
_OFFERED = 20
"""Lines that are offered for an answer; any other is named by its id."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that an answer may be of, and its patient's name."""

    line: LineNow
    patient: str


@dataclass(frozen=True, slots=True)
class Unsettled:
    """An answer that waits, when it was tried last, and the lines it may be of, its own first."""

    answer: Waiting
    tried_at: datetime
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of what waits for a person or, with `asides`, of what somebody set aside.

    `count` and `count_aside` are how many there are of each; `after`: None on the last page.
    """

    waiting: tuple[Unsettled, ...]
    aside: tuple[tuple[str, str], ...]
    asides: bool
    count: int
    count_aside: int
    after: int | None


def queue(book: Book, at: datetime, after: int = 0, *, asides: bool = False) -> Queue:
    """Give a page of what waits, or of what was set aside. Errors: NotAllowed."""
    permit(book, "remit.post")
    found = waiting_answers.listed(book.tenant_id, after, PAGE + 1, aside=asides)
    shown, more = found[:PAGE], len(found) > PAGE
    return Queue(
        () if asides else _unsettled(book, shown, at),
        tuple((one.answer.key, one.answer.why) for one in shown) if asides else (),
        asides,
        waiting_answers.how_many(book.tenant_id, aside=False),
        waiting_answers.how_many(book.tenant_id, aside=True),
        after + PAGE if more else None,
    )


def _unsettled(book: Book, shown: Sequence[Kept], at: datetime) -> tuple[Unsettled, ...]:
    own = standings.of_claims(book.tenant_id, {one.answer.claim_id for one in shown})
    codes = {one.answer.code for one in shown}
    like = standings.newest(book.tenant_id, codes, _OPEN, _OFFERED)
    offered = [_candidates(one.answer, own, like) for one in shown]
    whose = {line.patient_id for lines in offered for line in lines}
    names = names_of(book, "remit.post", whose, at)
    return tuple(
        Unsettled(
            one.answer,
            one.tried_at,
            tuple(Candidate(line, names[line.patient_id]) for line in lines),
        )
        for one, lines in zip(shown, offered, strict=True)
    )


def _candidates(
    one: Waiting, own: Sequence[LineNow], like: Sequence[LineNow]
) -> tuple[LineNow, ...]:
    """Give the lines of the claim that an answer names, then open ones of its code, last first."""
    named = {line.line_id: line for line in own if line.claim_id == one.claim_id}
    open_ = {line.line_id: line for line in like if line.code == one.code}
    return tuple((named | open_).values())[:_OFFERED]
