"""A remittance into the book: each answer once, money as stated, and what matches nothing waits.

An answer is known again by payer, trace number and place in the transaction, or by what it says
where a file comes in another order or in parts; so the same answer posts nothing, also in another
envelope. Money is added up over all answers to a line, and never beyond its charge: a payment that
comes once more under another trace number waits, unless the first was taken back. A reversal takes
back what its original brought, and must find it. State follows the money and the reasons; where
the book's steps do not allow a state, such as for a line that was corrected meanwhile, the money is
posted and the state stays. What waits is settled by a person.

A file is gone through claim by claim; held are the answers that are new and those that wait. All of
them are one act of the book, written when the file has been read to its end: a file that is refused
there has posted nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from hashlib import sha256

from msgspec import Struct

from proofline.claims.answers.adjudged import Answer, answers
from proofline.claims.answers.details import BY_HAND, REMITTANCE, state_after
from proofline.claims.answers.matching import By, Match, Matcher
from proofline.claims.answers.provider import Kept, in_stories, kept_back
from proofline.claims.answers.weighing import Weighed
from proofline.claims.back.balance import Imbalance, Scale
from proofline.claims.back.remittance import Closing, Payment, RemitClaim
from proofline.claims.back.remitting import remittances
from proofline.claims.book import Act, Book, Change
from proofline.claims.book.acting import refuse_silence
from proofline.claims.book.steps import steps
from proofline.claims.claim import Cents, State
from proofline.claims.detaching import taken_off
from proofline.claims.trouble import ClaimsError

_PERSON: By = BY_HAND


class Waiting(Struct, frozen=True):
    """An answer that is not posted: whose claim, at which segment of which file, cents, and why.

    `key` names it when a person settles it.
    """

    key: str
    file: str
    segment: int
    claim_id: str
    line_id: str
    code: str
    paid: Cents
    why: str


class Posted(Struct, frozen=True):
    """What came of a file: answers posted, how many were before, what waits, what PLB kept.

    `unbalanced` tells claims and payments that do not add up; their money is posted as stated.
    `aside` counts answers that a person set aside.
    """

    changes: tuple[Change, ...]
    before: int
    waiting: tuple[Waiting, ...]
    kept: tuple[Kept, ...]
    unbalanced: tuple[Imbalance, ...] = ()
    aside: int = 0


def post(book: Book, data: bytes, act: Act, attached: Mapping[str, str] | None = None) -> Posted:
    """Post every answer of a file that finds its line, all in one act; nothing if none is new.

    `attached` are lines by the keys of answers that a person attaches to them; no other answer is
    posted then. Errors: `X12Refused` if the file is not whole; ClaimsError if it is a test file:
    nothing is posted then.
    """
    poster = _Poster(book, data, attached)
    book.record(poster.changes(), act)
    return Posted(
        tuple(poster.done),
        poster.before,
        tuple(poster.waiting),
        tuple(poster.kept),
        tuple(poster.unbalanced),
        len(poster.put_aside),
    )


def waiting(book: Book, data: bytes) -> tuple[Waiting, ...]:
    """Give the answers of a file that would wait, as the book stands; nothing is posted."""
    poster = _Poster(book, data, None)
    for _ in poster.changes():
        pass
    return tuple(poster.waiting)


def unposted(book: Book, data: bytes) -> tuple[Waiting, ...]:
    """Give the answers of a file that wait or were set aside, as the book stands."""
    poster = _Poster(book, data, None)
    for _ in poster.changes():
        pass
    return tuple(sorted([*poster.waiting, *poster.put_aside], key=lambda one: one.segment))


def find(book: Book, files: Iterable[bytes], key: str) -> tuple[bytes, Waiting]:
    """Find an answer that waits by its key, and the file it came in.

    Errors: ClaimsError if none of that key waits.
    """
    for data in files:
        for one in waiting(book, data):
            if one.key == key:
                return data, one
    raise not_waiting()


def not_waiting() -> ClaimsError:
    """The refusal where no answer of a key waits."""
    return ClaimsError(
        "claims.not_waiting",
        "No answer of that key waits: it was posted or set aside, or never came.",
        "`proofline remits match --book DIR` lists what waits, with its keys.",
    )


def attach(book: Book, data: bytes, key: str, to: tuple[str, Act]) -> Posted:
    """Post an answer that waits to the line that a person names, as stated; the act says why.

    Errors: ClaimsError if the book has no such line, or the act no reason.
    """
    line_id, act = to
    refuse_silence(act, "attach an answer")
    if line_id not in book.lines:
        raise ClaimsError(
            "claims.no_line", "The book has no line of that id.", "See `proofline claims lines`."
        )
    return post(book, data, act, {key: line_id})


def first_day(data: bytes) -> date:
    """Give the first day of payment in a remittance."""
    return min(one.paid_on for one in remittances(data) if isinstance(one, Payment))


def _refuse_test(payment: Payment) -> None:
    if payment.envelope.test:
        raise ClaimsError(
            "claims.test_file",
            "The file says of itself that it is a test (ISA15 = T); it moves no money.",
            "Ask the payer for the production file.",
        )


class _Poster:
    """Goes through one file; the book is read when the changes are asked for, under its lock."""

    def __init__(self, book: Book, data: bytes, attached: Mapping[str, str] | None) -> None:
        self._book, self._data, self._attached = book, data, attached
        self._file = sha256(data).hexdigest()
        self.done: list[Change] = []
        self.before = 0
        self.put_aside: list[Waiting] = []
        self.kept: list[Kept] = []
        self.unbalanced: list[Imbalance] = []
        self._closings: list[tuple[Payment, Closing]] = []
        self._unfound: list[Waiting] = []
        self._refused: list[Waiting] = []
        self._again: list[tuple[Answer, Match]] = []

    @property
    def waiting(self) -> list[Waiting]:
        """What is not posted, in the order of the file."""
        return sorted([*self._unfound, *self._refused], key=lambda one: one.segment)

    def changes(self) -> Iterator[Change]:
        """Yield the new answers that find their line."""
        self._now: dict[str, State] = {k: one.state for k, one in self._book.lines.items()}
        self._weighed = Weighed(self._book)
        self._marks = {
            (line_id, told["answer"]): told["content"]
            for line_id, posted in self._weighed.told.items()
            for told in posted
        }
        self._had = Counter(
            (line_id, told["trace"], told["content"])
            for line_id, posted in self._weighed.told.items()
            for told in posted
        )
        self._by_hand = {
            (told["answer"], told["content"])
            for posted in self._weighed.told.values()
            for told in posted
            if told["by"] == _PERSON
        }
        self._off = taken_off(self._book)
        self._met: Counter[tuple[str, str, str]] = Counter()
        yield from self._all(self._asked(self._answers(Matcher(self._book))))
        if self._attached is None:
            self.kept = list(kept_back(self._book, self._weighed.told, self._closings))
            yield from in_stories(self._book, self._weighed.told, self.kept)

    def _answers(self, matcher: Matcher) -> Iterator[tuple[Answer, Match]]:
        """Read the file claim by claim; note what does not add up: lines tell it of themselves."""
        payment: Payment | None = None
        for one in remittances(self._data):
            if isinstance(one, Payment):
                _refuse_test(one)
                payment, scale, at = one, Scale(one), 0
            elif payment is None:
                continue  # a payment is always first
            elif isinstance(one, RemitClaim):
                scale.add(one)
                yield from answers(payment, one, at, matcher)
                at += 1
            else:
                off = scale.close(one).imbalances
                self.unbalanced += [each for each in off if each.rule in {"claim", "transaction"}]
                self._closings.append((payment, one))

    def _asked(self, told: Iterable[tuple[Answer, Match]]) -> Iterator[tuple[Answer, Match]]:
        """Give the answers that are to be posted: all, or those that a person attaches."""
        for answer, match in told:
            if self._attached is None:
                yield answer, match
            elif answer.key in self._attached:
                yield answer, Match(self._attached[answer.key], _PERSON)

    def _all(self, told: Iterable[tuple[Answer, Match]]) -> Iterator[Change]:
        """Post what can be, again and again: a reversal may stand behind what it makes room for."""
        while True:
            posted = len(self.done)
            self._refused, self._again = [], []
            for answer, match in told:
                yield from self._one(answer, match)
            told = self._again
            if not told or len(self.done) == posted:
                return

    def _one(self, answer: Answer, match: Match) -> Iterator[Change]:
        line_id = match.line_id
        known = self._marks.get((line_id, answer.mark))
        same = (line_id, answer.payment.trace, answer.content)
        self._met[same] += 1
        by_hand = (answer.mark, answer.content) in self._by_hand
        if by_hand or known == answer.content or self._met[same] <= self._had[same]:
            self.before += 1
            return
        if self._attached is None and answer.key in self._book.aside:
            self.put_aside.append(self._wait(answer, line_id, self._book.aside[answer.key]))
            return
        for_good = self._off.get((answer.mark, answer.content), match.why_not)
        why_not = for_good or self._weighed.against(answer, line_id, known)
        if why_not and self._attached is None:
            self._met[same] -= 1
            waits = self._wait(answer, line_id, why_not)
            if for_good:
                self._unfound.append(waits)
            else:
                self._refused.append(waits)
                self._again.append((answer, match))
            return
        detail = self._detail(answer, match)
        self._weighed.told[line_id].append(detail)
        self._marks[line_id, answer.mark] = answer.content
        state = state_after(self._weighed.told[line_id], self._weighed.charge(answer, line_id))
        allowed = steps().allow(self._now[line_id], state)
        self._now[line_id] = state if allowed else self._now[line_id]
        change = Change(line_id, state if allowed else None, detail=detail)
        self.done.append(change)
        yield change

    def _wait(self, answer: Answer, line_id: str, why: str) -> Waiting:
        claim = answer.claim
        return Waiting(
            answer.key,
            self._file,
            answer.number,
            claim.claim_id,
            line_id,
            answer.code,
            answer.paid,
            why,
        )

    def _detail(self, answer: Answer, match: Match) -> dict[str, str]:
        claim, payment = answer.claim, answer.payment
        back = self._weighed.original(answer, match.line_id) if claim.is_reversal else None
        detail = {
            "kind": REMITTANCE,
            "answer": answer.mark,
            "content": answer.content,
            "file": self._file,
            "segment": str(answer.number),
            "by": match.by or "",
            "claim_id": claim.claim_id,
            "payer_claim_id": claim.payer_claim_id,
            "status": claim.status,
            "trace": payment.trace,
            "paid_on": payment.paid_on.isoformat(),
            "payer": payment.payer_number,
            "of": "" if answer.code else "claim",
            "charge": str(self._weighed.of_line(answer, match.line_id)),
            "paid": str(answer.paid),
            "total": str(self._weighed.paid(match.line_id) + answer.paid),
            "adjustments": " ".join(
                f"{one.group}-{one.reason}:{one.amount}" for one in answer.adjustments
            ),
            "remarks": " ".join(answer.remarks),
            "reverses": back["answer"] if back else "",
            "allowed": "" if answer.allowed is None else str(answer.allowed),
            "unbalanced": str(answer.unbalanced) if answer.unbalanced else "",
            **match.differs,
        }
        return {name: value for name, value in detail.items() if value or name == "remarks"}
