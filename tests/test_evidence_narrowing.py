"""What is read for one enrollment: all that bears on it, and nothing that does not."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import duckdb
import pytest

import scenarios
from evidence_rows import AS_OF, READING, column, lay
from proofline.decide import Asked, chart, decide, opened
from proofline.evidence import open_evidence

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from proofline.decide import Chart, Clock

READINGS = READING + (
    "R1,DEV-NY,,M,1,2026-03-01T12:00:00Z,automatic\n"
    "R2,DEV-AZ,PAT-NY,M,1,2026-03-01T12:00:00Z,automatic\n"
    "R3,DEV-AZ,,M,1,2026-03-01T12:00:00Z,automatic\n"
    "R4,DEV-AZ,PAT-AZ,M,1,2026-03-01T12:00:00Z,automatic\n"
    "R5,DEV-NY,PAT-NY,M,1,2026-03-01T12:00:00Z,automatic\n"
    "R5,DEV-AZ,PAT-AZ,M,1,2026-03-01T12:00:00Z,manual\n"
)
TIME = "entry_id,enrollment_id,performer_id,activity,started_at,ended_at\n"
STAYS = "stay_id,patient_id,kind,from_date\n"


FORMS = ["csv", *(pytest.param(form, marks=pytest.mark.slow) for form in ("parquet", "parts"))]


def lay_as(form: str, folder: Path, files: dict[str, str]) -> None:
    """Write a folder of CSV, or of Parquet with every cell as text, whole or each row a part."""
    lay(folder, dict(files))
    for source in () if form == "csv" else tuple(folder.glob("*.csv")):
        rows, target = f"read_csv('{source}', all_varchar = true)", source.with_suffix(".parquet")
        if form == "parts":
            target.mkdir()
            (count,) = duckdb.execute(f"SELECT count(*) FROM {rows}").fetchone() or (0,)
            for row in range(count):
                part = f"FROM {rows} LIMIT 1 OFFSET {row}"
                duckdb.execute(f"COPY ({part}) TO '{target / f'{row}.parquet'}'")
        else:
            duckdb.execute(f"COPY (FROM {rows}) TO '{target}'")
        source.unlink()


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("enrollment", "readings", "patients"),
    [
        (None, ["R1", "R2", "R3", "R4", "R5", "R5"], ["PAT-AZ", "PAT-NY"]),
        ("ENR-NY", ["R1", "R2", "R5", "R5"], ["PAT-AZ", "PAT-NY"]),
        ("ENR-AZ", ["R2", "R3", "R4", "R5", "R5"], ["PAT-AZ", "PAT-NY"]),
        ("it's nobody", [], []),
    ],
)
def test_readings_come_by_patient_by_device_and_by_id(
    enrollment: str | None, readings: list[str], patients: list[str], form: str, tmp_path: Path
) -> None:
    lay_as(form, tmp_path, {"readings.csv": READINGS})
    with open_evidence(tmp_path, as_of=AS_OF, enrollment_id=enrollment) as evidence:
        assert column(evidence, "readings", "reading_id") == readings
        assert column(evidence, "patients", "patient_id") == patients
        assert evidence.counts["performers"] == (1, 0)
        superseded = column(
            evidence, "readings JOIN superseded_readings USING (row_no)", "reading_id"
        )
        assert superseded == [name for name in readings if name == "R5"]  # neither is the later


@pytest.mark.parametrize("form", FORMS)
def test_work_comes_of_whoever_worked_for_the_patient(form: str, tmp_path: Path) -> None:
    entries = (
        "T1,ENR-NY,PER-1,review,2026-03-01T12:00:00,2026-03-01T12:10:00\n"
        "T2,ENR-AZ,PER-1,review,2026-03-01T10:05:00,2026-03-01T10:15:00\n"
        "T3,ENR-AZ,PER-2,review,2026-03-01T12:00:00Z,2026-03-01T12:10:00Z\n"
    )
    lay_as(form, tmp_path, {"time_entries.csv": TIME + entries})
    with open_evidence(tmp_path, as_of=AS_OF, enrollment_id="ENR-NY") as evidence:
        assert column(evidence, "time_entries", "entry_id") == ["T1", "T2"]
        assert column(evidence, "enrollments", "enrollment_id") == ["ENR-AZ", "ENR-NY"]
        assert evidence.troubles == []


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_rows_that_contradict_each_other_are_set_aside_together(form: str, tmp_path: Path) -> None:
    calls = (
        "interaction_id,enrollment_id,channel,started_at\n"
        "C1,ENR-NY,phone,2026-03-01T12:00:00Z\nC1,ENR-AZ,phone,2026-03-01T12:00:00Z\n"
        "C2,ENR-NY,phone,2026-03-09T12:00:00Z\nC3,ENR-AZ,phone,2026-03-09T12:00:00Z\n"
    )
    lay_as(form, tmp_path, {"interactions.csv": calls})
    with open_evidence(tmp_path, as_of=AS_OF, enrollment_id="ENR-NY") as evidence:
        assert column(evidence, "interactions", "interaction_id") == ["C2"]
        assert evidence.counts["interactions"] == (1, 2)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_rows_that_stand_in_the_way_are_both_there(form: str, tmp_path: Path) -> None:
    stays = "S1,PAT-NY,inpatient,2026-03-01\nS1,PAT-AZ,inpatient,2026-03-01\n"
    lay_as(form, tmp_path, {"stays.csv": STAYS + stays})
    with open_evidence(tmp_path, as_of=AS_OF, enrollment_id="ENR-NY") as evidence:
        assert column(evidence, "stays", "stay_id") == ["S1", "S1"]
        assert evidence.troubles == []


@pytest.mark.parametrize("form", FORMS)
def test_a_table_without_the_column_that_is_asked_for_holds_nothing(
    form: str, tmp_path: Path
) -> None:
    lay_as(form, tmp_path, {"stays.csv": "stay_id,kind\nS1,inpatient\n"})
    with open_evidence(tmp_path, as_of=AS_OF, enrollment_id="ENR-NY") as evidence:
        assert {name: evidence.counts[name] for name in ("stays", "devices")} == {
            "stays": (0, 0),
            "devices": (0, 0),
        }


@pytest.mark.slow
def test_where_nobody_is_enrolled_nothing_is_decided(tmp_path: Path) -> None:
    (tmp_path / "patients.csv").write_text("patient_id,time_zone\nPAT-NY,America/New_York\n")
    assert list(decide(tmp_path, as_of=AS_OF)) == []


def of_several(scenario: scenarios.Scenario) -> bool:
    """Tell whether the scenario is one of several patients, who could bear on each other."""
    return scenario.evidence["patients"].count("\n") > len(["head", "patient"])


def day_and_clock(scenario: scenarios.Scenario) -> tuple[date, Clock]:
    return scenario.as_of, scenario.clock


CROWDED = sorted(filter(of_several, scenarios.given() + scenarios.own()), key=day_and_clock)


@pytest.mark.slow
@pytest.mark.parametrize(
    "several",
    [list(group) for _, group in groupby(CROWDED, key=day_and_clock)],
    ids=lambda several: "-".join(scenario.name for scenario in several),
)
def test_an_enrollment_comes_out_as_it_does_among_all(
    several: list[scenarios.Scenario], tmp_path: Path
) -> None:
    folder = scenarios.write(scenarios.together(several), tmp_path)
    as_of, clock = day_and_clock(several[0])
    with opened(folder, Asked(as_of, clock)) as (run, read):
        among_all: dict[str, Chart | None] = {
            enrollment: chart(run, enrollment)
            for enrollment in column(read, "enrollments", "enrollment_id")
        }
    for enrollment, expected in among_all.items():
        with opened(folder, Asked(as_of, clock, enrollment_id=enrollment)) as (run, _):
            assert chart(run, enrollment) == expected
    assert len(among_all) >= len(several)
