"""Between two days that the calendar turns, what is kept is what would be decided on every day.

That is so for decisions and for outlooks, byte for byte.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import scenarios
import storybook
from evidence_strategies import Tables, folders, write
from proofline.cli.demo import make_practice
from proofline.decide import Asked, Clock, opened
from proofline.decide.days import as_of, next_days
from proofline.decide.decision import decisions
from proofline.insight import Prior, Taught, forecast, grounds, practice_prior, told
from proofline.insight.chances import CLASSES, Habit
from proofline.insight.work import Done
from proofline.packet import verify
from sampling import examples, tried
from scenarios import write as laid

if TYPE_CHECKING:
    from pathlib import Path

    from proofline.decide.decision import Decision
    from proofline.insight import Ground

DAY = timedelta(days=1)
DAYS = tried("PROBE_DAYS", 32, 70)
"""Days of the demonstration that are decided one by one; 70 take three minutes."""
EXAMPLES = examples(4, 10)
STAYS = tuple(1 - place / CLASSES for place in range(CLASSES))
WORK = tuple(
    Done(program, kind, 30, ((day, 60 * minutes, day % 2),), first)
    for program in ("RPM", "RTM", "CCM")
    for kind in ("cycle", "month")
    for day, minutes, first in product(range(1, 30, 4), (5, 15, 25, 45), (False, True))
)
PRIOR = Prior(Habit(0.6, 0.02, 0.03, breaks=0.006, stays=STAYS, cycles=300), WORK)
"""A past in which habits fade, and staff reached their minutes now and then."""


def priced(enrollment_id: str, code: str, on: date) -> int:
    """A fee of every code; the higher code of a ladder is worth more."""
    del enrollment_id, on
    return int(code[-4:])


@dataclass
class Kept:
    """What a night keeps: decisions and grounds by patient, and when each is turned."""

    decisions: dict[str, list[Decision]] = field(default_factory=dict)
    grounds: dict[str, list[Ground]] = field(default_factory=dict)
    next_on: dict[str, date | None] = field(default_factory=dict)

    def due(self, patients: set[str], today: date) -> set[str]:
        return {
            one
            for one in patients
            if one not in self.next_on or ((on := self.next_on[one]) is not None and on <= today)
        }


def held_to_every_day(folder: Path, first: date, days: int, engine: str, clock: Clock) -> list[int]:
    """Decide only whom the calendar turns, hold it against deciding daily; give patients a day."""
    kept, due_on = Kept(), []
    for today in (first + number * DAY for number in range(days)):
        with opened(folder, Asked(today, clock), engine=engine) as (run, _):
            found = list(decisions(run))
            ahead = [
                forecast(run, found, priced, PRIOR, day_is_over=over) for over in (True, False)
            ]
            rest, next_on = grounds(run, found, priced), next_days(run)
        due = kept.due(set(next_on), today)
        for patient in due:
            kept.next_on[patient] = next_on[patient]
            kept.decisions[patient] = [one for one in found if one["patient_id"] == patient]
            kept.grounds[patient] = [one for one in rest if one.patient_id == patient]
        shown = [as_of(one, today) for ones in kept.decisions.values() for one in ones]
        assert sorted(shown, key=repr) == sorted(found, key=repr)
        for over, wanted in zip((True, False), ahead, strict=True):
            again = [
                told(one, today, Taught.by(PRIOR), day_is_over=over)
                for ones in kept.grounds.values()
                for one in ones
            ]
            assert sorted(one.to_json() for one in again) == sorted(one.to_json() for one in wanted)
        due_on.append(len(due))
    return due_on


@pytest.mark.slow
@pytest.mark.parametrize("clock", ["cycle", "month"])
def test_scenarios_are_right_on_days_on_which_nobody_decides(clock: Clock, tmp_path: Path) -> None:
    """From the last days of a month into the next one."""
    some = (scenarios.given() + scenarios.own())[::150]
    folder = scenarios.write(scenarios.together(some), tmp_path)
    asked = held_to_every_day(folder, date(2026, 3, 30), 3, "sqlite", clock)
    assert asked[0] > 0


@pytest.mark.slow
@settings(max_examples=EXAMPLES, derandomize=True, suppress_health_check=list(HealthCheck))
@given(made=folders(), back=st.integers(0, 45), clock=st.sampled_from(["cycle", "month"]))
def test_any_evidence_is_right_on_days_on_which_nobody_decides(
    made: tuple[Tables, date], back: int, clock: Clock, tmp_path_factory: pytest.TempPathFactory
) -> None:
    tables, day = made
    folder = write(tables, tmp_path_factory.mktemp("made"))
    held_to_every_day(folder, day - back * DAY, 6, "sqlite", clock)


@pytest.mark.slow
def test_all_days_of_the_demonstration_are_right(tmp_path: Path) -> None:
    """For a week or more evidence comes in every day; then only the calendar goes on."""
    last = make_practice(tmp_path, seed=2026)
    busy = DAYS // 4
    asked = held_to_every_day(tmp_path, last - busy * DAY, DAYS, "duckdb", "cycle")
    everybody = asked[0]
    quiet = asked[busy + 10 :]
    assert everybody > 50
    assert 0 < sum(quiet) < 0.06 * everybody * len(quiet)


# A cycle from 1 March ends on the 30th, and on the 31st the next one begins: to lack what can no
# longer be reached turns nothing.
TURNS = [
    ("days = 1..5; as of 2026-03-10", date(2026, 3, 31)),
    ("days = 1..5; as of 2026-03-25", date(2026, 3, 31)),
    ("days = 1..5; no sign_offs; as of 2026-03-31", date(2026, 4, 30)),
    ("days = 1..16; enrollments.end_date = 2026-03-20; as of 2026-03-18", date(2026, 3, 21)),
    ("days = 1..16; enrollments.end_date = 2026-03-20; no sign_offs; as of 2026-05-18", None),
    ("days = 1..16; patients.death_date = 2026-03-25; as of 2026-03-20", date(2026, 3, 25)),
    (
        (
            "enrollments.program = RTM; consents.program = RTM; days = 1..16; as of 2026-03-20;"
            "+ devices device_id=DEV-2, kind=goniometer;"
            "+ assignments device_id=DEV-2, from_date=2026-03-24"
        ),
        date(2026, 3, 24),
    ),
]


@pytest.mark.parametrize(("told_of", "turns"), TURNS)
def test_the_next_day_that_turns_anything(told_of: str, turns: date | None, tmp_path: Path) -> None:
    story = storybook.tell(told_of)
    tables = {name: storybook.as_csv(rows) for name, rows in story.tables().items() if rows}
    laid(tables, tmp_path)
    with opened(tmp_path, Asked(story.day_of_knowledge()), engine="sqlite") as (run, _):
        assert set(next_days(run).values()) == {turns}


def test_of_what_no_day_brings_no_days_are_told(tmp_path: Path) -> None:
    """No device: one is needed, on the 20th of a cycle as on any day, and after its end too."""
    story = storybook.tell("no devices; no assignments; as of 2026-03-10")
    tables = {name: storybook.as_csv(rows) for name, rows in story.tables().items() if rows}
    laid(tables, tmp_path)
    with opened(tmp_path, Asked(story.day_of_knowledge()), engine="sqlite") as (run, _):
        taught = Taught.by(practice_prior(run))
        (cycle,) = [one for one in grounds(run, decisions(run)) if one.earns]
    found = told(cycle, date(2026, 3, 20), taught).suggestions
    words = [one.words for one in found if "medical device" in one.words]
    assert words
    assert not any("days left" in one or "be reached" in one for one in words)


@pytest.mark.parametrize(
    ("outcome", "then", "now", "same"),
    [
        (
            "open",
            "9 more needed, 12 days left: it can still",
            "9 more needed, 8 days left: it can no longer",
            True,
        ),
        (
            "open",
            "9 more needed, 12 days left: it can still",
            "8 more needed, 12 days left: it can still",
            False,
        ),
        (
            "held",
            "9 more needed, 12 days left: it can still",
            "9 more needed, 8 days left: it can still",
            False,
        ),
    ],
)
def test_the_days_left_of_an_open_line_count_down_and_are_no_other_decision(
    outcome: str, then: str, now: str, *, same: bool
) -> None:
    """A service keeps an open decision when it turns; a packet tells it as of its own day."""
    kept, shown = (
        {
            "outcome": outcome,
            "units": 1,
            "findings": [{"text": f"Sixteen days. {told} be reached."}],
        }
        for told in (then, now)
    )
    entry = {"index": 7, "day": "2026-03-05", "decision": kept, "text": ""}
    lines = verify.check_decisions([entry], {"record.json": b""}, {"decision": shown}, None)
    assert (lines == []) is same
