"""What no single fixture shows: corrections, repeats, files of others, and damaged bytes."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofline.errors import WrongUse
from proofline.intake import source
from proofline.intake import sources as room
from proofline.intake.options import Options
from proofline.intake.payloads import csv_table
from proofline.intake.payloads.payload import payload
from proofline.intake.report import Report, Trouble
from proofline.intake.taking_in import take_in

FIXTURES = Path(room.__file__).parents[1] / "fixtures"
SAMPLES = Path(__file__).parents[2] / "shared" / "samples" / "vendor"
OURS = ("withings", "dexcom", "ihealth", "open-mhealth", "clarity", "libreview", "mapped-csv")


def options_of(path: Path) -> Options:
    """What the operator says of a fixture."""
    return Options(**tomllib.loads(path.with_suffix(".toml").read_text("utf-8")).get("options", {}))


ALL = [
    (name, path, options_of(path))
    for name in OURS
    for path in sorted((FIXTURES / name.replace("-", "_")).iterdir())
    if path.suffix != ".toml"
]
MAPPING = """
columns = { device = "id", time = "when" }
reading = [{ metric = "29463-7", value = "value", unit = "kg" }]
"""


def codes(report: Report) -> list[str]:
    return [one.code for one in report.troubles()]


def readings(folder: Path) -> list[dict[str, str]]:
    lines = (folder / "readings.ndjson").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def egvs(path: Path, value: int) -> Path:
    record = {
        "recordId": "00000000-0000-4000-8000-000000000001",
        "systemTime": "2026-05-01T15:00:00Z",
        "transmitterId": "made0up0hash0001",
        "value": value,
        "unit": "mg/dL",
    }
    path.write_text(json.dumps({"recordType": "egv", "records": [record]}))
    return path


def test_a_smoothed_value_corrects_only_if_it_was_received_later(tmp_path: Path) -> None:
    first, second = egvs(tmp_path / "a.json", 138), egvs(tmp_path / "b.json", 136)
    into = tmp_path / "E"
    at = [Options(received_at=f"2026-05-0{day}T16:00:00Z") for day in (1, 2)]
    take_in("dexcom", [first], into, options=at[0])
    assert codes(take_in("dexcom", [second], into)) == ["differs_undated"]
    report = take_in("dexcom", [second], into, options=at[1])
    assert codes(report) == ["corrects"]
    assert report.files[0].corrected == {"readings": 1}
    assert [row["value"] for row in readings(into)] == ["138", "136"]
    assert not take_in("dexcom", [second], into, options=at[1]).added()


def group(path: Path, value: int, modified: int) -> Path:
    one = {
        "grpid": 900000001,
        "attrib": 0,
        "date": 1777640400,
        "created": 1777640460,
        "modified": modified,
        "category": 1,
        "deviceid": "made-up-scale",
        "measures": [{"value": value, "type": 1, "unit": -2}],
    }
    path.write_text(json.dumps({"status": 0, "body": {"measuregrps": [one]}}))
    return path


def test_a_modified_group_corrects_and_its_first_version_never_does(tmp_path: Path) -> None:
    first = group(tmp_path / "a.json", 8140, 1777640460)
    second = group(tmp_path / "b.json", 8120, 1777726860)
    into = tmp_path / "E"
    take_in("withings", [first], into)
    assert codes(take_in("withings", [second], into)) == ["corrects"]
    assert not take_in("withings", [first, second], into).added()
    assert [row["value"] for row in readings(into)] == ["81.40", "81.20"]


def ids(name: str, file: str) -> list[str]:
    """The keys of the readings in the order of the file."""
    path = FIXTURES / name / file
    said = source(name.replace("_", "-")).decode(payload(file, path.read_bytes()), Options())
    return [one.key for one in said if not isinstance(one, Trouble)]


def test_one_row_twice_is_one_reading_and_one_minute_may_hold_several() -> None:
    found = ids("libreview", "us.csv")
    assert found[3] == found[4]
    assert len(set(found)) == len(found) - 1


def test_the_two_hours_of_autumn_are_told_apart() -> None:
    first, second, *_ = ids("clarity", "export.csv")
    assert first != second


def test_a_header_with_its_pattern_spelt_with_a_blank_is_read() -> None:
    """Public tests of other readers of Clarity have it so, beside the times that go with it."""
    sent = (
        "Index,Timestamp (YYYY-MM-DD HH:MM:SS),Event Type,Event Subtype,Glucose Value (mg/dL)\r\n"
        "1,2026-05-04 08:30:00,EGV,,117\r\n"
    )
    said = source("clarity").decode(payload("made-up.csv", sent.encode()), Options())
    found = [one for one in said if not isinstance(one, Trouble)]
    assert [(one.quantity.value, one.measured.text) for one in found] == [
        ("117", "2026-05-04T08:30:00")
    ]


def test_one_export_with_a_blank_in_its_times_and_one_without_are_the_same_readings(
    tmp_path: Path,
) -> None:
    for between in ("T", " "):
        path = tmp_path / f"{ord(between)}.csv"
        path.write_text(
            f"Index,Timestamp (YYYY-MM-DD{between}hh:mm:ss),Event Type,Glucose Value (mg/dL)\r\n"
            f"1,2026-05-04{between}08:30:00,EGV,117\r\n"
        )
        take_in("clarity", [path], tmp_path / "evidence", options=Options())
    assert len((tmp_path / "evidence" / "readings.ndjson").read_text().splitlines()) == 1


def test_an_origin_s_id_holds_where_the_reader_makes_new_ones() -> None:
    found = ids("open_mhealth", "points.json")
    assert found[5] == found[6]
    assert len(set(found)) == len(found) - 1


@pytest.mark.parametrize(
    ("name", "path", "options"), ALL, ids=lambda value: getattr(value, "name", None)
)
def test_taking_a_file_in_again_adds_nothing(
    name: str, path: Path, options: Options, tmp_path: Path
) -> None:
    if options.patient_id:
        row = f"patient_id,time_zone\n{options.patient_id},America/New_York\n"
        (tmp_path / "patients.csv").write_text(row, "utf-8")
    take_in(name, [path], tmp_path, options=options)
    assert not take_in(name, [path], tmp_path, options=options).added()


# others' file -> rows added by table, and the troubles that it causes
PRESSURE, GLUCOSE = "omh_schema/blood-pressure_4.0_shouldPass", "omh_schema/blood-glucose_4.0"
BARE: tuple[int, list[str]] = (1, ["no_device"])
OTHERS: dict[str, tuple[int, list[str]]] = {
    "ihealth/ihealth-bp.json": (2, ["no_device", "no_device"]),
    "ihealth/ihealth-bp-empty.json": (0, ["nothing_there"]),
    "ihealth/ihealth-glucose.json": (2, ["no_device", "no_device"]),
    "ihealth/ihealth-spo2.json": (2, ["no_device", "no_device"]),
    "ihealth/ihealth-spo2-no-heart-rate.json": (1, ["no_device"]),
    "ihealth/ihealth-weight-no-weight-value.json": (1, ["no_device", "no_value"]),
    f"{PRESSURE}/blood-pressure-only.json": BARE,
    f"{PRESSURE}/with-posture-and-location.json": BARE,
    f"{PRESSURE}/with-posture-location-relation.json": BARE,
    f"{PRESSURE}/with-descriptive-statistic.json": (0, ["not_a_reading"]),
    f"{GLUCOSE}_shouldPass/with-date-time-time-frame.json": BARE,
    f"{GLUCOSE}_shouldPass/with-temporal-relationship-to-meal.json": BARE,
    f"{GLUCOSE}_shouldPass/with-temporal-relationship-to-sleep.json": BARE,
    f"{GLUCOSE}_shouldPass/with-descriptive-statistic.json": (0, ["not_a_reading"]),
    f"{GLUCOSE}_shouldPass/with-everything.json": (0, ["not_a_reading"]),
    "withings/withings-body-measures-only-goal.json": (0, ["goal"]),
    # Weight and pressure in one group, a weight, two pulses and a temperature typed in; the vendor
    # named no device in 2015. Types 18 and 4 are not taken.
    "withings/withings-body-measures.json": (
        6,
        ["metric_not_known", "no_device", "no_device", "no_device"]
        + ["metric_not_known", "no_device"] * 3,
    ),
}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside the repository")
@pytest.mark.parametrize("file", sorted(OTHERS))
def test_of_others_files_it_is_said_what_became(file: str, tmp_path: Path) -> None:
    folder, _ = file.split("/", maxsplit=1)
    name = "open-mhealth" if folder == "omh_schema" else folder
    report = take_in(name, [SAMPLES / file], tmp_path)
    count, said = OTHERS[file]
    assert (report.added()["readings"], codes(report)) == (count, said)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside the repository")
def test_no_file_of_others_is_left_out() -> None:
    there = {str(path.relative_to(SAMPLES)) for path in SAMPLES.rglob("*.json")}
    assert there - OTHERS.keys() == set()


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside the repository")
def test_the_clock_of_ihealth_agrees_with_when_it_was_changed(tmp_path: Path) -> None:
    """Each of these was changed, in UTC, seconds to minutes after it was measured locally."""
    names = ("bp", "glucose", "spo2", "weight-no-weight-value")
    take_in("ihealth", [SAMPLES / f"ihealth/ihealth-{name}.json" for name in names], tmp_path)
    by_id = {row["reading_id"]: row for row in readings(tmp_path)}
    pressure = by_id["ihealth:c62b84d9d4b7480a8ff2aef1465aa454"]
    assert pressure["measured_at"] == "2015-09-17T12:04:23-08:00"
    assert pressure["received_at"] == "2015-09-17T20:04:30Z"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (MAPPING, "", "says nothing without a mapping"),
        (MAPPING, "columns = [", "cannot be used"),
        ("columns", "colums", "colums"),
        ('time = "when"', 'tine = "when"', "tine"),
        ('device = "id", ', "", "exactly one of"),
        ("29463-7", "29463", "LOINC code that Proofline takes"),
        ('unit = "kg"', 'unit = "mmHg"', "not one of this metric"),
        ('unit = "kg"', 'value_2 = "x"', "either unit or unit_column"),
        ("reading = [", 'time.format = "%d.%m.%Y"\nreading = [', "does not tell year"),
        ("reading = [", 'time.format = "%d.%d.%Y %H:%M"\nreading = [', "does not tell year"),
        ("reading = [", 'time.offset = "east"\nreading = [', "time.offset"),
        ("reading = [", "reading = [{metric='29463-7',value='v',unit='g'},", "the same metric"),
        ('when" }', 'when", entry = "e" }\nentry.always = "automatic"', "contradict"),
        ("reading = [", 'decimal = "."\ndelimiter = "::"\nreading = [', "delimiter"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_an_error_that_says_why(
    old: str, new: str, said: str
) -> None:
    with pytest.raises(WrongUse) as caught:
        list(
            source("mapped-csv").decode(
                payload("x.csv", b"a"), Options(mapping=MAPPING.replace(old, new))
            )
        )
    assert said in caught.value.message
    assert caught.value.remedy


def of_csv(data: bytes) -> list[str]:
    sent = payload("x.csv", data)
    text = data.decode()
    return [getattr(one, "code", "row") for one in csv_table.rows(sent, text)]


def test_tables_without_end_are_not_read_to_their_end(monkeypatch: pytest.MonkeyPatch) -> None:
    assert of_csv(b"a,b\n" + b"," * csv_table.MOST_COLUMNS + b"x\n1,2\n") == ["row", "csv_large"]
    assert of_csv(b"a,b\n" + b"x" * (4 * 1024 * 1024 + 1)) == ["row", "too_long"]
    assert of_csv(b'a,b\n1,"' + b"x\n" * 200_000) == ["row", "csv_broken"]
    monkeypatch.setattr(csv_table, "MOST_ROWS", 3)
    assert of_csv(b"a,b\n1,2\n3,4\n5,6\n") == ["row", "row", "row", "csv_large"]


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe", b"\0" * 9, b"[" * 100_000, b'{"a":' * 100_000, b"PK\3\4\x9c", b"=\r=\n=,"],
    ids=["empty", "mark", "nul", "deep", "deeper", "zip", "signs"],
)
def test_what_is_none_of_theirs_is_told_of(name: str, data: bytes) -> None:
    said = list(source(name).decode(payload("x", data), Options(mapping=MAPPING)))
    assert [one.kind for one in said] == ["refused"] * len(said) or data == b"\0" * 9
    assert said


@pytest.mark.slow
@settings(max_examples=400)
@given(st.sampled_from(ALL), st.data())
def test_no_damaged_bytes_raise(which: tuple[str, Path, Options], data: st.DataObject) -> None:
    name, path, options = which
    sent = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(sent) - 1))
        sent[at : at + data.draw(st.integers(0, 3))] = data.draw(
            st.binary(max_size=2)
            | st.sampled_from([b"9" * 5000, b"1e999", b'"', b"null", b"\xed\xa0"])
        )
    for one in source(name).decode(payload(path.name, bytes(sent)), options):
        assert one.place.file == path.name


@pytest.mark.parametrize("name", ["clarity/export.csv", "libreview/us.csv", "mapped_csv/wide.csv"])
def test_an_export_without_rows_says_that_there_is_nothing(name: str) -> None:
    path = FIXTURES / name
    toml = path.with_suffix(".toml")
    options = Options(**tomllib.loads(toml.read_text("utf-8")).get("options", {}))
    lines = path.read_bytes().splitlines(keepends=True)
    decode = source(path.parent.name.replace("_", "-")).decode
    for count in range(1, len(lines)):
        sent = payload("made-up", b"".join(lines[:count]))
        codes = [one.code for one in decode(sent, options) if isinstance(one, Trouble)]
        if codes not in (["columns"], ["empty"]):
            break
    assert codes == ["nothing_there"]
