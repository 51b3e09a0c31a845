"""Devices with patients: given, and taken back, by local day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from proofline.desk.cells import day
from proofline.desk.found import device_of, patient_of
from proofline.desk.roles import permit
from proofline.desk.trouble import DeskError
from proofline.store.book import Book


def pair(book: Book, device_id: str, patient_id: str, since: date, at: datetime) -> None:
    """Give a device of the practice to a patient from a day on.

    Errors: NotAllowed; NotVisible; DeskError while it is with somebody.
    """
    permit(book, "device.pair")
    device_of(book, device_id)
    patient_of(book, patient_id)
    for row in book.shelf.rows("assignments", device_id={device_id}):
        if (row["to_date"] or "9999") >= since.isoformat():
            raise DeskError(
                "desk.device_taken",
                "The device is with a patient on that day.",
                "Take it back first; a device is with one patient at a time.",
            )
    row = {
        "device_id": device_id,
        "patient_id": patient_id,
        "from_date": day(since),
        "owner": "practice",
    }
    with book.act("device.pair", at) as act:
        act.add("assignments", [row])


def take_back(book: Book, device_id: str, until: date, at: datetime) -> None:
    """Take a device back: `until` is the last day on which it was with the patient.

    Errors: NotAllowed; NotVisible; DeskError if it is with nobody, or was given after that day.
    """
    permit(book, "device.return")
    device_of(book, device_id)
    rows = [
        row
        for row in book.shelf.rows("assignments", device_id={device_id})
        if not row["to_date"] and (row["from_date"] or "") <= (until + timedelta(1)).isoformat()
    ]
    if not rows:
        raise DeskError(
            "desk.device_free",
            "The device is with nobody on that day.",
            "Look at the device's history for where it is.",
        )
    with book.act("device.return", at) as act:
        act.add("assignments", [rows[-1] | {"to_date": day(until)}])
