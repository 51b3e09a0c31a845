"""Tenovi, Smart Meter, Telli Health and BodyTrace: what no single fixture shows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofline.intake import source
from proofline.intake import sources as room
from proofline.intake.arriving import Arrivals
from proofline.intake.identity import Known
from proofline.intake.measurements.measurement import Measurement
from proofline.intake.options import Options
from proofline.intake.payloads.payload import payload
from proofline.intake.report import Trouble
from proofline.intake.taking_in import take_in

FIXTURES = Path(room.__file__).parents[1] / "fixtures"
NAMES = ("tenovi", "smart-meter", "telli", "bodytrace")
PRESSURE: dict[str, Any] = {
    "reading_id": 900000000301,
    "device_id": "9999703",
    "device_model": "SM5000-MADE-UP",
    "reading_type": "blood_pressure",
    "systolic_mmhg": 128,
    "diastolic_mmhg": 91,
    "time_zone_offset": -4.0,
}


def fixtures_of(name: str) -> list[bytes]:
    folder = FIXTURES / name.replace("-", "_")
    return [path.read_bytes() for path in sorted(folder.glob("*json"))]


def told(name: str, *messages: object, file: str = "made-up") -> list[Measurement | Trouble]:
    lines = "\n".join(json.dumps(message) for message in messages)
    return list(source(name).decode(payload(file, lines.encode()), Options()))


def rows(name: str, *messages: object, table: str = "readings") -> list[dict[str, str]]:
    arrivals = Arrivals(name, payload("made-up", b""), Known())
    return [
        row.cells
        for said in told(name, *messages)
        if isinstance(said, Measurement)
        for row in arrivals.rows(said)
        if not isinstance(row, Trouble) and row.table == table
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_broken_bytes_become_troubles_and_never_raise(name: str, data: st.DataObject) -> None:
    whole = bytearray(data.draw(st.sampled_from(fixtures_of(name))))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
    sent = payload("made-up", bytes(whole))
    for said in source(name).decode(sent, Options()):
        if isinstance(said, Measurement):
            Arrivals(name, sent, Known()).rows(said)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_any_value_in_any_known_field_never_raises(name: str, data: st.DataObject) -> None:
    fields = [f for shape in source(name).SHAPES for f in shape.__struct_encode_fields__]
    message = data.draw(st.dictionaries(st.sampled_from(fields), JSON, max_size=12))
    told(name, message, {**message, "readingType": "Weight", "reading_type": "weight"})


def test_a_pulse_before_its_pressure_hides_no_device() -> None:
    pressure = {
        "metric": "blood_pressure",
        "hwi_device_id": "made-up-hub",
        "timestamp": "2026-05-01T12:00:00Z",
        "value_1": "128",
        "value_2": "84",
    }
    pulse = {**pressure, "metric": "pulse", "value_1": "71", "value_2": None}
    found = rows("tenovi", pulse, pressure, table="devices")
    assert [(row["device_id"], row["kind"]) for row in found] == [("made-up-hub", "blood_pressure")]


def test_a_scale_is_one_device_and_its_weight_one_reading_however_it_comes() -> None:
    message = {"ts": 1777636800000, "batteryVoltage": 5522, "values": {"weight": 69800}}
    pushed, pulled = {**message, "deviceId": 100100000001}, {**message, "imei": "001001000000015"}
    assert len({row["reading_id"] for row in rows("bodytrace", pushed, pulled)}) == 1


@pytest.mark.parametrize(
    ("device_id", "imei"),
    [
        (1395000856415, "013950008564156"),  # the pair that the public VB client shows
        ("00100100000002", "001001000000023"),
        ("001001000000031", "001001000000031"),
    ],
)
def test_an_imei_gets_back_what_bodytrace_left_out(device_id: object, imei: str) -> None:
    (said,) = told(
        "bodytrace", {"deviceId": device_id, "ts": 1777636800000, "values": {"weight": 1}}
    )
    assert isinstance(said, Measurement)
    assert said.series.instrument.id == imei


def test_a_number_in_a_file_name_that_is_no_imei_names_no_scale() -> None:
    (said,) = told(
        "bodytrace", {"ts": 1777636800000, "values": {"weight": 1}}, file="001001000000016.json"
    )
    assert isinstance(said, Trouble)
    assert (said.code, said.path) == ("missing", "deviceId")


def test_a_telli_reading_is_one_whether_by_v1_or_v2() -> None:
    first = {
        "deviceId": "001001000000015",
        "readingType": "Weight",
        "time": "1777723200000",
        "data": {"weight": 135, "unit": "lb"},
    }
    second = {**first, "mem": "1", "tzOffsetMinutes": "-240", "genVer": "2", "devdata": None}
    assert len({row["reading_id"] for row in rows("telli", first, second)}) == 1


@pytest.mark.parametrize(
    ("glucose", "unit"),
    [(19.9, "mmol/L"), (20, None), (34, None), (34.1, "mg/dL")],
)
def test_glucose_without_a_unit_has_the_only_one_it_can_have(
    glucose: float, unit: str | None
) -> None:
    (said,) = told(
        "telli",
        {
            "deviceId": "001001000000015",
            "readingType": "BloodGlucose",
            "time": "1777723200000",
            "data": {"glucose": glucose},
        },
    )
    assert unit == (said.quantity.unit if isinstance(said, Measurement) else None)


@pytest.mark.parametrize(
    ("recorded", "received", "measured"),
    [
        ("2026-05-01T08:00:00", "2026-05-01T13:00:00", "2026-05-01T08:00:00-04:00"),
        ("2026-05-01T08:00:00", "2026-05-01T13:00:01", "2026-05-01T08:00:00-04:00 estimated"),
        ("2026-05-01T08:00:00", "2026-05-01T11:55:00", "2026-05-01T08:00:00-04:00"),
        ("2026-05-01T08:00:00", "2026-05-01T11:54:59", "2026-05-01T08:00:00Z"),
        ("2026-05-01T08:00:00", "2026-05-01T09:00:00", "2026-05-01T08:00:00Z"),
        ("2026-05-01T08:00:00", "2026-05-01T07:55:00", "2026-05-01T08:00:00Z"),
        ("2026-05-01T08:00:00", None, "2026-05-01T08:00:00-04:00 estimated"),
        ("2026-05-01T08:00:00-07:00", "2026-05-01T15:00:01", "2026-05-01T08:00:00-07:00"),
    ],
)
def test_receipt_tells_on_which_clock_a_reading_was_recorded(
    recorded: str, received: str | None, measured: str
) -> None:
    message = {**PRESSURE, "date_recorded": recorded, "date_received": received}
    (row,) = rows("smart-meter", message)
    quality = " estimated" if row.get("time_quality") == "estimated" else ""
    assert row["measured_at"] + quality == measured


def test_a_later_version_of_a_smart_meter_reading_corrects_it(tmp_path: Path) -> None:
    first = {
        **PRESSURE,
        "date_recorded": "2026-05-01T12:00:00Z",
        "date_received": "2026-05-01T12:00:20Z",
    }
    later = {**first, "systolic_mmhg": 118, "date_received": "2026-05-02T09:00:00Z"}
    for day, message in enumerate((first, later, first)):
        (tmp_path / f"day{day}.json").write_text(json.dumps({"readings": [message]}))
    files = [tmp_path / f"day{day}.json" for day in range(3)]
    report = take_in("smart-meter", files, tmp_path / "evidence")
    assert [one.added["readings"] for one in report.files] == [1, 1, 0]
    assert [one.corrected["readings"] for one in report.files] == [0, 1, 0]
    assert [one.already["readings"] for one in report.files] == [0, 0, 1]
