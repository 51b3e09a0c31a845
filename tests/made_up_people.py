"""A made-up patient of a made-up practice, enrolled and with a device, for tests of the desk."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from made_up_practices import START, Practice
from proofline.desk.care import episodes
from proofline.desk.care.episodes import Enrolment
from proofline.store.book import Book

PATIENT, OTHER = "P-MADE-UP", "P-OTHER"
CUFF, SCALE = "D-CUFF", "D-SCALE"
SYSTOLIC = "85354-9"


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    """An instant of March 2026."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def put(book: Book, table: str, *rows: dict[str, str | None], when: datetime = START) -> None:
    """Add rows as if they had been taken over."""
    with book.act("test", when) as act:
        act.add(table, rows)


def with_patients(practice: Practice) -> Practice:
    """Put two patients and two devices into a practice."""
    book = practice.opened("coordinator")
    zone = {"time_zone": "America/Chicago", "phone": "+1 (555) 010-0001"}
    put(book, "patients", {"patient_id": PATIENT, **zone})
    put(book, "patients", {"patient_id": OTHER, **zone, "phone": "555 010 0002"})
    put(book, "devices", {"device_id": CUFF, "kind": "blood_pressure", "fda_basis": "cleared"})
    put(book, "devices", {"device_id": SCALE, "kind": "weight"})
    return practice


@pytest.fixture
def desk(practice: Practice) -> Practice:
    return with_patients(practice)


def the_book(practice: Practice) -> Book:
    """Open the book for who sits at the desk."""
    return practice.opened("coordinator")


def enrolled(practice: Practice, patient_id: str = PATIENT) -> str:
    """Enrol a patient; give the enrollment's id."""
    said = Enrolment(patient_id, "RPM", "NORTH-BILLING_PRACTITIONER", setup_date=date(2026, 1, 5))
    return episodes.enrol(practice.opened("coordinator"), said, START)


def reading(name: str, value: str, when: datetime, **more: str) -> dict[str, str | None]:
    """A blood pressure of the patient, from the cuff."""
    return {
        "reading_id": name,
        "device_id": CUFF,
        "patient_id": PATIENT,
        "metric": SYSTOLIC,
        "value": value,
        "unit": "mm[Hg]",
        "measured_at": when.isoformat(),
        "entry": "automatic",
        **more,
    }
