"""Answers of payers that found no line: a person attaches one, sets it aside, or lets it wait.

What waits is read from the files that were kept, as the book of lines stands: nothing is queued
twice, and what a later drawing makes clear waits no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from proofline.claims.answers import posting
from proofline.claims.answers.posting import Posted, Waiting
from proofline.claims.book import Book as Lines
from proofline.claims.claim import ClaimLine
from proofline.desk.billing.answering import SOURCE
from proofline.desk.billing.book import lines_of, looked, patients_of, said
from proofline.desk.billing.told import tell_lines
from proofline.desk.roles import permit
from proofline.desk.telling.events import DENIED
from proofline.desk.trouble import DeskError, refuse_silence
from proofline.store import jobs
from proofline.store.book import Book
from proofline.store.work import files

_OPEN = frozenset({"submitted", "accepted"})
_OFFERED = 20
"""Lines that are offered for an answer; any other is named by its id."""


@dataclass(frozen=True, slots=True)
class Unsettled:
    """An answer that waits, and the lines that it may be of, the claim's own first."""

    answer: Waiting
    candidates: tuple[ClaimLine, ...]


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for a person, and what somebody set aside: by its key, why it had waited."""

    waiting: tuple[Unsettled, ...]
    aside: tuple[tuple[str, str], ...]


def queue(book: Book, at: datetime) -> Queue:
    """Give what waits of all remittances that were kept. Errors: NotAllowed."""
    permit(book, "remit.post")
    lines = lines_of(book)
    found = {one.key: one for one in _waiting(book, lines)}
    waiting = tuple(Unsettled(one, _candidates(lines, one)) for one in found.values())
    offered = [line.line_id for one in waiting for line in one.candidates]
    looked(book, "remit.post", lines, offered, at=at)
    return Queue(waiting, tuple(lines.aside.items()))


def attach(book: Book, key: str, line_id: str, why: str, at: datetime) -> Posted:
    """Post an answer that waits to a line, as stated. It cannot be taken back by hand.

    Errors: NotAllowed; DeskError without a reason; ClaimsError if it does not wait, or there is no
    such line.
    """
    permit(book, "remit.post")
    refuse_silence(why, "Attaching an answer by hand")
    with book.act("remit.post", at, why) as act:
        lines = lines_of(book, act)
        data, _ = posting.find(lines, files.kept(book.tenant_id, SOURCE), key)
        posted = posting.attach(lines, data, key, (line_id, said(act)))
        changed = [one.line_id for one in posted.changes]
        looked(book, "remit.post", lines, changed, at=at)
        jobs.ask(book.tenant_id, "bill", patients_of(lines, changed), act.at, due=act.at)
        denied = [one.line_id for one in posted.changes if one.to == "denied"]
        tell_lines(book, act, lines, DENIED, line_ids=denied)
    return posted


def set_aside(book: Book, key: str, why: str, at: datetime) -> None:
    """Say of an answer that waits that it is of no line of ours.

    Errors: NotAllowed; DeskError without a reason; ClaimsError if it does not wait.
    """
    permit(book, "remit.post")
    refuse_silence(why, "Setting an answer aside")
    with book.act("remit.aside", at, why) as act:
        lines = lines_of(book, act)
        _, one = posting.find(lines, files.kept(book.tenant_id, SOURCE), key)
        lines.set_aside({key: one.why}, said(act))


def let_wait(book: Book, key: str, why: str, at: datetime) -> None:
    """Let an answer that was set aside wait again; both acts stay on record.

    Errors: NotAllowed; DeskError without a reason, or if it was not set aside.
    """
    permit(book, "remit.post")
    refuse_silence(why, "Letting an answer wait again")
    with book.act("remit.aside", at, why) as act:
        lines = lines_of(book, act)
        if key not in lines.aside:
            raise DeskError(
                "desk.not_aside",
                "No answer of that key is set aside.",
                "Look at the list of what waits and what is set aside.",
            )
        lines.set_aside({key: ""}, said(act))


def _waiting(book: Book, lines: Lines) -> Iterator[Waiting]:
    for data in files.kept(book.tenant_id, SOURCE):
        yield from posting.waiting(lines, data)


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
