"""The chance of days: against exact fractions, by hand, and what must hold of every chance."""

from __future__ import annotations

from fractions import Fraction
from math import comb, factorial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from proofline.insight.chances import (
    CLASSES,
    Cycle,
    Days,
    Habit,
    Share,
    So,
    days_ahead,
    silence_class,
    silent_days,
    stands,
)
from proofline.insight.habits import LEAST, Own, fit, own_of, share_of
from proofline.insight.prior import Past, learned

WHOLE = st.integers(1, 40)
PART = st.floats(0.05, 60)
LEFT = st.integers(0, 31)


def beta(a: int, b: int) -> Fraction:
    """The beta function of whole numbers: (a-1)! (b-1)! / (a+b-1)!."""
    return Fraction(factorial(a - 1) * factorial(b - 1), factorial(a + b - 1))


def exactly(a: int, b: int, left: int) -> list[Fraction]:
    """The beta-binomial by its definition, in fractions."""
    return [comb(left, k) * beta(a + k, b + left - k) / beta(a, b) for k in range(left + 1)]


@pytest.mark.slow
@given(WHOLE, WHOLE, LEFT)
def test_the_distribution_is_that_of_the_definition(a: int, b: int, left: int) -> None:
    found = Share(a, b).distribution(left)
    assert Days(Share(a, b), left).after_a_reading == pytest.approx(found)
    assert found == pytest.approx([float(one) for one in exactly(a, b, left)], rel=1e-9)


@pytest.mark.slow
@given(PART, PART, LEFT, st.sampled_from((0.0, 0.01)))
def test_one_chance_alone_is_that_of_the_distribution(
    a: float, b: float, left: int, breaks: float
) -> None:
    days = Days(Share(a, b), left, breaks)
    alone = [days.exactly(k) for k in range(left + 1)]
    assert alone == pytest.approx(days.after_a_reading, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize(
    ("a", "b", "left", "missing", "chance"),
    [
        (1, 1, 1, 1, Fraction(1, 2)),  # nothing known, one day: as likely as not
        (1, 1, 4, 3, Fraction(2, 5)),  # nothing known: 0 to 4 are equally likely, two of five
        (2, 1, 2, 2, Fraction(1, 2)),  # 2/3 for the first day, then 3/4 for the second
        (2, 1, 2, 1, Fraction(5, 6)),  # all but 1/3 times 2/4
        (3, 2, 3, 0, Fraction(1)),
        (3, 2, 3, 4, Fraction(0)),
    ],
)
def test_small_cases_by_hand(a: int, b: int, left: int, missing: int, chance: Fraction) -> None:
    assert Days(Share(a, b), left).chance(missing) == pytest.approx(float(chance), abs=1e-12)


@given(PART, PART, LEFT)
def test_chances_add_up_to_one(a: float, b: float, left: int) -> None:
    assert sum(Share(a, b).distribution(left)) == pytest.approx(1)


@given(PART, PART, LEFT, st.integers(-3, 34))
def test_a_chance_is_certain_only_at_the_ends(a: float, b: float, left: int, missing: int) -> None:
    chance = Days(Share(a, b), left).chance(missing)
    assert 0 <= chance <= 1
    assert (missing <= 0) <= (chance == 1)
    assert (missing > left and missing > 0) <= (chance == 0)
    assert Days(Share(a, b), left).chance(missing + 1) <= chance + 1e-12


@pytest.mark.slow
@given(PART, PART, st.integers(0, 29), st.data())
def test_more_days_so_far_make_it_likelier(
    a: float, b: float, tried: int, data: st.DataObject
) -> None:
    counted = data.draw(st.integers(0, max(tried - 1, 0)))
    needed, left = data.draw(st.integers(1, 30)), 30 - tried
    weight = data.draw(st.sampled_from((1.0, 0.5, 0.2)))
    chances = [
        Days(Share(a, b).after(days, tried, weight), left).chance(needed - days)
        for days in (counted, min(counted + 1, tried))
    ]
    assert chances[0] <= chances[1] + 1e-9


CHANCES = st.lists(st.floats(0, 0.95), min_size=CLASSES, max_size=CLASSES)


@pytest.mark.slow
@given(PART, PART, st.integers(0, 2**29 - 1), st.integers(1, 28), st.data())
def test_a_day_that_counts_never_lowers_the_chance(
    a: float, b: float, bits: int, tried: int, data: st.DataObject
) -> None:
    """Even where silence says that somebody stopped, and whether the period had begun or not."""
    habit = Habit(
        weight=data.draw(st.sampled_from((1.0, 0.5, 0.2))),
        breaks=data.draw(st.floats(0, 0.1)),
        stays=tuple(sorted(data.draw(CHANCES), reverse=True)),
    )
    bits &= (1 << tried) - 1
    before, left = data.draw(st.integers(0, 60)), 30 - tried - 1
    counted = bits.bit_count()
    needed = data.draw(st.integers(counted + 1, 30))
    sent, not_sent = (
        days_ahead(habit, Share(a, b), stands(more, tried + 1, before), left)
        for more in (bits | 1 << tried, bits)
    )
    assert sent.chance(needed - counted - 1) >= not_sent.chance(needed - counted) - 1e-9


def test_after_a_silence_it_goes_on_first() -> None:
    """Two days left; on each it goes on with one half, and each day after counts with 2/3.

    One day is missing: it goes on on one of the two, 3/4. Two are: today and again, 1/2 of 2/3.
    """
    ahead = Days(Share(1, 1), 2, goes_on=((0.5, Share(2, 1)), (0.5, Share(2, 1))))
    assert ahead.chance(1) == pytest.approx(3 / 4)
    assert ahead.chance(2) == pytest.approx(1 / 3)
    assert ahead.chance(3) == 0
    # Made sure of today: nothing is missing then, and of the other 2/3 is left.
    assert ahead.rise(1) == pytest.approx(1 / 4)
    assert ahead.rise(2) == pytest.approx(2 / 3 - 1 / 3)


def test_a_whole_habit_after_a_silence_is_the_beta_binomial() -> None:
    """With nothing learned of silences the days left follow the share, whichever comes first."""
    silent = days_ahead(Habit(weight=1.0), Share(3, 2), stands(0, 4), 6)
    for missing in range(1, 7):
        assert silent.chance(missing) == pytest.approx(Days(Share(3, 6), 6).chance(missing))


def test_what_stays_of_a_habit_shrinks_with_the_silence() -> None:
    """A share of one half: silences of 0, 1 and 2 days are as rare as 1, 1/2 and 1/4 of 2.

    So of the classes 0, 0 and 2. A silent day adds to B what stays: the shares are 1/2, 1/3, 1/4.
    """
    habit = Habit(stays=(1.0, 0.4, *(0.1,) * (CLASSES - 2)))
    ahead = days_ahead(habit, Share(1, 1), stands(0, 0), 3)
    assert [likely for likely, _ in ahead.goes_on or ()] == pytest.approx((1 / 2, 1 / 3, 0.1 / 4))


def test_how_a_period_stands_is_told_from_its_first_day_that_counts() -> None:
    bits = 0b0110  # days 2 and 3 of the period
    assert stands(bits, 1, before=5) == So(0, 0, 1, 5)
    assert stands(bits, 2, before=5) == So(1, 0, 0)
    assert stands(bits, 3) == So(2, 1, 0)
    assert stands(bits, 6) == So(2, 1, 3)


def test_breaking_off_leaves_any_of_the_days_expected() -> None:
    """Two days left, each the last with 1/2: 3/4 break off, of one and a third expected at 0 or 1.

    Without a break one of two comes with 5/6 and both with 1/2 (by hand, above).
    """
    ahead = Days(Share(2, 1), 2, breaks=0.5)
    assert ahead.chance(1) == pytest.approx(1 / 4 * 5 / 6 + 3 / 4 * 1 / 2)
    assert ahead.chance(2) == pytest.approx(1 / 4 * 1 / 2)
    assert ahead.chance(0) == 1
    assert ahead.chance(3) == 0


def test_a_reading_made_sure_of_is_worth_the_difference() -> None:
    """Of two days one more is needed: with one sure the chance is 1, without 5/6."""
    assert Days(Share(2, 1), 2).rise(1) == pytest.approx(1 / 6)
    # Two of two: then one of one is left, 2/3; before 1/2.
    assert Days(Share(2, 1), 2).rise(2) == pytest.approx(2 / 3 - 1 / 2)
    assert Days(Share(2, 1), 2).rise(0) == 0
    assert Days(Share(2, 1), 2).rise(3) == 0


def test_silence_is_counted_and_classed_by_its_chance() -> None:
    bits = 0b0110  # days 2 and 3 of the period
    assert [silent_days(bits, day) for day in range(1, 7)] == [1, 0, 0, 1, 2, 3]
    assert silent_days(0, 4, before=30) == 34
    assert silent_days(bits, 5, before=30) == 2
    # With a share of one half: 1, 1/2, 1/4 of 2, 1/8 of 3, 1/16 of 4, 1/32 of 5; the classes end
    # below 0.5, 0.2, 0.08, 0.03 and 0.01.
    assert [silence_class(0.5, days) for days in range(6)] == [0, 0, 2, 3, 4, 5]


def test_an_absence_is_classed_by_its_days() -> None:
    """By habit six days of silence come once in a million, or less than once in a hundred."""
    bounds = (6, 7, 13, 14, 27, 28, 55, 56, 300)
    for share in (0.9, 0.5):
        found = [silence_class(share, days) for days in bounds]
        assert found == [5, 6, 6, 7, 7, 8, 8, 9, 9]


def cycles(counted: int, patients: range, days: int = 30) -> list[Cycle]:
    """Cycles of some patients, the days spread as evenly as they can be."""
    bits = sum(1 << (n * days // counted) for n in range(counted)) if counted else 0
    return [Cycle(f"PAT-{number}", bits, days) for number in patients]


def test_the_habit_has_the_moments_of_the_cycles() -> None:
    """Ten patients on 15 of 30 days, ten on all: mean 3/4, spread 1/16.

    Counting alone would give 15 * 15 / (900 * 29) to each of the first ten and nothing to the
    others; what is beyond is shared between the two variances, since nobody has a second cycle.
    """
    habit = fit([*cycles(15, range(10)), *cycles(30, range(10, 20))])
    beyond = Fraction(1, 16) - Fraction(15 * 15, 900 * 29) / 2
    assert habit.mean == pytest.approx(0.75)
    assert habit.within == habit.between == pytest.approx(float(beyond / 2))
    assert habit.cycles == 20


def test_patients_who_are_each_alike_differ_between_each_other() -> None:
    twice = [*cycles(15, range(10)), *cycles(30, range(10, 20))] * 2
    habit = fit(twice)
    assert habit.between > 10 * habit.within
    often, seldom = (share_of(habit, own_of(cycles(days, range(1)) * 3)) for days in (30, 15))
    assert often.mean > 0.9
    assert seldom.mean < 0.6
    assert seldom.mean < share_of(habit, Own()).mean < often.mean


def test_the_first_cycle_says_nothing_of_the_later_ones() -> None:
    first = Cycle("PAT-0", 0b1, 30, first=True)
    later = cycles(30, range(1))
    assert own_of([first, *later]) == own_of(later)
    assert own_of([first]) == Own()


def test_first_cycles_and_later_ones_are_learned_apart() -> None:
    """Twenty patients on 9 days of their first cycle, and on 27 of their second."""
    firsts = [replace(one, first=True) for one in cycles(9, range(LEAST))]
    lasts = cycles(27, range(LEAST))
    prior = learned(
        Past(cycles={one.whose: [one, two] for one, two in zip(firsts, lasts, strict=True)})
    )
    assert prior.habit_in(first=True).mean == pytest.approx(9 / 30)
    assert prior.habit_in(first=False).mean == pytest.approx(27 / 30)
    assert prior.cycles == 2 * LEAST


def test_until_enough_later_cycles_are_closed_all_of_them_teach() -> None:
    firsts = [replace(one, first=True) for one in cycles(9, range(LEAST))]
    lasts = cycles(27, range(LEAST - 1))
    prior = learned(Past(cycles={"ALL": [*firsts, *lasts]}))
    assert prior.habit.cycles == prior.cycles == 2 * LEAST - 1
    assert prior.habit_in(first=True).cycles == LEAST


def test_too_few_cycles_teach_nothing() -> None:
    habit = fit(cycles(30, range(LEAST - 1)))
    assert habit == Habit(cycles=LEAST - 1)
    assert share_of(habit, Own()) == Share(1.0, 1.0)


@pytest.mark.slow
def test_who_falls_silent_as_others_stopped_is_thought_to_have_stopped() -> None:
    gone = [Cycle(f"GONE-{n}", (1 << 9) - 1, 30) for n in range(30)]  # nine days, then nothing
    kept = cycles(27, range(30))
    habit = fit([*gone, *kept])
    assert list(habit.stays) == sorted(habit.stays, reverse=True)
    assert habit.stays[-1] < 0.1
    start = share_of(habit, Own())
    silent, lively = (days_ahead(habit, start, So(9, 8, days), 15).chance(7) for days in (6, 0))
    assert silent < 0.1
    assert lively > 0.5


@pytest.mark.slow
def test_who_sends_one_day_sends_the_next_and_who_has_not_begun_seldom_does() -> None:
    """Of forty who send daily once they do, half left ten days out first."""
    late = [Cycle(f"LATE-{n}", ((1 << 20) - 1) << 10, 30) for n in range(20)]
    soon = [Cycle(f"SOON-{n}", (1 << 30) - 1, 30) for n in range(20)]
    habit = fit([*late, *soon])
    start = share_of(habit, Own())
    none, one = (
        days_ahead(habit, start, stands(bits, 5), 2).chance(2 - bits.bit_count())
        for bits in (0, 1 << 4)
    )
    assert none < 0.2
    assert one > 0.8


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2**30 - 1)), max_size=40))
def test_whatever_was_sent_the_habit_is_one(sent: list[tuple[int, int]]) -> None:
    habit = fit(Cycle(f"PAT-{who}", bits, 30) for who, bits in sent)
    assert 0 <= habit.mean <= 1
    assert habit.within > 0
    assert habit.between >= 0
    assert list(habit.stays) == sorted(habit.stays, reverse=True)
    assert all(0 <= one <= 1 for one in (habit.breaks, *habit.stays))
    again = fit(Cycle(f"PAT-{who}", bits, 30) for who, bits in reversed(sent))
    assert again == habit
