"""Taking files into an evidence folder: twice is once, forms are kept, a crash loses nothing."""

from __future__ import annotations

import csv
import fcntl
import json
import os
from datetime import date
from pathlib import Path

import duckdb
import pytest

from proofline import intake
from proofline.errors import WrongUse
from proofline.evidence import open_evidence
from proofline.intake.report import IntakeError, Report
from proofline.intake.sources.fhir import take_in
from proofline.intake.tables import appending

FIXTURES = Path(__file__).parent / "fixtures" / "fhir"
ALL = sorted(FIXTURES.iterdir())
AS_OF = date(2026, 6, 1)
HEADER = "reading_id,device_id,patient_id,metric,value,measured_at,entry,our_own_mark\n"
OURS = "mine,scale-9,ada-example,29463-7,70,2026-01-01T07:00:00-07:00,automatic,kept"


def take(into: Path, *names: str) -> Report:
    return take_in([FIXTURES / name for name in names], into, time_zone="America/Denver")


def observation(**changed: object) -> dict[str, object]:
    return {
        "resourceType": "Observation",
        "id": "o-1",
        "meta": {"lastUpdated": "2026-03-01T13:13:00Z"},
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
        "subject": {"reference": "Patient/ada-example"},
        "device": {"reference": "Device/cuff-1"},
        "effectiveDateTime": "2026-03-01T07:12:00-06:00",
        "valueQuantity": {"value": 61, "system": "http://unitsofmeasure.org", "code": "/min"},
    } | changed


def take_one(tmp_path: Path, **changed: object) -> Report:
    path = tmp_path / "one.json"
    path.write_text(json.dumps(observation(**changed)))
    return take_in([path], tmp_path / "evidence")


def said(report: Report) -> list[str]:
    return [one.code for one in report.troubles()]


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Give the tables; the payloads that are kept beside them have tests of their own."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def added(report: Report) -> dict[str, int]:
    """Count the rows added; that each reading has its provenance is told by another test."""
    return {table: count for table, count in report.added().items() if table != "provenance"}


@pytest.mark.slow
def test_what_was_taken_in_is_evidence_without_a_bad_row(tmp_path: Path) -> None:
    report = take_in(ALL, tmp_path, time_zone="America/Denver", program="RPM")
    with open_evidence(tmp_path, as_of=AS_OF, strict=True) as evidence:
        counts = {name: taken for name, (taken, _) in evidence.counts.items() if taken}
        assert evidence.warnings == ()
    assert counts == {"patients": 3, "devices": 4, "readings": 14, "consents": 3}
    assert added(report) == counts
    assert report.added()["provenance"] == counts["readings"]
    assert not any(one.corrected for one in report.files)


def test_taking_the_same_files_in_twice_adds_nothing(tmp_path: Path) -> None:
    first = take_in(ALL, tmp_path, time_zone="America/Denver")
    before = bytes_of(tmp_path)
    second = take_in(ALL, tmp_path, time_zone="America/Denver")
    assert bytes_of(tmp_path) == before
    assert second.written == {}
    assert not second.added()
    already = sum((one.already.total() for one in second.files), 0)
    withdrawn = 2 * 2  # two readings with their provenance, which need not be taken back again
    assert already == first.added().total() - withdrawn


def test_a_row_that_somebody_filled_in_further_says_nothing_new(tmp_path: Path) -> None:
    take(tmp_path, "devices.ndjson")
    path = tmp_path / "devices.ndjson"
    path.write_text(path.read_text().replace('"kind"', '"fda_basis":"cleared","kind"'))
    report = take(tmp_path, "devices.ndjson")
    assert report.files[0].already == {"devices": 2}
    assert not report.added()


def test_a_row_that_says_otherwise_is_left_for_a_person_to_settle(tmp_path: Path) -> None:
    take(tmp_path, "devices.ndjson")
    path = tmp_path / "devices.ndjson"
    path.write_text(path.read_text().replace("MU-0001", "MU-0002"))
    report = take(tmp_path, "devices.ndjson")
    (refused,) = [one for one in report.troubles() if one.kind == "refused"]
    assert (refused.code, refused.place.resource) == ("differs", "Device/cuff-1")
    assert "serial" in refused.reason
    assert "MU-0001" not in path.read_text()


def test_a_later_version_corrects_and_both_are_kept(tmp_path: Path) -> None:
    take_one(tmp_path)
    later = {"lastUpdated": "2026-03-02T13:13:00Z"}
    report = take_one(tmp_path, meta=later, valueQuantity={"value": 62})
    assert "corrects" in said(report)
    assert report.files[0].corrected == {"readings": 1}
    lines = (tmp_path / "evidence" / "readings.ndjson").read_text().splitlines()
    assert [json.loads(line)["value"] for line in lines] == ["61", "62"]


def test_a_later_version_may_take_the_value_away(tmp_path: Path) -> None:
    take_one(tmp_path)
    later = {"lastUpdated": "2026-03-02T13:13:00Z"}
    absent = {"coding": [{"code": "error"}]}
    report = take_one(tmp_path, meta=later, valueQuantity=None, dataAbsentReason=absent)
    assert said(report) == ["no_value", "device_unknown", "corrects"]
    lines = (tmp_path / "evidence" / "readings.ndjson").read_text().splitlines()
    assert ["value" in json.loads(line) for line in lines] == [True, False]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"valueQuantity": {"value": 62}}, "differs_undated"),
        (
            {"meta": {"lastUpdated": "2026-02-01T00:00:00Z"}, "valueQuantity": {"value": 62}},
            "differs_undated",
        ),
        (
            {
                "meta": {"lastUpdated": "2026-04-01T00:00:00Z"},
                "subject": {"reference": "Patient/bob-example"},
            },
            "another_person",
        ),
    ],
)
def test_what_cannot_be_a_correction_is_refused(
    tmp_path: Path, changed: dict[str, object], code: str
) -> None:
    take_one(tmp_path)
    report = take_one(tmp_path, **changed)
    assert code in said(report)
    assert not added(report)


def test_a_version_between_two_that_are_there_corrects_nothing(tmp_path: Path) -> None:
    for day, value in (("01", 61), ("03", 63)):
        meta = {"lastUpdated": f"2026-03-{day}T13:13:00Z"}
        take_one(tmp_path, meta=meta, valueQuantity={"value": value})
    between = {"lastUpdated": "2026-03-02T13:13:00Z"}
    assert "differs_undated" in said(take_one(tmp_path, meta=between, valueQuantity={"value": 62}))


def test_the_same_content_seen_later_is_no_correction(tmp_path: Path) -> None:
    take_one(tmp_path)
    report = take_one(tmp_path, meta={"lastUpdated": "2026-04-01T00:00:00Z"})
    assert report.files[0].already["readings"] == 1


def test_evidence_knows_the_device_and_the_time_zone_from_before(tmp_path: Path) -> None:
    take(tmp_path, "devices.ndjson", "patients.ndjson")
    report = take_in([FIXTURES / "vitals.ndjson", FIXTURES / "patients.ndjson"], tmp_path)
    assert "no_time_zone" not in said(report)
    unknown = [one for one in report.troubles() if one.code == "device_unknown"]
    assert [one.place.resource for one in unknown] == ["Observation/weight"]
    rows = (tmp_path / "readings.ndjson").read_text().splitlines()
    entries = {row["reading_id"]: row["entry"] for row in map(json.loads, rows)}
    assert entries["heart"] == "automatic"
    assert entries["spo2"] == "unknown"


@pytest.mark.slow
def test_a_csv_table_is_added_to_as_csv_and_widened_at_its_end(tmp_path: Path) -> None:
    path = tmp_path / "readings.csv"
    path.write_text(HEADER + OURS)
    take(tmp_path, "vitals.ndjson")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert not (tmp_path / "readings.ndjson").exists()
    assert len(rows) == 11
    assert (rows[0]["reading_id"], rows[0]["our_own_mark"]) == ("mine", "kept")
    assert (rows[1]["reading_id"], rows[1]["value"], rows[1]["unit"]) == ("weight", "72.10", "kg")
    with open_evidence(tmp_path, as_of=AS_OF) as evidence:
        assert evidence.counts["readings"] == (11, 0)
    before = path.read_bytes()
    assert take(tmp_path, "vitals.ndjson").files[0].already["readings"] == 10
    assert path.read_bytes() == before


@pytest.mark.slow
def test_a_csv_table_with_all_columns_keeps_every_byte_it_had(tmp_path: Path) -> None:
    take(tmp_path, "vitals.ndjson")
    columns = [
        *("reading_id", "device_id", "patient_id", "metric", "value", "unit", "measured_at"),
        *("received_at", "entry", "source", "source_message_id", "authenticity"),
    ]
    (tmp_path / "readings.ndjson").unlink()
    path = tmp_path / "readings.csv"
    old = (
        ",".join(columns) + '\r\n"mine",d,p,29463-7,70,kg,2026-01-01T07:00:00Z,,manual,,,'
    ).encode()
    path.write_bytes(old)
    take(tmp_path, "vitals.ndjson")
    assert path.read_bytes().startswith(old + b"\n")
    with open_evidence(tmp_path, as_of=AS_OF) as evidence:
        assert evidence.counts["readings"] == (11, 0)


@pytest.mark.slow
@pytest.mark.parametrize("value_type", ["VARCHAR", "DECIMAL(18,4)", "DOUBLE"])
def test_a_parquet_table_keeps_its_form_and_its_types(tmp_path: Path, value_type: str) -> None:
    path = tmp_path / "readings.parquet"
    duckdb.sql(
        "COPY (SELECT 'mine' AS reading_id, 'd' AS device_id, '29463-7' AS metric,"
        f" CAST(70 AS {value_type}) AS value, TIMESTAMPTZ '2026-01-01T07:00:00Z' AS measured_at,"
        f" 'automatic' AS entry) TO '{path}' (FORMAT parquet)"
    )
    take(tmp_path, "vitals.ndjson")
    asked = f"SELECT reading_id, value, epoch(measured_at), unit FROM '{path}'"
    with duckdb.connect() as connection:
        kept = connection.execute(asked).fetchall()
    assert len(kept) == 11
    assert (kept[1][0], float(kept[1][1]), kept[1][2], kept[1][3]) == (
        "weight",
        72.1,
        1772370720.0,  # 2026-03-01T13:12:00Z
        "kg",
    )
    assert take(tmp_path, "vitals.ndjson").files[0].already["readings"] == 10
    with open_evidence(tmp_path, as_of=AS_OF) as evidence:
        assert evidence.counts["readings"] == (11, 0)


def test_a_crash_leaves_the_old_table_and_the_command_can_be_given_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(tmp_path, "vitals.ndjson")
    before = bytes_of(tmp_path)

    def no_room(part: Path, path: Path) -> None:
        raise OSError(28, f"no room for {part} and {path}")

    with monkeypatch.context() as patched:
        patched.setattr(appending, "put", no_room)
        with pytest.raises(IntakeError, match="it is as it was") as caught:
            take(tmp_path, "upload.json")
    assert caught.value.code == "intake.unwritable"
    assert bytes_of(tmp_path) == before
    assert take(tmp_path, "upload.json").added() == {
        "patients": 1,
        "devices": 1,
        "readings": 2,
        "provenance": 2,
    }


def test_a_part_left_by_a_killed_process_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / ".readings.ndjson.part").write_bytes(b'{"half')
    assert added(take(tmp_path, "vitals.ndjson")) == {"readings": 10}
    assert not (tmp_path / ".readings.ndjson.part").exists()


def test_one_intake_at_a_time(tmp_path: Path) -> None:
    other = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(IntakeError) as caught:
            take(tmp_path, "vitals.ndjson")
    finally:
        os.close(other)
    assert caught.value.code == "intake.busy"
    assert added(take(tmp_path, "vitals.ndjson")) == {"readings": 10}


def test_a_file_that_is_not_there_stops_everything_before_anything_is_written(
    tmp_path: Path,
) -> None:
    with pytest.raises(IntakeError) as caught:
        take(tmp_path, "vitals.ndjson", "not-there.json")
    assert caught.value.code == "intake.unreadable"
    assert bytes_of(tmp_path) == {}


def test_a_file_is_no_folder_and_a_broken_table_is_not_added_to(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(IntakeError) as caught:
        take(file, "vitals.ndjson")
    assert caught.value.code == "intake.folder"
    (tmp_path / "devices.parquet").write_bytes(b"not parquet")
    with pytest.raises(IntakeError) as caught:
        take(tmp_path, "vitals.ndjson")
    assert caught.value.code == "intake.unreadable_table"


@pytest.mark.parametrize("option", [{"time_zone": "EST5"}, {"program": "rpm"}])
def test_an_option_that_makes_no_sense_is_wrong_use(tmp_path: Path, option: dict[str, str]) -> None:
    with pytest.raises(WrongUse):
        take_in(ALL, tmp_path / "new", **option)  # type: ignore[arg-type]
    assert not (tmp_path / "new").exists()


def test_sources_are_found_by_name() -> None:
    assert intake.source("fhir").take_in is take_in
    with pytest.raises(WrongUse, match="Did you mean fhir"):
        intake.source("fire")


def test_progress_names_each_file_before_it_is_read(tmp_path: Path) -> None:
    told: list[str] = []
    take_in(ALL, tmp_path, progress=told.append)
    assert told == [str(path) for path in ALL]
