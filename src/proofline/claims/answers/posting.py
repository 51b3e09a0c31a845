"""A remittance into the book: each answer once, money as stated, and what matches nothing waits.

An answer is known again by payer, trace number and place in the transaction, or by what it says
where a file comes in another order or in parts; so the same answer posts nothing, also in another
envelope. Money is added up over all answers to a line: a reversal takes back what the original
brought, and must find it. State follows the money and the reasons; where the book's steps do not
allow a state, such as for a line that was corrected meanwhile, the money is posted and the state
stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256

from msgspec import Struct

from proofline.claims.answers.adjudged import Answer, answers
from proofline.claims.answers.details import remitted, state_after
from proofline.claims.answers.matching import Match, Matcher
from proofline.claims.back.balance import Imbalance, Scale
from proofline.claims.back.remittance import (
    PREDETERMINATION,
    REVERSAL,
    ProviderAdjustment,
    Remittance,
)
from proofline.claims.back.remitting import whole_remittances
from proofline.claims.book import Act, Book, Change
from proofline.claims.book.steps import steps
from proofline.claims.claim import Cents, State
from proofline.claims.trouble import ClaimsError

_PASSED_ON = "23"
"""CLP02: not this payer's claim, and passed on without a decision."""


class Waiting(Struct, frozen=True):
    """An answer that is not posted: whose claim, at which segment of which file, cents, and why."""

    file: str
    segment: int
    claim_id: str
    line_id: str
    code: str
    paid: Cents
    why: str


class Kept(Struct, frozen=True):
    """Money of a PLB, which is of no line: positive cents were kept from the payment.

    `claim_ids` are claims of ours that its reference names, for a take-back of the past.
    """

    trace: str
    adjustment: ProviderAdjustment
    claim_ids: tuple[str, ...] = ()


class Posted(Struct, frozen=True):
    """What came of a file: answers posted, how many were before, what waits, what PLB kept.

    `unbalanced` tells claims and payments that do not add up; their money is posted as stated.
    """

    changes: tuple[Change, ...]
    before: int
    waiting: tuple[Waiting, ...]
    kept: tuple[Kept, ...]
    unbalanced: tuple[Imbalance, ...] = ()


def post(book: Book, data: bytes, act: Act) -> Posted:
    """Post every answer of a file that finds its line, all in one act; nothing if none is new.

    Errors: `X12Refused` if the file is not whole; ClaimsError if it is a test file. Nothing is
    posted then.
    """
    found = whole_remittances(data)
    for one in found:
        if one.payment.envelope.test:
            raise ClaimsError(
                "claims.test_file",
                "The file says of itself that it is a test (ISA15 = T); it moves no money.",
                "Ask the payer for the production file.",
            )
    poster = _Poster(book, sha256(data).hexdigest())
    book.record(poster.changes(found), act)
    return Posted(
        tuple(poster.done),
        poster.before,
        tuple(poster.waiting),
        tuple(poster.provider(found)),
        tuple(each for one in found for each in _unbalanced(one)),
    )


def _unbalanced(one: Remittance) -> Iterator[Imbalance]:
    """Tell the claims and the payment that do not add up; lines tell it of themselves."""
    scale = Scale(one.payment)
    for claim in one.claims:
        scale.add(claim)
    for found in scale.close(one.closing).imbalances:
        if found.rule in {"claim", "transaction"}:
            yield found


class _Poster:
    """Goes through one file; the book is read when the changes are asked for, under its lock."""

    def __init__(self, book: Book, file: str) -> None:
        self._book, self._file = book, file
        self.done: list[Change] = []
        self.waiting: list[Waiting] = []
        self.before = 0

    def changes(self, found: tuple[Remittance, ...]) -> Iterator[Change]:
        """Yield the new answers that find their line."""
        matcher = Matcher(self._book)
        self._now: dict[str, State] = {k: one.state for k, one in self._book.lines.items()}
        self._told = {k: remitted(self._book, k) for k in self._book.lines}
        self._marks = {
            (line_id, told["answer"]): told["content"]
            for line_id, posted in self._told.items()
            for told in posted
        }
        self._had = Counter(
            (line_id, told["trace"], told["content"])
            for line_id, posted in self._told.items()
            for told in posted
        )
        self._met: Counter[tuple[str, str, str]] = Counter()
        for one in found:
            for at, claim in enumerate(one.claims):
                for answer, match in answers(one.payment, claim, at, matcher):
                    yield from self._one(answer, match)

    def _one(self, answer: Answer, match: Match) -> Iterator[Change]:
        line_id = match.line_id
        known = self._marks.get((line_id, answer.mark))
        same = (line_id, answer.payment.trace, answer.content)
        self._met[same] += 1
        if known == answer.content or self._met[same] <= self._had[same]:
            self.before += 1
            return
        why_not = match.why_not or self._against(answer, line_id, known)
        if why_not:
            self.waiting.append(self._wait(answer, line_id, why_not))
            return
        detail = self._detail(answer, match)
        self._told[line_id].append(detail)
        self._marks[line_id, answer.mark] = answer.content
        state = state_after(self._told[line_id])
        allowed = steps().allow(self._now[line_id], state)
        self._now[line_id] = state if allowed else self._now[line_id]
        change = Change(line_id, state if allowed else None, detail=detail)
        self.done.append(change)
        yield change

    def _against(self, answer: Answer, line_id: str, known: str | None) -> str:
        """Say why an answer to a line that is there is not posted."""
        claim = answer.claim
        if known is not None:
            return "it differs from what was posted under this trace and place"
        if claim.status == PREDETERMINATION:
            return "it only says what would be paid"
        if claim.status == _PASSED_ON:
            return "this payer passed the claim on and did not decide it"
        if not self._book.lines[line_id].sent:
            return "this line was never sent"
        if claim.is_reversal and not any(
            told["payer_claim_id"] == claim.original_reference or told["claim_id"] == claim.claim_id
            for told in self._told[line_id]
        ):
            return "it takes back an answer that was never posted"
        return ""

    def _wait(self, answer: Answer, line_id: str, why: str) -> Waiting:
        claim = answer.claim
        return Waiting(
            self._file, answer.number, claim.claim_id, line_id, answer.code, answer.paid, why
        )

    def _detail(self, answer: Answer, match: Match) -> dict[str, str]:
        claim, payment = answer.claim, answer.payment
        before = sum(int(told["paid"]) for told in self._told[match.line_id])
        original = [
            told["answer"]
            for told in self._told[match.line_id]
            if claim.is_reversal and told["status"] != REVERSAL
        ]
        detail = {
            "kind": "remittance",
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
            "charge": str(answer.charge),
            "paid": str(answer.paid),
            "total": str(before + answer.paid),
            "adjustments": " ".join(
                f"{one.group}-{one.reason}:{one.amount}" for one in answer.adjustments
            ),
            "remarks": " ".join(answer.remarks),
            "reverses": original[-1] if original else "",
            "allowed": "" if answer.allowed is None else str(answer.allowed),
            "unbalanced": str(answer.unbalanced) if answer.unbalanced else "",
        }
        return {name: value for name, value in detail.items() if value or name == "remarks"}

    def provider(self, found: tuple[Remittance, ...]) -> Iterator[Kept]:
        """Give the adjustments of the provider, with the claims that their references name."""
        numbers: dict[str, str] = {}
        for line_id in self._book.lines:
            for told in remitted(self._book, line_id):
                numbers[told["payer_claim_id"]] = told["claim_id"]
        for one in found:
            for adjustment in one.closing.adjustments:
                named = {
                    ours
                    for number, ours in numbers.items()
                    if adjustment.reference and adjustment.reference in {number, ours}
                }
                yield Kept(one.payment.trace, adjustment, tuple(sorted(named)))
