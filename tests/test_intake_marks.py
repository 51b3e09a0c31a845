"""What vendors write beside a reading and nobody documents: typed, a test, deleted."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from proofline.intake import source
from proofline.intake.conformance import conformance
from proofline.intake.measurements.measurement import Measurement
from proofline.intake.options import Options
from proofline.intake.payloads.payload import payload
from proofline.intake.report import Trouble
from proofline.intake.taking_in import take_in

Json = dict[str, Any]
TENOVI: Json = {
    "metric": "weight",
    "hwi_device_id": "made-up-hub",
    "hardware_uuid": "F0FF",
    "sensor_code": "10",
    "value_1": "181.4",
    "timestamp": "2026-05-01T12:00:00Z",
    "created": "2026-05-01T12:00:00Z",
}
SMART_METER: Json = {
    "reading_id": 900000000301,
    "device_id": "9999703",
    "device_model": "SM-MADE-UP",
    "reading_type": "weight",
    "weight_lbs": 181.4,
    "date_recorded": "2026-05-01T12:00:00Z",
}
TELLI: Json = {
    "deviceId": "001001000000015",
    "readingType": "Weight",
    "time": "1777636800000",
    "data": {"weight": 135, "unit": "lb"},
    "mem": "0",
}
BODYTRACE: Json = {
    "deviceId": 100100000001,
    "ts": 1777636800000,
    "batteryVoltage": 5522,
    "values": {"weight": 69800},
}
WITHINGS: Json = {
    "status": 0,
    "body": {
        "measuregrps": [
            {
                "grpid": 1,
                "date": 1777636800,
                "category": 1,
                "attrib": 0,
                "deviceid": "made-up",
                "measures": [{"value": 823, "type": 1, "unit": -1}],
            }
        ]
    },
}
DEXCOM: Json = {
    "recordType": "egv",
    "userId": "made-up",
    "records": [
        {
            "recordId": "made-up-1",
            "systemTime": "2026-05-01T12:00:00Z",
            "unit": "mg/dL",
            "value": 100,
            "transmitterId": "made-up",
        }
    ],
}
DEXCOM_2: Json = {"unit": "mg/dL", "egvs": [{"systemTime": "2026-05-01T12:00:00", "value": 100}]}
IHEALTH: Json = {
    "BPUnit": 0,
    "BPDataList": [
        {
            "MDate": 1777636800,
            "TimeZone": "-0500",
            "DataID": "made-up",
            "DataSource": "FromDevice",
            "HP": 120,
            "LP": 80,
        }
    ],
}
OPEN_MHEALTH: Json = {
    "header": {"id": "made-up", "modality": "sensed"},
    "body": {
        "body_weight": {"value": 80, "unit": "kg"},
        "effective_time_frame": {"date_time": "2026-05-01T12:00:00Z"},
    },
}
SHIMMER: Json = {"shim": "made-up", "timeStamp": 1, "body": [OPEN_MHEALTH]}
# source, a message of it that came by itself, and where in it members may stand
PLACES: list[tuple[str, Json, tuple[str | int, ...]]] = [
    ("tenovi", TENOVI, ()),
    ("tenovi", TENOVI | {"filter_params": {"measurement_index": 1}}, ("filter_params",)),
    ("tenovi", {"results": [TENOVI]}, ()),
    ("tenovi", {"results": [TENOVI]}, ("results", 0)),
    ("smart-meter", SMART_METER, ()),
    ("smart-meter", {"readings": [SMART_METER]}, ("readings", 0)),
    ("smart-meter", {"data": [SMART_METER]}, ("data", 0)),
    ("smart-meter", {"data": [SMART_METER]}, ()),
    ("telli", TELLI, ()),
    ("telli", TELLI, ("data",)),
    ("bodytrace", BODYTRACE, ()),
    ("bodytrace", BODYTRACE, ("values",)),
    ("bodytrace", {"posts": [BODYTRACE]}, ("posts", 0)),
    ("bodytrace", {"posts": [BODYTRACE]}, ()),
    ("bodytrace", {"1777636800000": BODYTRACE}, ("1777636800000",)),
    ("bodytrace", {"1777636800000": BODYTRACE}, ()),
    ("withings", WITHINGS, ()),
    ("withings", WITHINGS, ("body",)),
    ("withings", WITHINGS, ("body", "measuregrps", 0)),
    ("withings", WITHINGS, ("body", "measuregrps", 0, "measures", 0)),
    ("dexcom", DEXCOM, ()),
    ("dexcom", DEXCOM, ("records", 0)),
    ("dexcom", DEXCOM_2, ()),
    ("dexcom", DEXCOM_2, ("egvs", 0)),
    ("ihealth", IHEALTH, ()),
    ("ihealth", IHEALTH, ("BPDataList", 0)),
    ("open-mhealth", OPEN_MHEALTH, ()),
    ("open-mhealth", OPEN_MHEALTH, ("header",)),
    ("open-mhealth", OPEN_MHEALTH, ("body",)),
    ("open-mhealth", OPEN_MHEALTH["body"], ()),
    ("open-mhealth", SHIMMER, ()),
    ("open-mhealth", SHIMMER, ("body", 0)),
    ("open-mhealth", SHIMMER, ("body", 0, "body")),
]


def decoded(name: str, *messages: Json) -> list[Measurement | Trouble]:
    lines = "\n".join(map(json.dumps, messages)).encode()
    sent = replace(payload("made-up", lines), patient_id="made-up")
    return list(source(name).decode(sent, Options()))


def measured(name: str, message: Json) -> Measurement:
    (one,) = (one for one in decoded(name, message) if isinstance(one, Measurement))
    return one


def with_member(message: Json, path: tuple[str | int, ...], beside: Json) -> Json:
    made = deepcopy(message)
    at: Any = made
    for step in path:
        at = at[step]
    at |= beside
    return made


@pytest.mark.parametrize(("name", "message", "path"), PLACES)
def test_what_is_beside_a_reading_holds_wherever_it_stands(
    name: str, message: Json, path: tuple[str | int, ...]
) -> None:
    was = measured(name, message)

    def with_(beside: Json) -> Measurement:
        return measured(name, with_member(message, path, beside))

    typed = with_({"isManual": True}).series.entry
    assert typed.word == "manual"
    assert typed.field.endswith("isManual says typed")
    doubtful = with_({"input_source": "made-up words"}).series.entry
    assert doubtful.word == "unknown"
    assert doubtful.field.endswith("input_source is not understood")
    test = with_({"is_demo": "true"}).series
    assert test.test is True
    assert test.test_said.endswith("is_demo says test")
    gone = with_({"isDeleted": 1})
    assert (gone.quantity.value, gone.second, gone.key) == ("", None, was.key)
    assert with_({"made_up": True, "isDeleted": False, "is_manual": None}) == was


AUTOMATIC = {"entry_method": "device"}, {"manual": False}, {"manual": "no"}, {"source": "Bluetooth"}
TYPED = (
    *({"manual": 1}, {"manual_entry": "Yes"}, {"wasUserEntered": True}, {"is-manual": "TRUE"}),
    *({"EntryType": "Manual"}, {"ENTRY_TYPE": "self-reported"}, {"dataSource": "keyboard"}),
    *({"note": "typed in by the nurse"}, {"meta": {"manual": True}}, {"tags": ["x", "manual"]}),
    *({"metadata": {"info": {"is_manual": True}}}, {"status": "manual"}, {"source": "patient"}),
    *({"source": "manual_reading"}, {"type": "ManualReading"}, {"event": "manual_reading.created"}),
    *(
        {"HKWasUserEntered": True},
        {"metadata": {"HKWasUserEntered": 1}},
        {"entered_by_patient": True},
    ),
    {"source": {"type": "manual"}},
    {"man\u0075al": "\u0074rue"},
)
DOUBTFUL = (
    *({"source": "Made-Up Portal"}, {"source": "PatientPortal"}, {"origin": "webApp"}),
    *({"manual": "perhaps"}, {"entry_type": "made-up"}, {"input_type": 3}, {"deleted": 1}),
    *({"status": "preliminary"}, {"is_automatic": False}, {"from_device": "no"}),
    {"meta": {"x": "y" * 100_000}},
)
TESTS = (
    *({"test": True}, {"isTest": "1"}, {"environment": "sandbox"}, {"type": "TEST"}),
    *({"event": "webhook.test"}, {"status": "test mode"}, {"environment": "staging"}),
)
DELETED = (
    *({"deleted": True}, {"deleted_at": "2026-05-02T00:00:00Z"}, {"status": "voided"}),
    *({"void": "true"}, {"valid": False}, {"action": "delete"}, {"flags": [{"isVoid": 1}]}),
    *({"state": "entered-in-error"}, {"event": "reading.deleted"}, {"action": "MeasurementVoided"}),
    *({"valid": "invalid"}, {"status": "soft_deleted"}, {"deleted_at": 1777636804}),
)
NOTHING: tuple[Json, ...] = (
    *({"status": "ok"}, {"deleted_at": None}, {"valid": True}, {"test": "false"}, {"void": 0}),
    *({"made_up": "manual"}, {"type": "reading"}, {"notes": "after breakfast"}, {"tags": []}),
    *({"deleted": ""}, {"method": "oscillometric"}),
    *({"source": "made-up cloud"}, {"data_source": "Made-Up Maker"}, {"origin": None}),
    *(
        {"source": {"made": "up"}},
        {"origin": 3},
        {"source_type": 3},
        {"entry": 12},
        {"input": "12V"},
    ),
    *({"deleted": ["4"]}, {"rejected": 2, "invalid": 3}, {"deleted": "N/A"}, {"deleted": -1}),
    *({"deleted_at": "0001-01-01T00:00:00"}, {"deleted_at": "1970-01-01T00:00:00Z"}),
    *({"deletedOn": "0000-00-00"}, {"test": "fasting"}, {"control": "normal"}, {"manual": "off"}),
    *({"type": "glucose_test"}, {"event": "device.deleted"}, {"entry_type": "not_manual"}),
    *(
        {"entry_method": "Cellular Device"},
        {"input_source": "FromDevice"},
        {"entered_by": "system"},
    ),
    *({"entry_type": "automatic_measurement"}, {"entry_method": "Bluetooth LE"}),
)


@pytest.mark.parametrize(
    ("beside", "entry", "test"),
    [
        *((one, "automatic", None) for one in (*AUTOMATIC, *NOTHING)),
        *((one, "manual", None) for one in TYPED),
        *((one, "unknown", None) for one in DOUBTFUL),
        *((one, "automatic", True) for one in TESTS),
    ],
)
def test_each_word_of_the_vocabulary_is_understood(
    beside: Json, entry: str, test: bool | None
) -> None:
    series = measured("tenovi", TENOVI | beside).series
    assert (series.entry.word, series.test) == (entry, test)


@pytest.mark.parametrize("beside", DELETED)
def test_what_its_sender_deleted_has_no_value(beside: Json) -> None:
    trouble, one = decoded("tenovi", TENOVI | beside)
    assert isinstance(trouble, Trouble)
    assert isinstance(one, Measurement)
    assert (trouble.code, one.quantity.value, one.series.entry.word) == (
        "marked_deleted",
        "",
        "unknown",
    )
    assert trouble.cure


def test_a_documented_field_keeps_its_meaning() -> None:
    assert measured("tenovi", TENOVI | {"dummy_data": False, "x": 1}).series.test is False
    test = measured("tenovi", TENOVI | {"dummy_data": False, "is_test": True}).series
    assert (test.test, test.test_said) == (True, "is_test says test")
    device = IHEALTH["BPDataList"][0]
    typed = IHEALTH | {"BPDataList": [device | {"DataSource": "Manual", "input_type": "auto"}]}
    assert measured("ihealth", typed).series.entry.field == "DataSource=Manual"


def test_an_event_of_telli_has_a_status_and_a_reading_may_be_void_by_it() -> None:
    assert measured("telli", TELLI | {"status": "sent"}).series.entry.word == "automatic"
    assert measured("telli", TELLI | {"status": "void"}).quantity.value == ""


def test_an_event_of_telli_has_a_type_and_a_reading_may_be_typed_or_a_test_by_it() -> None:
    manual = measured("telli", TELLI | {"type": "manual"}).series.entry
    assert (manual.word, manual.field) == ("manual", "type says typed")
    assert measured("telli", TELLI | {"type": "test"}).series.test is True
    assert measured("telli", TELLI | {"type": "deleted"}).quantity.value == ""
    for said in ("reading", TELLI["readingType"], None):
        plain = measured("telli", TELLI | {"type": said}).series
        assert (plain.entry.word, plain.test) == ("automatic", None)
    event = {"type": "Heartbeat", "deviceId": "001001000000015", "time": "1777809600000"}
    (trouble,) = decoded("telli", event)
    assert isinstance(trouble, Trouble)
    assert trouble.code == "not_a_reading"


def test_a_status_of_dexcom_that_is_no_bound_is_understood() -> None:
    (record,) = DEXCOM["records"]
    for status, value in (("ok", "100"), ("voided", ""), ("made-up", "100")):
        one = measured("dexcom", DEXCOM | {"records": [record | {"status": status}]})
        assert one.quantity.value == value


def test_no_word_of_the_sender_stands_in_what_is_told() -> None:
    private = "Made-Up Name 1950-01-01"
    told = decoded(
        "tenovi", *({name: private, **TENOVI} for name in ("entry_type", "manual", "is_auto"))
    )
    assert len(told) == 6
    assert private not in repr(told)


def test_others_beside_a_marked_reading_are_as_they_were() -> None:
    lines = [TENOVI | {"id": number} for number in range(3)]
    lines[1] |= {"is_manual": True}
    for joined in (json.dumps(lines), "\n".join(map(json.dumps, lines))):
        sent = payload("made-up", joined.encode())
        entries = [one.series.entry.word for one in source("tenovi").decode(sent, Options())]
        assert entries == ["automatic", "manual", "automatic"]


def test_a_reading_that_is_deleted_later_is_taken_back(tmp_path: Path) -> None:
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    known = TENOVI | {"id": 7}
    first.write_text(json.dumps(known))
    second.write_text(json.dumps(known | {"deleted": True, "created": "2026-05-02T12:00:00Z"}))
    take_in("tenovi", [first], tmp_path / "E")
    take_in("tenovi", [second], tmp_path / "E")
    rows = (tmp_path / "E/readings.ndjson").read_text().splitlines()
    versions = [json.loads(row) for row in rows]
    assert [(one["reading_id"], one.get("value")) for one in versions] == [
        ("tenovi:7", "181.4"),
        ("tenovi:7", None),
    ]
    came = (tmp_path / "E/provenance.ndjson").read_text().splitlines()
    assert json.loads(came[1])["entry_said"] == "deleted says deleted"


def test_the_bench_for_vendors_does_not_call_a_doubtful_entry_conforming() -> None:
    for beside, conforms in (({}, True), ({"entry_type": "made-up"}, False)):
        sent = payload("made-up", json.dumps(TENOVI | beside).encode())
        found = conformance("tenovi", sent, Options())
        assert found.conforms is conforms
        assert list(found.unknown_fields) == list(beside)


@pytest.mark.parametrize("depth", [900, 971, 990, 999])
def test_a_note_as_deep_as_python_counts_loses_no_other_reading(depth: int) -> None:
    deep = json.dumps(TENOVI)[:-1] + ', "note": ' + "[" * depth + "]" * depth + "}"
    sent = payload("made-up", f"{json.dumps(TENOVI)}\n{deep}".encode())
    found = list(source("tenovi").decode(sent, Options()))
    assert found[0].quantity.value == "181.4"
    assert len(found) >= 2
