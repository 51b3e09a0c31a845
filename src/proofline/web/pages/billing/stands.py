"""The lists of the biller's page: lines by where they stand."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.http import HttpRequest, HttpResponse

from proofline.desk.billing.papers import missing
from proofline.desk.showing.billing import lists, stands
from proofline.desk.showing.billing.lists import Asked
from proofline.desk.showing.billing.stands import Stand
from proofline.store.book import Book
from proofline.web.exporting import Cell, amount, as_csv
from proofline.web.screens import screen, shown

HEAD = (
    *("line", "claim", "patient", "code", "units", "served", "payer", "state"),
    *("charge", "expected", "paid"),
)


def page(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show the lines of one part, and what can be done with them."""
    said = request.GET.get("stand", "ready")
    stand: Stand = cast("Stand", said) if said in stands.STANDS else "ready"
    said_of = (request.GET.get(name, "")[:80] for name in ("month", "payer", "after"))
    asked = Asked(stand, *said_of)
    found = lists.lines(book, asked, at)
    if request.GET.get("as") == "csv":
        return as_csv(f"lines-{stand}", HEAD, _rows(found))
    lacking = missing(book, at)
    parts = {"stands": stands.stands(book), "list": found, "missing": lacking}
    return shown(request, book, at, "pages/billing/lines.html", parts)


billing = screen(page)


def _rows(found: lists.LineList) -> list[tuple[Cell, ...]]:
    return [
        (
            *(one.line.line_id, one.line.claim_id, one.line.patient_id, one.line.code),
            *(one.line.units, one.line.service_date, one.payer, one.line.state),
            *(amount(one.line.charge), amount(one.line.expected), amount(one.paid)),
        )
        for one in found.lines
    ]
