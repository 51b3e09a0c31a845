"""The papers of the practice: which there are, and bringing one."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from proofline.desk.billing.papers import KINDS, held_papers, keep_paper
from proofline.store.book import Book
from proofline.web.screens import act, done, shown


def page(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show which papers are on file."""
    parts = {"papers": held_papers(book, at), "kinds": list(KINDS)}
    return shown(request, book, at, "pages/billing/papers.html", parts)


@act(page)
def papers(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Keep a paper that was brought."""
    brought = request.FILES.get("file")
    data = brought.read() if brought else b""
    new = keep_paper(book, request.POST.get("kind", ""), data, at)
    words = _("The paper is kept and holds from now on.") if new else _("That paper holds already.")
    return done(request, words, "billing_papers")
