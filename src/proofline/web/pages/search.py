"""The search of the header. It is posted: what somebody looks for never stands in an address."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from proofline.desk.showing import seeking
from proofline.store.book import Book
from proofline.web.screens import screen, shown
from proofline.web.watching.sought import looked_for, sent_on


@screen
def search(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show the patients that fit what was posted."""
    if request.method == "POST":
        return sent_on(request, reverse("search"))
    found = seeking.search(book, looked_for(request), at)
    return shown(request, book, at, "pages/search.html", found)


urlpatterns = [path("search/", search, name="search")]
