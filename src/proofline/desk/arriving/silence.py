"""Devices that a patient has and that say nothing any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from proofline.desk.roles import permit
from proofline.store.book import Book
from proofline.store.versions import last_received

SILENT = timedelta(days=3)
"""Policy of ours, no source found: a device that should be used daily, and was not for so long."""


@dataclass(frozen=True, slots=True)
class SilentDevice:
    """A device with a patient, and when a reading of it last came in; blank if none ever did."""

    device_id: str
    patient_id: str
    last: str


def silent_devices(book: Book, at: datetime) -> list[SilentDevice]:
    """Give the devices that are with a patient now and have been silent. Errors: NotAllowed."""
    permit(book, "message.release")
    today = at.astimezone(UTC).date().isoformat()
    border = (at.astimezone(UTC) - SILENT).isoformat()
    last = last_received(book.tenant_id)
    found = []
    for row in book.shelf.rows("assignments"):
        is_out = (row["from_date"] or "") <= today <= (row["to_date"] or "9999")
        told = last.get(row["device_id"] or "", "")
        if is_out and told < border and (row["from_date"] or "") < border:
            found.append(SilentDevice(row["device_id"] or "", row["patient_id"] or "", told))
    return found
