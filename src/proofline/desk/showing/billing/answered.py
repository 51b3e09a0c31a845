"""What became of a payer's file: each answer posted, waiting for a person, or there before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from proofline.claims.answers.posting import Posted, Waiting
from proofline.claims.back.balance import Imbalance
from proofline.claims.book import Book as Lines
from proofline.claims.book import Change
from proofline.desk.billing.answering import post as post_remittance
from proofline.desk.billing.book import lines_of
from proofline.desk.showing.naming import names_of
from proofline.store.book import Book


@dataclass(frozen=True, slots=True)
class AnswerPosted:
    """An answer that found its line: the patient, the code, the new state, cents by this answer."""

    line_id: str
    claim_id: str
    patient: str
    code: str
    became: str
    paid: int


@dataclass(frozen=True, slots=True)
class FilePosted:
    """What came of a file: answers posted, how many were before, what waits, what is unbalanced."""

    posted: tuple[AnswerPosted, ...]
    before: int
    waiting: tuple[Waiting, ...]
    unbalanced: tuple[Imbalance, ...]
    aside: int

    @property
    def paid(self) -> int:
        """The cents that the file brought to lines."""
        return sum(one.paid for one in self.posted)


def post(book: Book, data: bytes, at: datetime) -> FilePosted:
    """Post a remittance and say what became of each answer.

    Errors: NotAllowed; X12Refused or ClaimsError if the file is not whole or a test.
    """
    found: Posted = post_remittance(book, data, at)
    lines = lines_of(book)
    whose = {one.line_id: lines.claims[_claim(lines, one)].patient_id for one in found.changes}
    names = names_of(book, "remit.post", set(whose.values()), at)
    posted = tuple(_posted(lines, one, names[whose[one.line_id]]) for one in found.changes)
    return FilePosted(posted, found.before, found.waiting, found.unbalanced, found.aside)


def _claim(lines: Lines, change: Change) -> str:
    return lines.lines[change.line_id].claim_id


def _posted(lines: Lines, change: Change, patient: str) -> AnswerPosted:
    claim_id = _claim(lines, change)
    line = next(one for one in lines.claims[claim_id].lines if one.line_id == change.line_id)
    paid = int(change.detail.get("paid", "0"))
    state = change.to or lines.lines[change.line_id].state
    return AnswerPosted(change.line_id, claim_id, patient, line.code, state, paid)
