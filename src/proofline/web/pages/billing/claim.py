"""One claim: shown, held and released line by line, corrected after an answer."""

from __future__ import annotations

from datetime import datetime
from typing import cast, get_args

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from proofline.claims.correcting import Way
from proofline.desk.billing import answering, sending
from proofline.desk.billing.answering import Correction
from proofline.desk.billing.papers import papers_of
from proofline.desk.showing.billing import claim as claims
from proofline.store.book import Book
from proofline.web.screens import act, done, screen, shown


def page(request: HttpRequest, book: Book, at: datetime, claim_id: str) -> HttpResponse:
    """Show a claim."""
    found = claims.claim(book, claim_id, at)
    return shown(request, book, at, "pages/billing/claim.html", found)


claim = screen(page)


@act(page)
def hold(request: HttpRequest, book: Book, at: datetime, claim_id: str) -> HttpResponse:
    """Hold chosen lines, or release them, with a reason."""
    chosen, why = request.POST.getlist("line"), request.POST.get("why", "")
    if "release" in request.POST:
        sending.release(book, chosen, why, at)
        return done(request, _("Released. Draw again, and it is ready."), "billing_claim", claim_id)
    sending.hold(book, chosen, why, at)
    return done(request, _("Held back until somebody releases it."), "billing_claim", claim_id)


@act(page)
def correct(request: HttpRequest, book: Book, at: datetime, claim_id: str) -> HttpResponse:
    """Correct, replace or void an answered claim, with a reason; or give an unsent one up."""
    said, why = request.POST.get("way", ""), request.POST.get("why", "")
    if said == "back":
        given = answering.give_back(book, claim_id, why, at)
        return done(
            *(request, _("Given up. It stands again as the payer answered it.")),
            *("denials_line", given[0].line_id),
        )
    way: Way = cast("Way", said) if said in get_args(Way) else "new"
    lines = tuple(request.POST.getlist("line")) if way == "new" else ()
    how = Correction(claim_id, way, lines)
    made = answering.correct(book, how, papers_of(book, at), (why, at))
    return done(request, _("Written down; send it as any other."), "billing_claim", made.claim_id)
