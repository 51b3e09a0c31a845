"""A period that still runs says what is missing and whether it can still be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import storybook
from proofline.decide import decide
from proofline.facts import catalog
from scenarios import write

if TYPE_CHECKING:
    from pathlib import Path

    from proofline.decide.decision import Decision

# What is read, as of when, and how the text of which finding of which code ends. Counted by hand:
# a cycle from 1 March ends on the 30th, one from 10 December 2025 on 8 January.
OPEN = [
    ("days = 1..5; as of 2026-03-19", "99454", "days_16_to_30", "11 more needed, 11 days left"),
    ("days = 1..5; as of 2026-03-20", "99454", "days_16_to_30", "11 more needed, 10 days left"),
    (
        "days = 1..5; enrollments.end_date = 2026-03-20; as of 2026-03-16",
        "99454",
        "days_16_to_30",
        "11 more needed, 4 days left",
    ),
    (
        "setup = 2025-12-10; days = 1..5; as of 2026-01-06",
        "99445",
        "days_2_since_2026",
        "2 more needed, 2 days left",
    ),
    (
        "setup = 2025-12-10; days = 1..5; as of 2026-01-07",
        "99445",
        "days_2_since_2026",
        "2 more needed, 1 days left",
    ),
    (
        "setup = 2020-06-01; enrollments.covid = true; days = 1; as of 2020-06-25",
        "99454",
        "days_16_to_30",
        "15 more needed, 5 days left",
    ),
    (
        "by cycle; days = 1..5; 12 min on 2026-03-10; as of 2026-03-29",
        "99457",
        "minutes_20",
        "8 more needed, 1 days left",
    ),
]
REACHED = [True, False, False, True, False, True, True]


def decided(words: str, folder: Path) -> list[Decision]:
    """Decide a story, by the engine that is soonest done with one patient."""
    story = storybook.tell(words)
    tables = {name: storybook.as_csv(rows) for name, rows in story.tables().items() if rows}
    evidence, as_of = write(tables, folder), story.day_of_knowledge()
    return list(decide(evidence, as_of=as_of, clock=story.clock, engine="sqlite"))


@pytest.mark.parametrize(("told", "reached"), list(zip(OPEN, REACHED, strict=True)))
def test_what_is_missing_and_whether_it_can_still_come(
    told: tuple[str, str, str, str], reached: bool, tmp_path: Path
) -> None:
    words, code, requirement, missing = told
    made = decided(words, tmp_path)
    (line,) = [m for m in made if (m["code"], m["outcome"]) == (code, "open")]
    (text,) = [f["text"] for f in line["findings"] if f["requirement"] == requirement]
    reach = "can still" if reached else "can no longer"
    assert text.endswith(f" {missing}: it {reach} be reached.")


def test_of_a_paper_nothing_is_said_that_time_could_bring(tmp_path: Path) -> None:
    """The number of a device can be entered on any day, also after the period."""
    made = decided("days = 1..5; devices.fda_reference = -; as of 2026-03-19", tmp_path)
    (line,) = [m for m in made if m["code"] == "99454"]
    (text,) = [f["text"] for f in line["findings"] if f["requirement"] == "device_paper"]
    assert text == "Each cleared, De Novo or emergency-use device has its number on file."


UNNAMED = "by cycle; days = 1..16; 45 min on 2026-03-10; 20 min on 2026-03-11 with activity=-"


@pytest.mark.slow
@pytest.mark.parametrize("as_of", ["2026-03-20", "2026-06-30"], ids=["open", "closed"])
@pytest.mark.parametrize(("call", "asked"), [("call on 2026-03-10", True), ("no stays", False)])
def test_units_are_in_doubt_only_of_what_would_stand(
    call: str, asked: bool, as_of: str, tmp_path: Path
) -> None:
    made = decided(f"{UNNAMED}; {call}; as of {as_of}", tmp_path)
    (line,) = [m for m in made if (m["code"], m["period"]["number"]) == ("99458", 1)]
    assert ("units_settled" in {f["requirement"] for f in line["findings"]}) == asked


def test_only_counts_of_days_grow_with_days() -> None:
    growing = {fact.name: fact for fact in catalog().values() if fact.grows}
    assert {fact.grows for fact in growing.values()} == {"daily", "leaps"}
    assert {(fact.kind, fact.unit) for fact in growing.values()} == {("count", "days")}
