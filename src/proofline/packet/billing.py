"""What the book knows of a line: its claim, every step, the remittances, and what was amended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proofline.claims.amending.register import Register
from proofline.claims.book import Book
from proofline.claims.drawing import identity
from proofline.claims.fees.pricing import dollars
from proofline.packet.making import Beside
from proofline.packet.packet import Billed, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from proofline.claims.amending.cases import Case
    from proofline.claims.amending.register import Proposal
    from proofline.claims.book.standing import Told
    from proofline.packet.packet import Row


def known_in(folder: Path) -> Callable[[dict[str, Any]], Beside]:
    """Open the book in a folder and give what it knows of the line of a decision.

    Errors: ClaimsError if the book or its register of amendments is damaged.
    """
    book, register = Book(folder), Register(folder)

    def known(decision: dict[str, Any]) -> Beside:
        """Give what the book knows of one line."""
        line_id, _ = identity(decision)
        return Beside(billed(book, line_id), tuple(amended(register, line_id)))

    return known


def billed(book: Book, line_id: str) -> Billed | None:
    """Give the line as the book has it, with every step; None where it was never drawn."""
    now = book.lines.get(line_id)
    if now is None:
        return None
    claim = book.claims[now.claim_id]
    line = next(one for one in claim.lines if one.line_id == line_id)
    return Billed(
        now.state,
        now.claim_id,
        line.charge,
        line.modifiers,
        claim.diagnoses,
        tuple(_step(told) for told in book.story(line_id)),
    )


def _step(told: Told) -> Step:
    act = told.act
    state = told.change.to or ""
    return Step(told.number, told.kind, state, act.who, act.at, act.why, told.change.detail)


def amended(register: Register, line_id: str) -> Iterator[Row]:
    """Give the amendments of a line: what each says, where it stands, what was paid too much."""
    for one in register.proposals.values():
        if one.amendment.line_id == line_id:
            cases = [
                case
                for case in register.cases.values()
                if case.amendment_id == one.amendment.amendment_id
            ]
            yield _amendment(one) | {
                "overpayment": "; ".join(map(_overpayment, cases)) or "none",
                "policies": " ".join(dict.fromkeys(told for case in cases for told in _open(case))),
            }


def _open(case: Case) -> Iterator[str]:
    """Say what no source settles of an overpayment, and the choices made."""
    for one in case.policies:
        yield f"{one.name.replace('_', ' ')}: {one.choice.replace('_', ' ')}. {one.text}"


def _overpayment(case: Case) -> str:
    """Say what was paid too much and until when it may be kept."""
    stands = case.closed or ("settled" if case.settled else f"due {case.due}")
    return (
        f"{case.case_id}: {dollars(case.paid)} paid, identified on {case.identified_on},"
        f" owed {case.owed_words}, returned {dollars(case.returned)}; {stands}"
    )


def _amendment(one: Proposal) -> Row:
    decided = one.decided
    return {
        "amendment": one.amendment.amendment_id,
        "stands": one.standing,
        "says": one.amendment.words,
        "because": "; ".join(turn.words for turn in one.amendment.turns),
        "proposed": f"{one.proposed.at.isoformat()} by {one.proposed.who}",
        "decided": f"{decided.at.isoformat()} by {decided.who}: {decided.why}" if decided else "",
    }
