"""Members that are null in lines of a bulk export, which are read many at a time."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from made_up_fhir import HR, PATIENT, entries, heart, in_bulk
from proofline.intake.sources.fhir import Decoded

UCUM = "http://unitsofmeasure.org"
PANEL = {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]}
_MANY, _ODD = 40, 17


def _half(code: str, value: int) -> dict[str, Any]:
    return {
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "valueQuantity": {"value": value, "system": UCUM, "code": "mm[Hg]"},
    }


def _line(number: int) -> dict[str, Any]:
    parts = [_half("8480-6", 100 + number), _half("8462-4", 60 + number)]
    changed: dict[str, Any] = {"id": f"o-{number}", "meta": {"versionId": "1"}, "code": PANEL}
    plain = heart(**changed, component=parts, valueQuantity=None, subject=dict(PATIENT))
    return {"resourceType": "Observation", **deepcopy(plain)}


def _put(line: dict[str, Any], path: str, value: object) -> None:
    at: Any = line
    *way, last = path.split(".")
    for name in way:
        at = at[int(name) if name.isdecimal() else name]
    at[last] = value


def _told(result: Decoded) -> list[Any]:
    """Give all that a file came to but the digest of its bytes."""
    rows = [one.cells | {"payload_sha256": ""} for one in (*result.rows, *result.provenance)]
    return [rows, [report.troubles for report in result.files.values()]]


@pytest.mark.parametrize("everywhere", [True, False])
@pytest.mark.parametrize(
    "path",
    [
        *("category", "text", "encounter", "issued", "valueQuantity", "note", "extension"),
        *("meta.profile", "meta.tag", "meta.security", "meta.lastUpdated"),
        *("code.text", "code.coding.0.display", "subject.identifier", "device.display"),
        *("component.0.extension", "component.1.interpretation", "component.0.code.text"),
        *("component.0.valueQuantity.comparator", "component.1.valueQuantity.unit"),
    ],
)
def test_a_null_is_absent_in_any_line_of_many(path: str, *, everywhere: bool) -> None:
    lines = [_line(number) for number in range(_MANY)]
    without = _told(in_bulk(*lines))
    for number, line in enumerate(lines):
        if everywhere or number == _ODD:
            _put(line, path, None)
    assert _told(in_bulk(*lines)) == without
    assert len(without[0]) == 1 + 2 * _MANY


@pytest.mark.parametrize("path", ["device", "subject"])
def test_what_is_null_names_nobody(path: str) -> None:
    lines = [_line(number) for number in range(_MANY)]
    _put(lines[_ODD], path, None)
    with_null = _told(in_bulk(*lines))
    del lines[_ODD][path]
    assert with_null == _told(in_bulk(*lines))


def test_the_word_null_in_a_text_is_no_null() -> None:
    lines = [_line(number) for number in range(_MANY)]
    for line in lines:
        line["code"] = {**HR, "text": "null, and void"}
        line["component"], line["valueQuantity"] = [], {"value": 61, "unit": "/min"}
    plain = json.loads(json.dumps(lines).replace("null, and void", "of no interest"))
    assert _told(in_bulk(*lines)) == _told(in_bulk(*plain))


@pytest.mark.parametrize(
    ("member", "twice"),
    [
        ('"meta":{', '"meta":{"tag":[{"display":"Manual entry"}],"tag":null,'),
        ('"id":', '"category":[{"text":"Manual entry"}],"category":null,"id":'),
    ],
)
def test_a_null_after_a_label_does_not_take_it_away(member: str, twice: str) -> None:
    lines = [json.dumps(_line(number), separators=(",", ":")) for number in range(_MANY)]
    lines[_ODD] = lines[_ODD].replace(member, twice, 1)
    found = entries(in_bulk(*lines))
    assert [name for name, word in found.items() if word == "manual"] == [f"o-{_ODD}"]
    assert entries(in_bulk(lines[_ODD])) == {f"o-{_ODD}": "manual"}
