"""Real files of others, when they are there, and an independent referee on our own fixtures."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from proofline.evidence import open_evidence
from proofline.intake.report import Report
from proofline.intake.sources.fhir import take_in

FIXTURES = Path(__file__).parent / "fixtures" / "fhir"
SAMPLES = Path(__file__).parents[2] / "shared" / "samples" / "fhir"
GUIDE = sorted((SAMPLES / "phd_ig").glob("*.json"))
BULK = sorted((SAMPLES / "synthea_bulk_ndjson").glob("*.ndjson"))

needs_samples = pytest.mark.skipif(
    not (GUIDE and BULK), reason="the samples are not beside the repository"
)

# file -> rows added by table, and the troubles that it must cause
EXPECTED: dict[str, tuple[dict[str, int], set[str]]] = {
    "bits-observation.json": ({}, {"bits"}),
    "bpm-status.json": ({}, {"bits"}),
    "bundle-example-1.json": (
        {"devices": 1, "readings": 2},
        {"no_time_zone", "gateway", "fda_basis", "of_a_device"},
    ),
    "coin-20181119202022.json": ({}, {"of_a_device"}),
    "coin-example-timefault.json": ({}, {"of_a_device"}),
    "compound-numeric-blood-pressure.json": ({"readings": 1}, {"component_left_out"}),
    "glucose-observation.json": ({"readings": 1}, {"device_unknown"}),
    "numeric-observation-not-a-number.json": ({}, {"code_not_known"}),
    "numeric-spotnumeric.json": ({"readings": 1}, {"device_unknown"}),
    "patientExample-2.json": ({}, {"no_time_zone"}),
    "phd-711000FEFF5F49B0.B0495F001071.json": ({"devices": 1}, {"fda_basis"}),
    "phg-ecde3d4e58532d31.000000000000.json": ({}, {"gateway"}),
    "rtsa-example-2.json": ({}, {"waveform"}),
    "string-observation-1.json": ({}, {"string"}),
    "temperature-observation.json": ({"readings": 1}, {"device_unknown"}),
}


def outcome(report: Report) -> dict[str, tuple[dict[str, int], set[str]]]:
    return {
        Path(one.file).name: (
            {table: count for table, count in one.added.items() if table != "provenance"},
            {trouble.code for trouble in one.troubles},
        )
        for one in report.files
    }


@needs_samples
def test_of_every_file_of_the_device_guide_it_is_said_what_became_of_it(tmp_path: Path) -> None:
    report = take_in(GUIDE, tmp_path)
    assert outcome(report) == EXPECTED
    with open_evidence(tmp_path, as_of=date(2026, 11, 21), strict=True) as evidence:
        assert evidence.counts["readings"] == (6, 0)
        assert evidence.counts["devices"] == (2, 0)
    rows = [json.loads(line) for line in (tmp_path / "readings.ndjson").read_text().splitlines()]
    assert {row["entry"] for row in rows} == {"automatic"}
    by_metric = {row["metric"]: (row["value"], row["measured_at"]) for row in rows}
    assert by_metric["85354-9"] == ("116", "2018-11-11T11:38:15-05:00")
    assert by_metric["2339-0"] == ("99", "2025-01-08T19:07:48-05:00")
    assert by_metric["8310-5"] == ("36.5", "2025-01-08T19:07:48-05:00")


@needs_samples
def test_bulk_data_is_counted_by_type_and_read_where_there_is_a_table(tmp_path: Path) -> None:
    report = take_in(BULK, tmp_path, time_zone="America/Chicago")
    counted = sum((one.resources for one in report.files), Counter[str]())
    assert counted["Condition"] == 555
    assert counted["Immunization"] == 161
    assert counted["Practitioner"] == 43
    # Five blood glucose meters; the other devices are wheelchairs, beds and the like.
    assert report.added() == {"patients": 13, "devices": 5}
    by_file = outcome(report)
    assert by_file["Condition.000.ndjson"] == ({}, {"type_without_table"})
    assert by_file["log.ndjson"] == ({}, {"no_resource_type"})
    again = take_in(BULK, tmp_path, time_zone="America/Chicago")
    assert not again.added()
    with open_evidence(tmp_path, as_of=date(2026, 11, 21), strict=True) as evidence:
        assert evidence.counts["patients"] == (13, 0)


@needs_samples
def test_patients_of_bulk_data_wait_without_a_time_zone(tmp_path: Path) -> None:
    report = take_in([SAMPLES / "synthea_bulk_ndjson" / "Patient.000.ndjson"], tmp_path)
    assert len(report.files[0].of_kind("waiting")) == 13
    assert [path.name for path in tmp_path.iterdir()] == ["payloads"]


def _sound() -> list[tuple[str, str]]:
    """List our fixtures' resources but those that are unsound on purpose."""
    on_purpose = {"text-number", "no-offset"}
    found = [("Bundle", (FIXTURES / "upload.json").read_text())]
    for path in sorted(FIXTURES.glob("*.ndjson")):
        for line in path.read_text().splitlines():
            head = json.loads(line)
            if head["id"] not in on_purpose:
                found.append((head["resourceType"], line))
    return found


@pytest.mark.parametrize(("type_", "text"), _sound())
def test_our_fixtures_are_fhir_to_an_independent_reader(type_: str, text: str) -> None:
    referee = pytest.importorskip("fhir.resources.R4B")
    shape = referee.get_fhir_model_class(type_)
    assert shape.model_validate_json(text).get_resource_type() == type_


def test_the_referee_refuses_what_is_unsound_on_purpose() -> None:
    referee = pytest.importorskip("fhir.resources.R4B")
    lines = (FIXTURES / "no-readings.ndjson").read_text().splitlines()
    (unsound,) = [line for line in lines if '"no-offset"' in line]
    with pytest.raises(ValueError, match="effectiveDateTime"):
        referee.get_fhir_model_class("Observation").model_validate_json(unsound)
