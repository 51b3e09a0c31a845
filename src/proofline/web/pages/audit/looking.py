"""Who saw whom and changed what, by patient or by person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from proofline.desk.showing.audit import looking
from proofline.desk.showing.audit.looking import MOST, LooksPage
from proofline.store.book import Book
from proofline.web import exporting
from proofline.web.exporting import Row, streamed
from proofline.web.screens import screen, shown
from proofline.web.templatetags.auditing import acted, table

HEAD = ("at", "who", "patient", "what", "why", "allowed", "rows", "entry")


@screen
def looks(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show everybody whose looks can be asked for."""
    return shown(request, book, at, "pages/audit/looks.html", looking.everybody(book))


@screen
def patient(request: HttpRequest, book: Book, at: datetime, enrollment_id: str) -> HttpResponseBase:
    """Show who saw the patient of an enrollment, and who changed what."""
    found = looking.at_patient(book, enrollment_id, at, _most(request))
    return _shown(request, book, at, found)


@screen
def person(request: HttpRequest, book: Book, at: datetime, person_id: int) -> HttpResponseBase:
    """Show whom somebody saw, and what they changed."""
    found = looking.of_person(book, person_id, at, _most(request))
    return _shown(request, book, at, found)


def _most(request: HttpRequest) -> int:
    """Ask for one more than a file has, so that it says where it is cut."""
    return exporting.MOST + 1 if request.GET.get("as") == "csv" else MOST


def _shown(request: HttpRequest, book: Book, at: datetime, found: LooksPage) -> HttpResponseBase:
    if request.GET.get("as") == "csv":
        return streamed("looks", HEAD, _rows(found))
    return shown(request, book, at, "pages/audit/looked.html", found)


def _rows(found: LooksPage) -> Iterator[Row]:
    """Give the looks, then the changes, as the page tells them; blank is unknown, or not asked."""
    for one in found.looks:
        who = found.names.get(one.person_id or 0, "")
        whom = found.whose or found.patients.get(one.patient_id, one.patient_id)
        allowed = "yes" if one.allowed else "no"
        yield one.at, who, whom, acted(one.act), one.purpose, allowed, None, None
    for each in found.changes:
        who = _("the service") if each.by is None else found.names.get(each.by, "")
        what = table(each.table)
        what = f"{_('withdrawn:')} {what}" if each.withdrawn else what
        yield each.at, who, found.whose, what, each.reason, None, each.rows, each.entry
