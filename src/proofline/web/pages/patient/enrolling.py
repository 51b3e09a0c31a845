"""Enrolling: somebody new, or somebody known, in a program."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from proofline.desk.care import episodes, registering
from proofline.desk.care.episodes import Enrolment
from proofline.desk.care.registering import Newcomer
from proofline.desk.showing.enrolling import PROGRAMS, enrol_page
from proofline.store.book import Book
from proofline.web import typed
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
    diagnoses = typed.text(request, "diagnoses").replace(",", " ").upper().split()
    return Enrolment(
        typed.text(request, "patient_id"),
        typed.one_of(request, "program", PROGRAMS),
        typed.text(request, "billing"),
        typed.day(request, "order_date"),
        typed.text(request, "ordered_by") or None,
        tuple(diagnoses),
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


urlpatterns = [path("enrol/", enrol, name="enrol")]
