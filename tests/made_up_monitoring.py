"""A made-up patient who is monitored: two cycles, some readings, some work, no consent yet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from made_up_people import CUFF, PATIENT, at, put, reading, the_book
from made_up_practices import START, Practice
from proofline.desk.showing.patient.page import Asked, PatientPage, patient_page

PAGE = "/patient/E-1/"
"""Where the patient's page is."""


@pytest.fixture
def monitored(desk: Practice) -> Practice:
    """A patient on the cuff from 5 January: the cycles begin on 5 January and 4 February.

    On 10 and 11 February the cuff sent, on 12 February somebody typed; on the 13th a minute past
    midnight in Chicago, which is six hours later by UTC. Two pieces of work lie in February.
    """
    book = the_book(desk)
    made = {"enrollment_id": "E-1", "patient_id": PATIENT, "program": "RPM"}
    put(book, "performers", {"performer_id": "D-1", "role": "physician", "name": "Made-up Dora"})
    nurse: dict[str, str | None] = {
        "performer_id": "NORTH-COORDINATOR",
        "role": "clinical_staff",
        "name": "Made-up Ned",
    }
    put(book, "performers", nurse)
    put(book, "enrollments", {**made, "billing_performer_id": "D-1", "setup_date": "2026-01-05"})
    put(book, "assignments", {"device_id": CUFF, "patient_id": PATIENT, "from_date": "2026-01-05"})
    put(
        book,
        "readings",
        reading("R-1", "142", at(15, day=2) - timedelta(days=20), value_2="88"),
        reading("R-2", "138", at(15, day=2) - timedelta(days=19), value_2="84"),
        reading("R-3", "137", at(15, day=2) - timedelta(days=18), entry="manual"),
        reading("R-4", "136", datetime(2026, 2, 13, 6, 1, tzinfo=UTC)),
    )
    worked = {"enrollment_id": "E-1", "performer_id": "NORTH-COORDINATOR", "activity": "review"}
    put(
        book,
        "time_entries",
        _work("T-1", worked, "2026-02-10T16:00:00Z", "2026-02-10T16:12:30Z"),
        _work("T-2", worked, "2026-02-17T16:00:00Z", "2026-02-17T16:08:00Z"),
    )
    return desk


def consent(practice: Practice) -> None:
    said = {"consent_id": "C-1", "patient_id": PATIENT, "program": "RPM", "modality": "verbal"}
    put(the_book(practice), "consents", {**said, "given_at": "2026-01-04T15:00:00Z"})


def _work(entry_id: str, of: dict[str, str], began: str, ended: str) -> dict[str, str | None]:
    return {"entry_id": entry_id, **of, "started_at": began, "ended_at": ended, "method": "timer"}


def seen(practice: Practice, role: str = "coordinator", **asked: str) -> PatientPage:
    """Give the page as somebody of a role sees it on 2 March 2026."""
    return patient_page(practice.opened(role), "E-1", Asked(**asked), START)
