"""The oracle itself, held to what can be reckoned by hand."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from oracle import decide_book
from oracle.book import Book, microsecond, midnight, month_of, split_at_midnight
from oracle.law import catalog, complete, fact, outcome, status
from oracle.moments import moments
from oracle.span import three_years_before
from storybook import tell

SECOND = 1_000_000
NEW_YORK, PHOENIX = ZoneInfo("America/New_York"), ZoneInfo("America/Phoenix")


def facts_of(story: str, code: str) -> dict[str, object]:
    """Give the facts of the first line of a code that a story makes."""
    told = tell(story)
    tables = {name: [dict(row) for row in rows] for name, rows in told.tables().items()}
    lines = decide_book(Book(tables, told.day_of_knowledge()), told.clock)  # type: ignore[arg-type]
    return dict(next(line["facts"] for line in lines if line["code"] == code))


def test_every_fact_of_the_catalog_has_its_function() -> None:
    assert [name for name in catalog() if not callable(fact(name))] == []


@pytest.mark.parametrize(
    ("today", "zone", "hours"),
    [
        (date(2026, 3, 8), NEW_YORK, 23),
        (date(2026, 11, 1), NEW_YORK, 25),
        (date(2026, 3, 8), PHOENIX, 24),
        (date(2026, 7, 4), NEW_YORK, 24),
    ],
)
def test_how_long_a_day_is(today: date, zone: ZoneInfo, hours: int) -> None:
    tomorrow = date.fromordinal(today.toordinal() + 1)
    assert midnight(tomorrow, zone) - midnight(today, zone) == hours * 3600 * SECOND


def test_a_stretch_across_midnight_is_two_pieces() -> None:
    first = microsecond("2026-04-30T23:50:00-04:00", NEW_YORK)
    pieces = split_at_midnight(first, first + 1200 * SECOND, NEW_YORK)
    assert [(today, after - begins) for today, (begins, after) in pieces] == [
        (date(2026, 4, 30), 600 * SECOND),
        (date(2026, 5, 1), 600 * SECOND),
    ]


def test_a_stamp_without_offset_is_the_patients_clock() -> None:
    there, here = "2026-01-01T00:00:00", "2026-01-01T05:00:00Z"
    assert microsecond(there, NEW_YORK) == microsecond(here, NEW_YORK)


def test_an_instant_is_not_rounded() -> None:
    assert microsecond("1970-01-01T00:00:01.999Z", NEW_YORK) == 1_999_000


def test_time_that_meets_counts_once() -> None:
    """From 0 to 10 and from 4 to 14 are 14; without 8 to 9, and with 20 to 21 beside it."""
    work = moments([(0, 10), (4, 14)])
    assert work.microseconds == 14
    assert (work - moments([(8, 9)])).stretches == ((0, 8), (9, 14))
    assert (work & moments([(-5, 2), (12, 30)])).stretches == ((0, 2), (12, 14))
    assert (work | moments([(14, 15), (20, 21)])).stretches == ((0, 15), (20, 21))
    assert not work - work


def test_calendar() -> None:
    assert month_of(date(2024, 2, 29)) == (date(2024, 2, 1), date(2024, 2, 29))
    assert month_of(date(2025, 12, 31)) == (date(2025, 12, 1), date(2025, 12, 31))
    assert three_years_before(date(2024, 2, 29)) == date(2021, 3, 1)


@pytest.mark.parametrize(
    ("bound", "value", "possible", "said"),
    [
        ({"min": 16}, 16, 16, "met"),
        ({"min": 16}, 15, 16, "unproven"),
        ({"min": 16}, 15, 15, "unmet"),
        ({"max": 15}, 15, 15, "met"),
        ({"max": 15}, 15, 16, "unproven"),
        ({"max": 15}, 16, 16, "unmet"),
        ({"min": 2, "max": 15}, 1, 16, "unproven"),
        ({"max": 0}, 0, 1, "unproven"),
        ({"min": 1}, None, None, "unproven"),
        ({"is": True}, True, True, "met"),
        ({"is": True}, False, False, "unmet"),
        ({"is": True}, None, None, "unproven"),
        ({"one_of": ["npp"]}, "npp", "npp", "met"),
        ({"one_of": ["npp"]}, "therapist", "therapist", "unmet"),
    ],
)
def test_a_bound(bound: dict[str, object], value: object, possible: object, said: str) -> None:
    assert status(bound | {"fact": "x"}, {"x": value, "x_possible": possible}) == said


@pytest.mark.parametrize(
    ("found", "came"),
    [
        ([("met", "gate"), ("unmet", "warn")], "billable"),
        ([("unproven", "warn")], "billable"),
        ([("unproven", "gate")], "held"),
        ([("unproven", "hold")], "held"),
        ([("unmet", "hold")], "held"),
        ([("unmet", "hold"), ("unmet", "gate")], "not_billable"),
    ],
)
def test_an_outcome(found: list[tuple[str, str]], came: str) -> None:
    assert outcome([("x", said, level) for said, level in found]) == came


@pytest.mark.parametrize(
    ("worked", "units"), [(19, 0), (39, 0), (40, 1), (59, 1), (60, 2), (80, 3), (100, 3)]
)
def test_units(worked: int, units: int) -> None:
    assert complete({"after": 20, "each": 20, "cap": 3}, [worked]) == units


@pytest.mark.parametrize(
    ("covid", "days", "stand_for"),
    [
        ("true", "days = 1", (1, 1)),
        ("true", "days = 1..2", (16, 16)),
        ("true", "days = 1..20", (20, 20)),
        ("false", "days = 1..2", (2, 2)),
        ("-", "days = 1..2", (2, 16)),
        ("true", "days = 1; days = 2 with entry=unknown", (1, 16)),
    ],
)
def test_emergency_days(covid: str, days: str, stand_for: tuple[int, int]) -> None:
    facts = facts_of(f"setup = 2021-05-01; enrollments.covid = {covid}; {days}", "99454")
    found = facts["phe_transmission_days"], facts["phe_transmission_days_possible"]
    assert found == stand_for


def test_local_and_utc_days_beside_each_other() -> None:
    evenings = "; ".join(
        f"at 2026-03-{n:02}T07:00; at 2026-03-{n:02}T21:00" for n in range(1, 30, 2)
    )
    facts = facts_of(evenings, "99454")
    assert (facts["transmission_days"], facts["utc_days"]) == (15, 30)


def test_contested_minutes_are_possible_and_not_more() -> None:
    facts = facts_of(
        "days = 31..46; + enrollments enrollment_id=ENR-2, program=CCM; 20 min on 2026-04-06;"
        "6:30 min on 2026-04-06 with enrollment_id=ENR-2; call on 2026-04-06; by cycle;"
        "setup = 2026-04-01",
        "99457",
    )
    assert (facts["treatment_minutes"], facts["treatment_minutes_possible"]) == (13, 20)
    assert facts["contested_minutes"] == 6


def test_stays_and_services_are_counted_in_days_of_the_period() -> None:
    facts = facts_of(
        "+ stays kind=hospice, from_date=2026-03-29, to_date=2026-05-01;"
        "+ stays kind=snf, from_date=2026-02-01, to_date=2026-03-02;"
        "+ other_services code=99454, from_date=2026-04-28, billing_npi=others;"
        "+ other_services code=99454, from_date=2026-04-29, billing_npi=others",
        "99454",
    )
    assert (facts["hospice_days"], facts["paused_days"]) == (2, 2)
    assert facts["other_practice_services_near"] == 1
