"""Amendments and overpayments: looked at, accepted or declined, given back."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from proofline.desk.billing import amending
from proofline.desk.showing.billing import amended
from proofline.desk.trouble import DeskError
from proofline.store.book import Book
from proofline.web.screens import act, done, screen, shown


@screen
def amendments(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show what waits for a person."""
    return shown(request, book, at, "pages/billing/amended.html", amended.amended(book, at))


def one(request: HttpRequest, book: Book, at: datetime, amendment_id: str) -> HttpResponse:
    """Show one amendment."""
    found = amended.amendment(book, amendment_id, at)
    return shown(request, book, at, "pages/billing/amendment.html", found)


@act(one)
def amendment(request: HttpRequest, book: Book, at: datetime, amendment_id: str) -> HttpResponse:
    """Accept an amendment, or decline it, with a reason."""
    why = request.POST.get("why", "")
    if request.POST.get("act") == "accept":
        correct = "correct" in request.POST
        settled = amending.accept(book, amendment_id, (why, at), correct=correct)
        return done(
            request, _("Accepted. What follows: ") + settled.way.words, "billing_amendments"
        )
    amending.decline(book, amendment_id, why, at)
    return done(request, _("Declined, with the reason."), "billing_amendments")


def case(request: HttpRequest, book: Book, at: datetime, case_id: str) -> HttpResponse:
    """Show one overpayment."""
    found = amended.overpayment(book, case_id, at)
    return shown(request, book, at, "pages/billing/overpayment.html", found)


@act(case)
def overpayment(request: HttpRequest, book: Book, at: datetime, case_id: str) -> HttpResponse:
    """Note money given back, stop or start the clock, or close the case; each with a reason."""
    said, told = request.POST, (request.POST.get("why", ""), at)
    match said.get("act"):
        case "return":
            money = (_day(said.get("on", "")), _cents(said.get("amount", "")))
            amending.give_back(book, case_id, money, told, final="final" in said)
        case "suspend":
            days = (at.date(), _day(said.get("until", "")))
            amending.suspend(book, case_id, days, told)
        case "resume":
            amending.resume(book, case_id, at.date(), told)
        case _:
            amending.close(book, case_id, told)
    return done(request, _("Noted on the case."), "billing_overpayment", case_id)


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise DeskError("desk.no_day", _("That is no day."), _("Name it as 2026-03-31.")) from error


def _cents(said: str) -> int:
    try:
        cents = Decimal(said.replace(",", "").replace("$", "")) * 100
        if cents == cents.to_integral_value():
            return int(cents)
    except InvalidOperation:
        pass
    raise DeskError("desk.no_amount", _("That is no amount."), _("Name dollars, such as 120.00."))
