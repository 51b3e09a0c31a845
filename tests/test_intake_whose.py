"""Whose a file is, when the operator says it and when the file does."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from proofline.errors import WrongUse
from proofline.evidence import open_evidence
from proofline.evidence.trouble import EvidenceRefused
from proofline.explain.waiting import waiting
from proofline.intake import sources
from proofline.intake.options import Options
from proofline.intake.report import Report
from proofline.intake.taking_in import take_in

FIXTURES = Path(sources.__file__).parents[1] / "fixtures"
SENT = {
    "metric": "weight",
    "hwi_device_id": "made-up-device",
    "timestamp": "2026-05-01T11:59:40Z",
    "value_1": "180.5",
}


def taken(tmp_path: Path, sent: dict[str, str], patient: str) -> tuple[Report, list[str]]:
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    (evidence / "patients.csv").write_text(
        "patient_id,time_zone\nP1,America/Chicago\nP2,America/Chicago\n"
    )
    (tmp_path / "day.json").write_text(json.dumps(SENT | sent))
    report = take_in(
        "tenovi", [tmp_path / "day.json"], evidence, options=Options(patient_id=patient)
    )
    readings = evidence / "readings.ndjson"
    lines = readings.read_text().splitlines() if readings.exists() else []
    return report, [json.loads(line).get("patient_id", "") for line in lines]


@pytest.mark.parametrize(
    ("sent", "patient", "whose"),
    [
        ({}, "", [""]),  # the assignment of the device says whose
        ({}, "P1", ["P1"]),
        ({"patient_id": "P2"}, "", ["P2"]),
        ({"patient_id": "theirs-77"}, "", [""]),
        ({"patient_id": "theirs-77"}, "P1", ["P1"]),
        ({"patient_id": "P2"}, "P2", ["P2"]),
    ],
)
def test_whose_a_reading_is(
    tmp_path: Path, sent: dict[str, str], patient: str, whose: list[str]
) -> None:
    assert taken(tmp_path, sent, patient)[1] == whose


def test_a_file_that_names_another_of_our_patients_is_not_taken_for_this_one(
    tmp_path: Path,
) -> None:
    report, whose = taken(tmp_path, {"patient_id": "P2"}, "P1")
    assert [one.code for one in report.troubles()] == ["two_patients"]
    assert whose == []


@pytest.mark.slow
def test_strict_does_not_refuse_a_reading_that_only_waits_for_its_assignment(
    tmp_path: Path,
) -> None:
    """Its zone is that of a patient whom nobody has named yet; nothing about it is to be mended."""
    export = FIXTURES / "libreview/us.csv"
    into, day = tmp_path / "E", date(2026, 12, 31)
    take_in("libreview", [export], into)
    with open_evidence(into, as_of=day, strict=True) as evidence:
        assert evidence.counts["readings"][1] > 0
    assert {one.reason for one in waiting(into, day)} == {"device_not_assigned"}
    with (into / "readings.ndjson").open("a") as file:
        file.write('{"reading_id": "bad"}\n')
    with pytest.raises(EvidenceRefused, match="1 row cannot be used"):
        open_evidence(into, as_of=day, strict=True)


def test_a_patient_nobody_knows_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(WrongUse) as error:
        taken(tmp_path, {}, "P3")
    assert error.value.code == "intake.unknown_patient"
