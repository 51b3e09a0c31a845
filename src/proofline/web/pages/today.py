"""Today: the work list, and alerts taken and closed from it."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from proofline.desk.care import alerts
from proofline.desk.showing.today import SHOWS, Asked, today
from proofline.store.book import Book
from proofline.web import typed
from proofline.web.screens import act, done, screen, shown


def page(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show the work list, narrowed as the address says."""
    said = request.GET
    number = said.get("page", "1")
    show = said.get("show", "")
    asked = Asked(
        show if show in SHOWS else "",
        said.get("act", "")[:20],
        said.get("program", "")[:10],
        int(number) if number.isdecimal() and len(number) < 6 else 1,  # noqa: PLR2004 - digits
        said.get("alerts") == "all",
    )
    return shown(request, book, at, "pages/today.html", today(book, asked, at))


@act(page)
def take(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Make an alert one's own."""
    alerts.take(book, typed.whole(request, "alert_id"), at, typed.text(request, "why"))
    return done(request, _("The alert is yours."), "today")


@act(page)
def close(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Close an alert with what was done."""
    alerts.close(book, typed.whole(request, "alert_id"), typed.text(request, "outcome"), at)
    return done(request, _("The alert is closed."), "today")


urlpatterns = [
    path("today/", screen(page), name="today"),
    path("today/take/", take, name="today_take"),
    path("today/close/", close, name="today_close"),
]
