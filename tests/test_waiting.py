"""The queue of readings that count for nobody: why each waits, and what releases it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from at_the_terminal import typed
from proofline.explain.waiting import waiting

Rows = dict[str, list[dict[str, object]]]

TOLD: Rows = {
    "patients": [{"patient_id": name, "time_zone": "America/Chicago"} for name in ("P1", "P2")],
    "enrollments": [
        {"enrollment_id": f"E{name}", "patient_id": name, "program": "RPM",
         "billing_performer_id": "B", "setup_date": "2026-04-20"}
        for name in ("P1", "P2")
    ],
    "devices": [{"device_id": "D1", "kind": "weight", "serial": "SN1", "fda_basis": "exempt",
                 "fda_reference": "FRI"}],
    "consents": [
        {"consent_id": f"C{name}", "patient_id": name, "program": "RPM",
         "given_at": "2026-04-19T12:00:00Z"}
        for name in ("P1", "P2")
    ],
    "assignments": [{"device_id": "D1", "patient_id": "P1", "from_date": "2026-04-20"}],
    "readings": [{"reading_id": "R1", "device_id": "D1", "metric": "29463-7", "value": "80",
                  "unit": "kg", "measured_at": "2026-05-01T12:00:00Z", "entry": "automatic"}],
}  # fmt: skip


def folder(path: Path, changes: Rows) -> Path:
    for table, rows in (TOLD | changes).items():
        text = "".join(f"{json.dumps(row)}\n" for row in rows)
        (path / f"{table}.ndjson").write_text(text)
    return path


def given(patient: str, first: str) -> dict[str, object]:
    return {"device_id": "D1", "patient_id": patient, "from_date": first}


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({}, []),
        ({"assignments": []}, ["device_not_assigned"]),
        ({"assignments": [given("P1", "2026-05-02")]}, ["device_not_assigned"]),
        ({"assignments": [given("P1", "2026-04-20"), given("P2", "2026-04-25")]},
         ["device_with_two_patients"]),
        ({"readings": [{**TOLD["readings"][0], "patient_id": "P2"}]}, ["another_patient_named"]),
        ({"readings": [{**TOLD["readings"][0], "ambiguous_person": True}]}, ["ambiguous_person"]),
        ({"readings": [TOLD["readings"][0], {**TOLD["readings"][0], "ambiguous_person": True}]},
         ["contradicting_versions"]),
        ({"readings": [{**TOLD["readings"][0], "entry": "unknown"}]}, ["entry_unknown"]),
        # What never counts waits for nothing.
        ({"readings": [{**TOLD["readings"][0], "entry": "manual"}], "assignments": []}, []),
        ({"readings": [{**TOLD["readings"][0], "test": True}], "assignments": []}, []),
    ],
)  # fmt: skip
def test_why_readings_wait(tmp_path: Path, changes: Rows, reasons: list[str]) -> None:
    found = waiting(folder(tmp_path, changes), date(2026, 5, 31))
    assert [one.reason for one in found] == reasons
    assert {one.readings for one in found} <= {1}


def test_the_cure_tells_a_device_given_to_nobody_from_one_given_too_late(tmp_path: Path) -> None:
    (never,) = waiting(folder(tmp_path, {"assignments": []}), date(2026, 5, 31))
    late = {"assignments": [given("P1", "2026-05-02")]}
    (too_late,) = waiting(folder(tmp_path, late), date(2026, 5, 31))
    assert "Add the assignment" in never.cure
    assert "begins too late" in too_late.cure


def test_an_assignment_releases_what_waited(tmp_path: Path) -> None:
    evidence = str(folder(tmp_path, {"assignments": []}))
    asked = ["intake", "queue", evidence, "--as-of", "2026-05-31"]
    assert "waiting: 1 reading of 1 device" in typed(*asked).output
    folder(tmp_path, {})
    assert "waiting: 0 readings" in typed(*asked).output


def wall(**changes: object) -> dict[str, object]:
    return {**TOLD["readings"][0], "measured_at": "2026-05-01T23:30:00", **changes}


@pytest.mark.parametrize(
    ("reading", "count"),
    [
        (wall(), 1),
        (wall(entry="manual"), 0),
        (wall(test=True), 0),
        (wall(value=""), 0),
        (wall(measured_at="2026-06-01T00:10:00"), 0),
        (wall(received_at="2026-06-02T12:00:00Z"), 0),
    ],
)
def test_readings_on_the_wall_of_nobody_wait_too(
    tmp_path: Path, reading: dict[str, object], count: int
) -> None:
    rows: Rows = {"assignments": [], "readings": [reading]}
    found = waiting(folder(tmp_path, rows), date(2026, 5, 31))
    assert [(one.reason, one.kind, one.serial, one.readings) for one in found] == [
        ("device_not_assigned", "weight", "SN1", 1)
    ] * count
    assert {one.clock for one in found} <= {"the patient's clock"}
    assert {one.first.isoformat() for one in found} <= {"2026-05-01T23:30:00+00:00"}
    assert waiting(folder(tmp_path, {"readings": [reading]}), date(2026, 5, 31)) == []


def test_a_stand_in_for_several_people_is_to_be_assigned_to_nobody(tmp_path: Path) -> None:
    reading = {**TOLD["readings"][0], "device_id": "not-named:"}
    (found,) = waiting(folder(tmp_path, {"readings": [reading]}), date(2026, 5, 31))
    assert "assign this stand-in to nobody" in found.cure
