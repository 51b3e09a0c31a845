"""What is kept of a FHIR reading: its provenance, its payload, and whose device it is."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from made_up_fhir import CUFF, FIXTURES, GATEWAY_EXTENSION, cells, codes, heart, read, taken
from proofline.intake.identity import known
from proofline.intake.report import Report
from proofline.intake.sources.fhir import Options, decode, take_in, texts

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
SERVER = {"lastUpdated": "2026-03-01T13:13:00Z"}


def provenance(*resources: dict[str, Any], options: Options | None = None) -> dict[str, str]:
    (row,) = taken(*resources, options=options).provenance
    return row.cells


def test_provenance_leads_back_to_the_bytes_and_to_the_fields() -> None:
    result = read("vitals.ndjson", "devices.ndjson")
    by_id = {row.cells["reading_id"]: row.cells for row in result.provenance}
    assert by_id["weight"] == {
        "reading_id": "weight",
        "source": "fhir",
        "message_id": "weight",
        "payload_sha256": hashlib.sha256((FIXTURES / "vitals.ndjson").read_bytes()).hexdigest(),
        "payload_name": "vitals.ndjson",
        "payload_place": "line 1",
        "authenticity": "file",
        "device_sent": "Device/scale-1",
        "patient_sent": "Patient/ada-example",
        "value_sent": "72.10",
        "unit_sent": "kg",
        "measured_sent": "2026-03-01T07:12:00-06:00",
        "clock": "unknown",
        "offset_minutes": "-360",
        "entry_said": "device (serial number or EUI-64)",
    }
    assert set(by_id) == {row.cells["reading_id"] for row in result.rows if row.table == "readings"}


def test_the_clock_is_the_devices_if_its_time_stamp_worked_else_the_gateways() -> None:
    first, second = (row.cells for row in read("upload.json").provenance)
    assert (first["clock"], second["clock"]) == ("device", "gateway")
    passed_on = {"url": GATEWAY_EXTENSION, "valueReference": {"reference": "Device/hub"}}
    came = provenance(CUFF, heart(extension=[passed_on]))
    assert came["clock"] == "gateway"
    assert came["entry_said"] == "extension=observation-gatewayDevice"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"method": {"coding": [{"code": "AMEAS"}]}}, "method=AMEAS"),
        ({"method": {"coding": [{"code": "MMEAS"}]}}, "method=MMEAS"),
        ({"note": [{"text": "Entered by hand."}]}, "note (manually entered)"),
        ({"device": None, "performer": [{"reference": "Patient/a"}]}, "performer=Patient"),
    ],
)
def test_the_field_that_said_how_it_was_entered_is_named(
    changed: dict[str, Any], said: str
) -> None:
    assert provenance(CUFF, heart(**changed))["entry_said"] == said


def test_the_field_that_said_test_is_named_and_silence_is_not() -> None:
    label = {"security": [{"code": "HTEST"}]}
    assert provenance(heart(meta=label))["test_said"] == "meta.security=HTEST"
    bundle = {"resourceType": "Bundle", "meta": label, "entry": [{"resource": heart()}]}
    assert provenance(bundle)["test_said"] == "Bundle.meta=HTEST"
    assert "test_said" not in provenance(heart())


def _evidence(serial: str, *ids: str) -> Options:
    rows = [{"device_id": one, "serial": serial} for one in ids]
    return Options(devices=dict.fromkeys(ids, True), known=known(rows, []))


def test_a_device_that_evidence_knows_by_its_serial_number_keeps_its_id_there() -> None:
    result = taken(CUFF, heart(), options=_evidence("mu 0001", "evidence-7"))
    (row,) = result.rows
    assert (row.table, row.cells["device_id"]) == ("readings", "evidence-7")
    assert row.cells["entry"] == "automatic"
    assert codes(result) == {"Device/cuff-1": ["device_known"]}


def test_of_two_devices_with_one_serial_number_the_first_is_taken_and_it_is_said() -> None:
    result = taken(CUFF, heart(), options=_evidence("MU-0001", "b", "a"))
    assert result.rows[0].cells["device_id"] == "a"
    assert codes(result) == {"Device/cuff-1": ["device_twice"]}


@pytest.mark.parametrize(
    "device",
    [
        {"identifier": {"value": "MU-0001"}},
        {"identifier": {"system": "urn:made-up:serials", "value": "MU-0001"}},
    ],
)
def test_a_reference_by_serial_number_leads_to_the_device_of_evidence(
    device: dict[str, Any],
) -> None:
    result = taken(heart(device=device), options=_evidence("MU-0001", "evidence-7"))
    assert result.rows[0].cells["device_id"] == "evidence-7"
    assert codes(result) == {}


def test_an_id_that_happens_to_be_anothers_serial_number_is_not_that_device() -> None:
    result = taken(heart(), options=_evidence("cuff-1", "evidence-7"))
    assert result.rows[0].cells["device_id"] == "cuff-1"


def _part(code: str, value: float, unit: str) -> dict[str, Any]:
    quantity = {"value": value, "system": UCUM, "code": unit}
    return {"code": {"coding": [{"system": LOINC, "code": code}]}, "valueQuantity": quantity}


def test_a_panel_of_measurements_is_one_reading_for_each() -> None:
    panel = {"coding": [{"system": LOINC, "code": "85353-1"}]}
    parts = [
        _part("8867-4", 61, "/min"),
        _part("8480-6", 118, "mm[Hg]"),
        _part("8462-4", 76, "mm[Hg]"),
        _part("3150-6", 21, "%"),
    ]
    result = taken(CUFF, heart(code=panel, valueQuantity=None, component=parts))
    pressure = cells(result, "readings", "o-1#85354-9")
    assert (pressure["value"], pressure["value_2"]) == ("118", "76")
    assert cells(result, "readings", "o-1#8867-4")["value"] == "61"
    assert "component_left_out" in codes(result)["Observation/o-1"]


def test_a_pressure_in_two_units_is_refused_and_a_word_for_a_unit_is_understood() -> None:
    panel = {"coding": [{"system": LOINC, "code": "85354-9"}]}
    parts = [_part("8480-6", 118, "mm[Hg]"), _part("8462-4", 10.1, "kPa")]
    result = taken(CUFF, heart(code=panel, valueQuantity=None, component=parts))
    assert codes(result)["Observation/o-1"] == ["two_units"]
    row = taken(heart(valueQuantity={"value": 61, "unit": "beats/min"})).rows[0].cells
    assert row["unit"] == "/min"


def take_one(tmp_path: Path, **changed: Any) -> Report:  # noqa: ANN401 - JSON
    path = tmp_path / "one.json"
    path.write_text(json.dumps(heart(**changed)))
    return take_in([path], tmp_path / "evidence")


def values(tmp_path: Path) -> list[str]:
    lines = (tmp_path / "evidence" / "readings.ndjson").read_text().splitlines()
    return [json.loads(line).get("value", "") for line in lines]


def test_a_reading_that_is_taken_back_later_has_a_blank_value_from_then_on(tmp_path: Path) -> None:
    take_one(tmp_path, meta=SERVER)
    later = {"lastUpdated": "2026-03-02T09:00:00Z"}
    report = take_one(tmp_path, meta=later, status="entered-in-error")
    assert [one.code for one in report.troubles()] == ["withdrawn", "corrects"]
    assert values(tmp_path) == ["61", ""]
    again = take_one(tmp_path, meta=later, status="entered-in-error")
    assert [one.code for one in again.troubles()] == ["withdrawn"]
    assert values(tmp_path) == ["61", ""]


def test_the_bytes_are_kept_under_their_digest(tmp_path: Path) -> None:
    path = FIXTURES / "vitals.ndjson"
    take_in([path], tmp_path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    kept = tmp_path / "payloads" / digest[:2] / digest
    assert kept.read_bytes() == path.read_bytes()
    assert [one for one in (tmp_path / "payloads").iterdir() if one.is_file()] == []
    take_in([path], tmp_path)
    rows = (tmp_path / "provenance.ndjson").read_text().splitlines()
    assert {json.loads(row)["payload_sha256"] for row in rows} == {digest}


def test_lines_are_numbered_across_blocks_broken_lines_and_lines_too_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(texts, "LONGEST_LINE", 2_000)
    monkeypatch.setattr(texts, "_BLOCK", 1_500)
    lines = [json.dumps(heart(id=f"o-{number}", meta=SERVER)) for number in range(1, 31)]
    lines[9] = lines[9][:100]
    lines[14] = lines[14].replace("final", "x" * 9_000)
    lines[19] = ""
    for ending in ("\n", "\r\n"):
        data = ending.join(lines).encode()
        result = decode([("many.ndjson", data)])
        places = [row.place for row in result.rows]
        assert [place.resource.removeprefix("Observation/o-") for place in places] == [
            place.where.removeprefix("line ") for place in places
        ]
        assert len(places) == 27
        broken = {
            one.place.where: one.code
            for one in result.files["many.ndjson"].troubles
            if one.kind == "refused"
        }
        assert broken == {"line 10": "not_json", "line 15": "too_long"}


def test_two_devices_without_a_serial_number_are_not_one() -> None:
    filled = CUFF | {"serialNumber": "N/A"}
    result = taken(filled, heart(), options=_evidence("n/a", "somebody-elses"))
    (row,) = [one.cells for one in result.rows if one.table == "readings"]
    assert row["device_id"] == "cuff-1"
    nobody = known([{"device_id": "a", "serial": "0000"}, {"device_id": "b", "serial": "-"}], [])
    assert nobody.of_serial("0000") == nobody.of_serial("-") == []
    assert nobody.devices == {"A": ["a"], "B": ["b"]}
