"""Whose readings these are: of the patient they name, else of whoever had the device that day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from proofline.desk.found import Cells
from proofline.store.book import Book


def whose(book: Book, readings: Sequence[Cells]) -> Iterator[Cells]:
    """Give readings with their patient; one of a device that two had on its day comes for both.

    A day is one of the patient's own zone. What is a guess for a bill is none for an alert: who has
    the device is looked after.
    """
    devices = {cell for row in readings if not row.get("patient_id") and (cell := row["device_id"])}
    given = book.shelf.rows("assignments", device_id=devices) if devices else []
    zones = _zones(book, given)
    for row in readings:
        if row.get("patient_id"):
            yield row
        else:
            yield from _worn(row, given, zones)


def of_wearer(book: Book, readings: Sequence[Cells], given: Cells) -> Iterator[Cells]:
    """Give the readings that name nobody and are, by one assignment, those of its patient."""
    zones = _zones(book, [given])
    for row in readings:
        if not row.get("patient_id"):
            yield from _worn(row, [given], zones)


def devices_of(book: Book, patient_id: str) -> set[str]:
    """Give the devices that a patient has or had."""
    return book.shelf.ids("assignments", "device_id", patient_id={patient_id})


def theirs(book: Book, patient_id: str, worn: set[str]) -> list[Cells]:
    """Give readings that name the patient, and those of their devices `worn` that name nobody."""
    rows = book.shelf.rows("readings", patient_id={patient_id})
    sent = book.shelf.rows("readings", device_id=worn) if worn else []
    rows += [row for row in sent if not row["patient_id"]]
    return [row for row in whose(book, rows) if row["patient_id"] == patient_id]


def _zones(book: Book, given: Sequence[Cells]) -> dict[str | None, str]:
    patients = {cell for row in given if (cell := row["patient_id"])}
    known = book.shelf.rows("patients", patient_id=patients) if patients else []
    return {row["patient_id"]: row["time_zone"] or "UTC" for row in known}


def _worn(reading: Cells, given: Sequence[Cells], zones: dict[str | None, str]) -> Iterator[Cells]:
    for one in given:
        if one["device_id"] == reading["device_id"] and _held(one, reading, zones):
            yield {**reading, "patient_id": one["patient_id"]}


def _held(assignment: Cells, reading: Cells, zones: dict[str | None, str]) -> bool:
    """Whether the device was with the patient of an assignment on the day of a reading."""
    try:
        read = datetime.fromisoformat(reading["measured_at"] or "")
        zone = ZoneInfo(zones.get(assignment["patient_id"], "UTC"))
    except (ValueError, ZoneInfoNotFoundError):
        return False
    there = (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(zone)
    day = there.date().isoformat()
    first, last = assignment["from_date"] or "", assignment.get("to_date") or ""
    return first <= day and (not last or day <= last)
