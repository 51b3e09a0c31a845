"""The queue of readings that count for nobody: why each waits, and what releases it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from proofline.cli import main
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
    assert "waiting: 1 readings of 1 devices" in CliRunner().invoke(main, asked).output
    folder(tmp_path, {})
    assert "waiting: 0 readings" in CliRunner().invoke(main, asked).output
