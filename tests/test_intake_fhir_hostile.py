"""No bytes make the intake raise: broken files, hostile nesting, and mutated resources."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_up_fhir import codes, heart, taken
from proofline.intake.sources.fhir import Decoded, decode

FIXTURES = Path(__file__).parent / "fixtures" / "fhir"
DEEP = b'{"resourceType":"Observation","id":"x","component":' + b"[" * 100_000
ALL = sorted(FIXTURES.iterdir())


def only_code(data: bytes, name: str = "made-up.json") -> str:
    (trouble,) = decode([(name, data)]).files[name].troubles
    return trouble.code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        ('{"resourceType":"Patient"}'.encode("utf-16"), "not_utf8"),
        ('{"resourceType":"Patient"}'.encode("utf-16-le"), "not_utf8"),
        (b'<?xml version="1.0"?><Patient/>', "xml"),
        (b"hello", "not_json"),
        (b'{"resourceType":"Patient"', "not_json"),
        (b'{"resourceType":"Observation","id":NaN}', "not_json"),
        (b'{"resourceType":"Patient","id":"\xff"}', "not_json"),
        (b"[]", "a_list"),
        (b"17", "not_fhir"),
        (b'{"resourceType":7}', "not_fhir"),
        (b'{"resourceType":"Patient","name":"x"}', "not_fhir"),
        (b'{"resourceType":"Bundle","entry":{}}', "not_fhir"),
        (b"{}", "no_resource_type"),
        (b'{"resourceType":"Patient","id":"with a space"}', "bad_id"),
        (b'{"resourceType":"Bundle","entry":[null]}', "not_fhir"),
        (b'{"resourceType":"Bundle","entry":[{}]}', "no_resource"),
        (DEEP, "too_deep"),
    ],
)
def test_what_is_no_fhir_is_said(data: bytes, code: str) -> None:
    assert only_code(data) == code


def test_a_byte_order_mark_is_no_trouble() -> None:
    data = b"\xef\xbb\xbf" + (FIXTURES / "vitals.ndjson").read_bytes()
    assert len(decode([("vitals.ndjson", data)]).rows) == 10


def test_one_broken_line_or_entry_spoils_no_other() -> None:
    lines = (FIXTURES / "vitals.ndjson").read_bytes().splitlines()
    lines[3:3] = [b'{"resourceType":"Observation",', b"", DEEP]
    result = decode([("vitals.ndjson", b"\r\n".join(lines))])
    assert len(result.rows) == 10
    broken = [
        (one.place.where, one.code)
        for one in result.files["vitals.ndjson"].troubles
        if one.kind == "refused"
    ]
    assert broken == [("line 4", "not_json"), ("line 6", "too_deep")]


def test_ndjson_is_known_by_its_content_and_pretty_json_in_spite_of_its_name() -> None:
    data = (FIXTURES / "vitals.ndjson").read_bytes()
    assert len(decode([("vitals.txt", data)]).rows) == 10
    pretty = (FIXTURES / "upload.json").read_bytes()
    assert len(decode([("upload.ndjson", pretty)]).rows) == 3


def test_bundles_in_bundles_end_somewhere() -> None:
    inner: dict[str, Any] = {"resourceType": "Patient", "id": "p"}
    for depth in range(4):
        inner = {"resourceType": "Bundle", "entry": [{"resource": inner}]}
        said = decode([("b", json.dumps(inner).encode())]).files["b"].troubles
        assert [one.code for one in said] == ["no_time_zone"]
        assert said[0].place.where == " ".join(["entry 1"] * (depth + 1))
    inner = {"resourceType": "Bundle", "entry": [{"resource": inner}]}
    assert only_code(json.dumps(inner).encode()) == "too_deep"


def test_foreign_text_in_a_report_cannot_steer_a_terminal() -> None:
    coding = {"system": "http://loinc.org", "code": "\x1b[2Jboo\u202e" + "x" * 500}
    observation = {
        "resourceType": "Observation",
        "id": "o",
        "status": "final",
        "code": {"coding": [coding]},
        "subject": {"reference": "Patient/p"},
    }
    (trouble,) = decode([("o", json.dumps(observation).encode())]).files["o"].troubles
    assert trouble.reason.isascii()
    assert trouble.reason.isprintable()
    assert len(trouble.reason) < 200


def _spots(value: Any) -> list[tuple[Any, Any]]:  # noqa: ANN401 - JSON
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = [(value, key) for key, _ in inner]
    for child in value.values() if isinstance(value, dict) else value:
        if isinstance(child, dict | list):
            found.extend(_spots(child))
    return found


RESOURCES = [
    resource
    for path in ALL
    for resource in (
        [json.loads(path.read_text())]
        if path.suffix == ".json"
        else [json.loads(line) for line in path.read_text().splitlines()]
    )
]
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.sampled_from(
        ["Bundle", "urn:uuid:x", "#", "/", "?identifier=", "2026-02-30T99:00:00Z", "\0"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


def _is_whole(result: Decoded) -> bool:
    """Hold what every result must be: rows with their ids, every resource accounted for."""
    required = {
        "readings": {"reading_id", "device_id", "metric", "measured_at", "entry"},
        "devices": {"device_id", "kind"},
        "patients": {"patient_id", "time_zone"},
        "consents": {"consent_id", "patient_id", "program", "given_at"},
    }
    return all(required[row.table] <= row.cells.keys() for row in result.rows)


@pytest.mark.slow
@settings(max_examples=300)
@given(st.data())
def test_no_mutated_resource_raises_and_each_leaves_a_row_or_a_reason(data: st.DataObject) -> None:
    resource = json.loads(json.dumps(data.draw(st.sampled_from(RESOURCES))))
    for _ in range(data.draw(st.integers(1, 3))):
        spots = _spots(resource)
        if not spots:
            break
        where, key = data.draw(st.sampled_from(spots))
        if isinstance(where, dict) and data.draw(st.booleans()):
            del where[key]
        else:
            where[key] = data.draw(JUNK)
    result = decode([("m.json", json.dumps(resource).encode())])
    assert _is_whole(result)
    empty_bundle = resource.get("resourceType") == "Bundle" and not resource.get("entry")
    pointer = resource.get("resourceType") == "DeviceMetric"
    assert result.rows or result.files["m.json"].troubles or empty_bundle or pointer


@pytest.mark.slow
@settings(max_examples=200)
@given(st.sampled_from(ALL), st.data())
def test_no_damaged_bytes_raise(path: Path, data: st.DataObject) -> None:
    sent = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        sent[data.draw(st.integers(0, len(sent) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(sent)))
    assert _is_whole(decode([(path.name, bytes(sent[cut:]))]))


def test_numbers_that_json_does_not_have_are_refused() -> None:
    observation = {"resourceType": "Observation", "valueQuantity": {"value": math.inf}}
    assert only_code(json.dumps(observation).encode()) == "not_json"


def weight(value: float, unit: str, *more: tuple[str, str]) -> dict[str, object]:
    sent = [("http://loinc.org", "29463-7"), *more]
    return heart(
        code={"coding": [{"system": system, "code": code} for system, code in sent]},
        valueQuantity={"value": value, "system": "http://unitsofmeasure.org", "code": unit},
    )


@pytest.mark.parametrize(
    ("sent", "said", "readings"),
    [
        (weight(82.5, "kg"), None, 1),
        (weight(82.5, "g"), "unlikely", 1),  # kilograms called grams
        (weight(82.5, "kg", ("urn:iso:std:iso:11073:10101", "188736")), None, 1),  # the same
        (weight(82.5, "kg", ("http://loinc.org", "8867-4")), "codes_disagree", 0),
        (weight(82.5, "kg", ("urn:iso:std:iso:11073:10101", "150456")), "codes_disagree", 0),
        ({"resourceType": "Bundle", "type": "searchset", "total": 0}, "nothing_there", 0),
    ],
)
def test_what_is_doubtful_is_never_silent(
    sent: dict[str, object], said: str | None, readings: int
) -> None:
    result = taken(sent)
    told = {code for each in codes(result).values() for code in each} - {"device_unknown"}
    assert told == ({said} if said else set())
    assert sum(row.table == "readings" for row in result.rows) == readings


def test_json_that_is_no_object_is_told_of_without_a_path() -> None:
    (told,) = decode([("made-up", b"1")]).files["made-up"].troubles
    assert (told.code, told.path) == ("not_fhir", "")
