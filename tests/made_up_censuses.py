"""Enrollments and work of a made-up practice, and its owner who looks at what they come to."""

from __future__ import annotations

import csv
import io

from made_up_billing import NOW
from made_up_people import put
from made_up_practices import Practice
from proofline.store.book import Book
from signing_in import client_of


def owner(practice: Practice) -> Book:
    return practice.opened("owner")


def enrol(practice: Practice, name: str, program: str, **cells: str) -> None:
    row: dict[str, str | None] = {
        "enrollment_id": name,
        "patient_id": f"P-{name}",
        "program": program,
        "billing_performer_id": "DOCTOR",
        **cells,
    }
    put(practice.opened("coordinator"), "enrollments", row, when=NOW)


def worked(practice: Practice, name: str, enrollment: str, begun: str, ended: str) -> None:
    row: dict[str, str | None] = {
        "entry_id": name,
        "enrollment_id": enrollment,
        "performer_id": "=DOCTOR" if name.startswith("D") else "NURSE",
        "started_at": begun,
        "ended_at": ended,
        "activity": "review",
    }
    put(practice.opened("coordinator"), "time_entries", row, when=NOW)


def file_of(address: str) -> list[dict[str, str]]:
    """Give the rows of a list of the owner's as a file."""
    answer = client_of("north-owner").get(f"{address}&as=csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return [*csv.DictReader(io.StringIO(answer.getvalue().decode()))]
