"""Every scenario comes out right, of the oracle and of the engine."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import pytest

import oracle
import scenarios
from proofline.decide import Clock, decide

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

ALL = scenarios.given() + scenarios.own()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """Let the engine decide all scenarios of one day and clock together; sort out whose is what."""
    found = {}
    for (as_of, clock), several in groupby(sorted(ALL, key=day_and_clock), key=day_and_clock):
        group = list(several)
        folder = scenarios.write(scenarios.together(group), tmp_path_factory.mktemp("evidence"))
        decisions = list(decide(folder, as_of=as_of, clock=clock, engine="duckdb"))
        for scenario in group:
            found[scenario.name] = [line for line in decisions if scenario.owns(line)]
    return found


def day_and_clock(scenario: scenarios.Scenario) -> tuple[date, Clock]:
    return scenario.as_of, scenario.clock


def test_the_scenarios_are_all_there() -> None:
    assert len(scenarios.given()) == 160
    assert len(scenarios.own()) >= 200


def test_no_scenario_shares_its_name() -> None:
    assert len({scenario.name for scenario in ALL}) == len(ALL)


@pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.name)
def test_by_the_oracle(scenario: scenarios.Scenario, tmp_path: Path) -> None:
    folder = scenarios.write(scenario.evidence, tmp_path)
    lines = oracle.decide(folder, scenario.as_of, scenario.clock)
    assert scenarios.wrong(scenario, lines) == [], scenario.what


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.name)
def test_by_the_engine(scenario: scenarios.Scenario, made: dict[str, list[dict[str, Any]]]) -> None:
    assert scenarios.wrong(scenario, made[scenario.name]) == [], scenario.what
