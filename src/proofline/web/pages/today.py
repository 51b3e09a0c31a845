"""Today: the work list, and alerts taken and closed from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _

from proofline.desk.care import alerts
from proofline.desk.showing.today import SHOWS, Asked, Due, Lacking, Unread, today
from proofline.store.book import Book
from proofline.web import typed
from proofline.web.exporting import Row, amount, streamed
from proofline.web.screens import act, done, every, screen, shown


def page(request: HttpRequest, book: Book, at: datetime) -> HttpResponseBase:
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
    found = today(book, asked, at)
    if said.get("as") == "csv":
        first = replace(asked, page=1)
        return streamed("today", HEAD, every(request, at, first, partial(_part, at)))
    return shown(request, book, at, "pages/today.html", found)


HEAD = (
    *("enrollment", "patient", "program", "code", "fact", "so_far", "needed", "calls"),
    *("next_act", "last_day", "days_left", "chance", "at_stake", "alerts"),
)


def _part(at: datetime, book: Book, asked: Asked) -> tuple[list[Row], Asked | None]:
    """Give what a page lacks as rows, one of each program, and what to ask for the next one."""
    found = today(book, asked, at)
    rows = [_row(whose, one) for whose in found.rows for one in whose.programs]
    return rows, replace(asked, page=asked.page + 1) if found.more else None


def _row(whose: Lacking, one: Due | Unread) -> Row:
    return _due(whose, one) if isinstance(one, Due) else _unread(whose, one)


def _due(whose: Lacking, one: Due) -> Row:
    return (
        *(one.enrollment_id, whose.name, one.program, one.code, one.fact, one.so_far),
        *(one.needed, one.calls, one.next_act.act, one.last_day, one.days_left),
        *(_chance(one.chance), amount(one.stake_cents), whose.alerts),
    )


def _unread(whose: Lacking, one: Unread) -> Row:
    """Tell of one whose outlook is damaged: what is not known is blank, and why stands."""
    blank = [None] * (len(HEAD) - 5)
    return (one.enrollment_id, whose.name, one.program, UNREADABLE, *blank, whose.alerts)


UNREADABLE = "what was foreseen cannot be read"


def _chance(chance: float | None) -> Decimal | None:
    """Write a chance in hundredths; None stays unknown."""
    return None if chance is None else Decimal(f"{chance:.2f}")


@act(page)
def take(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Make an alert one's own."""
    alerts.take(book, typed.whole(request, "alert_id"), at, typed.text(request, "why"))
    return _back(request, _("The alert is yours."))


@act(page)
def close(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Close an alert with what was done."""
    alerts.close(book, typed.whole(request, "alert_id"), typed.text(request, "outcome"), at)
    return _back(request, _("The alert is closed. On the patient's page it can be opened again."))


def _back(request: HttpRequest, words: str) -> HttpResponse:
    """Say what was done, and show the list again as it was narrowed."""
    told = done(request, words, "today")
    told["Location"] += f"?{asked}" if (asked := request.GET.urlencode()) else ""
    return told


urlpatterns = [
    path("today/", screen(page), name="today"),
    path("today/take/", take, name="today_take"),
    path("today/close/", close, name="today_close"),
]
