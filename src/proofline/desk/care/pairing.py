"""Devices with patients: given, taken back by local day, and said never to have been given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from proofline.desk.care import limits
from proofline.desk.care.alerts import BEYOND, KINDS, SILENT, UNSURE
from proofline.desk.care.limits import unsure_about
from proofline.desk.care.wearing import devices_of, of_wearer, theirs, whose
from proofline.desk.cells import day
from proofline.desk.found import Cells, device_for, patient_for
from proofline.desk.trouble import DeskError, refuse_silence
from proofline.store.act import Act
from proofline.store.book import Book
from proofline.store.work import alerts
from proofline.store.work.alerts import Waiting


def device_called(book: Book, words: str) -> str:
    """Give the id of the device that has these words as its id or serial number.

    Errors: DeskError if there is none, or several with that serial number.
    """
    if book.shelf.rows("devices", device_id={words}):
        return words
    found = book.shelf.ids("devices", "device_id", serial={words}) if words else set()
    if len(found) != 1:
        raise DeskError(
            "desk.no_such_device",
            "No device, or more than one, has this id or serial number.",
            "Read it from the device's label; a new device comes in with the practice's list.",
        )
    return found.pop()


def pair(book: Book, device_id: str, patient_id: str, at: datetime, *, since: date) -> None:
    """Give a device of the practice to a patient from a day on.

    What it sent since then and waited for somebody is held against the patient's limits at once.
    Errors: NotAllowed; NotVisible; DeskError while it is with somebody.
    """
    device_for(book, "device.pair", device_id, at)
    patient_for(book, "device.pair", patient_id, at)
    made: Cells = {
        "device_id": device_id,
        "patient_id": patient_id,
        "from_date": day(since),
        "owner": "practice",
    }
    with book.act("device.pair", at) as act:
        for row in book.shelf.rows("assignments", device_id={device_id}):
            if (row["to_date"] or "9999") >= since.isoformat():
                raise DeskError(
                    "desk.device_taken",
                    "The device is with a patient on that day.",
                    "Take it back first; a device is with one patient at a time.",
                )
        act.add("assignments", [made])
        limits.watch_released(book, made, act.at)


def take_back(book: Book, device_id: str, until: date, at: datetime) -> None:
    """Take a device back: `until` is the last day on which it was with the patient.

    Errors: NotAllowed; NotVisible; DeskError if it is with nobody, or was given after that day.
    """
    device_for(book, "device.return", device_id, at)
    with book.act("device.return", at, "taken back") as act:
        rows = [
            row
            for row in book.shelf.rows("assignments", device_id={device_id})
            if not row["to_date"] and (row["from_date"] or "") <= until.isoformat()
        ]
        if not rows:
            raise DeskError(
                "desk.device_free",
                "The device is with nobody on that day.",
                "Look at the device's history for where it is.",
            )
        # Of assignments all rows hold, so the open one has to go for the closed one to count.
        act.withdraw("assignments", rows[-1:])
        act.add("assignments", [rows[-1] | {"to_date": day(until)}])


@dataclass(frozen=True, slots=True)
class Mistaken:
    """Which device was never with which patient from a day on."""

    device_id: str
    patient_id: str
    since: date


def unpair(book: Book, one: Mistaken, reason: str, at: datetime) -> None:
    """Say that a device was never with a patient: what it sent counts for them no more.

    The assignment is withdrawn and stays on record. Readings that it alone made the patient's wait
    again for whoever had the device, and open alerts about them and its silence are closed with
    the reason. Errors: NotAllowed; NotVisible; DeskError without a reason, or if the device was not
    given to them on that day.
    """
    device_for(book, "device.unpair", one.device_id, at)
    patient_for(book, "device.unpair", one.patient_id, at)
    refuse_silence(reason, "Taking an assignment for a mistake")
    with book.act("device.unpair", at, reason) as act:
        rows = [
            row
            for row in book.shelf.rows("assignments", device_id={one.device_id})
            if row["patient_id"] == one.patient_id and row["from_date"] == one.since.isoformat()
        ]
        if not rows:
            raise DeskError(
                "desk.not_paired",
                "The device was not given to this patient on that day.",
                "Look at the patient's devices; somebody may have taken it for a mistake before.",
            )
        act.withdraw("assignments", rows)
        _close_alerts(book, one, rows, act)


def _close_alerts(book: Book, one: Mistaken, withdrawn: Sequence[Cells], act: Act) -> None:
    """Close the patient's alerts about what is theirs no more, each on record."""
    waiting = alerts.waiting(book.tenant_id, KINDS, one.patient_id)
    gone = _gone(book, one, waiting)
    if any(alert.kind == UNSURE for alert in waiting):
        gone |= _sure_now(book, one, withdrawn)
    for alert in waiting:
        about = alert.subject if alert.kind == UNSURE else alert.subject.split(" ")[0]
        if (alert.kind, about) in gone:
            alerts.undo(book, alert.alert_id, act.why, act.at)
            act.vouch("alert.close", {"alert": alert.alert_id}, subject=one.patient_id)


def _gone(book: Book, one: Mistaken, waiting: Sequence[Waiting]) -> set[tuple[str, str]]:
    """Say which readings, and whether the device, are the patient's no more, by kind of alert."""
    beyond = {alert.subject.split(" ")[0] for alert in waiting if alert.kind == BEYOND}
    sent = book.shelf.rows("readings", reading_id=beyond) if beyond else []
    of_device = [row for row in sent if row["device_id"] == one.device_id]
    still = {
        row["reading_id"] for row in whose(book, of_device) if row["patient_id"] == one.patient_id
    }
    gone = {
        (BEYOND, row["reading_id"] or "") for row in of_device if row["reading_id"] not in still
    }
    worn = book.shelf.rows("assignments", device_id={one.device_id})
    has = any(row["patient_id"] == one.patient_id and not row["to_date"] for row in worn)
    return gone if has else gone | {(SILENT, one.device_id)}


def _sure_now(book: Book, one: Mistaken, withdrawn: Sequence[Cells]) -> set[tuple[str, str]]:
    """Say which doubts about limits rested on what that device alone sent for the patient."""
    sent = book.shelf.rows("readings", device_id={one.device_id})
    were = {unsure_about(row) for given in withdrawn for row in of_wearer(book, sent, given)}
    left = theirs(book, one.patient_id, devices_of(book, one.patient_id))
    return {(UNSURE, about) for about in were - {unsure_about(row) for row in left}}
