"""Amendments and overpayments: looked at, accepted or declined, given back."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from proofline.desk.billing import amending
from proofline.desk.showing.billing import amended
from proofline.desk.trouble import DeskError
from proofline.store.book import Book
from proofline.web import typed
from proofline.web.pages.numbers import number
from proofline.web.screens import act, done, screen, shown
from proofline.web.templatetags.law import tells


@screen
def amendments(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show what waits for a person."""
    found = amended.amended(book, at, number(request.GET.get("page", "")))
    return shown(request, book, at, "pages/billing/amended.html", found)


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
        return _follows(request, settled)
    amending.decline(book, amendment_id, why, at)
    return done(request, _("Declined, with the reason."), "billing_amendments")


def _follows(request: HttpRequest, settled: amending.Settled) -> HttpResponse:
    """Say what follows from accepting, and go to the claim where it was written down."""
    told = _("Accepted. What follows: %(way)s.") % {"way": tells(settled.way.words)}
    if settled.written and settled.way.claim is not None:
        more = _("Its claim is written down: check it, then send it.")
        return done(request, f"{told} {more}", "billing_claim", settled.way.claim.claim_id)
    return done(request, told, "billing_amendments")


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
            money = (typed.day_asked(request, "on"), _cents(request))
            amending.give_back(book, case_id, money, told, final="final" in said)
        case "suspend":
            days = (at.date(), typed.day_asked(request, "until"))
            amending.suspend(book, case_id, days, told)
        case "resume":
            amending.resume(book, case_id, at.date(), told)
        case _:
            amending.close(book, case_id, told)
    return done(request, _("Noted on the case."), "billing_overpayment", case_id)


def _cents(request: HttpRequest) -> int:
    """Read an amount in whole cents. Errors: WrongUse; DeskError if there is none such."""
    cents = (typed.number(request, "amount") or Decimal(0)) * 100
    if cents <= 0 or cents != cents.to_integral_value():
        raise DeskError(
            "desk.no_amount", _("That is no amount."), _("Type dollars and cents, such as 120.00.")
        )
    return int(cents)
