"""What a body cannot have, and words in places where a source documents a number or a yes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up_fhir import codes, heart, taken
from proofline.intake import source
from proofline.intake.measurements.measurement import Measurement
from proofline.intake.measurements.moments import instant, since_1970
from proofline.intake.measurements.numbers import exact, scaled
from proofline.intake.options import Options
from proofline.intake.payloads.payload import payload
from proofline.intake.report import Trouble
from proofline.intake.taking_in import take_in

TENOVI: dict[str, object] = {
    "metric": "blood_pressure",
    "hwi_device_id": "made-up-hub",
    "timestamp": "2026-05-01T12:00:00Z",
    "value_1": "120",
    "value_2": "80",
}
GROUP: dict[str, object] = {
    "grpid": 1, "date": 1777636800, "category": 1, "attrib": 0, "deviceid": "made-up",
    "measures": [{"value": 74126, "type": 1, "unit": -3}],
}  # fmt: skip
MAPPING = """
[columns]
device = "Serial"
time = "When"
test = "Test"
[[reading]]
metric = "29463-7"
value = "Kilos"
unit = "kg"
"""


def told(name: str, sent: object, mapping: str = "") -> list[Measurement | Trouble]:
    data = sent.encode() if isinstance(sent, str) else json.dumps(sent).encode()
    return list(source(name).decode(payload("made-up", data), Options(mapping=mapping)))


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        (("120", "80"), ("120", "80")),
        (("0", "0"), ("", "")),
        (("-5", "80"), ("", "")),
        (("120", "0.00"), ("", "")),
        (("120", None), ("120", "")),
    ],
)
def test_what_no_living_body_has_comes_in_without_a_value(
    tmp_path: Path, values: tuple[str, str | None], kept: tuple[str, str]
) -> None:
    (tmp_path / "day.json").write_text(
        json.dumps([TENOVI | {"value_1": values[0], "value_2": values[1]}])
    )
    (report,) = take_in("tenovi", [tmp_path / "day.json"], tmp_path / "E").files
    (reading,) = (
        json.loads(line) for line in (tmp_path / "E/readings.ndjson").read_text().splitlines()
    )
    assert (reading.get("value", ""), reading.get("value_2", "")) == kept
    provenance = json.loads((tmp_path / "E/provenance.ndjson").read_text())
    assert (provenance["value_sent"], provenance.get("value_2_sent")) == values
    assert ("not_living" in {one.code for one in report.troubles}) is (kept == ("", ""))


@pytest.mark.parametrize("field", ["grpid", "date", "attrib"])
def test_withings_numbers_that_come_as_text(field: str) -> None:
    group = GROUP | {field: str(GROUP[field])}
    (said,) = told("withings", {"status": "0", "body": {"measuregrps": [group]}})
    assert isinstance(said, Measurement)
    assert (said.key, said.quantity.value, said.series.entry.field) == ("1.1", "74.126", "attrib=0")
    assert said.measured.text == "2026-05-01T12:00:00Z"


@pytest.mark.parametrize(("sent", "test"), [("true", True), (1, True), ("false", False)])
def test_a_flag_of_tenovi_that_comes_as_text(sent: object, test: bool) -> None:
    (said,) = told("tenovi", [TENOVI | {"dummy_data": sent}])
    assert isinstance(said, Measurement)
    assert said.series.test is test


def test_times_of_ihealth_that_come_as_text() -> None:
    entry = {"DataID": "1", "MDate": "1777636800", "TimeZone": "-0400", "HP": 120, "LP": 80,
             "LastChangeTime": "1777651230"}  # fmt: skip
    (said,) = told("ihealth", {"BPUnit": 0, "BPDataList": [entry]})
    assert isinstance(said, Measurement)
    assert said.measured.text == "2026-05-01T12:00:00-04:00"
    assert said.received_at == "2026-05-01T16:00:30Z"


@pytest.mark.parametrize("event", ["Heartbeat", "ReminderCleared"])
def test_an_event_of_telli_is_no_reading_whatever_field_names_it(event: str) -> None:
    (said,) = told("telli", {"deviceId": "1", "time": "1777636800000", "readingType": event})
    assert not isinstance(said, Measurement)
    assert (said.code, said.path) == ("not_a_reading", "readingType")


def test_seconds_in_the_place_of_milliseconds_are_no_time() -> None:
    assert since_1970("1777636800", "ms") is None
    assert since_1970("1777636800000", "ms") is not None


@pytest.mark.parametrize(
    ("word", "test"), [("Y", True), ("T", True), ("no", False), ("", None), ("control", "refused")]
)
def test_a_word_that_does_not_tell_whether_it_is_a_test_is_not_taken_for_no(
    word: str, test: object
) -> None:
    row = f"Serial,When,Kilos,Test\nS,2026-05-01T12:00:00Z,80,{word}\n"
    (said,) = told("mapped-csv", row, MAPPING)
    if test == "refused":
        assert not isinstance(said, Measurement)
        assert (said.code, said.path) == ("test_unknown", "Test")
    else:
        assert isinstance(said, Measurement)
        assert said.series.test is test


@pytest.mark.parametrize("value", [0, -3, -0.0])
def test_a_fhir_value_that_no_living_body_has_is_none(value: float) -> None:
    sent = heart()
    sent["valueQuantity"]["value"] = value  # type: ignore[index]
    result = taken(sent)
    assert "value" not in result.rows[0].cells
    assert codes(result)["Observation/o-1"][0] == "not_living"


def pressure(first: object, second: object) -> dict[str, object]:
    return TENOVI | {"value_1": first, "value_2": second}


def alone(metric: str, value: object, unit: str = "") -> dict[str, object]:
    named = {"measurement_metric": {"name": metric, "primary_units": unit}} if unit else {}
    return TENOVI | {"metric": metric, "value_1": value, "value_2": None} | named


def smart(**values: object) -> dict[str, object]:
    sent = {"reading_id": 1, "device_id": "made-up", "date_recorded": "2026-05-01T12:00:00Z"}
    return sent | values


def trace(**values: object) -> dict[str, object]:
    return {"deviceId": "1000000001", "ts": 1777636800000, "values": values}


@pytest.mark.parametrize(
    ("name", "sent", "kept", "codes"),
    [
        # 5.6 is a usual glucose in mmol/L and none in mg/dL; 104 the other way round.
        ("tenovi", alone("glucose", 5.6), [], {"unlikely_unit"}),
        ("tenovi", alone("glucose", 5.6, "mmol/L"), ["5.6 mmol/L"], set()),
        ("tenovi", alone("glucose", 104, "mmol/L"), ["104 mmol/L"], {"unlikely"}),
        # A fraction of oxygen, and degrees Celsius where Fahrenheit is what is sent.
        ("tenovi", alone("spo2", 0.97), [], {"unlikely_unit"}),
        ("tenovi", alone("temperature", 36.8), [], {"unlikely_unit"}),
        ("tenovi", alone("temperature", 36.8, "C"), ["36.8 Cel"], set()),
        # Diastolic before systolic, and none at all.
        ("tenovi", pressure(84, 128), ["84/128 mm[Hg]"], {"unlikely"}),
        ("tenovi", pressure(128, None), ["128 mm[Hg]"], {"no_diastolic"}),
        # Of two units the one that has a value.
        ("smart-meter", smart(blood_glucose_mgdl=0, blood_glucose_mmol=5.8), ["5.8 mmol/L"], set()),
        ("smart-meter", smart(weight_lbs=0.0, weight_kg=81.9), ["81.9 kg"], set()),
        # Kilograms where grams are what is sent; two pressures in two units.
        ("bodytrace", trace(weight=82.5), [], {"unlikely_unit"}),
        ("bodytrace", trace(systolic=128, diastolic=11199), ["128/11199 mm[Hg]"], {"unlikely"}),
        # Both are measurements; the pulse is part of the pressure.
        (
            "bodytrace",
            trace(weight=82500, systolic=128, diastolic=84, pulse=60),
            ["82.500 kg", "128/84 mm[Hg]"],
            set(),
        ),
        ("bodytrace", trace(diastolic=84), [], {"missing"}),
    ],
)
def test_what_no_instrument_shows_in_its_unit_never_comes_in_silently(
    tmp_path: Path, name: str, sent: object, kept: list[str], codes: set[str]
) -> None:
    (tmp_path / "day.json").write_text(json.dumps(sent))
    (report,) = take_in(name, [tmp_path / "day.json"], tmp_path / "E").files
    readings = tmp_path / "E/readings.ndjson"
    rows = [json.loads(line) for line in readings.read_text().splitlines()] if kept else []
    assert readings.exists() is bool(kept)
    values = ["/".join(filter(None, (row["value"], row.get("value_2")))) for row in rows]
    assert [f"{told} {row['unit']}" for told, row in zip(values, rows, strict=True)] == kept
    assert {one.code for one in report.troubles} == codes


def test_a_group_without_measures_is_told_of() -> None:
    (said,) = told("withings", {"status": 0, "body": {"measuregrps": [GROUP | {"measures": []}]}})
    assert isinstance(said, Trouble)
    assert said.code == "nothing_there"


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("smart-meter", {"readings": [], "status": {"status_code": 200}}),
        ("smart-meter", {"data": []}),
        ("tenovi", {"results": []}),
        ("bodytrace", {"posts": []}),
        ("bodytrace", {}),
        ("dexcom", {"records": []}),
        ("ihealth", {"BPDataList": [], "BPUnit": 0}),
        ("open-mhealth", {"shim": "made-up", "body": []}),
        ("withings", {"status": 0, "body": {"measuregrps": []}}),
    ],
)
def test_an_empty_list_says_that_there_is_nothing(name: str, sent: object) -> None:
    (said,) = told(name, sent)
    assert isinstance(said, Trouble)
    assert said.code == "nothing_there"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2026-05-01T12:00:00+0000", "2026-05-01T12:00:00+00:00"),
        ("2026-05-01 12:00:00-05", "2026-05-01T12:00:00-05:00"),
        ("2026-05-01t12:00:00.5z", "2026-05-01T12:00:00.5Z"),
        ("2026-05-01T12:00Z", "2026-05-01T12:00:00Z"),
        ("2026-05-01T12:00:00.1234567-05:30", "2026-05-01T12:00:00.123456-05:30"),
        ("2026-05-01T12:00:00+15:00", None),
        ("2026-05-01T24:00:00Z", None),
        ("2026-02-29T12:00:00Z", None),
        ("2026-05-01T12:00:00", None),
    ],
)
def test_instants_as_the_standards_let_them_be_written(sent: str, kept: str | None) -> None:
    found = instant(sent)
    assert (found.text if found else None) == kept


@given(
    milliseconds=st.integers(-2_208_988_800_000, 7_258_118_399_999),
    offset=st.none() | st.integers(-840, 840),
)
def test_time_since_1970_is_that_of_the_standard_library(
    milliseconds: int, offset: int | None
) -> None:
    zone = timezone(timedelta(minutes=offset or 0))
    expected = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)).astimezone(
        zone
    )
    found = since_1970(str(milliseconds), "ms", offset_minutes=offset)
    if found is None:
        assert expected.year == 1970 or not 1900 <= expected.year < 2200
    else:
        assert datetime.fromisoformat(found.text) == expected
        assert datetime.fromisoformat(found.text).utcoffset() == expected.utcoffset()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("77.56438446044922", "77.56438446044922"),  # a float of 64 bits, from iHealth
        ("7.756438446044922E+1", "77.56438446044922"),
        ("1." + "5" * 18, "1." + "5" * 18),
        ("1." + "5" * 19, None),
        ("1.5555555E-12", None),  # written out it has 19 decimals
    ],
)
def test_a_number_has_as_many_decimals_as_evidence_takes(sent: str, kept: str | None) -> None:
    assert exact(sent) == kept


def test_a_float_of_64_bits_is_a_reading() -> None:
    result = taken(heart(valueQuantity={"value": 61.56438446044922, "unit": "/min"}))
    assert "bad_number" not in codes(result)["Observation/o-1"]
    assert result.rows[0].cells["value"] == "61.56438446044922"


def test_a_power_of_ten_loses_no_digit() -> None:
    assert scaled("123456789012345678.123456789012345", -3) == "123456789012345.678123456789012345"
