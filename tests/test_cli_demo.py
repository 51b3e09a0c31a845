"""The synthetic practice is the same every time, plainly made up, and holds every trap."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from proofline.cli.demo import TRAPS, lived, make_practice
from proofline.cli.demo.plan import AS_OF

TABLES = {
    *("patients", "performers", "practices", "enrollments", "devices", "assignments", "readings"),
    *("consents", "time_entries", "interactions", "sign_offs", "other_services", "stays"),
    "coverages",
}


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    for name, seed in [("one", 7), ("two", 7), ("three", 8)]:
        make_practice(tmp_path / name, seed=seed)
    one, two, three = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
        for name in ("one", "two", "three")
    )
    assert one == two
    assert one["readings.csv"] != three["readings.csv"]


def test_the_practice_fills_every_table_and_is_of_the_promised_size(tmp_path: Path) -> None:
    make_practice(tmp_path, seed=7)
    assert {path.stem for path in tmp_path.iterdir()} == TABLES
    patients = rows(tmp_path, "patients")
    assert 60 <= len(patients) <= 70
    assert len({patient["time_zone"] for patient in patients}) == 10


@pytest.mark.slow
def test_everybody_is_plainly_made_up(tmp_path: Path) -> None:
    make_practice(tmp_path, seed=7)
    patients = rows(tmp_path, "patients")
    assert {patient["family_name"] for patient in patients} == {"Madeup"}
    assert all(patient["patient_id"].startswith("DEMO-") for patient in patients)


def test_every_trap_tells_its_lesson_under_a_name_of_its_own() -> None:
    assert len({trap.name for trap in TRAPS}) == len(TRAPS)
    assert len({trap.lesson for trap in TRAPS}) == len(TRAPS)


@pytest.mark.slow
def test_nobody_works_for_two_patients_at_once_except_in_the_trap(tmp_path: Path) -> None:
    make_practice(tmp_path, seed=7)
    by_nurse: dict[str, list[tuple[str, str, str]]] = {}
    for row in rows(tmp_path, "time_entries"):
        if row["started_at"][-6:] == "-05:00":  # one offset compares as text
            stretch = (row["started_at"], row["ended_at"], row["enrollment_id"])
            by_nurse.setdefault(row["performer_id"], []).append(stretch)
    clashing = {
        enrollment
        for stretches in by_nurse.values()
        for number, (start, end, one) in enumerate(sorted(stretches))
        for later_start, _, other in sorted(stretches)[number + 1 :]
        if (later_start < end and start < later_start) or later_start == start
        for enrollment in (one, other)
    }
    assert {name for name in clashing if "MINUTE-OF" not in name} == set()
    assert len(clashing) == 4


@pytest.mark.slow
def test_nothing_is_measured_after_the_day_of_the_demonstration(tmp_path: Path) -> None:
    assert make_practice(tmp_path, seed=7) == AS_OF
    days = {row["measured_at"][:10] for row in rows(tmp_path, "readings")}
    assert max(days) <= AS_OF.isoformat()


@pytest.mark.slow
def test_nobody_has_worked_or_measured_later_than_is_said(tmp_path: Path) -> None:
    """Or whoever tries the service meets their own work of an hour that has not come yet."""
    noon = datetime(2026, 4, 20, 12, tzinfo=UTC)
    make_practice(tmp_path / "all", seed=7)
    practice = lived(seed=7)
    practice.leave_work_after(noon)
    practice.leave_readings_after(noon)
    practice.write(tmp_path / "until noon")
    readings = [(row, row["received_at"]) for row in rows(tmp_path / "all", "readings")]
    came = [row for row, at in readings if not at or datetime.fromisoformat(at) <= noon]
    assert rows(tmp_path / "until noon", "readings") == came
    assert 0 < len(came) < len(readings)
    for table in ("time_entries", "interactions"):
        every, some = (rows(tmp_path / name, table) for name in ("all", "until noon"))
        assert some == [row for row in every if datetime.fromisoformat(row["ended_at"]) <= noon]
        assert 0 < len(some) < len(every)


@pytest.mark.slow
def test_ordinary_life_ends_cycles_on_both_sides_of_sixteen_days(tmp_path: Path) -> None:
    """Later cycles of everybody follow habits: some far from sixteen days, some near on each side.

    The 60 patients with a cycle from 3 March have it after their first, which traps write down.
    """
    make_practice(tmp_path, seed=7)
    days: dict[str, set[str]] = {}
    for row in rows(tmp_path, "readings"):
        if "2026-03-03" <= row["measured_at"][:10] <= "2026-04-01":
            days.setdefault(row["patient_id"], set()).add(row["measured_at"][:10])
    counts = [len(of_one) for of_one in days.values()]
    for first, last in ((1, 9), (10, 15), (16, 21), (22, 30)):
        assert sum(first <= count <= last for count in counts) >= 3, (first, last)


@pytest.mark.slow
def test_everyday_patients_come_beside_the_others_and_change_nothing_of_them(
    tmp_path: Path,
) -> None:
    make_practice(tmp_path / "plain", seed=7)
    make_practice(tmp_path / "more", seed=7, everyday=3)
    for path in (tmp_path / "plain").iterdir():
        plain = path.read_text("utf-8").splitlines()
        more = (tmp_path / "more" / path.name).read_text("utf-8").splitlines()
        assert more[: len(plain)] == plain
        assert all("EVERYDAY-000" in line for line in more[len(plain) :])
