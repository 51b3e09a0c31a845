"""One line: its way, the proof of it, and its decision made again."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from proofline.desk.showing.audit import journey as walk
from proofline.desk.showing.audit import proving, replaying
from proofline.store.book import Book
from proofline.store.decided import Line
from proofline.store.safekeeping.unpacking import Damaged
from proofline.web.screens import screen, shown


@screen
def journey(request: HttpRequest, book: Book, at: datetime, line: Line) -> HttpResponse:
    """Show the way of a line, from its readings to its money."""
    try:
        found = walk.journey(book, line, at)
    except Damaged as error:
        return _damaged(request, book, at, (line, error))
    return shown(request, book, at, "pages/audit/journey.html", found)


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
