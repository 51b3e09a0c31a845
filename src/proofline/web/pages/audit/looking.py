"""Who saw whom and changed what, by patient or by person."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse

from proofline.desk.showing.audit import looking
from proofline.store.book import Book
from proofline.web.screens import screen, shown


@screen
def looks(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show everybody whose looks can be asked for."""
    return shown(request, book, at, "pages/audit/looks.html", looking.everybody(book))


@screen
def patient(request: HttpRequest, book: Book, at: datetime, enrollment_id: str) -> HttpResponse:
    """Show who saw the patient of an enrollment, and who changed what."""
    found = looking.at_patient(book, enrollment_id, at)
    return shown(request, book, at, "pages/audit/looked.html", found)


@screen
def person(request: HttpRequest, book: Book, at: datetime, person_id: int) -> HttpResponse:
    """Show whom somebody saw, and what they changed."""
    found = looking.of_person(book, person_id, at)
    return shown(request, book, at, "pages/audit/looked.html", found)
