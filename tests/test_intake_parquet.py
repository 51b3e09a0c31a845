"""Rows added to Parquet tables whose columns have types: what they say stays what was sent."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from proofline.evidence import open_evidence
from proofline.intake.taking_in import take_in

SENT = {"metric": "weight", "hwi_device_id": "D", "timestamp": "2026-05-02T02:30:00Z",
        "value_1": "183.60"}  # fmt: skip
LIBRE = (
    "Device,Serial Number,Device Timestamp,Record Type,Historic Glucose mg/dL\n"
    "F,D,05-28-2026 22:15,0,100.15\n"
)


def folder(path: Path, value: str, measured: str) -> Path:
    path.mkdir()
    duckdb.sql(
        f"COPY (SELECT 'R0' AS reading_id, 'D' AS device_id, '29463-7' AS metric, {value} AS value,"
        f" 'kg' AS unit, {measured} AS measured_at, 'automatic' AS entry)"
        f" TO '{path / 'readings.parquet'}' (FORMAT parquet)"
    )
    return path


VALUES = [
    ("80.5::DOUBLE", {"value": "DOUBLE"}),
    ("80.5::DECIMAL(9, 1)", {"value": "VARCHAR"}),  # 100.15 would become another number
    ("80::INTEGER", {"value": "VARCHAR"}),
    ("80.5::DECIMAL(9, 2)", {"value": "DECIMAL(9,2)"}),
    ("'80.5'", {"value": "VARCHAR"}),
]
TIMES = [
    ("TIMESTAMPTZ '2026-05-01 12:00:00+00'", "2026-05-01T12:00:00Z"),
    ("TIMESTAMP '2026-05-01 12:00:00.25'", "2026-05-01T12:00:00.250000"),
    ("'2026-05-01T12:00:00-04:00'", "2026-05-01T12:00:00-04:00"),
]
ASKED_QUICKLY = {(1, 1)}
"""A type that gives way to what is added; the slow round asks all of them."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("value", "kinds", "measured", "first"),
    [
        pytest.param(*one, *two, marks=[pytest.mark.slow] * ((n, m) not in ASKED_QUICKLY))
        for n, one in enumerate(VALUES)
        for m, two in enumerate(TIMES)
    ],
)
def test_times_and_numbers_say_what_was_sent(
    tmp_path: Path, value: str, kinds: dict[str, str], measured: str, first: str
) -> None:
    evidence = folder(tmp_path / "E", value, measured)
    (tmp_path / "a.json").write_text(json.dumps([SENT]))
    (tmp_path / "b.csv").write_text(LIBRE)
    for name, file in (("tenovi", "a.json"), ("libreview", "b.csv")) * 2:
        report = take_in(name, [tmp_path / file], evidence)
        assert not [one for one in report.files[0].troubles if one.kind == "refused"]
    told = f"FROM '{evidence / 'readings.parquet'}'"
    with duckdb.connect() as connection:
        rows = connection.execute(f"SELECT value::VARCHAR, measured_at::VARCHAR {told}").fetchall()
        there = {name: kind for name, kind, *_ in connection.execute(f"DESCRIBE {told}").fetchall()}
    assert [Decimal(number) for number, _ in rows[1:]] == [Decimal("183.60"), Decimal("100.15")]
    assert [time for _, time in rows] == [first, "2026-05-02T02:30:00Z", "2026-05-28T22:15:00"]
    assert there | kinds == there


def test_a_time_on_the_wall_is_read_in_the_zone_of_the_patient(tmp_path: Path) -> None:
    evidence = folder(tmp_path / "E", "80.5", "TIMESTAMPTZ '2026-05-01 12:00:00+00'")
    (evidence / "patients.csv").write_text("patient_id,time_zone\nP,America/New_York\n")
    (evidence / "assignments.csv").write_text("device_id,patient_id,from_date\nD,P,2026-04-01\n")
    (tmp_path / "b.csv").write_text(LIBRE)
    take_in("libreview", [tmp_path / "b.csv"], evidence)
    with open_evidence(evidence, as_of=date(2026, 6, 30)) as opened:
        told = opened.connection.execute(
            "SELECT make_timestamp(measured_at)::VARCHAR FROM readings ORDER BY measured_at"
        ).fetchall()
    assert told == [("2026-05-01 12:00:00",), ("2026-05-29 02:15:00",)]


def test_a_column_of_fewer_decimals_becomes_text_and_rounds_nothing(tmp_path: Path) -> None:
    evidence = folder(tmp_path / "E", "80.5::DECIMAL(38, 12)", "'2026-05-01T12:00:00-04:00'")
    sent = SENT | {"value_1": "183.60123456789012"}
    (tmp_path / "a.json").write_text(json.dumps([sent]))
    take_in("tenovi", [tmp_path / "a.json"], evidence)
    with duckdb.connect() as connection:
        told = f"SELECT value::VARCHAR FROM '{evidence / 'readings.parquet'}'"
        assert connection.execute(told).fetchall()[1] == ("183.60123456789012",)
