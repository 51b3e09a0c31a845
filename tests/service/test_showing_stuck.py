"""Lines that go nowhere yet: held with their reasons, drawn and blocked by an edit."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from made_up_billing import NOW, decided_practice, decisions_of_one, drafted
from made_up_practices import Practice
from proofline.desk.showing.billing import lists
from proofline.desk.showing.billing.lists import Asked

__all__ = ["decided_practice"]


@pytest.fixture
def desk(decided_practice: Practice) -> Practice:
    return decided_practice


def test_held_lines_give_their_decisions_own_reasons(desk: Practice) -> None:
    held = lists.lines(desk.opened("biller"), Asked("held"), NOW).held
    expected = {
        (one["code"], one["period"]["start"]): {
            each["requirement"]
            for each in one["findings"]
            if each["status"] != "met" and each["level"] != "warn"
        }
        for one in decisions_of_one()
        if one["outcome"] == "held"
    }
    shown = {
        (one.code, one.first.isoformat()): {each.requirement for each in one.reasons or ()}
        for one in held
    }
    assert shown == expected


@pytest.mark.slow
def test_edits_stand_beside_the_lines_they_block(desk: Practice) -> None:
    drafted(desk)
    late = NOW + timedelta(days=800)
    shown = lists.lines(desk.opened("biller"), Asked("drawn"), late).lines
    for one in shown:
        assert "29" in " ".join(edit.reason for edit in one.edits)  # CARC 29: filed too late
        assert {edit.line_id for edit in one.edits} <= {"", one.line.line_id}


@pytest.mark.slow
def test_a_line_that_waits_for_another_of_its_claim_says_for_which(desk: Practice) -> None:
    drafted(desk)
    biller = desk.opened("biller")
    first = lists.lines(biller, Asked("drawn"), NOW).lines[0].line
    # Medicare takes a line for a calendar year: on the day after, the first is late and no other.
    late = datetime.combine(first.service_date, time(12), UTC) + timedelta(days=366)
    shown = lists.lines(biller, Asked("drawn"), late).lines
    same = [one for one in shown if one.line.claim_id == first.claim_id]
    behind = [one for one in same if one.line.service_date > first.service_date]
    assert behind, "the claim has lines of later days"
    for one in behind:
        assert not any(edit.severity == "block" for edit in one.edits)
        assert [each.line_id for each in one.behind] == [first.line_id]
    assert same[0].behind == ()


def test_held_lines_of_one_patient_with_the_same_reasons_stand_together(desk: Practice) -> None:
    found = lists.lines(desk.opened("biller"), Asked("held"), NOW)
    groups = found.alike
    assert sorted(one.key for those in groups for one in those) == sorted(o.key for o in found.held)
    marks = [(those[0].enrollment_id, those[0].reasons) for those in groups]
    assert len(marks) == len(set(marks))
    assert all(len({(one.enrollment_id, one.reasons) for one in those}) == 1 for those in groups)
