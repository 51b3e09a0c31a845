"""Time and calls on the patient's page: typed, corrected, taken back, logged."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from proofline.desk.care import calling
from proofline.desk.care.calling import Call
from proofline.desk.hours import correcting, timing
from proofline.desk.hours.timing import Stretch
from proofline.desk.showing.patient.enrolled import enrolled
from proofline.desk.showing.patient.worked import CHANNELS, REACHED
from proofline.store.book import Book
from proofline.web import typed
from proofline.web.pages.patient.viewing import back, patient
from proofline.web.screens import act


@act(patient)
def start(request: HttpRequest, book: Book, at: datetime, enrollment_id: str) -> HttpResponse:
    """Start the timer."""
    timing.start(book, enrollment_id, typed.text(request, "activity"), at)
    return back(request, _("The timer runs."), enrollment_id)


@act(patient)
def discard(request: HttpRequest, book: Book, at: datetime, enrollment_id: str) -> HttpResponse:
    """Let one's timer go without logging its time."""
    timing.discard(book, enrollment_id, typed.text(request, "reason"), at)
    return back(request, _("The timer was let go; no time is logged."), enrollment_id)


@act(patient)
def log_time(request: HttpRequest, book: Book, at: datetime, enrollment_id: str) -> HttpResponse:
    """Log time that no timer ran for."""
    began, ended = typed.span(request, enrolled(book, enrollment_id).zone)
    stretch = Stretch(enrollment_id, typed.text(request, "activity"), began, ended)
    timing.type_in(book, stretch, typed.text(request, "reason"), at)
    return back(request, _("The time is logged."), enrollment_id)


@act(patient)
def correct(request: HttpRequest, book: Book, at: datetime, enrollment_id: str) -> HttpResponse:
    """Put another stretch in the place of one's own entry."""
    began, ended = typed.span(request, enrolled(book, enrollment_id).zone)
    stretch = Stretch(enrollment_id, typed.text(request, "activity"), began, ended)
    entry_id, reason = typed.text(request, "entry_id"), typed.text(request, "reason")
    correcting.correct(book, entry_id, stretch, at, reason=reason)
    return back(
        request, _("The time is corrected; what stood there before is kept."), enrollment_id
    )


@act(patient)
def withdraw(request: HttpRequest, book: Book, at: datetime, enrollment_id: str) -> HttpResponse:
    """Take one's own entry back."""
    correcting.withdraw(book, typed.text(request, "entry_id"), typed.text(request, "reason"), at)
    return back(request, _("The time is taken back; it counts no more."), enrollment_id)


@act(patient)
def call(request: HttpRequest, book: Book, at: datetime, enrollment_id: str) -> HttpResponse:
    """Log a call."""
    began, ended = typed.span(request, enrolled(book, enrollment_id).zone)
    channel = typed.one_of(request, "channel", CHANNELS) or "phone"
    reached = typed.one_of(request, "reached", REACHED)
    calling.log(book, Call(enrollment_id, channel, began, ended, reached), at)
    return back(request, _("The call is logged."), enrollment_id)


@act(patient)
def uncall(request: HttpRequest, book: Book, at: datetime, enrollment_id: str) -> HttpResponse:
    """Take one's own call back."""
    calling.withdraw(book, typed.text(request, "call_id"), typed.text(request, "reason"), at)
    return back(request, _("The call is taken back; it counts no more."), enrollment_id)


urlpatterns = [
    path("patient/<str:enrollment_id>/timer/", start, name="patient_timer"),
    path("patient/<str:enrollment_id>/discard/", discard, name="patient_discard"),
    path("patient/<str:enrollment_id>/time/", log_time, name="patient_time"),
    path("patient/<str:enrollment_id>/correct/", correct, name="patient_correct"),
    path("patient/<str:enrollment_id>/withdraw/", withdraw, name="patient_withdraw"),
    path("patient/<str:enrollment_id>/call/", call, name="patient_call"),
    path("patient/<str:enrollment_id>/uncall/", uncall, name="patient_uncall"),
]
