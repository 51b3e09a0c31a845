"""The lists of the biller's page: lines by where they stand."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.http import HttpRequest, HttpResponse

from proofline.desk.billing.papers import on_file, papers_of
from proofline.desk.showing.billing import lists, stands
from proofline.desk.showing.billing.lists import Asked
from proofline.desk.showing.billing.stands import Stand
from proofline.store.book import Book
from proofline.web.exporting import Cell, amount, as_csv
from proofline.web.pages.numbers import number
from proofline.web.screens import screen, shown

HEAD = (
    *("line", "claim", "patient", "code", "units", "first_day", "last_day", "payer", "state"),
    *("charge", "expected", "paid"),
)
NEEDED = ("charges", "directory", "parties")
"""Papers without which no claim is drawn and sent."""


def page(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show the lines of one part, and what can be done with them."""
    said = request.GET.get("stand", "ready")
    stand: Stand = cast("Stand", said) if said in stands.STANDS else "ready"
    after = number(request.GET.get("after", ""))
    asked = Asked(stand, request.GET.get("month", "")[:7], request.GET.get("payer", ""), after)
    found = lists.lines(book, asked, papers_of(book), at)
    if request.GET.get("as") == "csv":
        return as_csv(f"lines-{stand}", HEAD, _rows(found))
    missing = [one.kind for one in on_file(book) if one.kept_at is None and one.kind in NEEDED]
    parts = {"stands": stands.stands(book, at), "list": found, "missing": missing}
    return shown(request, book, at, "pages/billing/lines.html", parts)


billing = screen(page)


def _rows(found: lists.LineList) -> list[tuple[Cell, ...]]:
    return [
        (
            *(one.line_id, one.claim_id, one.patient_id, one.code, one.units),
            *(one.first_day, one.last_day, one.payer, one.state),
            *(amount(one.charge), amount(one.expected), amount(one.paid)),
        )
        for one in (each.line for each in found.lines)
    ]
