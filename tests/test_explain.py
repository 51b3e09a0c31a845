"""An explanation tells what the decision and the facts found, in words, and nothing else."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from proofline.decide.chart import Chart, Contested, Month, Reading, Work
from proofline.errors import WrongUse
from proofline.evidence import TABLE
from proofline.explain.choosing import chosen
from proofline.explain.explanation import (
    Period,
    against,
    better,
    left_out,
    standing_in,
    strip,
    touches,
)
from proofline.explain.reasons import REASONS

FACTS = Path(__file__).parents[1] / "src/proofline/facts"
START = date(2026, 3, 1)
CYCLE = Period("cycle", START, date(2026, 3, 30), 1)
SECOND = Period("cycle", date(2026, 3, 31), date(2026, 4, 29), 2)
APRIL = Period("month", date(2026, 4, 1), date(2026, 4, 30), None)


def reading(day: int, *, refused: str | None = None, unsettled: str | None = None) -> Reading:
    """Make a reading at ten in the evening in New York, which is the next day in UTC."""
    local = START + timedelta(days=day - 1)
    return Reading(
        reading_id=f"R{day}",
        device_id="CUFF",
        metric="85354-9",
        value="120",
        value_2="80",
        unit="mm[Hg]",
        entry="automatic",
        measured_at=datetime(2026, 3, 1, 22, tzinfo=UTC) + timedelta(days=day - 1),
        received_at=None,
        day=local,
        utc_day=local + timedelta(days=1),
        refused=refused,
        unsettled=unsettled,
    )


def work(minute: int, minutes: int) -> Work:
    start = datetime(2026, 3, 5, 10, minute, tzinfo=UTC)
    return Work(
        entry_id=f"T{minute}",
        performer_id="NURSE",
        role="clinical_staff",
        activity="review",
        day=start.date(),
        started_at=start,
        ended_at=start + timedelta(minutes=minutes),
        refused=None,
        unsettled=None,
    )


def chart(*contested: Contested) -> Chart:
    return Chart(
        enrollment_id="ENR",
        patient_id="PAT",
        program="RPM",
        time_zone="America/New_York",
        anchor=START,
        decisions=(),
        readings=(),
        work=(),
        calls=(),
        contested=contested,
        months=(),
    )


def finding(requirement: str, status: str, needs: str, level: str = "gate") -> dict[str, Any]:
    return {"requirement": requirement, "status": status, "needs": needs, "level": level}


def test_every_token_of_the_facts_has_its_words() -> None:
    text = "\n".join(path.read_text("utf-8") for path in FACTS.glob("judged_*.sql"))
    standings = (FACTS / "standings.sql").read_text("utf-8")
    tokens = set(re.findall(r"THEN '([a-z_]+)'", text))
    tokens |= set(re.findall(r"\(\d, '([a-z_]+)'\)", standings))
    columns = {c.name: c for t in ("time_entries", "interactions") for c in TABLE[t].columns}
    live = {"phone", "video", "in_person"}
    counted = {"review", "care_plan", "communication", "coordination", "documentation"}
    tokens |= set(columns["channel"].choices) - live
    tokens |= set(columns["activity"].choices) - counted
    assert len(tokens) > 25
    assert sorted(tokens - set(REASONS)) == []


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        (None, CYCLE),
        ("1", CYCLE),
        ("2", SECOND),
        ("2026-03-01", CYCLE),
        ("2026-03-30", CYCLE),
        ("2026-03-31", SECOND),
        ("2026-04", APRIL),
    ],
)
def test_a_period_is_found_by_number_day_or_month(asked: str | None, meant: Period) -> None:
    assert chosen(asked, [CYCLE, SECOND, APRIL], as_of=date(2026, 4, 15)) == meant


@pytest.mark.parametrize("asked", ["3", "2026-02-28", "2026-05", "last week"])
def test_a_period_that_is_not_there_is_refused_with_those_that_are(asked: str) -> None:
    with pytest.raises(WrongUse) as refused:
        chosen(asked, [CYCLE, SECOND, APRIL], as_of=date(2026, 4, 15))
    assert refused.value.code == "use.period"
    assert "1 (2026-03-01), 2 (2026-03-31), 2026-04" in refused.value.remedy


def test_the_strip_has_a_mark_for_each_day_and_knows_what_is_to_come() -> None:
    readings = [reading(1), reading(2, unsettled="entry_unknown"), reading(3, refused="manual")]
    marks = list(strip(CYCLE, readings, as_of=START + timedelta(days=9)))
    assert [mark.standing for mark in marks[:5]] == [
        *("counts", "unsettled", "refused", "nothing", "nothing"),
    ]
    assert {mark.standing for mark in marks[9:]} == {"to_come"}
    assert [mark.utc_counts for mark in marks[:3]] == [False, True, False]
    assert len(marks) == 30


def test_one_reading_that_counts_makes_the_day_whatever_else_came() -> None:
    assert better("refused", "counts") == "counts"
    assert better("unsettled", "refused") == "unsettled"
    assert better("nothing", "refused") == "refused"


def test_what_did_not_count_is_gathered_by_its_reason() -> None:
    told = list(
        left_out("reading", [reading(1), *(reading(day, refused="manual") for day in (2, 3, 3))])
    )
    assert [(left.ids, left.unsettled) for left in told] == [(("R2", "R3"), False)]
    assert told[0].days == (date(2026, 3, 2), date(2026, 3, 3))


def test_a_reason_to_refuse_stands_before_one_to_settle() -> None:
    told = left_out("reading", [reading(1, refused="test", unsettled="ambiguous_person")])
    assert [left.words for left in told] == [REASONS["test"].words]


def test_work_whose_time_is_claimed_twice_is_to_be_settled() -> None:
    claim = work(10, 1)
    twice = chart(Contested("patient", claim.started_at, claim.ended_at))
    assert standing_in(twice, work(5, 10)) == "unsettled"
    assert standing_in(twice, work(11, 5)) == "counts"
    assert standing_in(chart(), work(5, 10)) == "counts"


def test_a_line_that_lost_to_a_code_for_more_says_only_that() -> None:
    lost = finding("exclusive.device_supply", "unmet", "not beside 99454")
    more = {"findings": [finding("days_2_to_15", "unmet", ">= 2 and <= 15"), lost]}
    less = {"findings": [finding("days_16_to_30", "unmet", ">= 16"), lost]}
    assert [f["requirement"] for f in against(more)] == ["exclusive.device_supply"]
    assert [f["requirement"] for f in against(less)] == [
        *("days_16_to_30", "exclusive.device_supply"),
    ]


def test_warnings_and_what_is_met_stand_against_nothing() -> None:
    line = {"findings": [finding("a", "unmet", "yes", "warn"), finding("b", "met", ">= 1")]}
    assert against(line) == []


@pytest.mark.parametrize(
    ("first_day", "touched"),
    [(date(2026, 2, 1), False), (date(2026, 3, 1), True), (date(2026, 4, 1), False)],
)
def test_a_month_is_beside_a_cycle_when_they_share_a_day(first_day: date, touched: bool) -> None:
    month = Month(first_day, 20, 20, 1)
    assert touches(month, CYCLE) is touched
