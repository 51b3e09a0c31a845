"""Drawing what is earned, sending what is ready, and the files that were sent."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from proofline.desk.billing import rounds, sending
from proofline.desk.billing.sending import KINDS, Kind, chosen_claims
from proofline.desk.roles import permit
from proofline.desk.showing.billing import files
from proofline.store.book import Book
from proofline.web import typed
from proofline.web.pages.billing import stands
from proofline.web.screens import act, done, screen, shown
from proofline.web.templatetags.money import counted

_TYPES = {
    "pdf": "application/pdf",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}


@act(stands.page)
def draw(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Draw what is earned and check it; show what keeps lines from being ready."""
    found = rounds.draw_all(book, at)
    return shown(request, book, at, "pages/billing/drawn.html", found)


@act(stands.page)
def send(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Send the chosen claims, or all that are ready, as one file."""
    permit(book, "claim.submit")
    every = "all" in request.POST  # its own button, whatever is marked
    chosen = chosen_claims(() if every else request.POST.getlist("claim"), every=every)
    sent = rounds.send(book, chosen, at)
    words = _(
        "Sent as submission %(number)s: %(claims)s: %(lines)s. Download its file here, and hand it"
        " in."
    )
    claims = ngettext(
        "%(n)s claim, with all of its lines", "%(n)s claims, with all of their lines", sent.claims
    ) % {"n": f"{sent.claims:,}"}
    told = {"number": sent.number, "claims": claims, "lines": counted(sent.lines)}
    return done(request, words % told, "billing_files")


@act(stands.page)
def take(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Give the chosen claims, or all that can be written, as a file of a kind.

    Where some are left out the page says so first; the file comes to whoever was told.
    """
    kind = cast("Kind", typed.one_of(request, "kind", KINDS) or KINDS[0])
    chosen = request.POST.getlist("claim")
    found = sending.choice(book, kind, chosen, at)
    if found.left_out and found.mark != typed.text(request, "without"):
        page = {"found": found, "chosen": chosen}
        return shown(request, book, at, "pages/billing/left_out.html", page)
    taken = sending.written(book, found, at)
    answer = HttpResponse(taken.data, content_type=_TYPES[taken.name.rpartition(".")[2]])
    answer["Content-Disposition"] = f'attachment; filename="{taken.name}"'
    answer["Proofline-Left-Out"] = str(len(taken.left_out))
    return answer


@screen
def files_sent(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show the files that went out."""
    return shown(request, book, at, "pages/billing/files.html", {"files": files.sent(book)})


@screen
def file(request: HttpRequest, book: Book, at: datetime, number: int) -> HttpResponse:  # noqa: ARG001 - a view
    """Give the file of a submission."""
    sent = rounds.file_of(book, number, at)
    answer = HttpResponse(sent.data, content_type="application/EDI-X12")
    answer["Content-Disposition"] = f'attachment; filename="{sent.name}"'
    return answer
