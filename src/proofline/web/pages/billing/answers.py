"""Answers of payers: a file is brought, what became of each is shown, what waits is settled."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from proofline.desk.billing import answering
from proofline.desk.showing.billing import answered
from proofline.desk.showing.billing import waiting as waiting_of
from proofline.store.book import Book
from proofline.web import typed
from proofline.web.pages.numbers import number
from proofline.web.screens import act, done, screen, shown


def page(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show where a file is brought."""
    return shown(request, book, at, "pages/billing/answers.html", None)


@act(page)
def answers(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Post the answers of a file; show what became of each."""
    brought = request.FILES.get("file")
    found = answered.post(book, brought.read() if brought else b"", at)
    return shown(request, book, at, "pages/billing/answers.html", found)


def queue(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show which answers wait for a person, or which were set aside."""
    after, asides = number(request.GET.get("after", "")), request.GET.get("show") == "aside"
    found = waiting_of.queue(book, at, after, asides=asides)
    return shown(request, book, at, "pages/billing/waiting.html", found)


waiting = screen(queue)


@act(queue)
def settle(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Attach an answer, set it aside, or let it wait again, with a reason; or try it again."""
    key, why = typed.text(request, "key"), typed.text(request, "why")
    match request.POST.get("act"):
        case "again":
            posted = len(answering.try_again(book, key, at).changes)
            words = ngettext(
                "Tried again: %(n)s answer of its file was posted.",
                "Tried again: %(n)s answers of its file were posted.",
                posted,
            ) % {"n": posted}
        case "aside":
            answering.set_aside(book, key, why, at)
            words = _("Set aside, with the reason. It can be let wait again.")
        case "wait":
            answering.let_wait(book, key, why, at)
            words = _("It waits again.")
        case _:
            line_id = typed.text(request, "other").upper() or typed.text(request, "line")
            answering.attach(book, key, line_id, at, why=why)
            words = _("Posted to that line, as the payer stated it.")
    return done(request, words, "billing_waiting")
