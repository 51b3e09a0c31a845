"""The lists of the biller's page: lines by where they stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from proofline.desk.billing.papers import missing
from proofline.desk.showing.billing import lists, stands
from proofline.desk.showing.billing.lists import Asked
from proofline.desk.showing.billing.stands import Stand
from proofline.store.book import Book
from proofline.web.exporting import UNREADABLE, Row, amount, streamed
from proofline.web.screens import every, screen, shown

HEAD = (
    *("line", "claim", "patient", "code", "units", "served", "payer", "state"),
    *("charge", "expected", "paid", "allowed_less_than_expected"),
)


def page(request: HttpRequest, book: Book, at: datetime) -> HttpResponseBase:
    """Show the lines of one part, and what can be done with them."""
    said = request.GET.get("stand", "ready")
    stand: Stand = cast("Stand", said) if said in stands.STANDS else "ready"
    month, payer, after = (request.GET.get(one, "")[:80] for one in ("month", "payer", "after"))
    short = stand in stands.PAID and request.GET.get("short") == "yes"
    asked = Asked(stand, month, payer, after, short)
    if request.GET.get("as") == "csv":
        lists.plain(book, asked, at)  # who may not see them is refused before the file begins
        head = HELD if stand == "held" else HEAD
        whole = replace(asked, after="")
        return streamed(f"lines-{stand}", head, every(request, at, whole, partial(_part, at)))
    found, lacking = lists.lines(book, asked, at), missing(book, at)
    parts = {"stands": stands.stands(book), "list": found, "missing": lacking}
    return shown(request, book, at, "pages/billing/lines.html", parts)


billing = screen(page)


HELD = (
    *("line", "claim", "patient", "code", "units", "first_day", "last_day", "why", "cure"),
    "held_by",
)


def _part(at: datetime, book: Book, asked: Asked) -> tuple[list[Row], Asked | None]:
    """Give the rows of a page, and what to ask for the next one."""
    found = lists.plain(book, asked, at)
    rows = _held(found) if asked.stand == "held" else _rows(found)
    return rows, replace(asked, after=found.after) if found.after else None


def _held(found: lists.LineList) -> list[Row]:
    """Tell what holds each line: a person with a reason, or its decision with every finding."""
    by_hand: list[Row] = [
        (
            *(one.line.line_id, one.line.claim_id, one.line.patient_id, one.line.code),
            *(one.line.units, one.line.period_start, one.line.service_date, one.line.held),
            *("", "hand"),
        )
        for one in found.lines
    ]
    return by_hand + [
        (
            *(one.key, "", one.patient_id, one.code, one.units, one.first, one.last),
            *(" ".join(each.text for each in one.reasons or ()) or UNREADABLE,),
            *(" ".join(each.cure for each in one.reasons or ()), "evidence"),
        )
        for one in found.held
    ]


def _rows(found: lists.LineList) -> list[Row]:
    return [
        (
            *(one.line.line_id, one.line.claim_id, one.line.patient_id, one.line.code),
            *(one.line.units, one.line.service_date, one.payer, one.line.state),
            *(amount(one.line.charge), amount(one.line.expected), amount(one.paid)),
            amount(one.short.short if one.short else None),
        )
        for one in found.lines
    ]
