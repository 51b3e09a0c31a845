"""The telephone system's records, brought as a file and joined to the calls that people logged."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import path

from proofline.desk.care import calling
from proofline.desk.roles import permit
from proofline.store.book import Book
from proofline.web.screens import act, shown


def page(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show where the file is brought."""
    permit(book, "call.join")
    return shown(request, book, at, "pages/calls.html", None)


@act(page)
def join(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Join the records of a file; show what became of each, by its line."""
    brought = request.FILES.get("file")
    found = calling.join_records(book, brought.read() if brought else b"", at)
    return shown(request, book, at, "pages/calls.html", found)


urlpatterns = [path("calls/", join, name="calls")]
