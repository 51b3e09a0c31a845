"""Results that are not final, and what a device calls no measurement: policy `preliminary`.

Written from HL7's own words: FHIR's observation-status and table 0085, and the table by which the
Personal Health Device guide writes the status of a measurement.
"""

from __future__ import annotations

from typing import Any

import pytest

from made_up_fhir import CUFF, GATEWAY_EXTENSION, heart
from proofline.intake.measurements.measurement import Said
from proofline.intake.measurements.preliminary import PRELIMINARY, until_final
from test_intake_bounds import HEAD, OBX, rows, told_of

STATUS = "http://hl7.org/fhir/uv/pocd/CodeSystem/measurement-status"
PASSED_ON = [{"url": GATEWAY_EXTENSION, "valueReference": {"reference": "Device/made-up-gateway"}}]
VITAL = [{"coding": [{"system": "http://example.org/made-up", "code": "vital-signs"}]}]
TYPED = [{"text": "manually entered"}]


def interpreted(code: str, system: str = STATUS) -> list[dict[str, Any]]:
    return [{"coding": [{"system": system, "code": code}]}]


def fhir(**changed: object) -> tuple[list[dict[str, str]], list[str]]:
    """Give the readings with their provenance that come of one pulse, and what was told of it."""
    sent = [{"resource": one} for one in (CUFF, heart(**changed))]
    cells, told = told_of({"resourceType": "Bundle", "type": "collection", "entry": sent})
    codes = [code for code in told if code in {"preliminary", "not_measured", "no_value"}]
    return [one for one in cells if "reading_id" in one], codes


def hl7(status: str) -> tuple[list[dict[str, str]], list[str]]:
    row = OBX.format(kind="NM", sent="101").replace("|F|", f"|{status}|")
    return rows("hl7v2", HEAD + row.replace("||||MADE-UP", "|||AMEAS|MADE-UP") + "\r")


@pytest.mark.parametrize("around", [{}, {"extension": PASSED_ON}, {"category": VITAL}])
def test_a_preliminary_result_is_there_and_nobody_knows_yet_how(around: dict[str, Any]) -> None:
    (reading, came), codes = fhir(status="preliminary", **around)
    assert (reading["value"], reading["entry"]) == ("61", "unknown")
    assert came["entry_said"] == "status=preliminary"
    assert codes == ["preliminary"]


@pytest.mark.parametrize("status", ["final", "amended", "corrected"])
def test_a_final_result_counts_by_its_own_signs(status: str) -> None:
    (reading, came), codes = fhir(status=status)
    assert (reading["entry"], codes) == ("automatic", [])
    assert came["entry_said"] == "device (serial number or EUI-64)"


def test_what_was_typed_stays_typed() -> None:
    (reading, came), codes = fhir(status="preliminary", note=TYPED)
    assert (reading["entry"], came["entry_said"]) == ("manual", "note (manually entered)")
    assert codes == ["preliminary"]


@pytest.mark.parametrize("status", ["P", "S", "R", "F", "C"])
def test_of_hl7_v2_only_preliminary_and_partial_wait(status: str) -> None:
    (reading, came), codes = hl7(status)
    doubted = status in {"P", "S"}
    assert reading["value"] == "101"
    assert reading["entry"] == ("unknown" if doubted else "automatic")
    assert came["entry_said"] == (f"OBX-11={status}" if doubted else "OBX-17=AMEAS")
    assert ("preliminary" in codes) == doubted


@pytest.mark.parametrize(
    "word",
    [
        "calibration-ongoing",
        "early-indication",
        "invalid",
        "not-available",
        "test-data",
        "demo-data",
    ],
)
def test_what_the_device_calls_no_measurement_is_none(word: str) -> None:
    assert fhir(interpretation=interpreted(word)) == ([], ["not_measured"])
    part = {"code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
            "valueQuantity": {"value": 61, "unit": "/min"},
            "interpretation": interpreted(word)}  # fmt: skip
    panel = {"coding": [{"system": "http://loinc.org", "code": "85353-1"}]}
    (reading, _), codes = fhir(code=panel, valueQuantity=None, component=[part])
    assert ("value" in reading, codes) == (False, ["no_value"])


@pytest.mark.parametrize(
    "said",
    [interpreted("questionable"), interpreted("in-alarm"), interpreted("H", "http://example.org"),
     interpreted("early-indication", "http://example.org/made-up"), []],
)  # fmt: skip
def test_a_judgement_of_what_was_measured_takes_nothing_away(said: list[dict[str, Any]]) -> None:
    (reading, _), codes = fhir(interpretation=said)
    assert (reading["value"], reading["entry"], codes) == ("61", "automatic", [])


def test_the_choice_is_named_and_said_to_be_ours() -> None:
    assert (PRELIMINARY.name, PRELIMINARY.choice) == ("preliminary", "unknown_until_final")
    assert until_final(Said("memory", "mem=1"), "OBX-11=P") == Said("unknown", "OBX-11=P")
