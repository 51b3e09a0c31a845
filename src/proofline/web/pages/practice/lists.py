"""The lists behind the numbers of the practice's page; whoever may not see patients sees none."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from proofline.desk.care.alerts import SILENT
from proofline.desk.showing.practice import behind, census, hours
from proofline.store.book import Book
from proofline.store.counting.census import WhichEnrollments
from proofline.web.pages.numbers import number
from proofline.web.pages.practice import files
from proofline.web.screens import screen, shown


@screen
def practice_lines(request: HttpRequest, book: Book, at: datetime) -> HttpResponseBase:
    """Show the lines of a month that count as earned, billed, paid, at risk or leaking."""
    asked = behind.Asked(
        request.GET.get("what", "earned"),
        request.GET.get("month", ""),
        request.GET.get("payer", ""),
        request.GET.get("after", "")[:80],
        request.GET.get("since", ""),
    )
    found = behind.lines(book, asked, at)
    if _as_file(request):
        return files.lines(request, at, replace(found.asked, after=""))
    return shown(request, book, at, "pages/practice/lines.html", found)


@screen
def practice_enrollments(request: HttpRequest, book: Book, at: datetime) -> HttpResponseBase:
    """Show the enrollments behind a number of the census."""
    said = request.GET
    asked = WhichEnrollments(
        said.get("program", "")[:40],
        begun=said.get("begun", "")[:7],
        ended=said.get("ended", "")[:7],
        there=said.get("there", "")[:7],
        over=said.get("over", "")[:7],
        payer=said.get("payer"),
        kind=said.get("kind", ""),
        alert=SILENT if said.get("silent") else "",
        undated=bool(said.get("undated")),
    )
    page = census.enrollments(book, asked, number(said.get("after", "")), at)
    if _as_file(request):
        return files.enrollments(request, at, asked)
    return shown(request, book, at, "pages/practice/enrollments.html", page)


@screen
def practice_entries(request: HttpRequest, book: Book, at: datetime) -> HttpResponseBase:
    """Show the time entries of a person in a month, or of everybody."""
    performer, month = request.GET.get("performer", ""), request.GET.get("month", "")[:7]
    place = (number(request.GET.get("after", "")), hours.PAGE)
    page = hours.entries(book, performer, month, place, at=at)
    if _as_file(request):
        return files.entries(request, at, (performer, month))
    return shown(request, book, at, "pages/practice/entries.html", page)


def _as_file(request: HttpRequest) -> bool:
    return request.GET.get("as") == "csv"
