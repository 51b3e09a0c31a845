"""Answers of payers that found no line: a person attaches one, sets it aside, or lets it wait.

What waits is read from the files that were kept, as the book of lines stands: nothing is queued
twice, and what a later drawing makes clear waits no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from proofline.claims.answers import posting
from proofline.claims.answers.posting import Posted, Waiting
from proofline.claims.book import Book as Lines
from proofline.desk.billing.answering import SOURCE
from proofline.desk.billing.book import lines_of, looked, patients_of, said
from proofline.desk.billing.told import tell_lines
from proofline.desk.roles import permit
from proofline.desk.telling.events import DENIED
from proofline.desk.trouble import DeskError, refuse_silence
from proofline.store import jobs
from proofline.store.book import Book
from proofline.store.work import files


def waiting(book: Book, lines: Lines) -> Iterator[Waiting]:
    """Yield what waits of every remittance that was kept, as the lines stand."""
    for data in files.kept(book.tenant_id, SOURCE):
        yield from posting.waiting(lines, data)


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
