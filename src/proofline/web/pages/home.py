"""The first page after signing in: where the day of a role begins."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render

from proofline.desk.people import practices_of
from proofline.store.book import Book
from proofline.web.frame import begins
from proofline.web.screens import screen


def home(request: HttpRequest) -> HttpResponseBase:
    """Go to the first page that the person's roles open, or say that there is no role."""
    person = request.user
    if person.is_authenticated and not practices_of(person, datetime.now(UTC)):
        return render(request, "web/no_role.html")
    return _begin(request)


@screen
def _begin(request: HttpRequest, book: Book, at: datetime) -> HttpResponseBase:  # noqa: ARG001 - a view
    return HttpResponseRedirect(begins(book))
