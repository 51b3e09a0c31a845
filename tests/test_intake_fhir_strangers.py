"""What FHIR servers really write and HL7 did not mean: other spellings, statistics, fillers."""

from __future__ import annotations

import json
import tracemalloc
from time import process_time

import pytest

from made_up_fhir import CUFF, codes, heart, reading, taken
from proofline.intake.sources.fhir import decode
from proofline.intake.sources.fhir.nulls import without_nulls

STATISTIC = {
    "url": "http://hl7.org/fhir/StructureDefinition/observation-statisticsCode",
    "valueCodeableConcept": {"coding": [{"code": "average"}]},
}
GUIDE = "http://made-up.example/StructureDefinition"
HR = {"system": "http://loinc.org", "code": "8867-4"}


@pytest.mark.parametrize(
    "system",
    [
        "https://loinc.org",
        "http://loinc.org/",
        "http://www.loinc.org",
        "LOINC",
        "urn:oid:2.16.840.1.113883.6.1",
    ],
)
def test_loinc_is_loinc_however_its_name_is_written(system: str) -> None:
    sent = reading(CUFF, heart(code={"coding": [HR | {"system": system}]}))
    assert (sent["metric"], sent["value"]) == ("8867-4", "61")


@pytest.mark.parametrize("system", ["http://made-up.example/loinc.org", "", "urn:oid:2.16"])
def test_a_code_of_another_system_is_not_guessed(system: str) -> None:
    result = taken(CUFF, heart(code={"coding": [HR | {"system": system}]}))
    assert "code_not_known" in codes(result)["Observation/o-1"]


@pytest.mark.parametrize(
    "changed",
    [
        {"extension": [STATISTIC]},
        {"extension": [{"url": f"{GUIDE}/NumberOfMeasurementsExt", "valueQuantity": {"value": 6}}]},
        {"extension": [{"url": f"{GUIDE}/NumberOfMeasurementsExt", "valueInteger": 2}]},
        {"extension": [{"url": f"{GUIDE}/NumberOfMeasurementsExt"}]},
        {"meta": {"profile": [f"{GUIDE}/average-blood-pressure"]}},
        {
            "code": {
                "coding": [
                    HR,
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/observation-statistics",
                        "code": "maximum",
                    },
                ]
            }
        },
        {
            "code": {
                "coding": [
                    HR,
                    {
                        "system": "http://made-up.example/omh_fhir_observation_codes",
                        "code": "average-heart-rate",
                    },
                ]
            }
        },
    ],
)
def test_a_statistic_of_measurements_is_none(changed: dict[str, object]) -> None:
    result = taken(CUFF, heart(**changed))
    assert not [one for one in result.rows if one.table == "readings"]
    assert codes(result)["Observation/o-1"] == ["not_a_reading"]


def test_one_measurement_is_no_average() -> None:
    told = {"url": f"{GUIDE}/NumberOfMeasurementsExt", "valueInteger": 1}
    sent = reading(CUFF, heart(extension=[told]))
    assert (sent["metric"], sent["value"]) == ("8867-4", "61")


@pytest.mark.parametrize(
    ("upper", "lower"), [("76534-7", "76535-4"), ("8459-0", "8453-3"), ("8480-6", "8462-4")]
)
def test_pressures_are_known_by_their_narrower_codes(upper: str, lower: str) -> None:
    parts = [
        {
            "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
            "valueQuantity": {"value": value, "unit": "mmHg"},
        }
        for code, value in ((upper, 121), (lower, 79))
    ]
    panel = {"coding": [{"system": "http://loinc.org", "code": "35094-2"}]}
    sent = reading(CUFF, heart(code=panel, component=parts, valueQuantity=None))
    assert (sent["metric"], sent["value"], sent["value_2"]) == ("85354-9", "121", "79")


@pytest.mark.parametrize("code", ["2340-8", "32016-8"])
def test_glucose_by_strip_or_from_a_finger_is_kept_as_no_more_than_in_blood(code: str) -> None:
    quantity = {"value": 104, "system": "http://unitsofmeasure.org", "code": "mg/dL"}
    concept = {"coding": [{"system": "http://loinc.org", "code": code}]}
    sent = reading(CUFF, heart(code=concept, valueQuantity=quantity))
    assert (sent["metric"], sent["value"], sent["unit"]) == ("2339-0", "104", "mg/dL")


@pytest.mark.parametrize("value", ["NA", "unknown", "0000"])
def test_a_filler_names_no_device_that_everybody_would_share(value: str) -> None:
    device = {"identifier": {"system": "NA", "value": value}}
    sent = reading(CUFF, heart(device=device, method={"coding": [{"code": "AMEAS"}]}))
    assert (sent["device_id"], sent["entry"]) == ("not-named:ada-example", "automatic")


@pytest.mark.parametrize("code", [8388606, 8388607, 8388608, 8388609, 8388610, 8388607.0])
def test_a_device_that_says_it_has_no_number_has_measured_none(code: float) -> None:
    quantity = {"value": code, "system": "http://unitsofmeasure.org", "code": "/min"}
    result = taken(CUFF, heart(valueQuantity=quantity))
    (row,) = [one.cells for one in result.rows if one.table == "readings"]
    assert "value" not in row
    assert codes(result)["Observation/o-1"] == ["not_living"]


UCUM = "http://unitsofmeasure.org"
WEIGHT, GLUCOSE, WARMTH, PANEL = "29463-7", "2339-0", "8310-5", "85354-9"


def _of(code: str) -> dict[str, object]:
    return {"coding": [{"system": "http://loinc.org", "code": code}]}


def _half(code: str, value: int, unit: str = "mm[Hg]", **coding: str) -> dict[str, object]:
    quantity = {"value": value, "system": UCUM, "code": unit}
    return {"code": {"coding": [{"code": code, **coding}]}, "valueQuantity": quantity}


@pytest.mark.parametrize(
    ("code", "quantity"),
    [
        (WEIGHT, {"value": 185, "system": UCUM, "code": "cm"}),
        (WEIGHT, {"value": 185, "unit": "cm"}),
        ("8867-4", {"value": 97, "system": UCUM, "code": "%"}),
        (GLUCOSE, {"value": 61, "unit": "bpm"}),
    ],
)
def test_the_unit_of_another_measurement_makes_it_none(
    code: str, quantity: dict[str, object]
) -> None:
    result = taken(CUFF, heart(code=_of(code), valueQuantity=quantity))
    assert "unit_of_another" in codes(result)["Observation/o-1"]
    assert not [one for one in result.rows if one.table == "readings"]


def test_the_unit_of_another_measurement_makes_a_pressure_none() -> None:
    named = {"system": "http://loinc.org"}
    halves = [_half(code, 82, "/min", **named) for code in ("8480-6", "8462-4")]
    result = taken(CUFF, heart(code=_of(PANEL), valueQuantity=None, component=halves))
    assert "unit_of_another" in codes(result)["Observation/o-1"]


@pytest.mark.parametrize(
    ("wrong", "left"),
    [
        ("29463-7", {PANEL, "8867-4", "59408-5"}),
        ("59408-5", {PANEL, "8867-4", "29463-7"}),
    ],
)
def test_the_unit_of_another_measurement_makes_none_of_its_own_part_only(
    wrong: str, left: set[str]
) -> None:
    named = {"system": "http://loinc.org"}
    usual = {"8480-6": "mm[Hg]", "8462-4": "mm[Hg]", "8867-4": "/min", "59408-5": "%", WEIGHT: "kg"}
    parts = [_half(code, 81, unit, **named) for code, unit in usual.items() if code != wrong]
    parts.append(_half(wrong, 97, "cm", **named))
    result = taken(CUFF, heart(code=_of("85353-1"), valueQuantity=None, component=parts))
    found = [one.cells["metric"] for one in result.rows if one.table == "readings"]
    assert sorted(found) == sorted(left)
    assert codes(result)["Observation/o-1"].count("unit_of_another") == 1


def test_the_unit_beside_a_value_that_is_absent_is_of_no_account() -> None:
    absent = {"coding": [{"code": "error"}]}
    quantity = {"value": 0, "system": UCUM, "code": "%"}
    sent = reading(CUFF, heart(valueQuantity=quantity, dataAbsentReason=absent))
    assert "value" not in sent


@pytest.mark.parametrize(("said", "code"), [("beats/min", "min"), ("bpm", "h")])
def test_a_unit_said_plainly_beside_a_wrong_code_is_taken_with_a_note(said: str, code: str) -> None:
    quantity = {"value": 61, "unit": said, "system": UCUM, "code": code}
    result = taken(CUFF, heart(valueQuantity=quantity))
    assert reading(CUFF, heart(valueQuantity=quantity))["value"] == "61"
    assert codes(result)["Observation/o-1"] == ["unit"]


def test_a_pressure_said_plainly_to_be_in_mercury_is_taken_with_a_note() -> None:
    halves = [_half(code, 82, "mm", system="http://loinc.org") for code in ("8480-6", "8462-4")]
    for half in halves:
        half["valueQuantity"] |= {"unit": "mmHg"}  # type: ignore[operator]
    sent = reading(CUFF, heart(code=_of(PANEL), valueQuantity=None, component=halves))
    assert (sent["value"], sent["value_2"]) == ("82", "82")


@pytest.mark.parametrize(
    ("code", "unit", "kept"),
    [(GLUCOSE, "g/L", "g/L"), (WEIGHT, "[stone_av]", "[stone_av]"), (WARMTH, "degF", "[degF]"),
     (WARMTH, "\u00b0C", "Cel"), (WEIGHT, "g", "g")],
)  # fmt: skip
def test_a_unit_that_nobody_else_uses_stays_with_its_value(code: str, unit: str, kept: str) -> None:
    quantity = {"value": 98.6, "system": UCUM, "code": unit}
    sent = reading(CUFF, heart(code=_of(code), valueQuantity=quantity))
    assert (sent["value"], sent["unit"], sent["entry"]) == ("98.6", kept, "automatic")


def test_parts_of_a_pressure_need_no_system_beside_that_of_the_whole() -> None:
    halves = [_half("8480-6", 128), _half("8462-4", 82)]
    said = heart(code=_of(PANEL), valueQuantity=None, component=halves)
    sent = reading(CUFF, said)
    assert (sent["metric"], sent["value"], sent["value_2"]) == (PANEL, "128", "82")
    assert "no_system" in codes(taken(CUFF, said))["Observation/o-1"]


@pytest.mark.parametrize(
    ("whole", "system"),
    [(_of("85353-1"), ""), ({"coding": [{"code": PANEL}]}, ""), (_of(PANEL), "http://made-up.example")],
)  # fmt: skip
def test_parts_of_nobody_knows_what_are_not_guessed(whole: dict[str, object], system: str) -> None:
    halves = [_half("8480-6", 128, system=system), _half("8462-4", 82, system=system)]
    result = taken(CUFF, heart(code=whole, valueQuantity=None, component=halves))
    assert not [one for one in result.rows if one.table == "readings" and "value" in one.cells]


EMPTY = (
    *("meta", "category", "performer", "note", "component", "extension", "derivedFrom", "issued"),
    *(
        "effectivePeriod",
        "interpretation",
        "dataAbsentReason",
        "identifier",
        "focus",
        "valueString",
    ),
)


def _with_nulls(*names: str) -> str:
    quantity = {"value": 61, "unit": "/min", "system": None, "comparator": None}
    said = heart(valueQuantity=quantity, **dict.fromkeys(names))
    return json.dumps({**said, **dict.fromkeys(names)})


@pytest.mark.parametrize("sent", [*map(_with_nulls, EMPTY), _with_nulls(*EMPTY)])
def test_a_member_that_is_null_is_absent(sent: str) -> None:
    lines = "\n".join([sent, sent.replace("o-1", "o-2"), json.dumps(CUFF), ""])
    bundle = (
        f'{{"resourceType":"Bundle","type":null,"entry":[{{"search":null,"resource":{sent}}}]}}'
    )
    for text in (sent, lines, bundle):
        rows = decode([("made-up.ndjson", text.encode())]).rows
        found = [one.cells for one in rows if one.table == "readings"]
        assert {one["value"] for one in found} == {"61"}
        assert len(found) == (2 if text is lines else 1)


@pytest.mark.parametrize(
    ("sent", "left"),
    [
        (b'{"a": null, "b": 1}', b'{"":0     , "b": 1}'),
        (b'{"b":1.50,"a" :null}', b'{"b":1.50,"":0     }'),
        (b'{"a":"x: null,","b":"\\": null"}', b'{"a":"x: null,","b":"\\": null"}'),
        (b'{"a":[null],"nullable":1}', b'{"a":[null],"nullable":1}'),
        (b'{"a":{"null":null}}', b'{"a":{"":0       }}'),
        (b'{"a":nullable}', b'{"a":nullable}'),
        (b'"a":null', b'"a":null'),
        (b'"', b'"'),
    ],
)
def test_nothing_but_members_that_are_null_is_left_out(sent: bytes, left: bytes) -> None:
    assert without_nulls(sent) == left


def test_a_text_that_ends_within_a_string_is_looked_through_once() -> None:
    cut = b'{"resourceType":"Observation","note":null,"text":"' + b'\\"' * 20_000
    began = process_time()
    (said,) = [one.code for one in decode([("made-up.json", cut)]).files["made-up.json"].troubles]
    assert said == "not_json"
    assert process_time() - began < 2  # seconds; it took 15 when each quote was a beginning


def test_the_word_null_in_a_text_costs_no_memory() -> None:
    entries = [{"resource": heart(id=f"o-{n}", note=[{"text": "annulled"}])} for n in range(400)]
    sent = json.dumps({"resourceType": "Bundle", "entry": entries}).encode()
    taken_at_once = []
    for data in (sent, sent.replace(b"annulled", b"made-up.")):
        tracemalloc.start()
        decode([("made-up.json", data)])
        taken_at_once.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert taken_at_once[0] < taken_at_once[1] * 1.2


def test_an_identifier_as_the_id_of_a_reading_holds_what_a_cell_may_hold() -> None:
    named = [{"system": "http://made-up.example/ids", "value": " 7\0 7 "}]
    assert reading(CUFF, heart(id=None, identifier=named))["reading_id"].endswith("ids| 7 7 ")
