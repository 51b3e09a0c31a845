"""Automatic or typed in: the rule of `intake.fhir.entry`, line by line."""

from __future__ import annotations

import pytest

from made_up_fhir import CUFF, GATEWAY_EXTENSION, PATIENT, codes, heart, reading, taken
from proofline.intake.sources.fhir import Options

PASSED_ON = {"url": GATEWAY_EXTENSION, "valueReference": {"reference": "Device/hub"}}
PHD_CATEGORY = {
    "system": "http://hl7.org/fhir/uv/phd/CodeSystem/PhdObservationCategories",
    "code": "phd",
}


@pytest.mark.parametrize(
    ("entry", "device", "changed"),
    [
        ("automatic", CUFF, {}),
        ("automatic", CUFF, {"performer": [{"reference": "Practitioner/p"}]}),
        ("unknown", CUFF, {"performer": [PATIENT]}),
        ("unknown", CUFF, {"performer": [{"reference": "RelatedPerson/r"}]}),
        ("unknown", CUFF, {"performer": [{"display": "somebody"}]}),
        ("unknown", CUFF | {"serialNumber": ""}, {}),
        ("unknown", CUFF, {"device": {"reference": "Device/another"}}),
        (
            "automatic",
            CUFF,
            {"performer": [PATIENT], "extension": [PASSED_ON]},
        ),
        (
            "automatic",
            CUFF | {"serialNumber": ""},
            {
                "meta": {
                    "profile": [
                        "http://hl7.org/fhir/uv/phd/StructureDefinition/PhdNumericObservation"
                    ]
                }
            },
        ),
        (
            "unknown",
            CUFF
            | {"type": {"coding": [{"system": "urn:iso:std:iso:11073:10101", "code": "531981"}]}},
            {"performer": [PATIENT]},
        ),
        ("unknown", CUFF, {"device": None, "extension": [PASSED_ON]}),
        (
            "unknown",
            CUFF
            | {"meta": {"profile": ["http://hl7.org/fhir/uv/phd/StructureDefinition/PhgDevice"]}},
            {"extension": [PASSED_ON]},
        ),
        ("automatic", CUFF | {"serialNumber": ""}, {"category": [{"coding": [PHD_CATEGORY]}]}),
        ("manual", CUFF, {"method": {"coding": [{"code": "MMEAS"}]}}),
        ("manual", CUFF, {"note": [{"text": "Value was manually entered."}]}),
        ("manual", CUFF, {"note": [{"text": "Patient-entered reading"}]}),
        ("automatic", CUFF, {"note": [{"text": "Patient reported no dizziness."}]}),
        ("automatic", CUFF, {"performer": [PATIENT], "method": {"coding": [{"code": "AMEAS"}]}}),
        ("manual", CUFF, {"device": None, "performer": [PATIENT]}),
        ("unknown", CUFF, {"device": None}),
        ("unknown", CUFF, {"device": None, "performer": [{"reference": "Practitioner/p"}]}),
        (
            "automatic",
            CUFF,
            {"device": {"identifier": {"value": "AA-BB-CC-FF-FE-00-00-03"}}},
        ),
    ],
)
def test_automatic_or_typed_in(
    entry: str, device: dict[str, object], changed: dict[str, object]
) -> None:
    assert reading(device, heart(**changed))["entry"] == entry


def test_a_device_that_evidence_knows_by_its_serial_proves_a_reading() -> None:
    result = taken(heart(), options=Options(devices={"cuff-1": True}))
    assert result.rows[0].cells["entry"] == "automatic"
    assert codes(result) == {}


def test_no_device_is_a_stand_in_that_no_device_has() -> None:
    result = taken(heart(device=None))
    assert result.rows[0].cells["device_id"] == "not-named:ada-example"
    assert codes(result) == {"Observation/o-1": ["no_device"]}


def test_a_contained_device_and_a_device_metric_lead_to_the_instrument() -> None:
    inner = {"resourceType": "Device", "id": "c", "serialNumber": "S-1", "manufacturer": "Made-Up"}
    contained = heart(contained=[inner], device={"reference": "#c"})
    assert reading(contained)["device_id"] == "Made-Up||S-1"
    assert reading(contained)["entry"] == "automatic"
    metric = {"resourceType": "DeviceMetric", "id": "m", "source": {"reference": "Device/cuff-1"}}
    through = reading(CUFF, metric, heart(device={"reference": "DeviceMetric/m"}))
    assert (through["device_id"], through["entry"]) == ("cuff-1", "automatic")


@pytest.mark.parametrize(
    "filler", ["   ", "N/A", "unknown", "none", "0000", "xxxx", "Serial Number"]
)
def test_what_only_fills_the_serial_number_proves_no_device(filler: str) -> None:
    device = CUFF | {"serialNumber": filler}
    assert reading(device, heart())["entry"] == "unknown"
    weight = heart(
        code={"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
        valueQuantity={"value": 80, "unit": "kg"},
    )
    (row,) = [one.cells for one in taken(device, weight).rows if one.table == "devices"]
    assert "serial" not in row


def test_a_device_that_was_entered_in_error_proves_nothing() -> None:
    assert reading(CUFF | {"status": "entered-in-error"}, heart())["entry"] == "unknown"
