"""The patient's page as it is looked at."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import path

from proofline.desk.found import enrollment_for
from proofline.store.book import Book
from proofline.web.screens import screen, shown


@screen
def patient(request: HttpRequest, book: Book, at: datetime, enrollment_id: str) -> HttpResponse:
    """Show one enrollment of a patient."""
    found = enrollment_for(book, "patient.see", enrollment_id, at)
    return shown(request, book, at, "pages/patient.html", found)


urlpatterns = [path("patient/<str:enrollment_id>/", patient, name="patient_of")]
