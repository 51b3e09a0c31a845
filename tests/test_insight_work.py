"""How often minutes and calls were reached: by hand in fractions, and what holds of any past."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofline.insight.habits import LEAST
from proofline.insight.prior import past
from proofline.insight.seen import Seen, Span
from proofline.insight.work import MOST, WEIGHT, Done, Goal, Staff, some_of, staffs

TWENTY = Goal(20, 1)
TEN_MINUTES = 600


def done(*work: tuple[int, int, int], days: int = 30, first: int = False) -> Done:
    """A closed cycle with so many seconds and calls on some days."""
    return Done("RPM", "cycle", days, work, bool(first))


CALLED, ALONE = (10, TEN_MINUTES, 1), (10, TEN_MINUTES, 0)
LATER, LATER_CALLED = (25, TEN_MINUTES, 0), (25, TEN_MINUTES, 1)
PAST = (
    *(done(CALLED, LATER),) * 9,
    *(done(CALLED),) * 3,
    *(done(ALONE, LATER_CALLED),) * 2,
    *(done(ALONE),) * 6,
    *(done(),) * 4,
)
"""Ten days before the end: twelve at ten minutes with a call, eight without, four at nothing.

Of the twelve nine came to twenty minutes and a call, of the eight two, of the four none.
"""


def folded(*answers: tuple[int, int]) -> Fraction:
    """Each answer, how many reached it of how many, with the one before as prior."""
    found = Fraction(1, 2)
    for reached, of in answers:
        found = (reached + WEIGHT * found) / (of + WEIGHT)
    return found


@pytest.mark.parametrize(
    ("stands", "answers"),
    [
        ((10, 1), ((11, 24), (9, 12), (9, 12), (9, 12))),
        ((10, 0), ((11, 24), (2, 12), (2, 8), (2, 8))),
        ((5, 0), ((11, 24), (2, 12), (2, 12), (0, 0))),  # five minutes away on both sides
        ((0, 0), ((11, 24), (2, 12), (0, 4), (0, 4))),
        ((19, 1), ((11, 24), (9, 12), (9, 12), (0, 0))),  # nobody stood there
        ((3, 1), ((11, 24), (9, 12), (0, 0), (0, 0))),  # nor near it: the wider answer holds
    ],
)
def test_how_often_it_was_reached_from_there(
    stands: tuple[int, int], answers: tuple[tuple[int, int], ...]
) -> None:
    assert Staff(PAST).chance(TWENTY, stands, 10) == pytest.approx(float(folded(*answers)))


def test_what_was_reached_already_and_what_was_shorter_says_nothing() -> None:
    early = (done((1, 2 * TEN_MINUTES, 1)),) * 50
    short = (done(CALLED, days=8),) * 50
    assert Staff((*PAST, *early, *short)).chance(TWENTY, (10, 1), 10) == pytest.approx(
        float(folded((11, 24), (9, 12), (9, 12), (9, 12)))
    )


def test_too_few_say_nothing() -> None:
    assert Staff((done(CALLED),) * (LEAST - 1)).chance(TWENTY, (10, 1), 10) is None
    assert Staff((done(CALLED),) * LEAST).chance(TWENTY, (10, 1), 10) is not None


def test_seconds_make_whole_minutes_and_the_last_days_are_not_yet_known() -> None:
    one = done((1, 59, 0), (2, 61, 1), (30, 60, 1))
    assert [one.stood(left) for left in (30, 29, 28, 1, 0)] == [
        *((0, 0), (0, 0), (2, 1), (2, 1), (3, 2)),
    ]


def test_what_is_kept_is_bounded_and_of_every_program() -> None:
    many = [done((n % 30 + 1, n, 0)) for n in range(3 * MOST)]
    other = Done("CCM", "month", 31, ())
    kept = some_of([*many, other])
    assert kept == some_of([other, *reversed(many)])
    of_kind = staffs(kept)
    assert len(of_kind["RPM", "cycle", False].closed) <= MOST
    assert of_kind["CCM", "month", False].closed == [other]


def test_of_first_periods_and_of_later_ones_as_many_are_kept() -> None:
    many = [done((n % 30 + 1, n, 0), first=first) for n in range(2 * MOST) for first in (1, 0)]
    kept = some_of(many)
    assert kept == some_of(reversed(many))
    assert [sum(one.first is first for one in kept) for first in (True, False)] == [MOST, MOST]


def taught(of: dict[tuple[str, str, bool], Staff]) -> dict[bool, float | None]:
    """The chance of a first cycle and of a later one with ten minutes, a call, ten days left."""
    return {first: of["RPM", "cycle", first].chance(TWENTY, (10, 1), 10) for first in (False, True)}


def test_a_first_period_is_taught_by_first_ones_and_a_later_one_by_later_ones() -> None:
    """Twenty first ones stayed at ten minutes; all of the twenty later ones came to twenty."""
    firsts = [done(CALLED, first=True)] * LEAST
    lasts = [done(CALLED, LATER)] * LEAST
    found = taught(staffs([*firsts, *lasts]))
    assert found[True] == pytest.approx(float(folded(*((0, LEAST),) * 4)))
    assert found[False] == pytest.approx(float(folded(*((LEAST, LEAST),) * 4)))


def test_too_few_of_one_sort_are_not_taught_by_the_other() -> None:
    firsts = [done(CALLED, first=True)] * LEAST
    lasts = [done(CALLED, LATER)] * (LEAST - 1)
    found = taught(staffs([*firsts, *lasts]))
    assert found[False] is None
    assert found[True] == pytest.approx(float(folded(*((0, LEAST),) * 4)))


def closed(program: str, bits: int) -> Seen:
    """One closed cycle of a program with ten minutes of work in it, and days of data as bits."""
    start, end = date(2026, 3, 1), date(2026, 3, 30)
    span = Span(
        *("MADE-UP", "MADE-UP", program, "cycle", 2, start, start, end, end),
        closed=True,
        bits=bits,
        paused_days=0,
    )
    return Seen((), (span,), worked={"MADE-UP": {start: (TEN_MINUTES, 0)}})


@pytest.mark.parametrize(
    ("program", "bits", "teaches"),
    [("RPM", 0, False), ("RTM", 0, False), ("RPM", 1 << 29, True), ("CCM", 0, True)],
)
def test_where_a_device_sent_nothing_the_work_teaches_nothing(
    program: str, bits: int, *, teaches: bool
) -> None:
    """No day is sent in a program without a device, and its work teaches."""
    work = Done(program, "cycle", 30, ((1, TEN_MINUTES, 0),))
    assert past(closed(program, bits)).work == [work] * teaches


WORK = st.sampled_from([*dict.fromkeys(PAST), done((3, 1500, 1)), done((29, 1500, 1))])


@pytest.mark.slow
@given(st.lists(WORK, min_size=LEAST, max_size=40), st.integers(0, 45), st.booleans())
def test_a_chance_is_one_and_never_certain(past: list[Done], minutes: int, called: bool) -> None:
    found = Staff(past).chance(Goal(20, 1), (minutes, int(called)), 12)
    assert found is None or 0 < found < 1
