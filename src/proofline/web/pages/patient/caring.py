"""Consent, devices, limits, reviews, alerts and the end of an episode on the patient's page."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from proofline.desk.care import alerts, consenting, episodes, limits, pairing, reviewing
from proofline.desk.care.consenting import Capture
from proofline.desk.showing.patient.enrolled import enrolled
from proofline.desk.trouble import DeskError
from proofline.store.book import Book
from proofline.store.work.alerts import Limits
from proofline.web import typed
from proofline.web.pages.patient.viewing import back, patient
from proofline.web.screens import act
from proofline.web.templatetags.sentences import told

Modality = Literal["verbal", "written", "electronic"]
MODALITIES = ("verbal", "written", "electronic")


@act(patient)
def consent(request: HttpRequest, book: Book, at: datetime, enrollment_id: str) -> HttpResponse:
    """Record that the patient agreed to the text that was read."""
    who = enrolled(book, enrollment_id)
    said = Capture(
        who.patient_id,
        who.program,
        typed.text(request, "text_version"),
        _modality(request),
        typed.instant(request, "given_at", who.zone),
        cost_share_disclosed=bool(request.POST.get("disclosed")),
    )
    consent_id = consenting.capture(book, said, at)
    for doubt in consenting.doubts_of(book, consent_id, at):
        messages.warning(request, _("An auditor will ask: %(what)s.") % {"what": told(doubt.text)})
    return back(request, _("The consent is on file."), enrollment_id)


def _modality(request: HttpRequest) -> Modality:
    """Read how the patient agreed; what was not said is not taken for the usual."""
    said = typed.one_of(request, "modality", MODALITIES)
    if not said:
        raise DeskError(
            "desk.no_modality",
            _("How the patient agreed is not said."),
            _("Choose one of the ways."),
        )
    return cast("Modality", said)


@act(patient)
def revoke(request: HttpRequest, book: Book, at: datetime, enrollment_id: str) -> HttpResponse:
    """Record that the patient took a consent back."""
    when = typed.instant(request, "revoked_at", enrolled(book, enrollment_id).zone)
    consenting.revoke(book, typed.text(request, "consent_id"), when, at)
    return back(request, _("The consent is revoked from then on."), enrollment_id)


@act(patient)
def pair(request: HttpRequest, book: Book, at: datetime, enrollment_id: str) -> HttpResponse:
    """Give the patient a device of the practice."""
    who, since = enrolled(book, enrollment_id), typed.day_asked(request, "since")
    device_id = pairing.device_called(book, typed.text(request, "device"))
    pairing.pair(book, device_id, who.patient_id, at, since=since)
    return back(request, _("The device is with the patient."), enrollment_id)


@act(patient)
def take_back(request: HttpRequest, book: Book, at: datetime, enrollment_id: str) -> HttpResponse:
    """Take a device back."""
    until = typed.day_asked(request, "until")
    pairing.take_back(book, typed.text(request, "device_id"), until, at)
    return back(request, _("The device is back."), enrollment_id)


@act(patient)
def unpair(request: HttpRequest, book: Book, at: datetime, enrollment_id: str) -> HttpResponse:
    """Say that a device was never with the patient."""
    who, since = enrolled(book, enrollment_id), typed.day_asked(request, "since")
    mistaken = pairing.Mistaken(typed.text(request, "device_id"), who.patient_id, since)
    pairing.unpair(book, mistaken, typed.text(request, "reason"), at)
    words = _("What the device sent counts for this patient no more, and waits for whoever had it.")
    return back(request, words, enrollment_id)


@act(patient)
def review(request: HttpRequest, book: Book, at: datetime, enrollment_id: str) -> HttpResponse:
    """Say that one looked at the readings."""
    new = reviewing.review(book, enrolled(book, enrollment_id).patient_id, at)
    words = ngettext("%(new)s new reading reviewed.", "%(new)s new readings reviewed.", new)
    return back(request, words % {"new": new}, enrollment_id)


@act(patient)
def set_limits(request: HttpRequest, book: Book, at: datetime, enrollment_id: str) -> HttpResponse:
    """Set between which values the readings of a metric are unremarkable."""
    metric, _slash, part = typed.text(request, "metric").partition("/")
    unit, patient_id = typed.text(request, "unit"), enrolled(book, enrollment_id).patient_id
    low, high = typed.number(request, "low"), typed.number(request, "high")
    limits.set_limits(book, Limits(patient_id, metric, part or "value", unit, low, high), at)
    return back(request, _("The limits hold from now on."), enrollment_id)


@act(patient)
def take(request: HttpRequest, book: Book, at: datetime, enrollment_id: str) -> HttpResponse:
    """Make an alert one's own."""
    alerts.take(book, typed.whole(request, "alert_id"), at, typed.text(request, "why"))
    return back(request, _("The alert is yours."), enrollment_id)


@act(patient)
def close(request: HttpRequest, book: Book, at: datetime, enrollment_id: str) -> HttpResponse:
    """Close an alert with what was done."""
    alerts.close(book, typed.whole(request, "alert_id"), typed.text(request, "outcome"), at)
    return back(request, _("The alert is closed."), enrollment_id)


@act(patient)
def reopen(request: HttpRequest, book: Book, at: datetime, enrollment_id: str) -> HttpResponse:
    """Open an alert again that was closed by mistake."""
    alerts.reopen(book, typed.whole(request, "alert_id"), typed.text(request, "reason"), at)
    return back(request, _("The alert is open again, and yours."), enrollment_id)


@act(patient)
def end(request: HttpRequest, book: Book, at: datetime, enrollment_id: str) -> HttpResponse:
    """End the episode on its last day."""
    last = typed.day_asked(request, "last")
    episodes.end(book, enrollment_id, last, at, reason=typed.text(request, "reason"))
    return back(request, _("The episode has ended."), enrollment_id)


urlpatterns = [
    path("patient/<str:enrollment_id>/consent/", consent, name="patient_consent"),
    path("patient/<str:enrollment_id>/revoke/", revoke, name="patient_revoke"),
    path("patient/<str:enrollment_id>/pair/", pair, name="patient_pair"),
    path("patient/<str:enrollment_id>/return/", take_back, name="patient_return"),
    path("patient/<str:enrollment_id>/unpair/", unpair, name="patient_unpair"),
    path("patient/<str:enrollment_id>/review/", review, name="patient_review"),
    path("patient/<str:enrollment_id>/limits/", set_limits, name="patient_limits"),
    path("patient/<str:enrollment_id>/take/", take, name="patient_take"),
    path("patient/<str:enrollment_id>/close/", close, name="patient_close"),
    path("patient/<str:enrollment_id>/reopen/", reopen, name="patient_reopen"),
    path("patient/<str:enrollment_id>/end/", end, name="patient_end"),
]
