"""What waits: messages in quarantine, released or dropped; devices that nobody hears or has."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from proofline.desk.arriving import quarantine as desk
from proofline.desk.showing.intake.unheard import devices_page
from proofline.desk.showing.intake.waiting import message_page, waiting_page
from proofline.store.book import Book
from proofline.web.screens import act, done, screen, shown


@screen
def quarantine(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """List the messages that wait."""
    number = request.GET.get("page", "1")
    page = waiting_page(book, int(number) if number.isdecimal() else 1)
    return shown(request, book, at, "pages/intake/quarantine.html", page)


def _message(request: HttpRequest, book: Book, at: datetime, number: int) -> HttpResponse:
    page = message_page(book, number, at)
    return shown(request, book, at, "pages/intake/message.html", page)


message = screen(_message)


@act(_message)
def release(request: HttpRequest, book: Book, at: datetime, number: int) -> HttpResponse:
    """Read a message anew, now that its cure is applied."""
    outcome = desk.release(book, number, at)
    if outcome.state != "taken":
        words = _("It was read anew and still waits: rows added %(rows)s.") % {"rows": outcome.rows}
        return done(request, words, "intake_message", str(number))
    words = _("The message is in: rows added %(rows)s.") % {"rows": outcome.rows}
    return done(request, words, "intake_quarantine")


@act(_message)
def drop(request: HttpRequest, book: Book, at: datetime, number: int) -> HttpResponse:
    """Let a message go for good."""
    desk.drop(book, number, request.POST.get("reason", ""), at)
    return done(request, _("The message was dropped; its bytes are kept."), "intake_quarantine")


@screen
def devices(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """List silent devices, and readings that wait for somebody to have them."""
    return shown(request, book, at, "pages/intake/devices.html", devices_page(book, at))
