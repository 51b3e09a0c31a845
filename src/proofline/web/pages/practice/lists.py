"""The lists behind the numbers of the practice's page; whoever may not see patients sees none."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse

from proofline.desk.care.alerts import SILENT
from proofline.desk.showing.practice import behind, census, hours
from proofline.store.book import Book
from proofline.store.counting.census import WhichEnrollments
from proofline.web.pages.numbers import number
from proofline.web.screens import screen, shown


@screen
def practice_lines(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show the lines of a month that count as earned, billed, paid, at risk or leaking."""
    asked = behind.Asked(
        request.GET.get("what", "earned"),
        request.GET.get("month", ""),
        request.GET.get("payer", ""),
        request.GET.get("after", "")[:80],
        request.GET.get("since", ""),
    )
    return shown(request, book, at, "pages/practice/lines.html", behind.lines(book, asked, at))


@screen
def practice_enrollments(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
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
    )
    after = number(request.GET.get("after", ""))
    page = census.enrollments(book, asked, after, at)
    return shown(request, book, at, "pages/practice/enrollments.html", page)


@screen
def practice_entries(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show the time entries of a person in a month."""
    performer, month = request.GET.get("performer", ""), request.GET.get("month", "")
    page = hours.entries(book, performer, month, number(request.GET.get("after", "")), at=at)
    return shown(request, book, at, "pages/practice/entries.html", page)
