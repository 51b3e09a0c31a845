"""FHIR resources become rows, or say why not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from made_up_fhir import CUFF, FIXTURES, PATIENT, cells, codes, heart, read, reading, taken
from proofline.intake.sources.fhir import Options, decode

FOCUS_CODE = "http://hl7.org/fhir/StructureDefinition/observation-focusCode"


@pytest.mark.parametrize(
    ("id_", "metric", "value", "unit"),
    [
        ("weight", "29463-7", "72.10", "kg"),
        ("heart", "8867-4", "61", "/min"),
        ("spo2", "59408-5", "97", "%"),
        ("temperature", "8310-5", "36.60", "Cel"),
        ("breaths", "9279-1", "14", "/min"),
        ("glucose-mdc", "41653-7", "104", "mg/dL"),
        ("glucose-mmol", "14743-9", "5.8", "mmol/L"),
        ("cgm", "99504-3", "110", "mg/dL"),
        ("peak-flow", "33452-4", "410", "L/min"),
        ("fev1", "20150-9", "2.05", "L"),
    ],
)
def test_each_measurement_has_its_loinc_code_and_its_value_as_sent(
    id_: str, metric: str, value: str, unit: str
) -> None:
    row = cells(read("vitals.ndjson", "devices.ndjson"), "readings", id_)
    assert (row["metric"], row["value"], row["unit"]) == (metric, value, unit)
    assert row["measured_at"] == "2026-03-01T07:12:00-06:00"
    assert row["patient_id"] == "ada-example"
    assert (row["source"], row["authenticity"]) == ("fhir", "file")


@pytest.mark.parametrize(
    ("code", "sent", "kept"),
    [
        ("8480-6", "mmHg", "mm[Hg]"),
        ("8867-4", "bpm", "/min"),
        ("29463-7", "lb", "[lb_av]"),
        ("41653-7", "mg/dl", "mg/dL"),
        ("8867-4", "{beats}/min", "{beats}/min"),  # as good UCUM as /min
        ("20150-9", "ML", "ML"),  # a megalitre
        ("8310-5", "C", "C"),  # a coulomb
    ],
)
def test_a_unit_in_ucum_is_kept_as_evidence_writes_it(code: str, sent: str, kept: str) -> None:
    quantity = {"value": 98, "system": "http://unitsofmeasure.org", "code": sent}
    named = {"coding": [{"system": "http://loinc.org", "code": code}]}
    result = taken(heart(code=named, valueQuantity=quantity))
    (row,) = [one.cells for one in result.rows if one.table == "readings"]
    assert row["unit"] == kept
    assert result.provenance[0].cells["unit_sent"] == sent


@pytest.mark.parametrize(
    ("id_", "code"),
    [
        ("bits", "bits"),
        ("enumeration", "enumeration"),
        ("string", "text"),
        ("waveform", "waveform"),
        ("range", "other_value"),
        ("clock", "of_a_device"),
        ("lab", "not_a_reading"),
        ("control", "not_a_reading"),
        ("steps", "code_not_known"),
        ("unitless-glucose", "glucose_unit"),
        ("panel", "members_only"),
        ("cancelled", "not_a_result"),
        ("withdrawn", "withdrawn"),
        ("group", "not_of_a_patient"),
        ("whose", "about_nobody"),
        ("day-only", "date_only"),
        ("no-offset", "bad_time"),
        ("untimed", "no_time"),
        ("schedule", "schedule"),
        ("text-number", "bad_number"),
        ("modified", "modifier"),
    ],
)
def test_what_is_no_reading_says_why(id_: str, code: str) -> None:
    result = read("no-readings.ndjson")
    assert codes(result)[f"Observation/{id_}"] == [code]
    assert result.rows == []


def test_an_upload_is_read_through_its_own_references() -> None:
    result = read("upload.json")
    first, second = [one.cells for one in result.rows if one.table == "readings"]
    assert first["patient_id"] == "urn:made-up:clinic|MR-7"
    assert first["device_id"] == "AABBCCFFFE000002"
    assert (first["value"], first["value_2"], first["unit"]) == ("118", "76", "mm[Hg]")
    assert first["measured_at"] == "2026-03-01T07:12:00.250-06:00"
    assert first["source_message_id"] == "upload-1"
    assert first["entry"] == "automatic"
    assert (first["time_quality"], second["time_quality"]) == ("device", "estimated")
    assert first["reading_id"] != second["reading_id"]
    said = codes(result)
    assert said["Device/g"] == ["gateway"]
    assert said["Observation/bp"] == ["component_left_out"] * 2


def test_an_upload_sent_again_under_new_ids_is_the_same_readings() -> None:
    text = (FIXTURES / "upload.json").read_text()
    again = text.replace("00000000-0000-4000-8000", "11111111-1111-4111-8111")
    result = decode([("one", text.encode()), ("two", again.encode())])
    ids = [one.cells["reading_id"] for one in result.rows if one.table == "readings"]
    assert ids[:2] == ids[2:]
    assert len(set(ids)) == 2


def test_devices_are_told_from_gateways_and_furniture() -> None:
    result = read("devices.ndjson")
    assert cells(result, "devices", "cuff-1") == {
        "device_id": "cuff-1",
        "kind": "blood_pressure",
        "manufacturer": "Made-Up Cuffs",
        "model": "MUC-1",
        "serial": "MU-0001",
        "udi_di": "00000000000017",
    }
    said = codes(result)
    assert said["Device/hub-1"] == ["gateway"]
    assert said["Device/chair-1"] == ["device_kind"]
    assert said["Device/wrong-1"] == ["device_in_error"]
    assert said["Device/oxi-1"] == ["fda_basis", "assignment"]


def test_a_device_that_does_not_say_its_kind_has_that_of_its_readings() -> None:
    row = cells(read("vitals.ndjson", "devices.ndjson"), "devices", "scale-1")
    assert (row["kind"], row["serial"]) == ("weight", "AA-BB-CC-FF-FE-00-00-01")


def test_a_patient_needs_a_time_zone_and_dies_on_the_local_day() -> None:
    result = read("patients.ndjson")
    row = cells(result, "patients", "ada-example")
    assert row["time_zone"] == "America/Denver"
    assert row["death_date"] == "2026-04-30"
    assert (row["family_name"], row["given_name"]) == ("Example", "Ada Nobody")
    assert (row["member_id"], row["phone"], row["state"]) == ("PLAN-0001", "555-0100", "CO")
    assert codes(result)["Patient/bob-example"] == ["no_time_zone"]


def test_an_option_gives_the_zone_to_those_who_carry_none_only() -> None:
    result = read("patients.ndjson", time_zone="America/Phoenix")
    assert cells(result, "patients", "ada-example")["time_zone"] == "America/Denver"
    bob = cells(result, "patients", "bob-example")
    assert bob == {
        "patient_id": "bob-example",
        "time_zone": "America/Phoenix",
        "family_name": "Example",
        "given_name": "Bob",
    }
    assert codes(result)["Patient/bob-example"] == ["birth_date", "death_date"]


def test_a_time_zone_that_is_none_waits() -> None:
    url = "http://hl7.org/fhir/StructureDefinition/timezone"
    patient = {
        "resourceType": "Patient",
        "id": "p",
        "extension": [{"url": url, "valueCode": "Mountain"}],
    }
    assert codes(taken(patient)) == {"Patient/p": ["bad_time_zone"]}


def test_numbers_that_identify_a_person_never_become_an_id() -> None:
    ssn = {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "000-00-0000"}
    patient = {"resourceType": "Patient", "identifier": [ssn]}
    assert codes(taken(patient, options=Options(time_zone="UTC"))) == {"Patient": ["no_patient_id"]}


@pytest.mark.parametrize(
    "reference",
    [
        "Patient/ada-example",
        "https://example.org/fhir/Patient/ada-example",
        "Patient/ada-example/_history/3",
        "Patient?identifier=urn:made-up:clinic|MR-9",
        "Patient?identifier=urn:made-up:clinic%7CMR-9",
    ],
)
def test_every_way_of_naming_a_patient_leads_to_one(reference: str) -> None:
    named = {"system": "urn:made-up:clinic", "value": "MR-9"}
    patient = {"resourceType": "Patient", "id": "ada-example", "identifier": [named]}
    row = reading(patient, heart(subject={"reference": reference}))
    assert row["patient_id"] == "ada-example"


def test_the_time_is_the_start_of_a_period() -> None:
    period = {"start": "2026-03-01T22:00:00-06:00", "end": "2026-03-02T06:00:00-06:00"}
    row = reading(heart(effectiveDateTime=None, effectivePeriod=period))
    assert row["measured_at"] == "2026-03-01T22:00:00-06:00"
    only_end = {"end": "2026-03-02T06:00:00-06:00"}
    row = reading(heart(effectiveDateTime=None, effectivePeriod=only_end))
    assert row["measured_at"] == "2026-03-02T06:00:00-06:00"


def test_when_it_arrived_is_what_the_server_says_else_blank() -> None:
    meta = {"lastUpdated": "2026-03-01T13:13:00Z"}
    both = heart(meta=meta, issued="2026-03-01T13:12:30Z")
    assert reading(both)["received_at"] == "2026-03-01T13:13:00Z"
    assert reading(heart(issued="2026-03-01T13:12:30Z"))["received_at"] == "2026-03-01T13:12:30Z"
    assert "received_at" not in reading(heart())


@pytest.mark.parametrize(
    ("changed", "is_taken"),
    [
        ({"focus": [{"reference": "RelatedPerson/made-up"}]}, False),
        ({"focus": [PATIENT, {"reference": "Patient/made-up-child"}]}, False),
        ({"focus": [{"display": "the made-up donor"}]}, False),
        ({"subject": None, "focus": [{"display": "of two unknown none is the other"}]}, False),
        ({"extension": [{"url": FOCUS_CODE, "valueCodeableConcept": {"text": "spouse"}}]}, False),
        ({"focus": [PATIENT]}, True),
        ({"focus": []}, True),
    ],
)
def test_what_tells_of_another_than_its_subject_is_no_reading_of_the_patient(
    changed: dict[str, Any], *, is_taken: bool
) -> None:
    result = taken(CUFF, heart(**changed))
    assert any(row.table == "readings" for row in result.rows) is is_taken
    assert ("of_another" in codes(result).get("Observation/o-1", [])) is not is_taken


def test_data_labelled_as_test_is_test_and_no_label_is_unknown() -> None:
    label = {"security": [{"code": "HTEST"}]}
    assert reading(heart(meta=label))["test"] == "true"
    assert "test" not in reading(heart())
    bundle = {"resourceType": "Bundle", "meta": label, "entry": [{"resource": heart()}]}
    assert reading(bundle)["test"] == "true"


def test_a_reading_without_a_value_is_a_heartbeat() -> None:
    absent = {"coding": [{"code": "not-a-number"}]}
    result = taken(heart(valueQuantity=None, dataAbsentReason=absent))
    assert "value" not in result.rows[0].cells
    assert codes(result)["Observation/o-1"][0] == "no_value"


def test_pressure_without_its_lower_or_upper_part_says_so() -> None:
    def part(code: str, value: int | None) -> dict[str, object]:
        named = {"coding": [{"system": "http://loinc.org", "code": code}]}
        return {"code": named} | ({"valueQuantity": {"value": value}} if value else {})

    panel = {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]}
    upper = taken(heart(code=panel, valueQuantity=None, component=[part("8480-6", 118)]))
    assert upper.rows[0].cells["value"] == "118"
    assert "no_diastolic" in codes(upper)["Observation/o-1"]
    lower = taken(heart(code=panel, valueQuantity=None, component=[part("8462-4", 76)]))
    assert "value" not in lower.rows[0].cells
    assert lower.rows[0].cells["value_2"] == "76"
    assert "no_value" in codes(lower)["Observation/o-1"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("72.10", "72.10"),
        ("0.5", "0.5"),
        ("1.2e2", "120"),
        ("5E-1", "0.5"),
        ("1e400", None),
        ("9" * 400, None),
        ("1e999999999", None),
    ],
)
def test_numbers_keep_their_digits_and_absurd_ones_are_refused(sent: str, kept: str | None) -> None:
    text = json.dumps(heart()).replace('"value": 61', f'"value": {sent}')
    result = decode([("made-up.json", text.encode())])
    if kept is None:
        assert codes(result) == {"Observation/o-1": ["bad_number"]}
    else:
        assert result.rows[0].cells["value"] == kept


def test_other_types_are_counted_and_practitioners_not_guessed_into_performers() -> None:
    result = taken(
        {"resourceType": "Practitioner", "id": "a"},
        {"resourceType": "Practitioner", "id": "b"},
        {"resourceType": "Condition", "id": "c"},
    )
    assert result.rows == []
    said = {one.place.resource: one.reason for one in result.files["made-up.ndjson"].troubles}
    assert said["Practitioner"].startswith("2 Practitioner")
    assert said["Condition"].startswith("1 Condition")


def test_every_trouble_has_a_place_a_reason_and_a_cure_and_no_patient_data() -> None:
    result = read("no-readings.ndjson", "consents.ndjson", "patients.ndjson", "upload.json")
    for report in result.files.values():
        for one in report.troubles:
            assert one.place.file == report.file
            assert one.reason
            assert one.cure
            told = f"{one.reason} {one.cure} {one.path}"
            for private in ("Ada", "Cleo", "Example", "000-00-0000", "1950", "MR-7", "fast"):
                assert private not in told


@pytest.mark.parametrize(
    ("resource", "said"),
    [
        (
            {"resourceType": "Device", "type": {"coding": [{"code": "x"}]}},
            {"Device": ["no_device_id"]},
        ),
        (
            {"resourceType": "Consent", "id": "c", "modifierExtension": [{}]},
            {"Consent/c": ["modifier"]},
        ),
        (
            {
                "resourceType": "Consent",
                "id": "c",
                "status": "active",
                "category": [{"coding": [{"code": "rpm"}]}],
                "dateTime": "2026-03-01T07:12:00Z",
            },
            {"Consent/c": ["consent_patient"]},
        ),
        (heart(device=None, subject=None), {"Observation/o-1": ["about_nobody"]}),
        (heart(device={"reference": "#gone"}), {"Observation/o-1": ["no_device"]}),
        (heart(device={"reference": "cuff"}), {"Observation/o-1": ["no_device"]}),
        (heart(device={"identifier": {"value": "7"}}), {"Observation/o-1": ["no_device"]}),
        (heart(issued="soon"), {"Observation/o-1": ["device_unknown", "bad_received"]}),
        (heart(effectiveDateTime="2026-02-30"), {"Observation/o-1": ["bad_time"]}),
        (heart(effectiveDateTime="2026-02-30T07:00:00Z"), {"Observation/o-1": ["bad_time"]}),
        (heart(effectiveDateTime="1776-07-04T07:00:00Z"), {"Observation/o-1": ["bad_time"]}),
        (
            heart(valueQuantity={"value": 61, "comparator": ">", "code": "furlong"}),
            {"Observation/o-1": ["device_unknown", "bound", "unit"]},
        ),
        (
            heart(valueQuantity=None, hasMember=[{"reference": "Observation/x"}]),
            {"Observation/o-1": ["members_only"]},
        ),
        (heart(code={"coding": []}), {"Observation/o-1": ["code_not_known"]}),
        (heart(contained=["x"]), {"Observation/o-1": ["device_unknown"]}),
    ],
)
def test_further_troubles_are_said_where_they_are(
    resource: dict[str, object], said: dict[str, list[str]]
) -> None:
    found = {place: sorted(one) for place, one in codes(taken(resource)).items()}
    assert found == {place: sorted(one) for place, one in said.items()}


def test_a_name_that_lasts_is_the_eui_then_an_identifier_then_maker_model_and_serial() -> None:
    cuff: dict[str, object] = {
        "resourceType": "Device",
        "type": {"coding": [{"system": "http://snomed.info/sct", "code": "258057004"}]},
        "manufacturer": "Made-Up",
        "modelNumber": "M",
        "serialNumber": "S",
    }
    shelf = {"system": "urn:made-up:shelf", "value": "7"}
    eui = {"system": "urn:made-up:eui", "value": "aa:bb:cc:ff:fe:00:00:04"}
    for identifiers, name in (
        ([shelf, eui], "AABBCCFFFE000004"),
        ([{"value": "without a system"}, shelf], "urn:made-up:shelf|7"),
        ([], "Made-Up|M|S"),
    ):
        (row,) = taken(cuff | {"identifier": identifiers}).rows
        assert row.cells["device_id"] == name


def test_a_value_in_whole_numbers_has_no_unit() -> None:
    row = reading(heart(valueQuantity=None, valueInteger=61))
    assert row["value"] == "61"
    assert "unit" not in row


def test_what_else_is_contained_is_passed_by_and_a_broken_device_is_said() -> None:
    contained = [{"resourceType": "Patient", "id": "p"}, {"resourceType": "Device", "type": 1}]
    result = taken(heart(contained=contained))
    assert len(result.rows) == 1
    assert codes(result)["Observation/o-1"] == ["not_fhir", "device_unknown"]


def test_a_meters_own_code_beside_the_laboratorys_makes_it_a_reading() -> None:
    both = [
        {"system": "http://loinc.org", "code": "2345-7"},
        {"system": "urn:iso:std:iso:11073:10101", "code": "160368"},
    ]
    unit = {"value": 99, "system": "http://unitsofmeasure.org", "code": "mg/dL"}
    assert reading(heart(code={"coding": both}, valueQuantity=unit))["metric"] == "2339-0"


def test_a_patient_without_a_name_or_an_address_is_still_a_patient() -> None:
    result = taken({"resourceType": "Patient", "id": "p"}, options=Options(time_zone="UTC"))
    assert result.rows[0].cells == {"patient_id": "p", "time_zone": "UTC"}
