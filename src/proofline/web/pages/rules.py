"""Rules: the law as data, read page by page, compared, and traced to what it cites.

`rules_page` with a program and a day is where every reason of every other page leads; the anchor is
the name of the requirement, `policy.NAME` for a policy and the code for a code.
"""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import path

from proofline.desk.showing.rules import comparing, pages, reading
from proofline.store.book import Book
from proofline.web.screens import screen, shown


@screen
def rules(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show the shelf: every program, every date."""
    return shown(request, book, at, "pages/rules.html", pages.shelves(book, at))


@screen
def rules_page(
    request: HttpRequest, book: Book, at: datetime, *, program: str, effective: str
) -> HttpResponse:
    """Show the page that rules a program on a day."""
    page = reading.law_page(program, effective)
    return shown(request, book, at, "pages/rules_page.html", page)


@screen
def changes(
    request: HttpRequest, book: Book, at: datetime, *, program: str, effective: str
) -> HttpResponse:
    """Show what changed from an older page (`from` in the address) to this one."""
    page = comparing.compare(book, program, effective, request.GET.get("from", ""))
    return shown(request, book, at, "pages/rules_changes.html", page)


@screen
def open_periods(
    request: HttpRequest, book: Book, at: datetime, *, program: str, effective: str
) -> HttpResponse:
    """List the open periods under a page, or those that its change from `from` touches."""
    number = request.GET.get("page", "1")
    of = (program, effective, request.GET.get("from", ""))
    page = comparing.open_list(book, of, int(number) if number.isdecimal() else 1, at)
    return shown(request, book, at, "pages/rules_open.html", page)


@screen
def cited(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show every source and what was read of it; of the one named as `source` the pages too."""
    page = comparing.Sources(comparing.cited(), request.GET.get("source", ""))
    return shown(request, book, at, "pages/rules_sources.html", page)


urlpatterns = [
    path("rules/", rules, name="rules"),
    path("rules/sources/", cited, name="rules_sources"),
    path("rules/<str:program>/<str:effective>/", rules_page, name="rules_page"),
    path("rules/<str:program>/<str:effective>/changes/", changes, name="rules_changes"),
    path("rules/<str:program>/<str:effective>/open/", open_periods, name="rules_open"),
]
