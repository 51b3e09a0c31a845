"""The timer in the header: started from a patient's page, stopped from every page."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from proofline.desk.hours import timing
from proofline.store.book import Book
from proofline.store.work import timers
from proofline.web.screens import done, screen


@require_POST
@screen
def start(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Start a timer for an enrollment."""
    enrollment_id = request.POST.get("enrollment_id", "")
    timing.start(book, enrollment_id, request.POST.get("activity", "review"), at)
    return done(request, _("The timer runs."), "patient_of", enrollment_id)


@require_POST
@screen
def stop(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:
    """Stop the timer, log its time and go to the patient that it ran for."""
    running = timers.running(book)
    timing.stop(book, request.POST.get("note", ""), at)
    enrollment_id = running.enrollment_id if running else ""
    return done(
        request, _("The timer was stopped and its time logged."), "patient_of", enrollment_id
    )


@require_POST
@screen
def alive(request: HttpRequest, book: Book, at: datetime) -> HttpResponse:  # noqa: ARG001 - a view
    """Note that the person is at it."""
    timing.sign_of_life(book, at)
    return HttpResponse(status=204)


urlpatterns = [
    path("timer/start/", start, name="timer_start"),
    path("timer/stop/", stop, name="timer_stop"),
    path("timer/alive/", alive, name="timer_alive"),
]
