"""Who saw whom and changed what, by patient or by person; and glass that waits for other eyes."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from proofline.desk.people import review_glass
from proofline.desk.showing.audit import looking
from proofline.store.book import Book
from proofline.web.screens import act, done, screen, shown


def page(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show the glass that was broken, and everybody whose looks can be asked for."""
    return shown(request, book, at, "pages/audit/looks.html", looking.glass(book))


@act(page)
def looks(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Review a time that the glass was broken."""
    number = request.POST.get("glass", "")
    finding = request.POST.get("finding", "")
    review_glass(book, int(number) if number.isdecimal() else 0, finding, at)
    return done(request, _("The review is on record."), "audit_looks")


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
