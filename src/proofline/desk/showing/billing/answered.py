"""What became of a payer's file: each answer posted, waiting for a person, or there before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from proofline.claims.answers.posting import Waiting
from proofline.claims.back.balance import Imbalance
from proofline.claims.book import Book as Lines
from proofline.claims.book import Change
from proofline.desk.billing import answering
from proofline.desk.billing.book import lines_of
from proofline.desk.showing.differing import told_otherwise
from proofline.desk.showing.naming import names_of
from proofline.store.book import Book

_REMITTANCE = re.compile(rb"\bST\W835\W", re.ASCII)
"""How a set of remittances begins, whatever mark divides its elements."""


@dataclass(frozen=True, slots=True)
class AnswerPosted:
    """An answer that found its line: the patient, the code, the new state, cents by this answer.

    `differs` says where the payer speaks of the line otherwise than we billed it.
    """

    line_id: str
    claim_id: str
    patient: str
    code: str
    became: str
    paid: int
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FilePosted:
    """What came of a file: answers posted, how many were before, what waits, what is unbalanced.

    `unknown` are answers about files or claims that were never sent from here; `contradicted` are
    claims that were accepted and rejected both, of which a person has to ask the payer.
    """

    posted: tuple[AnswerPosted, ...]
    before: int
    waiting: tuple[Waiting, ...] = ()
    unbalanced: tuple[Imbalance, ...] = ()
    unknown: tuple[str, ...] = ()
    contradicted: tuple[str, ...] = ()

    @property
    def paid(self) -> int:
        """The cents that the file brought to lines."""
        return sum(one.paid for one in self.posted)


def post(book: Book, data: bytes, at: datetime) -> FilePosted:
    """Post an answer of a payer, whichever it is, and say what became of each part of it.

    Errors: NotAllowed; X12Refused or ClaimsError if the file is not whole or a test.
    """
    if _REMITTANCE.search(data):
        paid = answering.post(book, data, at)
        posted = _posted(book, paid.changes, at)
        return FilePosted(posted, paid.before, paid.waiting, paid.unbalanced)
    found = answering.acknowledge(book, data, at)
    posted = _posted(book, found.changes, at)
    return FilePosted(posted, found.before, unknown=found.unknown, contradicted=found.contradicted)


def _posted(book: Book, changes: Sequence[Change], at: datetime) -> tuple[AnswerPosted, ...]:
    lines = lines_of(book)
    whose = {one.line_id: lines.claims[_claim(lines, one)].patient_id for one in changes}
    names = names_of(book, "remit.post", set(whose.values()), at)
    return tuple(_answer(lines, one, names[whose[one.line_id]]) for one in changes)


def _claim(lines: Lines, change: Change) -> str:
    return lines.lines[change.line_id].claim_id


def _answer(lines: Lines, change: Change, patient: str) -> AnswerPosted:
    claim_id = _claim(lines, change)
    line = next(one for one in lines.claims[claim_id].lines if one.line_id == change.line_id)
    paid = int(change.detail.get("paid", "0"))
    state = change.to or lines.lines[change.line_id].state
    differs = told_otherwise(change.detail)
    return AnswerPosted(change.line_id, claim_id, patient, line.code, state, paid, differs)
