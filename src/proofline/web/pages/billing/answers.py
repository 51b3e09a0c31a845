"""Answers of payers: a file is brought, and what became of each of its answers is shown."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse

from proofline.desk.showing.billing import answered
from proofline.store.book import Book
from proofline.web.screens import act, shown


def page(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show where a file is brought."""
    return shown(request, book, at, "pages/billing/answers.html", None)


@act(page)
def answers(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Post the answers of a file; show what became of each."""
    brought = request.FILES.get("file")
    found = answered.post(book, brought.read() if brought else b"", at)
    return shown(request, book, at, "pages/billing/answers.html", found)
