"""Devices with patients: given, and taken back, by local day."""

from __future__ import annotations

from datetime import date, datetime

from proofline.desk.cells import day
from proofline.desk.found import device_for, patient_for
from proofline.desk.trouble import DeskError
from proofline.store.book import Book


def pair(book: Book, device_id: str, patient_id: str, at: datetime, *, since: date) -> None:
    """Give a device of the practice to a patient from a day on.

    Errors: NotAllowed; NotVisible; DeskError while it is with somebody.
    """
    device_for(book, "device.pair", device_id, at)
    patient_for(book, "device.pair", patient_id, at)
    made = {
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
