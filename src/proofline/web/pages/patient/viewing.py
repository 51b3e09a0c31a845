"""The patient's page as it is looked at, and the way back to it after an act."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse

from proofline.desk.showing.patient.page import Asked, patient_page
from proofline.store.book import Book
from proofline.web.screens import screen, shown


def patient(request: HttpRequest, book: Book, at: datetime, enrollment_id: str) -> HttpResponse:
    """Show one enrollment of a patient, in one of its periods."""
    said = request.GET
    panel = request.POST.get("panel") or said.get("do", "")
    asked = Asked(said.get("period", ""), said.get("day", ""), panel, said.get("entry", ""))
    page = patient_page(book, enrollment_id, asked, at)
    return shown(request, book, at, "pages/patient.html", page)


def back(request: HttpRequest, words: str, enrollment_id: str) -> HttpResponse:
    """Say what was done, and show the page again in the period that was looked at."""
    messages.success(request, words)
    there = reverse("patient_of", args=[enrollment_id])
    period = request.GET.get("period", "")
    told = f"?{urlencode({'period': period})}" if period else ""
    return HttpResponseRedirect(f"{there}{told}", status=303)


urlpatterns = [path("patient/<str:enrollment_id>/", screen(patient), name="patient_of")]
