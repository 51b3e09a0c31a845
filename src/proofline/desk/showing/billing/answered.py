"""What became of a payer's file: each answer posted, waiting for a person, or there before."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from proofline.claims.answers.lists import Underpaid, shortfall
from proofline.claims.answers.posting import Waiting
from proofline.claims.answers.provider import Kept
from proofline.claims.back.balance import Imbalance
from proofline.claims.book import Book as Lines
from proofline.claims.book import Change
from proofline.desk.billing import answering
from proofline.desk.billing.book import lines_of
from proofline.desk.showing.billing.stands import PAID, STANDS, Stand, stand_of
from proofline.desk.showing.differing import told_otherwise
from proofline.desk.showing.naming import names_of
from proofline.store.book import Book

_REMITTANCE = re.compile(rb"\bST\W835\W", re.ASCII)
"""How a set of remittances begins, whatever mark divides its elements."""

LISTED = 200
"""So many answers of a file are listed; the others are on the pages of their claims."""


@dataclass(frozen=True, slots=True)
class AnswerPosted:
    """An answer that found its line: the patient, the line, its state, and cents by this answer.

    `became` is where the line stands once all of the file is posted. `differs` says where the payer
    speaks of the line otherwise than we billed it; `short`, told with the last answer to the line,
    what all of them allow less than expected, None where that is nothing, or is not known.
    """

    line_id: str
    claim_id: str
    patient: str
    code: str
    served: date
    became: str
    expected: int | None
    paid: int
    differs: tuple[str, ...] = ()
    short: Underpaid | None = None
    takes_back: bool = False

    @property
    def rank(self) -> int:
        """Where it stands in a list: what a person has to look at comes first."""
        if self.became in {"denied", "rejected"}:
            return 0
        doubtful = self.short or self.differs or self.takes_back
        return 1 if doubtful or self.became == "partly_paid" else 2


@dataclass(frozen=True, slots=True)
class FilePosted:
    """What came of a file: answers posted, how many were before, what waits, what is unbalanced.

    `unknown` are answers about files or claims that were never sent from here; `contradicted` are
    claims that were accepted and rejected both, of which a person has to ask the payer. `kept` is
    money of no line, kept from the payment or added to it; `remittance` tells whether money came.
    """

    posted: tuple[AnswerPosted, ...]
    before: int
    waiting: tuple[Waiting, ...] = ()
    unbalanced: tuple[Imbalance, ...] = ()
    unknown: tuple[str, ...] = ()
    contradicted: tuple[str, ...] = ()
    kept: tuple[Kept, ...] = ()
    remittance: bool = False

    @property
    def denied(self) -> int:
        """How many lines are denied by it, whose causes are among the denials."""
        return len({one.line_id for one in self.posted if one.became == "denied"})

    @property
    def short(self) -> int:
        """How many lines were allowed less than expected."""
        return sum(n for _, n in self.shorts)

    @property
    def shorts(self) -> tuple[tuple[Stand, int], ...]:
        """The parts of the biller's page where those are, and how many each."""
        found = Counter(stand_of(one.became) for one in self.posted if one.short)
        return tuple((stand, found[stand]) for stand in PAID if found[stand])

    @property
    def again(self) -> bool:
        """Whether all of it was posted before, so that nothing of it counts twice."""
        return bool(self.before) and not self.posted and not self.waiting

    @property
    def withheld(self) -> int:
        """The cents that were kept from the payment for no line of it; below 0: were added."""
        return sum(one.adjustment.amount for one in self.kept)

    @property
    def added_or_kept(self) -> int:
        """The same cents, whichever way they went."""
        return abs(self.withheld)

    @property
    def beyond(self) -> int:
        """How many answers are not listed, of very many."""
        return max(0, len(self.posted) - LISTED)

    @property
    def unlisted(self) -> tuple[tuple[Stand, int], ...]:
        """The parts of the biller's page where those are that are not listed, and how many each."""
        found = Counter(stand_of(one.became) for one in self._sorted()[LISTED:])
        return tuple((stand, found[stand]) for stand in STANDS if found[stand])

    @property
    def listed(self) -> tuple[AnswerPosted, ...]:
        """The answers, those first that a person has to look at."""
        return tuple(self._sorted()[:LISTED])

    def _sorted(self) -> list[AnswerPosted]:
        return sorted(self.posted, key=lambda one: one.rank)

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
        held = (paid.before, paid.waiting, paid.unbalanced)
        return FilePosted(posted, *held, kept=paid.kept, remittance=True)
    found = answering.acknowledge(book, data, at)
    posted = _posted(book, found.changes, at)
    return FilePosted(posted, found.before, unknown=found.unknown, contradicted=found.contradicted)


def _posted(book: Book, changes: Sequence[Change], at: datetime) -> tuple[AnswerPosted, ...]:
    lines = lines_of(book)
    whose = {one.line_id: lines.claims[_claim(lines, one)].patient_id for one in changes}
    names = names_of(book, "remit.post", set(whose.values()), at)
    last = {one.line_id: one for one in changes}
    return tuple(
        _answer(lines, one, names[whose[one.line_id]], last=last[one.line_id] is one)
        for one in changes
    )


def _claim(lines: Lines, change: Change) -> str:
    return lines.lines[change.line_id].claim_id


def _answer(lines: Lines, change: Change, patient: str, *, last: bool) -> AnswerPosted:
    claim_id = _claim(lines, change)
    line = next(one for one in lines.claims[claim_id].lines if one.line_id == change.line_id)
    paid = int(change.detail.get("paid", "0"))
    state = lines.lines[change.line_id].state
    differs = told_otherwise(change.detail)
    short = shortfall(lines, line) if last and "paid" in change.detail else None
    what = (change.line_id, claim_id, patient, line.code, line.last_day)
    back = "reverses" in change.detail
    return AnswerPosted(*what, state, line.expected, paid, differs, short, back)
