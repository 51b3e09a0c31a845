"""What readings have in common is worked out once for all payloads; each keeps its own."""

from __future__ import annotations

import json

from proofline.intake import source
from proofline.intake.identity import Known, known
from proofline.intake.options import Options
from proofline.intake.payloads.payload import Authenticity, payload
from proofline.intake.report import Report
from proofline.intake.taking_in import Way

PRESSURE = {
    "metric": "blood_pressure",
    "hwi_device_id": "made-up-hub-repeated",
    "sensor_code": "10",
    "value_1": "128",
    "value_2": "84",
    "timestamp": "2026-03-02T07:12:00-06:00",
}


def rows(
    name: str, there: Known, authenticity: Authenticity = "signed", **more: str
) -> dict[str, dict[str, str]]:
    """Take one payload of one pressure; give its rows by table."""
    body = json.dumps(PRESSURE | more).encode()
    way = Way("tenovi", source("tenovi"), Options(), there, Report())
    found = way.of(payload(name, body, "2026-03-02T13:15:00Z", authenticity))
    return {row.table: row.cells for row in found}


def test_each_payload_vouches_for_its_own_reading() -> None:
    there = known([{"device_id": "made-up-hub-repeated"}], [])
    first = rows("m-1", there)
    second = rows("m-2", there, "undated", value_1="131")
    for name, vouched, found in (("m-1", "signed", first), ("m-2", "undated", second)):
        came, reading = found["provenance"], found["readings"]
        assert (came["payload_name"], came["authenticity"]) == (name, vouched)
        assert reading["authenticity"] == vouched
    assert first["readings"]["value"] == "128"
    assert second["readings"]["value"] == "131"
    assert first["provenance"]["payload_sha256"] != second["provenance"]["payload_sha256"]


def test_a_device_that_becomes_known_by_another_id_is_that_device_from_then_on() -> None:
    nobody: Known = known([], [])
    first = rows("m-1", nobody)
    assert first["devices"]["device_id"] == "made-up-hub-repeated"
    assert "devices" not in rows("m-2", nobody)
    serial = known([{"device_id": "D-1", "serial": "made-up-hub-repeated"}], [])
    later = rows("m-3", serial)
    assert "devices" not in later
    assert later["readings"]["device_id"] == "D-1"
    assert "devices" in rows("m-4", known([], [])), "another practice has not seen it"


def test_a_patient_that_becomes_known_is_named_from_then_on() -> None:
    devices = [{"device_id": "made-up-hub-repeated"}]
    before = rows("m-1", known(devices, []), patient_id="P-1")
    assert "patient_id" not in before["readings"]
    after = rows("m-2", known(devices, [{"patient_id": "P-1"}]), patient_id="P-1")
    assert after["readings"]["patient_id"] == "P-1"
    assert before["provenance"]["patient_sent"] == after["provenance"]["patient_sent"] == "P-1"


def test_a_name_that_says_nothing_is_left_out() -> None:
    found = rows(" ", known([{"device_id": "made-up-hub-repeated"}], []))
    assert "payload_name" not in found["provenance"]
    assert all(found["provenance"].values())
