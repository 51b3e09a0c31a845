"""What holds for any evidence: the engine is the oracle, and some things change nothing.

The quick examples keep the suite short and are the same in every run; with PROOFLINE_EXAMPLES=1000
in the environment `pytest -m slow tests/test_properties.py` tries so many by chance.
"""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import oracle
import scenarios
from evidence_strategies import Tables, folders, write
from proofline.decide import Clock, decide
from sampling import BY_CHANCE, examples

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

Decision = dict[str, Any]
Place = tuple[str, str, str, str]
Evidence = tuple[Tables, date]

THOROUGH = examples(12, 40)
CLOCKS: st.SearchStrategy[Clock] = st.sampled_from(["cycle", "month"])


def a_few(most: int) -> settings:
    """Try so many examples, the same in every run unless chance is asked for by their number."""
    return settings(
        max_examples=most,
        derandomize=not BY_CHANCE,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def by_the_engine(tables: Tables, as_of: date, clock: Clock) -> dict[Place, Decision]:
    with tempfile.TemporaryDirectory() as folder:
        made = list(decide(write(tables, Path(folder)), as_of=as_of, clock=clock, engine="duckdb"))
    return {scenarios.place(line): line for line in made}


def by_the_oracle(tables: Tables, as_of: date, clock: Clock) -> dict[Place, Decision]:
    with tempfile.TemporaryDirectory() as folder:
        made = oracle.decide(write(tables, Path(folder)), as_of, clock)
    return {scenarios.place(line): line for line in made}


def essence(line: Decision, asked: list[str]) -> dict[str, Any]:
    """Keep of a decision what both must say: the outcome, its reasons and the facts asked for.

    Where no NAME_possible is printed, it is the same as NAME.
    """
    said: dict[str, Any] = {part: line[part] for part in ("period", "outcome", "units")}
    said["service_date"] = line["service_date"]
    for finding in line["findings"]:
        said[finding["requirement"]] = finding["status"], finding["level"]
    for name in asked:
        value = line["facts"].get(name)
        said[f"fact {name}"] = value, line["facts"].get(f"{name}_possible", value)
    return said


def twice_at_once(line: Decision) -> bool:
    """Say whether it is a cycle's management of a patient enrolled twice at the same time.

    Which of the two takes the month is not settled; both are held until one enrollment ends.
    """
    names = {finding["requirement"] for finding in line["findings"]}
    return "month_free" in names and line["facts"]["sibling_enrollments"] > 0


def differences(tables: Tables, as_of: date, clock: Clock) -> list[tuple[Place, str, Any, Any]]:
    """Give place, part, what the engine says and what the oracle says wherever they differ."""
    engine, slow = by_the_engine(tables, as_of, clock), by_the_oracle(tables, as_of, clock)
    found: list[tuple[Place, str, Any, Any]] = [
        (where, "line", where in engine, where in slow)
        for where in sorted(engine.keys() ^ slow.keys())
    ]
    for where in sorted(engine.keys() & slow.keys()):
        if twice_at_once(slow[where]):
            continue
        asked = [name for name in engine[where]["facts"] if not name.endswith("_possible")]
        said, should = essence(engine[where], asked), essence(slow[where], asked)
        found += [
            (where, part, said.get(part), should.get(part))
            for part in sorted(said | should)
            if said.get(part) != should.get(part)
        ]
    return found


@given(folders(), CLOCKS)
@a_few(2)
def test_the_engine_is_the_oracle(evidence: Evidence, clock: Clock) -> None:
    assert differences(*evidence, clock) == []


@pytest.mark.slow
@given(folders(), CLOCKS)
@a_few(THOROUGH)
def test_the_engine_is_the_oracle_many_times(evidence: Evidence, clock: Clock) -> None:
    assert differences(*evidence, clock) == []


def shuffled(tables: Tables, chance: Random) -> Tables:
    """Give the same rows in another order."""
    return {name: chance.sample(rows, len(rows)) for name, rows in tables.items()}


def doubled(tables: Tables, chance: Random) -> Tables:
    """Give the same rows, some of them twice."""
    return {
        name: rows + [dict(row) for row in rows if chance.random() < 0.3]
        for name, rows in tables.items()
    }


@pytest.mark.slow
@pytest.mark.parametrize("changed", [shuffled, doubled])
@given(folders(), CLOCKS, st.randoms(use_true_random=False))
@a_few(3)
def test_it_changes_nothing(
    changed: Callable[[Tables, Random], Tables], evidence: Evidence, clock: Clock, chance: Random
) -> None:
    tables, as_of = evidence
    again = by_the_engine(changed(tables, chance), as_of, clock)
    assert by_the_engine(tables, as_of, clock) == again


@pytest.mark.slow
@given(folders(), CLOCKS)
@a_few(2)
def test_exclusive_codes_never_meet(evidence: Evidence, clock: Clock) -> None:
    assert scenarios.broken(list(by_the_engine(*evidence, clock).values())) == []


@pytest.mark.slow
@given(folders(), CLOCKS, st.integers(0, 60))
@a_few(3)
def test_a_manual_reading_never_adds_a_day(evidence: Evidence, clock: Clock, ago: int) -> None:
    tables, as_of = evidence
    typed = [
        {
            "reading_id": f"typed-{patient['patient_id']}",
            "device_id": f"{patient['patient_id']}-cuff",
            "patient_id": patient["patient_id"],
            "metric": "85354-9",
            "value": "128",
            "measured_at": f"{as_of - timedelta(days=ago)}T12:00:00+00:00",
            "entry": "manual",
        }
        for patient in tables["patients"]
    ]
    more = tables | {"readings": [*tables["readings"], *typed]}
    before, after = by_the_engine(tables, as_of, clock), by_the_engine(more, as_of, clock)
    days = ("transmission_days", "transmission_days_possible")
    assert before.keys() == after.keys()
    for where, line in before.items():
        if line["program"] == "RPM":
            now = after[where]["facts"]
            assert [line["facts"].get(name) for name in days] == [now.get(name) for name in days]
