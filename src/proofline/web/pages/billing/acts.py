"""Drawing what is earned, sending what is ready, and the files that were sent."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from proofline.desk.billing import rounds, sending
from proofline.desk.billing.papers import ends_of, papers_of
from proofline.desk.showing.billing import files
from proofline.store.book import Book
from proofline.web.pages.billing import stands
from proofline.web.screens import act, done, screen, shown


@act(stands.page)
def draw(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Draw what is earned and check it; show what keeps lines from being ready."""
    found = rounds.draw_earned(book, papers_of(book, at), at)
    return shown(request, book, at, "pages/billing/drawn.html", found)


@act(stands.page)
def send(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Send the chosen claims, or all that are ready, as one file."""
    chosen = request.POST.getlist("claim")
    if "all" in request.POST:
        chosen = sending.sendable(book, at)
    sent = sending.submit(book, chosen, ends_of(book, at), at)
    count = len(set(chosen))
    words = ngettext("%(n)s claim is sent", "%(n)s claims are sent", count) % {"n": count}
    told = _("with submission %(number)s. Download the file here, and hand it in.")
    return done(request, f"{words} {told % {'number': sent.number}}", "billing_files")


@screen
def files_sent(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show the files that went out."""
    return shown(request, book, at, "pages/billing/files.html", {"files": files.sent(book)})


@screen
def file(request: HttpRequest, book: Book, at: datetime, number: int) -> HttpResponse:  # noqa: ARG001 - a view
    """Give the file of a submission."""
    sent = sending.file_again(book, number, ends_of(book, at), at)
    answer = HttpResponse(sent.data, content_type="application/EDI-X12")
    answer["Content-Disposition"] = f'attachment; filename="{sent.name}"'
    return answer
