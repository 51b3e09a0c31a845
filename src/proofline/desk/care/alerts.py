"""Alerts: something needs somebody, who takes it, closes it with what was done, or reopens it."""

from __future__ import annotations

from datetime import datetime, timedelta

from proofline.desk.cells import instant
from proofline.desk.found import look, patient_for
from proofline.desk.roles import may, not_allowed, permit
from proofline.desk.telling import events
from proofline.desk.trouble import DeskError, refuse_silence
from proofline.store.book import Book
from proofline.store.trouble import not_visible
from proofline.store.work import alerts
from proofline.store.work.alerts import Cause, Waiting
from proofline.store.work.silence import Worn, worn

BEYOND, UNSURE, SILENT = "beyond_limits", "limits_unsure", "device_silent"
KINDS = (BEYOND, UNSURE, SILENT)
"""A reading beyond its limits; one in another unit than them; a device from which nothing comes."""

SILENT_AFTER = timedelta(days=3)
"""So long without a reading, and somebody should ask. Policy of ours: no source states a time."""


def listen_for_silence(book: Book, at: datetime, after: timedelta = SILENT_AFTER) -> int:
    """Raise an alert for each device that a patient has and that sent readings, but none lately.

    Gives how many are new; a silence is one alert for each patient who has the device, however
    often this is asked. Errors: NotAllowed.
    """
    permit(book, "alert.raise")
    silent: dict[Cause, Worn] = {}
    for one in worn(book.tenant_id):
        if one.last is not None and at - one.last >= after:
            silent[f"{one.device_id} since {instant(one.last)}", one.patient_id] = one
    new = alerts.raise_new(book, SILENT, silent, at=at)
    devices = dict.fromkeys(silent[cause].device_id for cause in new)
    events.tell(book, [(events.SILENT, {"device_id": device}) for device in devices], at)
    return len(new)


def waiting(book: Book, at: datetime, patient_id: str = "") -> list[Waiting]:
    """Give the alerts that are not closed, the oldest first. Errors: NotAllowed; NotVisible."""
    if patient_id:
        patient_for(book, "alert.handle", patient_id, at)
    else:
        permit(book, "alert.handle")
    found = alerts.waiting(book.tenant_id, KINDS, patient_id)
    for whom in {one.patient_id for one in found} - {patient_id}:
        look(book, "alert.handle", whom, at)
    return found


def take(book: Book, alert_id: int, at: datetime, why: str = "") -> None:
    """Make an alert one's own; somebody else's needs a reason.

    Errors: NotAllowed; NotVisible; DeskError if it is closed, or somebody else's without a reason.
    """
    _alert_for(book, alert_id, at)
    with book.act("alert.take", at, why) as act:
        found = _still_open(book, alert_id)
        if found.owner_id not in {None, book.person_id} and not why.strip():
            raise DeskError(
                "desk.alert_taken",
                "Somebody else has taken this alert.",
                "Leave it to them, or say why you take it over.",
            )
        alerts.take(book, alert_id, at)
        act.vouch("alert.take", {"alert": alert_id}, subject=found.patient_id)


def close(book: Book, alert_id: int, outcome: str, at: datetime) -> None:
    """Close an alert that one has taken, with what was done.

    Errors: NotAllowed; NotVisible; DeskError without words, if it is closed or not one's own.
    """
    _alert_for(book, alert_id, at)
    refuse_silence(outcome, "Closing an alert")
    with book.act("alert.close", at, outcome) as act:
        found = _still_open(book, alert_id)
        if found.owner_id != book.person_id:
            raise DeskError(
                "desk.alert_not_yours",
                "The alert is not yours to close.",
                "Take it first, so that it is known who looked after it.",
            )
        alerts.close(book, alert_id, outcome, at)
        act.vouch("alert.close", {"alert": alert_id}, subject=found.patient_id)


def reopen(book: Book, alert_id: int, reason: str, at: datetime) -> None:
    """Open an alert again that was closed by mistake; it is then theirs who opens it.

    What it was closed with stays beside it. Errors: NotAllowed; NotVisible; DeskError without a
    reason, or while it is open.
    """
    _alert_for(book, alert_id, at)
    refuse_silence(reason, "Opening an alert again")
    with book.act("alert.reopen", at, reason) as act:
        found = alerts.alert_of(book.tenant_id, alert_id)
        if found is None or found.closed_at is None:
            raise DeskError(
                "desk.alert_open", "The alert is open.", "Take it, and close it with what was done."
            )
        alerts.reopen(book, alert_id, at)
        act.vouch("alert.reopen", {"alert": alert_id}, subject=found.patient_id)


def _alert_for(book: Book, alert_id: int, at: datetime) -> Waiting:
    found = alerts.alert_of(book.tenant_id, alert_id)
    ours = found is not None and found.kind in KINDS
    allowed = may(book, "alert.handle")
    whom = found.patient_id if found is not None and ours else ""
    look(book, "alert.handle", whom, at, allowed=allowed and ours)
    if not allowed:
        raise not_allowed("alert.handle")
    if found is None or not ours:
        raise not_visible()
    return found


def _still_open(book: Book, alert_id: int) -> Waiting:
    found = alerts.alert_of(book.tenant_id, alert_id)
    if found is None or found.closed_at is not None:
        raise DeskError(
            "desk.alert_closed", "The alert is closed.", "Look at it for what was done."
        )
    return found
