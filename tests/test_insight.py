"""Forecasts of open periods: tables told by hand, on both clocks, from evidence to words.

All stories of one day and one clock are decided together, each with people of its own.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cache
from math import comb, gamma, prod
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

import storybook
from proofline.decide import Asked, opened
from proofline.decide.decision import decisions
from proofline.insight import Prior, forecast, practice_prior, read_outlook
from proofline.insight.chances import Habit
from proofline.insight.habits import LEAST
from proofline.insight.work import WEIGHT, Done
from scenarios import named_for, write

if TYPE_CHECKING:
    from proofline.claims.claim import Cents
    from proofline.insight import Fees, Outlook, Rung

FEES = {"99453": 2000, "99445": 4000, "99454": 5000, "99470": 2500, "99457": 5100, "99458": 4100}
"""Made-up fees in cents."""
TAUGHT = Prior(Habit(cycles=LEAST))
"""Enough cycles are over to say something, and they say that any share is as likely as another."""
USUAL = "by cycle; as of 2026-03-20"
APRIL = (
    "as of 2026-04-10; days = 1..16; 15 min on 2026-03-30; 7 min on 2026-04-02; call on 2026-04-02"
)
TYPED = "12 min on 2026-03-02 with method=typed, entered_at"
STAY = "kind=inpatient, from_date=2026-03-06, to_date=2026-03-15"
PAST = (Done("RPM", "cycle", 30, ((5, 600, 1), (25, 600, 0)), first=True),) * 15 + (
    Done("RPM", "cycle", 30, ((5, 600, 1),), first=True),
) * 5
"""Twenty closed first cycles at ten minutes and a call; fifteen came to twenty minutes."""
CALLED = "days = 1..16; call on 2026-03-10"

# What is read until the 20th, and of the full supply code: so far, still possible, verdict, last
# day to begin. A cycle from 1 March ends on the 30th; N days missing need the last N days.
DAYS = [
    ("days = 1..6", 6, 16, "at_risk", "2026-03-21"),
    ("days = 1..5", 5, 15, "unreachable", None),
    ("days = 1..16", 16, 26, "reached", None),
    ("days = 1..15", 15, 25, "on_course", "2026-03-30"),
    ("enrollments.end_date = 2026-03-23; days = 1..13", 13, 16, "at_risk", "2026-03-21"),
    ("enrollments.end_date = 2026-03-23; days = 1..12", 12, 15, "unreachable", None),
    ("setup = 2026-03-05; days = 1..3", 3, 17, "at_risk", "2026-03-22"),
    ("zone = Pacific/Guam; days = 1..6", 6, 16, "at_risk", "2026-03-21"),
]

# Sixteen or seventeen days, of which some rest on one reading: fragile or not, weak days.
WEAK = [
    ("days = 1..15; days = 16 with entry=memory", True, 1),
    ("days = 1..15; days = 16 with time_quality=local-clock", True, 1),
    ("days = 1..16; days = 17 with entry=memory", False, 1),
    ("days = 1..16", False, 0),
    ("days = 1..15; at 2026-03-16T08:00 with entry=memory; at 2026-03-16T20:00", False, 0),
]

STORIES = {
    **{words: f"{USUAL}; {words}" for words, *_ in (*DAYS, *WEAK)},
    "twelve": f"{USUAL}; days = 1..12",
    "today": f"{USUAL}; days = 1..5, 20",
    "uncalled": f"{USUAL}; days = 1..16; 25 min on 2026-03-10",
    "called": f"{USUAL}; {CALLED}; 25 min on 2026-03-10",
    "short": f"{USUAL}; {CALLED}; 12 min on 2026-03-10",
    "one day": f"{USUAL}; enrollments.end_date = 2026-03-21; days = 1..15",
    "last day": f"{USUAL}; enrollments.end_date = 2026-03-20; days = 1..15; 12 min on 2026-03-10",
    "by zone": f"{USUAL}; at 2026-03-01T21:00; days = 2..16",
    "typed late": f"{USUAL}; {CALLED}; {TYPED}=2026-03-15T10:00:00",
    "typed soon": f"{USUAL}; {CALLED}; {TYPED}=2026-03-03T10:00:00",
    "both": f"{USUAL}; days = 1..15; days = 16 with entry=memory; call on 2026-03-02;"
    f" {TYPED.replace('12', '19', 1)}=2026-03-15T10:00:00",
    "no consent": f"{USUAL}; days = 1..12; no consents",
    "no order": f"{USUAL}; days = 1..16; enrollments.order_kind = none",
    "stay": f"{USUAL}; days = 1..5; + stays {STAY}",
    "cycle": f"by cycle; {APRIL}",
    "month": f"by month; {APRIL}",
    "february": "by month; as of 2026-02-28; setup = 2026-02-10; days = 1..3",
    "march": "by month; as of 2026-03-01; setup = 2026-02-10; days = 1..3",
}


def priced(enrollment_id: str, code: str, on: date) -> Cents | None:
    """Price a code by the table above."""
    del enrollment_id, on
    return FEES.get(code)


def without_short(enrollment_id: str, code: str, on: date) -> Cents | None:
    """Know no fee of the short supply code."""
    return None if code == "99445" else priced(enrollment_id, code, on)


def told(name: str, *, fees: Fees | None = priced, over: bool = True) -> list[Outlook]:
    """Forecast a story."""
    story = storybook.tell(STORIES[name])
    found = forecasts(story.day_of_knowledge(), story.clock, fees)[over]
    prefix = f"S{list(STORIES).index(name)}-"
    return [one for one in found if one.enrollment_id.startswith(prefix)]


@cache
def forecasts(as_of: date, clock: storybook.Clock, fees: Fees | None) -> dict[bool, list[Outlook]]:
    """Forecast all stories of a day and a clock, with that day over and still running."""
    with TemporaryDirectory() as made:
        folder = together(as_of, clock, Path(made))
        with opened(folder, Asked(as_of, clock), engine="sqlite") as (run, _):
            found = list(decisions(run))
            return {
                over: forecast(run, found, fees, TAUGHT, day_is_over=over) for over in (True, False)
            }


def together(as_of: date, clock: storybook.Clock, folder: Path) -> Path:
    """Write the evidence of all stories of a day and a clock."""
    tables: dict[str, list[dict[str, str]]] = {}
    for number, words in enumerate(STORIES.values()):
        story = storybook.tell(words)
        if (story.day_of_knowledge(), story.clock) == (as_of, clock):
            for name, rows in story.tables().items():
                tables.setdefault(name, []).extend(named_for(f"S{number}", rows))
    return write({name: storybook.as_csv(rows) for name, rows in tables.items() if rows}, folder)


def rung_of(outlooks: list[Outlook], code: str, kind: str = "cycle") -> Rung:
    (found,) = [r for o in outlooks if o.period_kind == kind for r in o.rungs if r.code == code]
    return found


@pytest.mark.parametrize("case", DAYS, ids=lambda case: case[0])
def test_days_of_the_full_supply_code(case: tuple[str, int, int, str, str | None]) -> None:
    words, so_far, possible, verdict, last = case
    rung = rung_of(told(words), "99454")
    assert (rung.so_far, rung.needed, rung.possible) == (so_far, 16, possible)
    assert rung.verdict == verdict
    assert rung.last_day_reading == (None if last is None else date.fromisoformat(last))
    assert (rung.chance == 1) == (verdict == "reached")
    assert (rung.chance == 0) == (verdict == "unreachable")


def test_the_chance_by_hand() -> None:
    """Twelve of twenty days, ten left, four missing; nothing is known of anybody.

    After the first of them eleven of nineteen: Beta(1, 1), and each day weighs a half, so
    Beta(1 + 5.5, 1 + 4).
    """

    def beta(a: float, b: float) -> float:
        return gamma(a) * gamma(b) / gamma(a + b)

    chance = sum(comb(10, k) * beta(6.5 + k, 5 + 10 - k) / beta(6.5, 5) for k in range(4, 11))
    rung = rung_of(told("twelve"), "99454")
    assert rung.chance == round(chance, 3)
    assert rung.words == (
        f"12 days of 16 needed, 10 days left; reached in about {rung.chance:.0%} of such periods."
    )
    assert rung_of(told("twelve"), "99445").verdict == "reached"


@pytest.mark.slow
def test_too_few_closed_cycles_say_nothing(tmp_path: Path) -> None:
    """Nor do too few closed ones of minutes, whatever is known of days."""
    story = storybook.tell(STORIES["short"])
    tables = {name: storybook.as_csv(rows) for name, rows in story.tables().items() if rows}
    with opened(write(tables, tmp_path), Asked(story.day_of_knowledge())) as (run, _):
        found = list(decisions(run))
        untaught = forecast(run, found, priced)
        taught = forecast(run, found, priced, Prior(work=PAST))
    rung = rung_of(untaught, "99457")
    assert (rung.chance, rung.few) == (None, True)
    assert rung.words == (
        "12 minutes of 20 needed, 10 days left; too few closed cycles to say how often."
    )
    chance = Fraction(1, 2)
    for _ in ("all", "as many calls", "about as many minutes", "as many"):  # all stood alike
        chance = (15 + WEIGHT * chance) / (20 + WEIGHT)
    rung = rung_of(taught, "99457")
    assert (rung.chance, rung.few, rung.verdict) == (round(float(chance), 3), False, "at_risk")
    assert rung.words == (
        "12 minutes of 20 needed, 10 days left; in cycles that stood like this one the practice"
        " reached it about 7 of 10 times."
    )


def test_what_cannot_be_reached_is_said_plainly() -> None:
    rung = rung_of(told("days = 1..5"), "99454")
    assert rung.words == "5 days of 16 needed, 10 days left: it can no longer be reached."


def test_a_day_that_still_runs_can_bring_a_reading() -> None:
    (cycle, _) = told("days = 1..5", over=False)
    assert cycle.days_left == 11
    rung = rung_of([cycle], "99454")
    assert (rung.possible, rung.verdict) == (16, "at_risk")
    assert rung.last_day_reading == date(2026, 3, 20)
    assert told("today", over=False)[0].days_left == 10


def test_on_the_last_day_nothing_is_left() -> None:
    outlooks = told("last day")
    assert rung_of(outlooks, "99454").verdict == "unreachable"
    assert rung_of(outlooks, "99457").words == (
        "12 minutes of 20 needed, a live call missing, 0 days left: it can no longer be reached."
    )
    assert rung_of(told("last day", over=False), "99454").verdict == "at_risk"


def test_days_of_a_stay_are_not_held_against_the_patient() -> None:
    """Until the 19th five days counted, ten were spent in hospital and four brought nothing.

    So after the first four of eight: Beta(1 + 2, 1 + 2), and all of the eleven days left are
    missing.
    """
    rung = rung_of(told("stay", over=False), "99454")
    assert (rung.so_far, rung.possible) == (5, 16)
    assert rung.chance == round(prod((3 + day) / (6 + day) for day in range(11)), 3)


def test_stakes_are_what_a_rung_adds_to_the_one_below() -> None:
    cycle, month = told("days = 1..5")
    stakes = {rung.code: rung.stake_cents for rung in cycle.rungs}
    assert stakes["99445"] == 4000
    assert stakes["99454"] == 5000 - 4000
    assert stakes["99470"] == 2500
    assert stakes["99457"] == 5100 - 2500
    assert stakes["99458"] == 4100
    assert {rung.stake_cents for rung in month.rungs} == {None}


@pytest.mark.slow
def test_an_unknown_fee_is_not_zero() -> None:
    (cycle, _) = told("days = 1..5", fees=without_short)
    stakes = {rung.code: rung.stake_cents for rung in cycle.rungs}
    assert stakes["99445"] is stakes["99454"] is None
    assert stakes["99457"] == 2600
    (cycle, _) = told("days = 1..6", fees=None)
    assert {rung.stake_cents for rung in cycle.rungs} == {None}
    assert {one.gain_cents for one in cycle.suggestions} == {None}


def test_a_call_is_a_requirement_of_its_own() -> None:
    outlooks = told("uncalled")
    rung = rung_of(outlooks, "99457")
    assert (rung.so_far, rung.calls_missing, rung.chance, rung.verdict) == (25, 1, None, "at_risk")
    assert rung.last_day_call == date(2026, 3, 30)
    act = outlooks[0].next_act
    # Both management rungs wait for the call alone: 2500 and 2600 more.
    assert (act.kind, act.act, act.gain_cents) == ("more", "call", 5100)
    assert act.last_day == date(2026, 3, 30)
    assert rung_of(told("called"), "99457").verdict == "reached"


def test_minutes_are_asked_for_up_to_the_next_rung_and_never_for_an_add_on() -> None:
    (act,) = told("short")[0].suggestions
    assert (act.act, act.codes, act.gain_cents) == ("log_minutes", ("99457",), 2600)
    assert act.words.startswith("8 minutes missing for 99457 until 2026-03-30")
    (cycle, _) = told("called")
    assert rung_of([cycle], "99458").verdict == "at_risk"
    assert (cycle.next_act.act, cycle.suggestions) == ("none", ())


def test_a_reading_is_worth_what_the_chance_rises_by() -> None:
    """One day missing, one left; nothing is known but 14 of 19 after the first: Beta(8, 3.5)."""
    (act,) = [one for one in told("one day")[0].suggestions if one.act == "remind"]
    assert act.codes == ("99454",)
    assert act.last_day == date(2026, 3, 21)
    assert act.gain_cents == round(1000 * (1 - 8 / 11.5))


@pytest.mark.slow
def test_nobody_is_chased_for_a_rung_that_brings_no_more_than_the_one_below() -> None:
    """As 99445 and 99454 in 2026: both supply codes are paid the same (decision 33)."""

    def alike(enrollment_id: str, code: str, on: date) -> Cents | None:
        return priced(enrollment_id, "99445" if code == "99454" else code, on)

    cycle = told("one day", fees=alike)[0]
    rung = rung_of([cycle], "99454")
    assert (rung.stake_cents, rung.so_far, rung.needed) == (0, 15, 16)
    assert "remind" not in {one.act for one in cycle.suggestions}


@pytest.mark.parametrize(("words", "fragile", "weak"), WEAK)
def test_days_on_one_doubtful_reading_make_a_code_fragile(
    words: str, fragile: bool, weak: int
) -> None:
    (cycle, _) = told(words)
    rung = rung_of([cycle], "99454")
    assert (rung.verdict, rung.fragile, rung.weak_days) == ("reached", fragile, weak)
    warnings = [one for one in cycle.suggestions if one.kind == "less"]
    assert [one.codes for one in warnings] == ([("99454",)] if fragile else [])
    assert [one.gain_cents for one in warnings] == ([-1000] if fragile else [])
    assert ("Fragile" in rung.words) == fragile


def test_a_day_that_only_the_local_zone_gives_is_warned_of() -> None:
    """In New York 1 March at 21:00 and 2 March at 08:30 are one UTC day."""
    (warning,) = [one for one in told("by zone")[0].suggestions if one.kind == "less"]
    assert warning.act == "settle"
    assert "16 days on the patient's clock, 15 by UTC date" in warning.words
    assert warning.gain_cents == -1000


def test_minutes_typed_in_long_after_are_warned_of() -> None:
    (warning,) = [one for one in told("typed late")[0].suggestions if one.kind == "less"]
    assert (warning.codes, warning.gain_cents) == (("99470",), -2500)
    assert "12 minutes typed in" in warning.words
    assert [one.kind for one in told("typed soon")[0].suggestions] == ["more"]


def test_what_weighs_most_comes_first_whatever_its_sign() -> None:
    (cycle, _) = told("both")
    told_of = [(one.kind, one.gain_cents) for one in cycle.suggestions]
    assert told_of == [("more", 2600), ("less", -2500), ("less", -1000)]
    assert cycle.next_act == cycle.suggestions[0]


def test_a_missing_consent_comes_before_readings() -> None:
    (cycle, _) = told("no consent")
    rung = rung_of([cycle], "99445")
    assert rung.so_far == 0
    assert "consent_on_file" in rung.blocked_by
    assert {one.act for one in cycle.suggestions} == {"consent"}
    assert "99445" in cycle.next_act.codes


def test_a_missing_order_holds_back_all_codes() -> None:
    (cycle, _) = told("no order")
    assert {one.act for one in cycle.suggestions} == {"order"}


def test_on_the_month_clock_minutes_belong_to_the_month() -> None:
    outlooks = told("month")
    spans = {(o.period_kind, o.period_start, o.period_end) for o in outlooks}
    assert spans == {
        ("cycle", date(2026, 3, 31), date(2026, 4, 29)),
        ("month", date(2026, 4, 1), date(2026, 4, 30)),
    }
    rung = rung_of(outlooks, "99470", "month")
    assert (rung.so_far, rung.earns, rung.stake_cents) == (7, True, 2500)
    assert rung.last_day_call == date(2026, 4, 30)


def test_on_the_cycle_clock_the_month_stands_beside() -> None:
    cycle = rung_of(told("cycle"), "99470")
    month = rung_of(told("cycle"), "99470", "month")
    assert (cycle.so_far, cycle.earns) == (7, True)  # the cycle began on the 31st
    assert (month.so_far, month.earns, month.stake_cents) == (7, False, None)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "end"), [("february", "2026-02-28"), ("march", "2026-03-31")])
def test_months_end_where_the_calendar_says(name: str, end: str) -> None:
    ends = {one.period_end for one in told(name) if one.period_kind == "month"}
    assert ends == {date.fromisoformat(end)}


@pytest.mark.slow
def test_both_engines_tell_the_same(tmp_path: Path) -> None:
    as_of = date(2026, 3, 20)
    folder, found = together(as_of, "cycle", tmp_path), {}
    for engine in ("duckdb", "sqlite"):
        with opened(folder, Asked(as_of), engine=engine) as (run, _):
            found[engine] = forecast(run, decisions(run), priced)
    written = [one.to_json() for one in found["duckdb"]]
    assert written == [one.to_json() for one in found["sqlite"]]
    assert [read_outlook(one) for one in written] == found["duckdb"]


@pytest.mark.slow
def test_closed_cycles_of_the_practice_teach(tmp_path: Path) -> None:
    """Who sent on every day is expected to go on; a prior that is handed in is used.

    Of 23 closed cycles the last is silent, and says nothing of the share while something is sent;
    the first teaches only of first ones.
    """
    story = storybook.tell("by cycle; days = 1..660, 691..693; as of 2028-01-22")
    tables = {name: storybook.as_csv(rows) for name, rows in story.tables().items() if rows}
    with opened(write(tables, tmp_path), Asked(story.day_of_knowledge())) as (run, _):
        prior = practice_prior(run)
        found = list(decisions(run))
        learned = forecast(run, found)
        given = forecast(run, found, prior=prior)
        other = forecast(run, found, prior=Prior(Habit(0.1, 0.01, 0.0, cycles=LEAST)))
    assert prior.cycles == 23
    assert prior.habit.cycles == 22
    assert prior.habit.mean == 1
    assert learned == given
    chance = [rung_of(outlooks, "99454").chance or 0 for outlooks in (learned, other)]
    assert chance[0] > 0.9 > chance[1]
