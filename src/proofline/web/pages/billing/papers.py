"""The papers of the practice: which there are, and bringing one."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from proofline.desk.billing.papers import bring, on_file
from proofline.store.book import Book
from proofline.web.screens import act, done, shown


def page(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show which papers are on file."""
    return shown(request, book, at, "pages/billing/papers.html", {"papers": on_file(book)})


@act(page)
def papers(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Keep a paper that was brought."""
    brought = request.FILES.get("file")
    data = brought.read() if brought else b""
    bring(book, request.POST.get("kind", ""), data, at)
    return done(request, _("The paper is kept and holds from now on."), "billing_papers")
