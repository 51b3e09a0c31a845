"""The way back of what a person attached by hand: an answer is taken off its line again.

It was the wrong line, or the wrong answer. The act that attached it stays in the story of the line
with this one after it; money, state and what is told of the line are then as if it had never been
posted there. What the payer itself named our line by is not taken off: only the payer takes that
back. An answer that was taken off waits, and is posted again by a person only.
"""

from __future__ import annotations

from collections.abc import Iterator

from proofline.claims.answers.details import (
    BY_HAND,
    REMITTANCE,
    Detail,
    charge_of,
    key_of,
    remittances,
    remitted,
    state_after,
)
from proofline.claims.book import Act, Book, Change
from proofline.claims.book.standing import BESIDE, DETACH, Told, upheld
from proofline.claims.claim import State
from proofline.claims.trouble import ClaimsError

DETACHED = "detached"


def detach(book: Book, key: str, act: Act) -> Change:
    """Take the answer of a key off the line to which a person attached it; the act says why.

    Errors: ClaimsError if no answer of that key is attached by hand, if the payer took it back
    since, or without a reason.
    """
    entry = book.detach(_taking_off(book, key), act)
    return entry.changes[0]


def by_hand(book: Book, line_id: str) -> dict[int, str]:
    """Give the keys of the answers that can be taken off a line, by the entry that posted each."""
    return {one.number: key_of(*one.answer) for one in _attached(book, line_id)}


def taken_off(book: Book) -> dict[tuple[str, str], str]:
    """Give the answers that were ever taken off a line, by mark and content, each with why."""
    return {
        told.answer: f"a person took it off line {line_id}, and only a person posts it again"
        for line_id in book.lines
        for told in book.story(line_id)
        if told.kind == DETACH
    }


def _taking_off(book: Book, key: str) -> Iterator[Change]:
    """Yield the change that takes an answer off its line; the book is read when it is asked for."""
    line_id, off = _found(book, key)
    mark, content = off.answer
    if any(one.get("reverses") == mark for one in remitted(book, line_id)):
        raise ClaimsError(
            "claims.taken_back",
            f"The payer took the answer {key} back, and that was posted to line {line_id}.",
            "Where its reversal was attached by hand too, take that off the line first.",
        )
    held = [one for one in upheld(book.story(line_id)) if one is not off]
    money, said = remittances(held), off.change.detail
    yield Change(
        line_id,
        _state_without(book, line_id, held),
        detail={
            "kind": DETACHED,
            "answer": mark,
            "content": content,
            "file": said["file"],
            "segment": said["segment"],
            "paid": said["paid"],
            "total": money[-1]["total"] if money else "0",
        },
        left=_last(held),
    )


def _last(held: list[Told]) -> Detail:
    """Give what was said last of a line by the steps that are left; nothing where nothing was.

    Money kept beside the claims (PLB) answers no line.
    """
    said = (one.change.detail for one in reversed(held))
    last = next((one for one in said if one and one.get("kind") != BESIDE), {})
    return remittances(held)[-1] if last.get("kind") == REMITTANCE else last


def _found(book: Book, key: str) -> tuple[str, Told]:
    for line_id in book.lines:
        for one in _attached(book, line_id):
            if key_of(*one.answer) == key:
                return line_id, one
    raise ClaimsError(
        "claims.not_attached",
        "No answer of that key stands on a line to which a person attached it.",
        "Only what was attached by hand is taken off by hand; the payer takes back the rest.",
    )


def _attached(book: Book, line_id: str) -> Iterator[Told]:
    """Yield the steps that posted an answer to a line by hand, of those that hold."""
    steps = upheld(book.story(line_id))
    return (one for one in steps if one.change.detail.get("by") == BY_HAND)


def _state_without(book: Book, line_id: str, held: list[Told]) -> State | None:
    """Where the line stands by the steps that are left; None: where it stands now.

    The last of them that moved it says so. Where that is an answer, its state may have rested on
    the one that is taken off.
    """
    last = next(one.change for one in reversed(held) if one.change.to)
    state = last.to
    if last.detail.get("kind") == REMITTANCE:
        state = state_after(remittances(held), charge_of(book, line_id))
    return None if state == book.lines[line_id].state else state
