"""What the conformance bench says of a payload, field by field."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from at_the_terminal import typed
from proofline.intake.conformance import Conformance, conformance
from proofline.intake.options import Options
from proofline.intake.payloads.payload import payload

GOOD = {
    "metric": "weight",
    "hwi_device_id": "made-up-device",
    "timestamp": "2026-05-01T11:59:40Z",
    "value_1": "180.5",
    "hardware_uuid": "F0",
    "sensor_code": "11",
}


def judged(*documents: object) -> Conformance:
    return conformance("tenovi", payload("a.json", json.dumps(documents).encode()), Options())


@pytest.mark.parametrize(
    ("changes", "conforms"),
    [
        ({}, True),
        ({"sensor_code": None}, False),  # nothing says how it was entered
        ({"timestamp": "yesterday"}, False),
        ({"metric": "battery_percentage"}, False),  # nothing was measured
        ({"firmware": "1.2"}, True),  # a field more harms nobody
    ],
)
def test_verdict(changes: dict[str, object], conforms: bool) -> None:
    assert judged(GOOD | changes).conforms is conforms


def test_counts_what_was_said_and_what_was_not_understood() -> None:
    found = judged(GOOD, GOOD | {"dummy_data": False, "firmware": {"build": 7}})
    assert found.readings == 2
    assert found.said["whether it is a test"] == 1
    assert found.said["how it was entered"] == 2
    assert found.said["the offset from UTC"] == 0
    assert found.unknown_fields == {"firmware": 1}  # what lies in an unknown field is not counted


def test_command_says_what_the_payload_should_have_said(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps([GOOD, GOOD | {"timestamp": "5/1/26"}]))
    result = typed("intake", "conformance", "tenovi", str(file))
    assert result.exit_code == 1
    assert "does not conform" in result.output
    assert "1 of 1  say how it was entered\n" in result.output
    assert "should say the offset of the place" in result.output
    assert "refused, 1 time, first at entry 2: timestamp" in result.output
    assert "5/1/26" not in result.output


@pytest.mark.parametrize(
    ("source", "text", "asked"),
    [
        ("mapped-csv", "Serial,When,Kilos\nS,2026-05-01T12:00:00Z,80\n", ["--mapping", "m.toml"]),
        (
            "libreview",
            (
                "Device,Serial Number,Device Timestamp,Record Type,Historic Glucose mg/dL\n"
                "F,S,05-04-2026 07:15,0,100\n"
            ),
            ["--date-order", "mdy"],
        ),
    ],
)
def test_command_takes_what_the_operator_says_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, text: str, asked: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text(text)
    Path("m.toml").write_text(
        '[columns]\ndevice = "Serial"\ntime = "When"\n[entry]\nalways = "automatic"\n'
        '[[reading]]\nmetric = "29463-7"\nvalue = "Kilos"\nunit = "kg"\n'
    )
    without = typed("intake", "conformance", source, "a.csv")
    told = typed("intake", "conformance", source, "a.csv", *asked)
    assert without.exit_code != 0
    assert told.exit_code == 0, told.output
    assert "understood  1 reading (1 automatic)" in told.output
