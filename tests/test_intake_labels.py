"""Who is labelled as there for tests only is so whoever passes the readings on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from made_up_fhir import CUFF
from proofline.intake.payloads.payload import payload
from proofline.intake.sources import fhir
from proofline.intake.taking_in import take_in, take_in_payloads

LABEL = {"meta": {"security": [{"code": "HTEST"}]}}
PERSON = {"resourceType": "Patient", "id": "made-up-patient"}
HUB = CUFF | {"id": "made-up-hub", "type": {"coding": [
    {"system": "urn:iso:std:iso:11073:10101", "code": "528391"}]}}  # fmt: skip


def pressure(at: str, **changed: object) -> dict[str, object]:
    return {
        "metric": "blood_pressure", "hwi_device_id": "made-up-hub", "patient_id": "made-up-patient",
        "hardware_uuid": "F0FFAA000001", "sensor_code": "10", "value_1": "128", "value_2": "84",
        "timestamp": at, "dummy_data": False,
    } | changed  # fmt: skip


def rows(evidence: Path, table: str, column: str) -> list[str | None]:
    lines = (evidence / f"{table}.ndjson").read_text().splitlines()
    told = [one for one in map(json.loads, lines) if one["reading_id"].startswith("tenovi:")]
    return [one.get(column) for one in told]


@pytest.mark.parametrize("labelled", [HUB, PERSON])
def test_a_label_of_fhir_holds_for_a_vendors_readings(
    tmp_path: Path, labelled: dict[str, Any]
) -> None:
    evidence, sent = tmp_path / "evidence", tmp_path / "sent.json"
    for resource in (HUB, PERSON, labelled | LABEL):
        sent.write_text(json.dumps(resource))
        fhir.take_in([sent], evidence, time_zone="America/Chicago")
    other = pressure("2026-05-02T12:00:00Z", hwi_device_id="another-hub", patient_id="")
    sent.write_text(json.dumps([pressure("2026-05-01T12:00:00Z"), other]))
    take_in("tenovi", [sent], evidence)
    wired = json.dumps(pressure("2026-05-03T12:00:00Z")).encode()
    take_in_payloads("tenovi", [payload("made-up", wired)], evidence)
    said = f"{labelled['resourceType']}.meta=HTEST"
    assert rows(evidence, "readings", "test") == ["true", "false", "true"]
    assert rows(evidence, "provenance", "test_said") == [said, "dummy_data=false", said]


def test_a_test_by_its_senders_own_word_stays_its_word(tmp_path: Path) -> None:
    evidence, sent = tmp_path / "evidence", tmp_path / "sent.json"
    sent.write_text(json.dumps(HUB | LABEL))
    fhir.take_in([sent], evidence)
    sent.write_text(json.dumps(pressure("2026-05-01T12:00:00Z", dummy_data=True)))
    take_in("tenovi", [sent], evidence)
    assert rows(evidence, "readings", "test") == ["true"]
    assert rows(evidence, "provenance", "test_said") == ["dummy_data=true"]
