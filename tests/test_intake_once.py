"""The same told again: one reading, with its history, whatever comes twice and in what order."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofline.decide import decide
from proofline.intake.report import Report
from proofline.intake.tables import matching, staged
from proofline.intake.taking_in import take_in
from scenarios import write
from storybook import as_csv, tell

AS_OF = date(2026, 11, 21)
CUFF = "hub-made-up"


def message(number: int = 1, value: str = "120", created: str = "", **more: object) -> Any:  # noqa: ANN401 - JSON
    at = f"2026-03-{number + 1:02}T13:00:00Z"
    return {
        "id": f"m-{number}",
        "metric": "blood_pressure",
        "hwi_device_id": CUFF,
        "hardware_uuid": "F0FF00000001",
        "sensor_code": "10",
        "value_1": value,
        "value_2": "80",
        "timestamp": at,
        "created": created or at.replace(":00Z", ":40Z"),
    } | more


def take(folder: Path, *payloads: object) -> Report:
    """Take payloads in, each a file of its own, in the order given."""
    files = []
    for number, sent in enumerate(payloads):
        files.append(folder / f"sent-{number}.json")
        files[-1].write_text(json.dumps(sent))
    return take_in("tenovi", files, folder / "evidence")


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    path = folder / "evidence" / f"{table}.ndjson"
    return [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []


def days(folder: Path, as_of: date = AS_OF) -> set[Any]:
    """The days of March on which something was read, as decided."""
    made = decide(folder / "evidence", as_of=as_of, clock="cycle")
    return {
        one["facts"]["transmission_days"]
        for one in made
        if one["code"] == "99454" and one["period"]["start"] == "2026-03-01"
    }


@pytest.fixture
def practice(tmp_path: Path) -> Path:
    """A plain good patient who has the cuff, of which nothing was read yet."""
    tables = tell("").tables()
    (device,), (assigned,) = tables["devices"], tables["assignments"]
    device["device_id"] = assigned["device_id"] = CUFF
    write({name: as_csv(of) for name, of in tables.items() if of}, tmp_path / "evidence")
    return tmp_path


def test_the_same_message_twice_is_one_reading(tmp_path: Path) -> None:
    take(tmp_path, message())
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    report = take(tmp_path, message())
    assert not report.added()
    assert report.files[0].already == {"readings": 1, "provenance": 1}
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_one_reading_in_two_messages_keeps_where_both_came_from(tmp_path: Path) -> None:
    take(tmp_path, message(), [message(), message(2)])
    assert [row["reading_id"] for row in rows(tmp_path, "readings")] == ["tenovi:m-1", "tenovi:m-2"]
    arrived = [(row["reading_id"], row["payload_name"]) for row in rows(tmp_path, "provenance")]
    assert arrived == [
        ("tenovi:m-1", "sent-0.json"),
        ("tenovi:m-1", "sent-1.json"),
        ("tenovi:m-2", "sent-1.json"),
    ]
    kept = {row["payload_sha256"] for row in rows(tmp_path, "provenance")}
    assert all((tmp_path / "evidence/payloads" / one[:2] / one).exists() for one in kept)


@pytest.mark.slow
def test_of_a_correction_both_versions_are_kept_and_the_later_is_counted(practice: Path) -> None:
    take(practice, *map(message, (1, 2, 3)))
    assert days(practice) == {3}
    # Two days later the vendor takes the value of the third reading back.
    report = take(practice, message(3, "", created="2026-03-06T13:00:00Z"))
    assert [one.code for one in report.troubles() if one.code == "corrects"] == ["corrects"]
    readings = (practice / "evidence/readings.ndjson").read_text().splitlines()
    assert [json.loads(line).get("value") for line in readings] == ["120"] * 3 + [None]
    assert days(practice) == {2}


def test_a_patient_who_became_known_since_is_no_other_content(tmp_path: Path) -> None:
    take(tmp_path, message(patient_id="made-up-1"))
    (tmp_path / "evidence/patients.csv").write_text("patient_id,time_zone\nmade-up-1,UTC\n")
    report = take(tmp_path, message(patient_id="made-up-1"))
    assert report.files[0].already == {"readings": 1, "provenance": 1}
    assert not report.added()


def test_two_files_of_one_name_are_told_of_together(tmp_path: Path) -> None:
    paths = [tmp_path / "a" / "day.json", tmp_path / "b" / "day.json"]
    for number, path in enumerate(paths, 1):
        path.parent.mkdir()
        path.write_text(json.dumps(message(number)))
    (one,) = take_in("tenovi", paths, tmp_path / "evidence").files
    assert one.added == {"devices": 1, "readings": 2, "provenance": 2}


PAYLOADS = st.lists(
    st.lists(st.integers(1, 6).map(message), min_size=1, max_size=3), min_size=1, max_size=4
)


def rows_of(payloads: list[Any]) -> dict[str, set[tuple[tuple[str, str], ...]]]:
    """What lies in the tables in the end, without regard to order and to the names of files."""
    with TemporaryDirectory() as folder:
        take(Path(folder), *payloads)
        return {
            table: {
                tuple(cell for cell in row.items() if cell[0] != "payload_name")
                for row in rows(Path(folder), table)
            }
            for table in ("devices", "readings", "provenance")
        }


@pytest.mark.slow
@settings(max_examples=20)
@given(PAYLOADS, st.data())
def test_any_order_and_repetition_of_payloads_gives_the_same_rows(
    payloads: list[Any], data: st.DataObject
) -> None:
    again = data.draw(st.permutations(payloads + data.draw(st.lists(st.sampled_from(payloads)))))
    # A payload told twice under another name is the same payload: its arrival is one row.
    assert rows_of(again) == rows_of(payloads)


@pytest.mark.slow
@settings(max_examples=10)
@given(st.permutations([(day, str(100 + day)) for day in range(1, 6)]))
def test_in_any_order_the_version_received_last_holds(order: list[tuple[int, str]]) -> None:
    with TemporaryDirectory() as folder:
        for day, value in order:
            take(Path(folder), message(1, value, created=f"2026-04-{day:02}T00:00:00Z"))
        versions = rows(Path(folder), "readings")
    assert max(versions, key=lambda row: row["received_at"])["value"] == "105"


NUMBERS = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from(["", "1", "2", "2.0"]), st.integers(0, 3)),
    min_size=1,
    max_size=12,
)


@pytest.mark.slow
@settings(max_examples=30)
@given(NUMBERS, NUMBERS)
def test_many_rows_become_what_few_would(there: list[Any], sent: list[Any]) -> None:
    """The way over fingerprints and piles and the way in memory give the same, row for row."""

    def told(limit: int) -> tuple[dict[str, bytes], list[bytes]]:
        with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
            patched.setattr(staged, "IN_MEMORY", limit)
            patched.setattr(matching, "PILES", 3)
            reports = [
                take(
                    Path(folder),
                    [
                        message(number, value, created=f"2026-04-0{day + 1}T00:00:00Z")
                        for number, value, day in one
                    ],
                )
                for one in (there, sent)
            ]
            tables = {
                path.name: path.read_bytes() for path in Path(folder).glob("evidence/*.ndjson")
            }
            return tables, [msgspec.json.encode(one.files, order="sorted") for one in reports]

    assert told(0) == told(1_000)
