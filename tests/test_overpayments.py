"""Overpayments: calendar days from the day identified, and money never more than was paid."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from proofline.claims.amending.cases import (
    Case,
    Returned,
    Suspension,
    carried,
    closed,
    identified_earlier,
    paid_back,
    resumed,
    suspended,
)
from proofline.claims.trouble import ClaimsError
from proofline.cli.amending.overpayments import cents_of
from proofline.errors import WrongUse
from proofline.packs import repayment
from proofline.packs.errors import PackError
from proofline.packs.repayment import policies, rule_on, rules
from proofline.packs.sources import key_and_place, sources

ONE = Case("OP1", "AM1", "PL1", "refund", date(2026, 11, 22), 5_211, date(2026, 5, 1), owed=5_211)
LESS = structs.replace(ONE, kind="downgrade", owed=None)


def stop(start: date, until: date) -> Suspension:
    return Suspension("Made-up Officer", "related lines are looked at", start, until)


def back(cents: int, on: date = date(2026, 12, 1)) -> Returned:
    return Returned("Made-up Officer", on, cents, "made-up cheque 7")


def test_every_number_of_the_law_is_cited() -> None:
    for rule in rules():
        for name in ("identified_cite", "return_cite", "suspension_cite", "lookback_cite"):
            key, place = key_and_place(getattr(rule, name))
            assert key in sources()
            assert place
    cited = [one for one in policies() if one.cite]
    assert {key_and_place(one.cite or "")[0] for one in cited} <= sources().keys()
    assert all(one.unsourced != bool(one.cite) for one in policies())


@pytest.mark.parametrize(
    ("identified", "effective", "suspension"),
    [
        (date(2016, 3, 14), date(2016, 3, 14), 0),
        (date(2024, 12, 31), date(2016, 3, 14), 0),
        (date(2025, 1, 1), date(2025, 1, 1), 180),
        (date(2026, 11, 22), date(2025, 1, 1), 180),
    ],
)
def test_the_day_identified_chooses_the_rule(
    identified: date, effective: date, suspension: int
) -> None:
    rule = rule_on(identified)
    assert (rule.effective, rule.suspension_days) == (effective, suspension)
    assert (rule.return_days, rule.lookback_years) == (60, 6)


def test_a_day_before_the_first_rule_is_refused() -> None:
    with pytest.raises(PackError, match="No rule on repayment is on file for 2016-03-13"):
        rule_on(date(2016, 3, 13))


# 22 November and 60 days: 8 are left in November, 31 in December, 21 in January.
DUE = date(2027, 1, 21)


@pytest.mark.parametrize(
    ("day", "status"),
    [(date(2026, 11, 22), "open"), (DUE, "open"), (date(2027, 1, 22), "overdue")],
)
def test_it_is_due_sixty_days_after_it_was_identified(day: date, status: str) -> None:
    assert ONE.due == DUE
    assert ONE.status(day) == status


def test_a_suspension_stops_the_clock_and_the_days_left_run_on() -> None:
    # Ten days have run on 2 December; fifty are left on 31 January: 28 in February, 22 in March.
    case = suspended(ONE, stop(date(2026, 12, 2), date(2027, 1, 31)))
    assert case.due == date(2027, 3, 22)
    assert case.status(date(2026, 12, 2)) == "suspended"
    assert case.status(date(2027, 1, 30)) == "suspended"
    assert case.status(date(2027, 1, 31)) == "open"
    assert case.status(date(2027, 3, 23)) == "overdue"
    # It ends early, on 12 December: ten days stood still, so ten are added to 21 January.
    assert resumed(case, date(2026, 12, 12)).due == date(2027, 1, 31)


# 22 November and 180 days: 8 + 31 + 31 + 28 + 31 + 30 are 159 at the end of April; 21 of May.
LAST = date(2027, 5, 21)


@pytest.mark.parametrize(
    ("case", "start", "until", "told"),
    [
        (ONE, date(2026, 11, 22), LAST + timedelta(1), "none after 2027-05-21"),
        (ONE, date(2026, 11, 21), LAST, "cannot be suspended from 2026-11-21"),
        (ONE, DUE + timedelta(1), LAST, "cannot be suspended from 2027-01-22"),
        (ONE, date(2026, 12, 2), date(2026, 12, 2), "cannot be suspended until 2026-12-02"),
        (closed(ONE, "no"), date(2026, 12, 2), LAST, "is settled"),
        (paid_back(ONE, back(5_211), final=False), date(2026, 12, 2), LAST, "is settled"),
        (
            structs.replace(ONE, identified_on=date(2024, 12, 31)),
            date(2025, 1, 2),
            date(2025, 2, 2),
            "the rule of 2016-03-14 knows no suspension",
        ),
        (
            suspended(ONE, stop(date(2026, 12, 2), date(2026, 12, 20))),
            date(2026, 12, 19),
            LAST,
            "is suspended for these days already",
        ),
    ],
)
def test_no_suspension_beyond_the_law(case: Case, start: date, until: date, told: str) -> None:
    with pytest.raises(ClaimsError) as raised:
        suspended(case, stop(start, until))
    assert told in str(raised.value)


def test_the_longest_suspension_is_allowed() -> None:
    case = suspended(ONE, stop(date(2026, 11, 22), LAST))
    assert case.due == LAST + timedelta(60)


@pytest.mark.parametrize(
    ("paid_on", "within"),
    [
        (date(2020, 11, 22), True),
        (date(2020, 11, 21), False),
        (date(2020, 2, 29), False),
        (date(2026, 5, 1), True),
    ],
)
def test_the_look_back_is_six_years_from_when_it_was_paid(paid_on: date, within: bool) -> None:
    assert structs.replace(ONE, paid_on=paid_on).within_lookback is within


def test_a_leap_day_looks_back_to_the_last_of_february() -> None:
    assert rule_on(date(2026, 1, 1)).last_lookback(date(2020, 2, 29)) == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("case", "cents", "final", "settled"),
    [(ONE, 5_211, False, True), (ONE, 5_210, False, False), (LESS, 100, True, True)],
)
def test_what_is_returned_settles_it_or_not(
    case: Case, cents: int, final: bool, settled: bool
) -> None:
    after = paid_back(case, back(cents), final=final)
    assert (after.returned, after.settled) == (cents, settled)
    assert after.status(DUE + timedelta(1)) == ("returned" if settled else "overdue")


def test_a_part_of_what_is_known_to_be_owed_is_never_all_of_it() -> None:
    with pytest.raises(ClaimsError, match=r"owes 52\.11, and 52\.10 would be returned"):
        paid_back(ONE, back(5_210), final=True)
    assert paid_back(ONE, back(5_211), final=True).settled


@pytest.mark.parametrize("amount", ["Infinity", "-Infinity", "NaN", "", "5.001", "x"])
def test_an_amount_that_is_none_is_wrong_use(amount: str) -> None:
    with pytest.raises(WrongUse):
        cents_of(amount)


@pytest.mark.parametrize("cents", [0, -1, 5_212])
def test_never_nothing_and_never_more_than_was_paid(cents: int) -> None:
    for case in (ONE, LESS):
        with pytest.raises(ClaimsError):
            paid_back(case, back(cents), final=True)


def test_an_earlier_day_may_be_named_and_never_a_later_one() -> None:
    assert identified_earlier(ONE, date(2026, 11, 1)).due == date(2026, 12, 31)
    with pytest.raises(ClaimsError, match="Only an earlier day"):
        identified_earlier(ONE, date(2026, 11, 23))


def test_the_clock_does_not_begin_anew_when_the_line_is_seen_otherwise() -> None:
    before = paid_back(
        suspended(LESS, stop(date(2026, 12, 2), date(2026, 12, 12))), back(100), final=False
    )
    later = structs.replace(ONE, case_id="OP2", amendment_id="AM2", identified_on=date(2027, 1, 1))
    case = carried(later, [before])
    assert (case.identified_on, case.returned) == (before.identified_on, 100)
    assert case.due == before.due
    # One that a person closed as nothing owed does not go along.
    assert carried(later, [closed(before, "a person said so")]) == later


DAYS = st.dates(date(2025, 1, 1), date(2030, 12, 31))


@pytest.mark.slow
@given(DAYS, st.lists(st.tuples(st.integers(-5, 250), st.integers(-5, 250)), max_size=5))
def test_the_due_day_is_counted_in_days_whatever_is_asked(
    identified: date, asked: list[tuple[int, int]]
) -> None:
    case = structs.replace(ONE, identified_on=identified)
    for first, last in asked:
        start, until = identified + timedelta(first), identified + timedelta(last)
        try:
            case = suspended(case, stop(start, until))
        except ClaimsError:
            continue
    still = {
        one.start + timedelta(n) for one in case.suspensions for n in range(one.days)
    }  # each day that the clock stood still, once
    assert (case.due - identified).days == 60 + len(still)
    assert len(still) <= 180
    assert all(identified <= day < identified + timedelta(180) for day in still)


@pytest.mark.slow
@given(
    st.integers(1, 20_000),
    st.booleans(),
    st.lists(st.tuples(st.integers(-5, 9_000), st.booleans())),
)
def test_returned_money_never_exceeds_what_was_paid(
    paid: int, refund: bool, asked: list[tuple[int, bool]]
) -> None:
    case = structs.replace(ONE, paid=paid, owed=paid if refund else None)
    accepted = 0
    for cents, final in asked:
        try:
            case = paid_back(case, back(cents), final=final)
        except ClaimsError:
            continue
        accepted += cents
        if case.settled:
            break
    assert case.returned == accepted <= paid


def test_what_no_source_settles_is_told_with_its_case() -> None:
    held = structs.replace(LESS, kind="unsettled")
    assert [one.name for one in ONE.policies] == ["identified_when_told"]
    assert [one.name for one in held.policies] == ["identified_when_told", "paid_and_held"]
    other = structs.replace(ONE, payer_kind="commercial")
    assert [one.name for one in other.policies] == ["identified_when_told", "other_payers"]
    assert ONE.owed_words == "52.11"
    assert LESS.owed_words == "the difference to what is right, at most 52.11"
    assert held.owed_words.startswith("nothing or 52.11")


def test_a_choice_that_nothing_carries_out_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = repayment._raw()  # noqa: SLF001 - the file as a whole
    wrong = raw["policy"]["paid_and_held"] | {"choice": "later"}
    changed = {"rule": raw["rule"], "policy": {"paid_and_held": wrong}}
    monkeypatch.setattr(repayment, "_raw", lambda: changed)
    policies.cache_clear()
    with pytest.raises(PackError, match="there is no 'later'") as raised:
        policies()
    assert raised.value.remedy == "Write clock_runs or told."


def test_the_law_file_has_nothing_unread() -> None:
    assert set(repayment._raw()) == {"rule", "policy"}  # noqa: SLF001 - the file as a whole
