"""What a body cannot have, and words in places where a source documents a number or a yes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from made_up_fhir import codes, heart, taken
from proofline.intake import source
from proofline.intake.measurements.measurement import Measurement
from proofline.intake.measurements.moments import since_1970
from proofline.intake.options import Options
from proofline.intake.payloads.payload import payload
from proofline.intake.taking_in import take_in

if TYPE_CHECKING:
    from proofline.intake.report import Trouble

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
        (("0.5", None), ("0.5", "")),
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
    assert (said.key, said.quantity.value, said.entry.field) == ("1.1", "74.126", "attrib=0")
    assert said.measured.text == "2026-05-01T12:00:00Z"


@pytest.mark.parametrize(("sent", "test"), [("true", True), (1, True), ("false", False)])
def test_a_flag_of_tenovi_that_comes_as_text(sent: object, test: bool) -> None:
    (said,) = told("tenovi", [TENOVI | {"dummy_data": sent}])
    assert isinstance(said, Measurement)
    assert said.test is test


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
        assert said.test is test


@pytest.mark.parametrize("value", [0, -3, -0.0])
def test_a_fhir_value_that_no_living_body_has_is_none(value: float) -> None:
    sent = heart()
    sent["valueQuantity"]["value"] = value  # type: ignore[index]
    result = taken(sent)
    assert "value" not in result.rows[0].cells
    assert codes(result)["Observation/o-1"][0] == "not_living"
