"""A practice was paid and learns something later: from evidence to a proposal and a decision."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

import made_up_payer as payer
from made_up_amending import Practice
from made_up_claims import ACT
from proofline.claims.amending.looking import look, resting
from proofline.claims.amending.register import NAME
from proofline.claims.book import Book
from proofline.claims.trouble import ClaimsError
from proofline.decide import Asked, opened
from proofline.decide.decision import decisions
from proofline.packs.repayment import policy

if TYPE_CHECKING:
    from proofline.claims.amending.cases import Case

END = "by cycle; as of 2026-05-20"
GOOD = f"days = 1..10; 25 min on 2026-03-10; call on 2026-03-10; {END}"
REVOKED = f"{GOOD}; consents.revoked_at = 2026-03-02T00:00:00Z"
OTHERS = "code=99454, from_date=2026-03-05, billing_npi=others, status=paid"
RIVAL = f"{GOOD}; + other_services {OTHERS}"
MORE = f"days = 1..20; 25 min on 2026-03-10; call on 2026-03-10; {END}"
LONGER = f"days = 1..10; 45 min on 2026-03-10; call on 2026-03-10; {END}"
SHORTER = f"days = 1..10; 15 min on 2026-03-10; call on 2026-03-10; {END}"
STAY = f"{GOOD}; + stays kind=inpatient, from_date=2026-03-01, to_date=2026-03-09"
TIE = f"{GOOD}; + other_services {OTHERS.replace('paid', 'planned')}"


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    return Practice(tmp_path)


def said(found: list[dict[str, object]]) -> set[tuple[str, str, str]]:
    """Give kind, what was billed and what stands, of each record."""
    told = json.loads(json.dumps(found))
    return {
        (one["amendment"]["kind"], one["amendment"]["was"]["code"], one["amendment"]["now"]["code"])
        for one in told
    }


LATER = [
    (MORE, {("upgrade", "99445", "99454")}, []),
    (LONGER, {("upgrade", "", "99458")}, []),
    (SHORTER, {("downgrade", "99457", "99470")}, [("99457", None)]),
    (
        RIVAL,
        {("refund", "99445", ""), ("refund", "99457", "")},
        [("99445", 10_000), ("99457", 9_000)],
    ),
    (STAY, {("refund", "99445", ""), ("information", "99457", "99457")}, [("99445", 10_000)]),
    (
        TIE,
        {("unsettled", "99445", "99445"), ("unsettled", "99457", "99457")},
        [("99445", None), ("99457", None)],
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(("later", "expected", "owed"), LATER)
def test_what_is_learned_later_is_proposed(
    practice: Practice,
    later: str,
    expected: set[tuple[str, str, str]],
    owed: list[tuple[str, int | None]],
) -> None:
    book = practice.bill(GOOD)  # charges 110.00 and 100.00, each paid but for ten dollars
    codes = {line.line_id: line.code for one in book.claims.values() for line in one.lines}
    assert sorted(codes.values()) == ["99445", "99457"]
    assert said(practice.find(later)) == expected
    opened = practice.register().cases.values()
    assert sorted((codes[case.line_id], case.owed) for case in opened) == owed
    assert practice.find(later) == []  # the same again proposes nothing, and opens nothing
    assert list(practice.register().cases.values()) == list(opened)


@pytest.mark.parametrize("words", [("overpayments", "list"), ("amendments", "list")])
def test_a_folder_that_is_no_book_is_not_an_empty_one(
    tmp_path: Path, words: tuple[str, str]
) -> None:
    done = Practice(tmp_path).run(*words)
    (tmp_path / "book").mkdir()
    again = Practice(tmp_path).run(*words)
    assert done.exit_code == 2
    assert again.exit_code == 1
    assert "(claims.no_book)" in again.stderr


@pytest.mark.slow
def test_an_unchanged_book_gives_nothing(practice: Practice) -> None:
    practice.bill(GOOD)
    log = (practice.book / NAME).read_bytes()
    assert (practice.book / "snapshots").stat().st_mode & 0o077 == 0
    assert practice.find(GOOD) == []
    assert (practice.book / NAME).read_bytes() == log


@pytest.mark.slow
def test_the_reason_names_requirement_values_and_rows(practice: Practice) -> None:
    practice.bill(GOOD)
    practice.find(RIVAL)
    one = next(a for a in practice.proposed() if a.was.code == "99445")
    (turn,) = one.turns
    assert (turn.requirement, turn.was, turn.now) == ("one_practice", "met", "unmet")
    assert (turn.was_value, turn.now_value) == (0, 1)
    assert turn.rows == ("reported service NEW-2 came",)
    told = practice.run("amendments", "show", one.amendment_id).stdout
    assert "refund: 99445 x1 on 2026-03-30 was billed, nothing stands today" in told
    assert "one_practice was met (other_practice_services 0), is unmet (1, needed <= 0)" in told
    assert "reported service NEW-2 came" in told
    (case,) = [c for c in practice.register().cases.values() if c.paid == 10_000]
    (sibling,) = case.siblings
    assert (sibling.code, sibling.paid, sibling.turned) == ("99457", 9_000, True)
    assert sibling.cause == "one_practice service NEW-2"


@pytest.mark.slow
def test_a_person_declines_with_a_reason_and_it_is_not_asked_again(practice: Practice) -> None:
    practice.bill(GOOD)
    practice.find(RIVAL)
    first, second = practice.proposed()
    with pytest.raises(ClaimsError, match="needs a reason"):
        practice.register().decline(first.amendment_id, structs.replace(ACT, why=" "))
    done = practice.run(
        "amendments", "decline", first.amendment_id, "--why", "their claim was void"
    )
    assert done.exit_code == 0
    assert practice.run("amendments", "decline", first.amendment_id, "--why", "x").exit_code == 1
    assert practice.find(RIVAL) == []
    now = practice.register()
    assert now.proposals[first.amendment_id].standing == "declined"
    assert now.proposals[first.amendment_id].decided is not None
    states = {case.line_id: case.closed for case in now.cases.values()}
    assert states == {first.line_id: "declined: their claim was void", second.line_id: ""}


@pytest.mark.slow
def test_accepting_says_the_way_and_asks_no_more(practice: Practice) -> None:
    practice.bill(GOOD)
    practice.find(MORE)
    (one,) = practice.proposed()
    done = practice.run("amendments", "accept", one.amendment_id, "--why", "late memory readings")
    assert "ask the payer for a reopening" in done.stdout  # Medicare Part B takes neither 7 nor 8
    assert practice.find(MORE) == []
    (case,) = practice.register().proposals.values()
    assert (case.standing, case.decided and case.decided.who) == ("accepted", "Made-up Officer")
    # What changes after that is a new question, compared with what was accepted.
    assert said(practice.find(GOOD)) == {("upgrade", "99445", "99445")}


@pytest.mark.slow
def test_a_case_stays_when_the_line_stands_again(practice: Practice) -> None:
    practice.bill(GOOD)
    practice.find(RIVAL)
    practice.find(GOOD)
    now = practice.register()
    assert {one.standing for one in now.proposals.values()} == {"withdrawn"}
    assert {case.closed for case in now.cases.values()} == {""}
    assert all("stands again" in case.remark for case in now.cases.values())
    (first, *_) = now.cases
    assert (
        practice.run("overpayments", "close", first, "--why", "their claim was void").exit_code == 0
    )
    assert "closed: their claim was void" in practice.run("overpayments", "show", first).stdout


@pytest.mark.slow
def test_a_paid_line_that_is_held_runs_its_days_from_the_first(practice: Practice) -> None:
    practice.bill(GOOD)
    practice.find(TIE)  # another practice says that it will bill: nothing refutes ours yet
    held = {case.line_id: case for case in practice.register().cases.values()}
    assert {(case.kind, case.owed) for case in held.values()} == {("unsettled", None)}
    told = practice.run("overpayments", "show", next(iter(held.values())).case_id).stdout
    assert "owed: nothing or 100.00: not known before what it waits for is settled" in told
    assert "policy paid_and_held, clock_runs: A paid line that nothing refutes" in told
    earlier = date.fromisoformat("2026-05-01")
    for one in practice.proposed():
        practice.register().accept(one.amendment_id, structs.replace(ACT, why="seen"), earlier)
    practice.find(RIVAL)  # they were paid: ours is refuted
    cases = [case for case in practice.register().cases.values() if not case.closed]
    assert {(case.kind, case.identified_on) for case in cases} == {("refund", earlier)}
    assert sorted(case.owed or 0 for case in cases) == [9_000, 10_000]


@pytest.mark.slow
def test_a_held_line_that_was_accepted_and_stands_again_is_for_a_person(practice: Practice) -> None:
    practice.bill(GOOD)
    practice.find(TIE)
    for one in practice.proposed():
        practice.register().accept(one.amendment_id, structs.replace(ACT, why="seen"))
    practice.find(GOOD)
    cases = practice.register().cases.values()
    assert {(case.closed, case.settled) for case in cases} == {("", False)}
    assert all("stands again" in case.remark for case in cases)


@pytest.mark.slow
def test_whether_a_held_line_opens_a_case_is_policy(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = structs.replace(policy("paid_and_held"), choice="told")
    monkeypatch.setattr("proofline.claims.amending.finding.policy", lambda _: told)
    practice.bill(GOOD)
    assert {kind for kind, *_ in said(practice.find(TIE))} == {"unsettled"}
    assert practice.register().cases == {}


@pytest.mark.slow
def test_money_that_comes_later_opens_the_case(practice: Practice) -> None:
    practice.bill(GOOD, pay=False)
    practice.find(RIVAL)
    assert practice.register().cases == {}
    practice.be_paid()
    assert practice.find(RIVAL) == []
    paid = sorted(case.paid for case in practice.register().cases.values())
    assert paid == [9_000, 10_000]


@pytest.mark.slow
def test_a_day_that_is_forgotten_is_no_amendment(practice: Practice) -> None:
    practice.bill(GOOD)
    evidence = practice.evidence(GOOD)
    done = practice.run("amendments", "find", evidence, "--as-of", "2026-05-19")
    assert done.exit_code == 2
    assert "Lines were drawn from what was known on 2026-05-20" in done.stderr


@pytest.mark.slow
def test_an_answer_that_refuses_what_is_met_is_told(practice: Practice) -> None:
    book = practice.bill(GOOD, pay=False)
    lines = [line for one in book.claims.values() for line in one.lines]
    (supply,) = [line for line in lines if line.code == "99445"]
    practice.be_paid({"99445": payer.refused(supply, "119", "N640")})
    (one,) = practice.find(GOOD)
    assert one["amendment"]["kind"] == "information"
    assert "refuses it (119), and what it questions is met here" in one["amendment"]["note"]
    assert practice.find(GOOD) == []


@pytest.mark.slow
def test_lines_without_a_kept_decision_are_told_and_not_compared(practice: Practice) -> None:
    practice.bill(GOOD)
    (practice.book / NAME).unlink()
    evidence = practice.evidence(RIVAL)
    done = practice.run("amendments", "find", evidence, "--as-of", "2026-05-20")
    assert "2 lines that left were drawn before their decisions were kept" in done.stderr
    assert practice.proposed() == []


@pytest.mark.slow
def test_the_log_cannot_be_changed_unseen(practice: Practice) -> None:
    practice.bill(GOOD)
    log = practice.book / NAME
    log.write_bytes(log.read_bytes().replace(b'"units":1', b'"units":2', 1))
    with pytest.raises(ClaimsError, match="is not what was written"):
        practice.register()


def case_of(practice: Practice, cents: int) -> Case:
    return next(case for case in practice.register().cases.values() if case.paid == cents)


@pytest.mark.slow
def test_an_overpayment_is_suspended_resumed_and_returned(practice: Practice) -> None:
    practice.bill(GOOD)
    practice.find(RIVAL)
    case = case_of(practice, 10_000)
    start, until = case.identified_on, case.identified_on + timedelta(90)
    run = practice.run
    why = ("--why", "the other claims of this patient")
    done = run(
        "overpayments", "suspend", case.case_id, "--from", str(start), "--until", str(until), *why
    )
    assert f"then due {start + timedelta(150)}" in done.stdout
    on = start + timedelta(30)
    done = run("overpayments", "resume", case.case_id, "--on", str(on), *why)
    assert f"due {start + timedelta(90)}" in done.stdout
    # On the day itself: money is given back on no day that is not over.
    paying = ("overpayments", "return", case.case_id, "--on", str(start), "--how", "cheque 7")
    assert run(*paying, "--amount", "100.01").exit_code == 1
    assert run(*paying, "--amount", "1.005").exit_code == 2
    assert "60.00 returned, not all" in run(*paying, "--amount", "60").stdout
    assert "100.00 returned, settled" in run(*paying, "--amount", "40.00").stdout
    listed = run("overpayments", "list", "--as-of", str(date(2040, 1, 1)), "--format", "ndjson")
    states = {one["paid"]: one["status"] for one in map(json.loads, listed.stdout.splitlines())}
    assert states == {10_000: "returned", 9_000: "overdue"}
    assert listed.exit_code == 1
    shown = run("overpayments", "show", case.case_id).stdout
    assert "returned 40.00 on" in shown
    assert "by Made-up Officer: the other claims of this patient" in shown


@pytest.mark.slow
def test_evidence_of_other_patients_says_nothing_of_these(practice: Practice) -> None:
    practice.bill(GOOD)
    practice.find(RIVAL)
    before = practice.proposed()
    other = f"{GOOD}; enrollments.enrollment_id = OTHER; no time_entries; no interactions"
    evidence = practice.evidence(other)
    done = practice.run("amendments", "find", evidence, "--as-of", "2026-05-20")
    assert "2 lines that left are of enrollments that this evidence does not hold" in done.stderr
    assert practice.proposed() == before  # and nothing of theirs is withdrawn


TWICE = "days = 1..10, 31..40; 25 min on 2026-03-10; call on 2026-03-10; call on 2026-04-10"
APRIL = "25 min on 2026-04-10"


@pytest.mark.slow
def test_what_a_period_rested_on_is_known_when_it_is_gone(practice: Practice) -> None:
    """Or a line of another patient that lost the same worker's time would be no sibling."""
    practice.bill(GOOD)
    evidence = practice.evidence(f"days = 1..10; {END}")  # the time and the call are gone
    with opened(evidence, Asked(date(2026, 5, 20), "cycle")) as (run, _):
        today = look(run, decisions(run), practice.register(), practice.book)
        (tags,) = resting(run, practice.register(), today).values()
    assert "performer NURSE" in tags


def test_money_is_not_given_back_on_a_day_to_come(practice: Practice) -> None:
    later = ("--amount", "1", "--on", "9999-01-01", "--how", "cheque")
    practice.book.mkdir()
    done = practice.run("overpayments", "return", "OP1", *later)
    assert (done.exit_code, "9999-01-01 is not over" in done.output) == (2, True)


@pytest.mark.slow
def test_siblings_that_turned_come_before_those_that_only_share(practice: Practice) -> None:
    practice.bill(f"{TWICE}; {APRIL}; {END}")
    practice.find(f"{TWICE.replace('25 min', '15 min')}; {APRIL}; {END}")
    (case,) = practice.register().cases.values()  # 99457 of March is 99470 now
    (sibling,) = case.siblings
    # The same nurse worked in April: that line stands, and should be looked at.
    assert (sibling.code, sibling.service_date, sibling.turned) == ("99457", "2026-04-10", False)
    assert sibling.cause == "minutes_20 performer NURSE"


@pytest.mark.slow
def test_a_device_without_standing_turns_every_line_it_bears_on(practice: Practice) -> None:
    practice.bill(f"{TWICE}; {APRIL}; {END}")
    practice.find(f"{TWICE}; {APRIL}; {END}; devices.fda_basis = none")
    found = practice.register().cases.values()
    supply = [case for case in found if case.paid == 10_000]
    assert [case.kind for case in supply] == ["refund", "refund"]  # two cycles of 99445
    for case in supply:
        others = [one for one in case.siblings if one.code == "99445"]
        assert [one.turned for one in others] == [True]
        assert "device DEV-1" in others[0].cause


@pytest.mark.slow
def test_drafting_again_does_not_move_what_a_line_was_drawn_from(practice: Practice) -> None:
    practice.bill(GOOD)
    practice.draft(MORE)
    assert said(practice.find(MORE)) == {("upgrade", "99445", "99454")}


@pytest.mark.slow
def test_somebody_who_knew_earlier_moves_the_days(practice: Practice) -> None:
    practice.bill(GOOD)
    practice.find(RIVAL)
    case = case_of(practice, 10_000)
    accept = ("amendments", "accept", case.amendment_id, "--why", "the nurse was told in October")
    tomorrow = case.identified_on + timedelta(1)
    assert practice.run(*accept, "--identified", str(tomorrow)).exit_code == 1
    assert practice.run(*accept, "--identified", "2026-10-05").exit_code == 0
    # Sixty days from 5 October: 26 are left in October, 30 in November, 4 in December.
    assert case_of(practice, 10_000).due == date(2026, 12, 4)
    assert case_of(practice, 9_000).identified_on == case.identified_on


@pytest.mark.slow
def test_the_book_itself_is_left_as_it_was(practice: Practice) -> None:
    practice.bill(GOOD)
    before = Book(practice.book).lines
    practice.find(REVOKED)
    assert Book(practice.book).lines == before
