"""The forecast at the terminal, and what the README of the room shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from at_the_terminal import follow, readme, typed
from proofline import insight
from proofline.insight import read_outlook

AS_OF = ("--as-of", "2026-04-10")


def asked(*words: object) -> str:
    done = typed("forecast", *words)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.slow
def test_the_readme_shows_what_comes_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    follow(readme(insight))


def test_the_readme_names_every_file_of_the_room() -> None:
    room, said = Path(insight.__file__).parent, readme(insight)
    names = {path.name for path in room.glob("*.py")} - {"__init__.py"}
    assert sorted(name for name in names if f"`{name}`" not in said) == []


@pytest.mark.slow
def test_json_is_one_list_of_outlooks_in_a_fixed_order(practice: Path) -> None:
    text = asked(practice, *AS_OF, "--format", "json")
    lines = [line.rstrip(",") for line in text.splitlines()[1:-1]]
    outlooks = [read_outlook(line.encode()) for line in lines]
    assert [one.to_json().decode() for one in outlooks] == lines
    assert outlooks == sorted(outlooks, key=lambda one: one.enrollment_id)
    assert len(json.loads(text)) == len(outlooks) > 100


@pytest.mark.slow
def test_fees_of_the_day_price_the_rungs(practice: Path) -> None:
    """In 2026 the two supply codes are paid the same: the higher has nothing at stake."""
    patient = ("--enrollment", "DEMO-ORDINARY-HONOLULU-RPM", "--format", "json")
    (one, *_) = json.loads(asked(practice, "--as-of", "2026-04-10", *patient))
    assert {rung["stake_cents"] for rung in one["rungs"]} == {None}
    (one, *_) = json.loads(asked(practice, "--as-of", "2026-08-10", *patient))
    stakes = {rung["code"]: rung["stake_cents"] for rung in one["rungs"]}
    assert stakes["99454"] == 0
    assert stakes["99445"] > 0


@pytest.mark.slow
def test_days_to_come_are_priced_by_the_last_fees_of_the_year_and_said_to_be(
    practice: Path,
) -> None:
    """By hand: (0.00 + 1.55 + 0.01) x 33.4009 = 52.11; of 2027 nothing is loaded."""
    patient = ("--enrollment", "DEMO-ORDINARY-HONOLULU-RPM")
    (one, *_) = json.loads(asked(practice, "--as-of", "2026-11-10", *patient, "--format", "json"))
    stakes = {rung["code"]: rung["stake_cents"] for rung in one["rungs"]}
    assert (one["fees_until"], stakes["99445"]) == ("2026-09-30", 5211)
    said = " ".join(asked(practice, "--as-of", "2026-11-10", *patient).split())
    assert "Money is by fees that end on 2026-09-30" in said
    (one, *_) = json.loads(asked(practice, "--as-of", "2027-02-10", *patient, "--format", "json"))
    assert (one["fees_until"], {rung["stake_cents"] for rung in one["rungs"]}) == (None, {None})


@pytest.mark.slow
def test_an_enrollment_without_an_open_period_is_wrong_use(practice: Path) -> None:
    done = typed("forecast", practice, "--as-of", "2024-01-01", "--enrollment", "NOBODY")
    assert done.exit_code == 2
    assert "(use.no_open_period)" in done.stderr


@pytest.mark.slow
def test_an_empty_forecast_is_an_empty_list(practice: Path) -> None:
    assert asked(practice, "--as-of", "2024-01-01", "--format", "json") == "[]\n"
