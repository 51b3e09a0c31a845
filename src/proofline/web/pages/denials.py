"""Denials: causes with what answers each, deadlines, and what a person makes of them."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _

from proofline.desk.billing import answering
from proofline.desk.showing import denials
from proofline.store.book import Book
from proofline.web.exporting import Row, amount, streamed
from proofline.web.pages.numbers import number
from proofline.web.screens import act, done, every, screen, shown

HEAD = (
    *(
        "line",
        "claim",
        "code",
        "served",
        "state",
        "cause",
        "charge_refused",
        "expected",
        "answered_on",
    ),
    *("last_day_to_appeal", "answered_by_evidence"),
)


def page(request: HttpRequest, book: Book, at: datetime) -> HttpResponseBase:
    """Show the refused lines of a cause, or of all."""
    chosen, after = request.GET.get("cause", "")[:20], number(request.GET.get("after", ""))
    found = denials.denied(book, chosen, after, at)
    if request.GET.get("as") == "csv":
        return streamed("denials", HEAD, every(request, at, (chosen, 0), partial(_part, at)))
    return shown(request, book, at, "pages/denials/lines.html", found)


def one(request: HttpRequest, book: Book, at: datetime, line_id: str) -> HttpResponse:
    """Show one refused line, with what answers it."""
    found = denials.denied_line(book, line_id, at)
    return shown(request, book, at, "pages/denials/line.html", found)


@act(one)
def settle(request: HttpRequest, book: Book, at: datetime, line_id: str) -> HttpResponse:
    """Say that an appeal was sent, or give a line up."""
    why = request.POST.get("why", "")
    if request.POST.get("act") == "appeal":
        answering.appeal(book, [line_id], why, at)
        return done(request, _("The appeal is noted, with its ground."), "denials")
    seen = request.POST.get("shown", "")
    given = answering.give_up(book, [line_id], why, at, shown=seen)
    if any(one.to != "voided" for one in given):
        return done(request, _("Given up. It stands again as the payer answered it."), "denials")
    return done(request, _("Given up. Nothing more is asked for it."), "denials")


def _part(
    at: datetime, book: Book, place: tuple[str, int]
) -> tuple[list[Row], tuple[str, int] | None]:
    """Give the rows of a page, and where the next one begins."""
    chosen, after = place
    found = denials.denied(book, chosen, after, at)
    return _rows(found), None if found.after is None else (chosen, found.after)


def _rows(found: denials.Denials) -> list[Row]:
    return [row for one in found.lines for row in _of(one)]


def _of(one: denials.DeniedLine) -> list[Row]:
    """Give a row for each cause of a line, so that the file sums up to what the page says."""
    told = one.told
    head = (told.line.line_id, told.claim_id, told.line.code, told.line.last_day, told.state)
    tail = (amount(told.line.expected), told.remitted_on, told.last_day)
    return [
        (*head, cause, amount(cents), *tail, "yes" if one.answers(cause) else "no")
        for cause, cents in one.refused.items()
    ]


urlpatterns = [
    path("denials/", screen(page), name="denials"),
    path("denials/<str:line_id>/", settle, name="denials_line"),
]
