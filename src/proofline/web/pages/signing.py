"""Sign-off: the closed periods that wait, the evidence beside each, one signature or many."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from proofline.desk.billing.signing import FRESH, Shown, Signatures, sign_all
from proofline.desk.showing.signing import evidence as behind
from proofline.desk.showing.signing.waiting import signing_page
from proofline.store.book import Book
from proofline.web import addresses, frame
from proofline.web.addresses import Period
from proofline.web.screens import act, screen
from proofline.web.sessions import has_second_factor, second_factor_at
from proofline.web.templatetags.sentences import told

MOST = 50
"""Periods signed at once: as many as a page has."""


def page(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show what waits for the signature of whoever is signed in."""
    number = request.GET.get("page", "1")
    shown = signing_page(book, at, int(number) if number.isdecimal() else 1)
    more: dict[str, object] = {"page": shown}
    if request.GET.get("choose") == "plain" and request.method == "GET":
        more["chosen"] = shown.plain
    return _rendered(request, book, at, more)


def _rendered(
    request: HttpRequest, book: Book, at: datetime, more: dict[str, object]
) -> HttpResponse:
    """Render a page of signatures with the state of the second factor."""
    template = "pages/signing_one.html" if "one" in more else "pages/signing.html"
    factor = second_factor_at(request)
    told = {
        "frame": frame.around(request, book, at),
        "has_factor": has_second_factor(request),
        "fresh_for": None if factor is None else _minutes_left(factor + FRESH - at),
        "chosen": request.POST.getlist("period"),
    }
    return render(request, template, told | more)


def _minutes_left(left: timedelta) -> int | None:
    """Give for how many minutes more a second factor holds, begun ones whole; None: it does not."""
    return None if left < timedelta() else -(-left // timedelta(minutes=1))


@screen
def one(request: HttpRequest, book: Book, at: datetime, period: Period) -> HttpResponse:
    """Show the evidence of one period, to be signed or after it was."""
    found = behind.evidence(book, period, at)
    return _rendered(request, book, at, {"one": found})


@act(page)
def signing(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Sign the periods that were chosen, by the digest that was shown with each."""
    those = [_shown(key) for key in dict.fromkeys(request.POST.getlist("period"))][:MOST]
    if those:
        _tell(request, sign_all(book, those, second_factor_at(request), at))
    else:
        messages.warning(request, _("No period was chosen, and nothing was signed."))
    return HttpResponseRedirect(reverse("signing"), status=303)


def _tell(request: HttpRequest, made: Signatures) -> None:
    count = len(made.signed)
    if count:
        words = ngettext("%(n)s period is signed.", "%(n)s periods are signed.", count)
        messages.success(request, words % {"n": count})
    for shown, trouble in made.refused:
        days = f"{shown.first} - {shown.last}"
        messages.error(request, f"{days}: {told(trouble.message)} {told(trouble.remedy)}")


def _shown(key: str) -> Shown:
    """Read back what a form was given: the period, its digest, and whose it is."""
    try:
        first, last, digest, enrollment_id = key.split(" ", 3)
        return Shown(enrollment_id, date.fromisoformat(first), date.fromisoformat(last), digest)
    except ValueError as error:
        raise Http404 from error


addresses.register()

urlpatterns = [
    path("signing/", signing, name="signing"),
    path("signing/<period:period>/", one, name="signing_one"),
]
