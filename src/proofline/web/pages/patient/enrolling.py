"""Enrolling: somebody new, or somebody known, in a program; and what is filed later."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from proofline.desk.care import completing, episodes, registering
from proofline.desk.care.completing import ORDER_KINDS, Filed, OrderKind
from proofline.desk.care.episodes import Enrolment
from proofline.desk.care.registering import Newcomer
from proofline.desk.showing.enrolling import PROGRAMS, enrol_page
from proofline.store.book import Book
from proofline.web import typed
from proofline.web.pages.patient.viewing import back, patient
from proofline.web.screens import act, done, shown

_ESTABLISHED = {"yes": True, "no": False}


def form(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Show the form, for the patient named in the address or for somebody new."""
    patient_id = request.POST.get("patient_id") or request.GET.get("patient", "")
    return shown(request, book, at, "pages/enrol.html", enrol_page(book, patient_id, at))


@act(form)
def enrol(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Begin an episode."""
    said = _enrolment(request)
    if said.patient_id:
        enrollment_id = episodes.enrol(book, said, at)
    else:
        enrollment_id = registering.enrol_new(book, _newcomer(request), said, at)
    told = _("Enrolled. The check list says what billing will ask for.")
    return done(request, told, "patient_of", enrollment_id)


def _enrolment(request: HttpRequest) -> Enrolment:
    """Read what is known of the episode; what is not typed stays unknown."""
    return Enrolment(
        typed.text(request, "patient_id"),
        typed.one_of(request, "program", PROGRAMS),
        typed.text(request, "billing"),
        typed.day(request, "order_date"),
        typed.text(request, "ordered_by") or None,
        _codes(request),
        typed.day(request, "established_on"),
        _ESTABLISHED.get(typed.text(request, "established")),
        typed.text(request, "payer_id") or None,
        typed.day(request, "setup_date"),
    )


def _newcomer(request: HttpRequest) -> Newcomer:
    return Newcomer(
        typed.text(request, "record_number"),
        typed.text(request, "family_name"),
        typed.text(request, "given_name"),
        typed.text(request, "time_zone"),
        typed.day(request, "birth_date"),
        typed.text(request, "sex"),
        typed.text(request, "phone"),
        typed.text(request, "member_id"),
    )


@act(patient)
def complete(request: HttpRequest, book: Book, at: datetime, enrollment_id: str) -> HttpResponse:
    """File the order, condition, set-up or last visit, or correct them with a reason."""
    kind = typed.one_of(request, "order_kind", ORDER_KINDS)
    said = Filed(
        typed.day(request, "order_date"),
        cast("OrderKind", kind) if kind else None,
        _who(request, book, "ordered_by"),
        _codes(request) or None,
        typed.day(request, "setup_date"),
        _who(request, book, "setup_by"),
        typed.day(request, "established_on"),
        typed.text(request, "reason"),
    )
    completing.complete(book, enrollment_id, said, at)
    return back(
        request, _("It is on file; what stood there before is kept. The lines follow."),
        enrollment_id,
    )  # fmt: skip


def _who(request: HttpRequest, book: Book, name: str) -> str | None:
    """Read who is chosen, or typed by name or id because the list does not have them."""
    other = typed.text(request, f"{name}_other")
    return completing.performer_called(book, other) if other else typed.text(request, name) or None


def _codes(request: HttpRequest) -> tuple[str, ...]:
    """Read ICD-10 codes, apart by comma or space."""
    return tuple(typed.text(request, "diagnoses").replace(",", " ").upper().split())


urlpatterns = [
    path("enrol/", enrol, name="enrol"),
    path("patient/<str:enrollment_id>/papers/", complete, name="patient_papers"),
]
