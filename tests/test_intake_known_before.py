"""Dexcom's API v2: one value in two notations of its time is one reading, and kept ids stay."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from proofline.intake.options import Options
from proofline.intake.report import Place, Report
from proofline.intake.tables.appending import EvidenceFolder
from proofline.intake.tables.known_before import under_kept_ids
from proofline.intake.tables.staged import CleanRow
from proofline.intake.taking_in import take_in

SAME = (
    "2026-05-01T15:00:00",  # as Dexcom documents it
    "2026-05-01T15:00:00Z",
    "2026-05-01T15:00:00+00:00",
    "2026-05-01T15:00:00.000Z",
    "2026-05-01 15:00:00Z",
    "2026-05-01T09:00:00-06:00",
)


def id_by(time: str) -> str:
    """The id of a reading without its own, as it is documented in `arriving`."""
    told = f"not-named:P1\x1f99504-3\x1f{time}"
    return f"dexcom:{sha256(told.encode()).hexdigest()[:32]}"


def take(tmp_path: Path, *times: str, value: int = 119, received: str = "") -> Report:
    folder = tmp_path / "E"
    folder.mkdir(exist_ok=True)
    (folder / "patients.csv").write_text("patient_id,time_zone\nP1,America/Denver\n")
    told = {"unit": "mg/dL", "egvs": [{"systemTime": time, "value": value} for time in times]}
    file = tmp_path / "sent.json"
    file.write_text(json.dumps(told))
    return take_in("dexcom", [file], folder, options=Options(patient_id="P1", received_at=received))


def readings(tmp_path: Path) -> list[dict[str, Any]]:
    return [*map(json.loads, (tmp_path / "E/readings.ndjson").read_text().splitlines())]


def test_one_value_in_two_notations_is_one_reading(tmp_path: Path) -> None:
    for time in (*SAME, *SAME):
        take(tmp_path, time)
    take(tmp_path, *SAME)
    assert [one["reading_id"] for one in readings(tmp_path)] == [id_by(SAME[0])]
    take(tmp_path, "2026-05-01T15:00:01Z")
    assert len(readings(tmp_path)) == 2


@pytest.mark.parametrize("before", SAME[1:])
@pytest.mark.parametrize("now", SAME)
def test_what_is_kept_under_another_notation_stays(tmp_path: Path, before: str, now: str) -> None:
    take(tmp_path, SAME[0])
    table = tmp_path / "E/readings.ndjson"
    table.write_text(table.read_text().replace(id_by(SAME[0]), id_by(before)))
    take(tmp_path, now)
    assert [one["reading_id"] for one in readings(tmp_path)] == [id_by(before)]
    take(tmp_path, now, value=120, received="2026-05-02T00:00:00Z")
    take(tmp_path, now, value=121, received="2026-05-03T00:00:00Z")
    assert {one["reading_id"] for one in readings(tmp_path)} == {id_by(before)}


class _Indexed(EvidenceFolder):
    """A folder that says of itself what the book of a practice does."""

    finds_by_id = True

    def rows(self, *_: object) -> Any:  # noqa: ANN401 - never comes back
        raise AssertionError("all of a book is not gone through")


def test_a_book_is_asked_for_ids_only(tmp_path: Path) -> None:
    take(tmp_path, SAME[0])
    table = tmp_path / "E/readings.ndjson"
    table.write_text(table.read_text().replace(id_by(SAME[0]), id_by(SAME[1])))
    (kept,) = readings(tmp_path)
    new = [
        CleanRow(name, kept | {"reading_id": id_by(SAME[0])}, Place("made-up"))
        for name in ("readings", "provenance")
    ]
    other = CleanRow("readings", {"reading_id": "tenovi:1", "source": "tenovi"}, Place("made-up"))
    told = [*under_kept_ids([*new, other], _Indexed(tmp_path / "E"))]
    assert [row.cells["reading_id"] for row in told] == [id_by(SAME[1])] * 2 + ["tenovi:1"]


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_beyond_the_calendar_breaks_nothing(tmp_path: Path, time: str) -> None:
    take(tmp_path, time)
