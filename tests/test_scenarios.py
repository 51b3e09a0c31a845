"""Every scenario comes out right, of the oracle and of the engine."""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING

import pytest

import oracle
import scenarios
from proofline.decide import Clock, decide

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

ALL = scenarios.given() + scenarios.own()
MANY = 40
"""Scenarios of one day and clock for which DuckDB is asked; fewer are sooner done on SQLite."""
AT_ONCE = 120
"""The most that lie in one folder; of a day that more share the quick suite asks the first."""


def day_and_clock(scenario: scenarios.Scenario) -> tuple[date, Clock]:
    return scenario.as_of, scenario.clock


def batched(several: list[scenarios.Scenario]) -> list[list[scenarios.Scenario]]:
    """Part the scenarios of one day; in turns, so that each part is like the whole."""
    parts = -(-len(several) // AT_ONCE)
    return [several[part::parts] for part in range(parts)]


GROUPS = {
    (*key, part): several
    for key, group in groupby(sorted(ALL, key=day_and_clock), key=day_and_clock)
    for part, several in enumerate(batched([*group]))
}


def test_the_scenarios_are_all_there() -> None:
    assert len(scenarios.given()) == 160
    assert len(scenarios.own()) >= 200


def test_no_scenario_shares_its_name() -> None:
    assert len({scenario.name for scenario in ALL}) == len(ALL)


@pytest.mark.parametrize(
    ("as_of", "clock", "part"),
    [
        pytest.param(*key, marks=[pytest.mark.slow] * (len(several) < MANY or key[2] > 0))
        for key, several in GROUPS.items()
    ],
    ids=[f"{as_of} by {clock} {part}" for as_of, clock, part in GROUPS],
)
def test_by_the_engine(as_of: date, clock: Clock, part: int, tmp_path: Path) -> None:
    """Decide many scenarios of one day and clock together; sort out whose is what."""
    group = GROUPS[as_of, clock, part]
    folder = scenarios.write(scenarios.together(group), tmp_path)
    engine = "duckdb" if len(group) >= MANY else "sqlite"
    made = defaultdict(list)
    for line in decide(folder, as_of=as_of, clock=clock, engine=engine):
        made[line["enrollment_id"].partition("-")[0]].append(line)
    trouble = {
        f"{scenario.name}, {scenario.what}": scenarios.wrong(scenario, made[scenario.name])
        for scenario in group
    }
    assert {name: wrong for name, wrong in trouble.items() if wrong} == {}


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.name)
def test_by_the_oracle(scenario: scenarios.Scenario, tmp_path: Path) -> None:
    folder = scenarios.write(scenario.evidence, tmp_path)
    lines = oracle.decide(folder, scenario.as_of, scenario.clock)
    assert scenarios.wrong(scenario, lines) == [], scenario.what
