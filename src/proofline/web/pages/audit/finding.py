"""Finding a line: filters in the address, and a patient by a search that is posted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from functools import partial

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from proofline.desk.showing import seeking
from proofline.desk.showing.audit.finding import STATES, AuditPage, Filters, find
from proofline.store.auditing.decided import OUTCOMES
from proofline.store.book import Book
from proofline.web import frame
from proofline.web.exporting import Row, streamed
from proofline.web.screens import every, screen
from proofline.web.watching.sought import looked_for, sent_on


@screen
def audit(request: HttpRequest, book: Book, at: datetime) -> HttpResponseBase:
    """Show the lines that fit, or the patients that a search found."""
    if request.method == "POST":
        return sent_on(request, reverse("audit"))
    asked = _asked(request)
    page = find(book, asked, at)
    if "csv" in request.GET:
        whole = replace(asked, page=1)
        return streamed("lines", HEAD, every(request, at, whole, partial(_part, at)))
    words = looked_for(request)
    told = {
        "page": page,
        "frame": frame.around(request, book, at),
        "patients": seeking.search(book, words, at) if words else None,
        "states": (*OUTCOMES, *STATES),
    }
    return render(request, "pages/audit/finding.html", told)


HEAD = ("line", "enrollment", "code", "first day", "last day", "units", "outcome", "state", "claim")


def _part(at: datetime, book: Book, asked: Filters) -> tuple[list[Row], Filters | None]:
    """Give the lines of a page as rows, and what to ask for the next one."""
    page = find(book, asked, at)
    return _rows(page), replace(asked, page=asked.page + 1) if page.more else None


def _rows(page: AuditPage) -> list[Row]:
    """Give the lines of a page as rows: ids only, no names."""
    return [
        (
            hit.line_id, hit.found.enrollment_id, hit.found.code, hit.found.first, hit.found.last,
            hit.found.units, hit.found.outcome, hit.now.state if hit.now else "",
            hit.now.claim_id if hit.now else "",
        )
        for hit in page.hits
    ]  # fmt: skip


def _asked(request: HttpRequest) -> Filters:
    """Read the filters; what is no day or number asks nothing."""
    said = request.GET
    number, went = said.get("page", "1"), said.get("submission", "")[:9]
    return Filters(
        line=said.get("line", "")[:60],
        claim=said.get("claim", "")[:60],
        enrollment=said.get("enrollment", "")[:200],
        code=said.get("code", "")[:10],
        first=_day(said.get("first", "")),
        last=_day(said.get("last", "")),
        state=said.get("state", ""),
        page=max(int(number), 1) if number.isdecimal() else 1,
        submission=int(went) if went.isdecimal() else 0,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
