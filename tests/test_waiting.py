"""The queue of readings that count for nobody: why each waits, and what releases it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from at_the_terminal import typed
from proofline.explain.waiting import Waiting, waiting

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


# What is otherwise | why the reading waits, if it does.
CHANGED: list[tuple[Rows, list[str]]] = [
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
]  # fmt: skip


def wall(**changes: object) -> dict[str, object]:
    return {**TOLD["readings"][0], "measured_at": "2026-05-01T23:30:00", **changes}


# A reading at a time on the wall | whether it waits where nobody has the device.
ON_THE_WALL = [
    (wall(), True),
    (wall(entry="manual"), False),
    (wall(test=True), False),
    (wall(value=""), False),
    (wall(measured_at="2026-06-01T00:10:00"), False),
    (wall(received_at="2026-06-02T12:00:00Z"), False),
]


def waiting_together(path: Path, cases: list[Rows]) -> list[list[Waiting]]:
    """Ask of all cases as of one folder, each with patients and devices of its own."""
    for table in TOLD:
        rows = [
            own(row, number)
            for number, changes in enumerate(cases)
            for row in (TOLD | changes)[table]
        ]
        text = "".join(f"{json.dumps(row)}\n" for row in rows)
        (path / f"{table}.ndjson").write_text(text)
    found: list[list[Waiting]] = [[] for _ in cases]
    told = waiting(path, date(2026, 5, 31))
    assert waiting(path, date(2026, 5, 31), few=True) == told, "both databases tell the same"
    for one in told:
        found[int(one.device_id.partition("-")[0])].append(one)
    return found


def own(row: dict[str, object], number: int) -> dict[str, object]:
    """Give a row ids that no other case has."""
    return {
        name: f"{number}-{cell}" if name.endswith("_id") and cell else cell
        for name, cell in row.items()
    }


@pytest.mark.slow
def test_why_readings_wait(tmp_path: Path) -> None:
    found = waiting_together(tmp_path, [changes for changes, _ in CHANGED])
    assert [[one.reason for one in several] for several in found] == [why for _, why in CHANGED]
    assert {one.readings for several in found for one in several} == {1}


@pytest.mark.slow
def test_the_cure_tells_a_device_given_to_nobody_from_one_given_too_late(tmp_path: Path) -> None:
    (never,) = waiting(folder(tmp_path, {"assignments": []}), date(2026, 5, 31))
    late = {"assignments": [given("P1", "2026-05-02")]}
    (too_late,) = waiting(folder(tmp_path, late), date(2026, 5, 31))
    assert "Add the assignment" in never.cure
    assert "begins too late" in too_late.cure


@pytest.mark.slow
def test_an_assignment_releases_what_waited(tmp_path: Path) -> None:
    evidence = str(folder(tmp_path, {"assignments": []}))
    asked = ["intake", "queue", evidence, "--as-of", "2026-05-31"]
    assert "waiting: 1 reading of 1 device" in typed(*asked).output
    folder(tmp_path, {})
    assert "waiting: 0 readings" in typed(*asked).output


@pytest.mark.slow
def test_readings_on_the_wall_of_nobody_wait_too(tmp_path: Path) -> None:
    cases: list[Rows] = [{"assignments": [], "readings": [one]} for one, _ in ON_THE_WALL]
    assigned: list[Rows] = [{"readings": [one]} for one, _ in ON_THE_WALL]
    found = waiting_together(tmp_path, [*cases, *assigned])
    assert [len(several) for several in found[: len(cases)]] == [waits for _, waits in ON_THE_WALL]
    assert found[len(cases) :] == [[] for _ in assigned]
    for one in (one for several in found for one in several):
        assert (one.reason, one.kind, one.serial, one.readings) == (
            "device_not_assigned",
            "weight",
            "SN1",
            1,
        )
        assert one.clock == "the patient's clock"
        assert one.first.isoformat() == "2026-05-01T23:30:00+00:00"


def test_a_stand_in_for_several_people_is_to_be_assigned_to_nobody(tmp_path: Path) -> None:
    reading = {**TOLD["readings"][0], "device_id": "not-named:"}
    (found,) = waiting(folder(tmp_path, {"readings": [reading]}), date(2026, 5, 31))
    assert "assign this stand-in to nobody" in found.cure
