"""Devices that a patient has and that say nothing any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from proofline.desk.roles import permit
from proofline.store.book import Book
from proofline.store.work.silence import last_readings

SILENT = timedelta(days=3)
"""Policy of ours, no source found: a device that should be used daily, and was not for so long."""


@dataclass(frozen=True, slots=True)
class SilentDevice:
    """A device with a patient, and the instant of its last reading; None if it never sent one."""

    device_id: str
    patient_id: str
    last: datetime | None


def silent_devices(book: Book, at: datetime) -> list[SilentDevice]:
    """Give the devices that are with a patient now and have been silent. Errors: NotAllowed."""
    permit(book, "message.release")
    border = (at - SILENT).astimezone(UTC)
    last = {one.device_id: one.measured_at for one in last_readings(book.tenant_id)}
    return [
        SilentDevice(device_id, row["patient_id"] or "", heard)
        for row in book.shelf.rows("assignments")
        if not row["to_date"] and (row["from_date"] or "") < border.date().isoformat()
        for device_id in [row["device_id"] or ""]
        for heard in [last.get(device_id)]
        if heard is None or heard < border
    ]
