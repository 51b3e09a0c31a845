"""One line: its way, the proof of it, and its decision made again."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from proofline.desk.billing import answering
from proofline.desk.showing.audit import journey as walk
from proofline.desk.showing.audit import proving, replaying
from proofline.store.book import Book
from proofline.store.decided import Line
from proofline.store.safekeeping.unpacking import Damaged
from proofline.web import typed
from proofline.web.screens import act, done, screen, shown


def page(request: HttpRequest, book: Book, at: datetime, line: Line) -> HttpResponse:
    """Show the way of a line, from its readings to its money."""
    try:
        found = walk.journey(book, line, at)
    except Damaged as error:
        return _damaged(request, book, at, (line, error))
    return shown(request, book, at, "pages/audit/journey.html", found)


journey = screen(page)


@act(page)
def detach(request: HttpRequest, book: Book, at: datetime, line: Line) -> HttpResponse:
    """Take an answer off the line to which a person attached it, with a reason."""
    answering.detach(book, typed.text(request, "key"), at, why=typed.text(request, "why"))
    return done(
        request, _("Taken off, with the reason. The answer waits again."), "audit_line", line
    )


@screen
def proof(request: HttpRequest, book: Book, at: datetime, line: Line) -> HttpResponse:
    """Show what the ledger proves of a line."""
    found = proving.proven(book, line, settings.CHECKPOINTS, at)
    return shown(request, book, at, "pages/audit/proof.html", found)


@screen
def replay(request: HttpRequest, book: Book, at: datetime, line: Line) -> HttpResponse:
    """Show a decision of a line made again; `decision` in the address says which."""
    number = request.GET.get("decision", "")
    try:
        found = replaying.replay(book, line, int(number) if number.isdecimal() else None, at)
    except Damaged as error:
        return _damaged(request, book, at, (line, error))
    return shown(request, book, at, "pages/audit/replay.html", found)


def _damaged(
    request: HttpRequest, book: Book, at: datetime, what: tuple[Line, Damaged]
) -> HttpResponse:
    """Say of a line that its record is damaged, and where the rest of it still stands."""
    line, error = what
    told = {"line": line, "trouble": error}
    answer = shown(request, book, at, "pages/audit/damaged.html", told)
    answer.status_code = 422
    return answer
