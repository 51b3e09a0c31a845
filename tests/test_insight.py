"""Forecasts of open periods: tables told by hand, on both clocks, from evidence to words."""

from __future__ import annotations

from datetime import date
from math import comb, factorial
from typing import TYPE_CHECKING, Any

import pytest

import storybook
from proofline.decide import Asked, opened
from proofline.decide.decision import decisions
from proofline.insight import Prior, forecast, practice_prior, read_outlook
from proofline.insight.chances import Habit
from scenarios import write

if TYPE_CHECKING:
    from pathlib import Path

    from proofline.claims.claim import Cents
    from proofline.insight import Outlook, Rung

FEES = {"99453": 2000, "99445": 4000, "99454": 5000, "99470": 2500, "99457": 5100, "99458": 4100}
"""Made-up fees in cents."""


def priced(enrollment_id: str, code: str, on: date) -> Cents | None:
    """Price a code by the table above."""
    del enrollment_id, on
    return FEES.get(code)


def told(words: str, folder: Path, **asked: Any) -> list[Outlook]:  # noqa: ANN401 - options as they are
    story = storybook.tell(words)
    tables = {name: storybook.as_csv(rows) for name, rows in story.tables().items() if rows}
    run_of = Asked(story.day_of_knowledge(), story.clock)
    with opened(write(tables, folder), run_of, engine=asked.pop("engine", "sqlite")) as (run, _):
        return forecast(run, decisions(run), **asked)


def rung_of(outlooks: list[Outlook], code: str, kind: str = "cycle") -> Rung:
    (found,) = [r for o in outlooks if o.period_kind == kind for r in o.rungs if r.code == code]
    return found


# What is read, and of the full supply code: so far, still possible, verdict, last day to begin.
# A cycle from 1 March ends on the 30th; N days missing need the last N days.
DAYS = [
    ("days = 1..5; as of 2026-03-19", 5, 16, "at_risk", "2026-03-20"),
    ("days = 1..5; as of 2026-03-20", 5, 15, "unreachable", None),
    ("days = 1..16; as of 2026-03-20", 16, 26, "reached", None),
    ("days = 1..15; as of 2026-03-15", 15, 30, "on_course", "2026-03-30"),
    ("days = 1..12; enrollments.end_date = 2026-03-20; as of 2026-03-16", 12, 16, "at_risk",
     "2026-03-17"),
    ("days = 1..12; enrollments.end_date = 2026-03-20; as of 2026-03-17", 12, 15, "unreachable",
     None),
    ("setup = 2026-10-20; days = 1..14; as of 2026-11-16", 14, 16, "at_risk", "2026-11-17"),
    ("zone = Pacific/Guam; days = 1..5; as of 2026-03-19", 5, 16, "at_risk", "2026-03-20"),
]  # fmt: skip


@pytest.mark.parametrize("case", DAYS, ids=lambda case: case[0])
def test_days_of_the_full_supply_code(
    case: tuple[str, int, int, str, str | None], tmp_path: Path
) -> None:
    words, so_far, possible, verdict, last = case
    rung = rung_of(told(f"by cycle; {words}", tmp_path), "99454")
    assert (rung.so_far, rung.needed, rung.possible) == (so_far, 16, possible)
    assert rung.verdict == verdict
    assert rung.last_day_reading == (None if last is None else date.fromisoformat(last))
    assert (rung.chance == 1) == (verdict == "reached")
    assert (rung.chance == 0) == (verdict == "unreachable")


def test_the_chance_by_hand(tmp_path: Path) -> None:
    """Twelve of twenty days, ten left, four missing; nothing is known of anybody.

    Beta(1, 1), and each day weighs a half: Beta(1 + 6, 1 + 4).
    """
    outlooks = told("by cycle; days = 1..12; as of 2026-03-20", tmp_path)

    def beta(a: int, b: int) -> float:
        return factorial(a - 1) * factorial(b - 1) / factorial(a + b - 1)

    chance = sum(comb(10, k) * beta(7 + k, 5 + 10 - k) / beta(7, 5) for k in range(4, 11))
    rung = rung_of(outlooks, "99454")
    assert rung.chance == round(chance, 3)
    assert rung.words == (
        f"12 days of 16 needed, 10 days left; reached in about {rung.chance:.0%} of such periods."
    )
    assert rung_of(outlooks, "99445").verdict == "reached"


def test_what_cannot_be_reached_is_said_plainly(tmp_path: Path) -> None:
    rung = rung_of(told("by cycle; days = 1..5; as of 2026-03-20", tmp_path), "99454")
    assert rung.words == "5 days of 16 needed, 10 days left: it can no longer be reached."


def test_a_day_that_still_runs_can_bring_a_reading(tmp_path: Path) -> None:
    words = "by cycle; days = 1..5; as of 2026-03-20"
    (cycle, _) = told(words, tmp_path, day_is_over=False)
    assert cycle.days_left == 11
    rung = rung_of([cycle], "99454")
    assert (rung.possible, rung.verdict) == (16, "at_risk")
    assert rung.last_day_reading == date(2026, 3, 20)
    read_today = "by cycle; days = 1..5, 20; as of 2026-03-20"
    assert told(read_today, tmp_path, day_is_over=False)[0].days_left == 10


@pytest.mark.slow
def test_on_the_last_day_nothing_is_left(tmp_path: Path) -> None:
    words = "by cycle; days = 1..15; 12 min on 2026-03-10; as of 2026-03-30"
    outlooks = told(words, tmp_path)
    assert rung_of(outlooks, "99454").verdict == "unreachable"
    assert rung_of(outlooks, "99457").words == (
        "12 minutes of 20 needed, a live call missing, 0 days left: it can no longer be reached."
    )
    assert rung_of(told(words, tmp_path, day_is_over=False), "99454").verdict == "at_risk"


def test_stakes_are_what_a_rung_adds_to_the_one_below(tmp_path: Path) -> None:
    outlooks = told("by cycle; days = 1..5; as of 2026-03-10", tmp_path, fees=priced)
    stakes = {rung.code: rung.stake_cents for rung in outlooks[0].rungs}
    assert stakes["99445"] == 4000
    assert stakes["99454"] == 5000 - 4000
    assert stakes["99470"] == 2500
    assert stakes["99457"] == 5100 - 2500
    assert stakes["99458"] == 4100
    assert {rung.stake_cents for rung in outlooks[1].rungs} == {None}


@pytest.mark.slow
def test_an_unknown_fee_is_not_zero(tmp_path: Path) -> None:
    def without_short(enrollment_id: str, code: str, on: date) -> Cents | None:
        return None if code == "99445" else priced(enrollment_id, code, on)

    words = "by cycle; days = 1..5; as of 2026-03-10"
    stakes = {
        rung.code: rung.stake_cents for rung in told(words, tmp_path, fees=without_short)[0].rungs
    }
    assert stakes["99445"] is stakes["99454"] is None
    assert stakes["99457"] == 2600
    assert {rung.stake_cents for rung in told(words, tmp_path)[0].rungs} == {None}


def test_a_call_is_a_requirement_of_its_own(tmp_path: Path) -> None:
    words = "by cycle; days = 1..16; 25 min on 2026-03-10; as of 2026-03-25"
    outlooks = told(words, tmp_path, fees=priced)
    rung = rung_of(outlooks, "99457")
    assert (rung.so_far, rung.calls_missing, rung.chance, rung.verdict) == (25, 1, None, "at_risk")
    assert rung.last_day_call == date(2026, 3, 30)
    act = outlooks[0].next_act
    # Both management rungs wait for the call alone: 2500 and 2600 more.
    assert (act.kind, act.act, act.gain_cents) == ("more", "call", 5100)
    assert act.last_day == date(2026, 3, 30)
    called = told(f"{words}; call on 2026-03-10", tmp_path)
    assert rung_of(called, "99457").verdict == "reached"


def test_minutes_are_asked_for_up_to_the_next_rung_and_never_for_an_add_on(tmp_path: Path) -> None:
    start = "by cycle; days = 1..16; call on 2026-03-10; as of 2026-03-25"
    (act,) = told(f"{start}; 12 min on 2026-03-10", tmp_path, fees=priced)[0].suggestions
    assert (act.act, act.codes, act.gain_cents) == ("log_minutes", ("99457",), 2600)
    assert act.words.startswith("8 minutes missing for 99457 until 2026-03-30")
    (cycle, _) = told(f"{start}; 25 min on 2026-03-10", tmp_path, fees=priced)
    assert rung_of([cycle], "99458").verdict == "at_risk"
    assert (cycle.next_act.act, cycle.suggestions) == ("none", ())


def test_a_reading_is_worth_what_the_chance_rises_by(tmp_path: Path) -> None:
    """One day missing, one day left, of which nothing is known but fifteen of 29: Beta(8.5, 8)."""
    words = "by cycle; days = 1..15; as of 2026-03-29"
    (act,) = [
        one for one in told(words, tmp_path, fees=priced)[0].suggestions if one.act == "remind"
    ]
    assert act.codes == ("99454",)
    assert act.last_day == date(2026, 3, 30)
    assert act.gain_cents == round(1000 * (1 - 8.5 / 16.5))


WEAK = [
    ("days = 1..15; days = 16 with entry=memory", True, 1),
    ("days = 1..15; days = 16 with time_quality=local-clock", True, 1),
    ("days = 1..16; days = 17 with entry=memory", False, 1),
    ("days = 1..16", False, 0),
]


@pytest.mark.parametrize(("words", "fragile", "weak"), WEAK)
def test_days_on_one_doubtful_reading_make_a_code_fragile(
    words: str, fragile: bool, weak: int, tmp_path: Path
) -> None:
    (cycle, _) = told(f"by cycle; {words}; as of 2026-03-20", tmp_path, fees=priced)
    rung = rung_of([cycle], "99454")
    assert (rung.verdict, rung.fragile, rung.weak_days) == ("reached", fragile, weak)
    warnings = [one for one in cycle.suggestions if one.kind == "less"]
    assert [one.codes for one in warnings] == ([("99454",)] if fragile else [])
    assert [one.gain_cents for one in warnings] == ([-1000] if fragile else [])
    assert ("Fragile" in rung.words) == fragile


@pytest.mark.slow
def test_a_second_reading_of_the_day_takes_the_doubt_away(tmp_path: Path) -> None:
    words = "days = 1..15; at 2026-03-16T08:00 with entry=memory; at 2026-03-16T20:00"
    (cycle, _) = told(f"by cycle; {words}; as of 2026-03-20", tmp_path)
    rung = rung_of([cycle], "99454")
    assert (rung.so_far, rung.weak_days, rung.fragile) == (16, 0, False)


def test_a_day_that_only_the_local_zone_gives_is_warned_of(tmp_path: Path) -> None:
    """In New York 1 March at 21:00 and 2 March at 08:30 are one UTC day."""
    words = "at 2026-03-01T21:00; days = 2..16"
    (cycle, _) = told(f"by cycle; {words}; as of 2026-03-20", tmp_path, fees=priced)
    (warning,) = [one for one in cycle.suggestions if one.kind == "less"]
    assert warning.act == "settle"
    assert "16 days on the patient's clock, 15 by UTC date" in warning.words
    assert warning.gain_cents == -1000


def test_minutes_typed_in_long_after_are_warned_of(tmp_path: Path) -> None:
    late = "12 min on 2026-03-02 with method=typed, entered_at=2026-03-15T10:00:00"
    soon = "12 min on 2026-03-02 with method=typed, entered_at=2026-03-03T10:00:00"
    start = "by cycle; days = 1..16; call on 2026-03-02; as of 2026-03-20"
    (cycle, _) = told(f"{start}; {late}", tmp_path, fees=priced)
    (warning,) = [one for one in cycle.suggestions if one.kind == "less"]
    assert (warning.codes, warning.gain_cents) == (("99470",), -2500)
    assert "12 minutes typed in" in warning.words
    (cycle, _) = told(f"{start}; {soon}", tmp_path, fees=priced)
    assert [one.kind for one in cycle.suggestions] == ["more"]


@pytest.mark.slow
def test_what_weighs_most_comes_first_whatever_its_sign(tmp_path: Path) -> None:
    words = (
        "days = 1..15; days = 16 with entry=memory; call on 2026-03-02; 19 min on 2026-03-02 with"
        " method=typed, entered_at=2026-03-15T10:00:00; as of 2026-03-20"
    )
    (cycle, _) = told(f"by cycle; {words}", tmp_path, fees=priced)
    told_of = [(one.kind, one.gain_cents) for one in cycle.suggestions]
    assert told_of == [("more", 2600), ("less", -2500), ("less", -1000)]
    assert cycle.next_act == cycle.suggestions[0]


def test_a_missing_consent_comes_before_readings(tmp_path: Path) -> None:
    words = "by cycle; days = 1..12; no consents; as of 2026-03-13"
    (cycle, _) = told(words, tmp_path, fees=priced)
    rung = rung_of([cycle], "99454")
    assert rung.so_far == 0
    assert "consent_on_file" in rung.blocked_by
    assert {one.act for one in cycle.suggestions} == {"consent"}
    assert "99454" in cycle.next_act.codes


@pytest.mark.slow
def test_a_missing_order_holds_back_all_codes(tmp_path: Path) -> None:
    words = "by cycle; days = 1..16; enrollments.order_kind = none; as of 2026-03-20"
    (cycle, _) = told(words, tmp_path)
    assert {one.act for one in cycle.suggestions} == {"order"}


@pytest.mark.slow
def test_on_the_month_clock_minutes_belong_to_the_month(tmp_path: Path) -> None:
    words = "by month; days = 1..16; 15 min on 2026-03-30; 7 min on 2026-04-02; call on 2026-04-02"
    outlooks = told(f"{words}; as of 2026-04-10", tmp_path, fees=priced)
    spans = {(o.period_kind, o.period_start, o.period_end) for o in outlooks}
    assert spans == {
        ("cycle", date(2026, 3, 31), date(2026, 4, 29)),
        ("month", date(2026, 4, 1), date(2026, 4, 30)),
    }
    rung = rung_of(outlooks, "99470", "month")
    assert (rung.so_far, rung.earns, rung.stake_cents) == (7, True, 2500)
    assert rung.last_day_call == date(2026, 4, 30)


def test_on_the_cycle_clock_the_month_stands_beside(tmp_path: Path) -> None:
    words = "by cycle; days = 1..16; 15 min on 2026-03-30; 7 min on 2026-04-02; call on 2026-04-02"
    outlooks = told(f"{words}; as of 2026-04-10", tmp_path, fees=priced)
    cycle = rung_of(outlooks, "99470")
    month = rung_of(outlooks, "99470", "month")
    assert (cycle.so_far, cycle.earns) == (7, True)  # the cycle began on the 31st
    assert (month.so_far, month.earns, month.stake_cents) == (7, False, None)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("as_of", "end"), [("2026-02-28", "2026-02-28"), ("2026-03-01", "2026-03-31")]
)
def test_months_end_where_the_calendar_says(as_of: str, end: str, tmp_path: Path) -> None:
    words = f"by month; setup = 2026-02-10; days = 1..3; as of {as_of}"
    ends = {o.period_end for o in told(words, tmp_path) if o.period_kind == "month"}
    assert ends == {date.fromisoformat(end)}


@pytest.mark.slow
def test_both_engines_tell_the_same(tmp_path: Path) -> None:
    words = (
        "by cycle; days = 1..9; days = 10 with entry=memory; 12 min on 2026-03-03; as of 2026-03-20"
    )
    one, other = (told(words, tmp_path, engine=name) for name in ("duckdb", "sqlite"))
    assert [o.to_json() for o in one] == [o.to_json() for o in other]
    assert [read_outlook(o.to_json()) for o in one] == one


@pytest.mark.slow
def test_closed_cycles_of_the_practice_teach(tmp_path: Path) -> None:
    """Who sent on every day is expected to go on; a prior that is handed in is used.

    Of 23 closed cycles the last is silent, and says nothing of the share while something is sent.
    """
    words = "by cycle; days = 1..660, 691..693; as of 2028-01-22"
    story = storybook.tell(words)
    tables = {name: storybook.as_csv(rows) for name, rows in story.tables().items() if rows}
    with opened(write(tables, tmp_path), Asked(story.day_of_knowledge())) as (run, _):
        prior = practice_prior(run)
        found = list(decisions(run))
        learned = forecast(run, found)
        given = forecast(run, found, prior=prior)
        other = forecast(run, found, prior=Prior(Habit(0.1, 0.01, 0.0)))
    assert prior.habit.cycles == 23
    assert prior.habit.mean == 1
    assert learned == given
    chance = [rung_of(outlooks, "99454").chance or 0 for outlooks in (learned, other)]
    assert chance[0] > 0.9 > chance[1]
