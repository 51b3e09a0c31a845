"""The worker draws what became billable, and what changes after it was sent is proposed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from made_up_billing import PATIENT, rows_of_one
from made_up_billing import decided_practice as desk
from made_up_overpaid import (
    LIST,
    Killed,
    consent_was_a_mistake,
    later,
    paid,
    rounds,
    with_papers,
)
from made_up_practices import Clock, Practice
from proofline.claims.trouble import ClaimsError
from proofline.desk.billing import amending, closing
from proofline.desk.billing import book as billing
from proofline.desk.billing.papers import keep_paper
from proofline.desk.roles import NotAllowed
from proofline.desk.trouble import DeskError
from proofline.store.book import by_ourselves
from proofline.store.models import AmendmentRow, CaseRow, Job, Line
from proofline.store.trouble import NotVisible
from proofline.store.work import amendments
from proofline.store.work.lines import log_of

__all__ = ["desk", "later"]
pytestmark = pytest.mark.slow


def test_billable_decisions_are_lines_without_anybody_typing(desk: Practice, later: Clock) -> None:
    with_papers(desk)
    rounds(later)
    page = billing.listing(desk.opened("biller"), later.at)
    assert page.lines
    assert {one.state for one in page.lines} == {"drawn"}
    before = Line.objects.count()
    keep_paper(desk.opened("owner"), "charges", LIST + b"99091,50.00\n", later.at)
    rounds(later)
    assert Line.objects.count() == before
    assert not Job.objects.filter(kind="bill").exists()


def test_without_papers_it_waits_clearly_and_no_job_is_parked(desk: Practice, later: Clock) -> None:
    consent_was_a_mistake(desk, later)
    with desk.opened("coordinator").act("test", later.at) as act:
        act.add("consents", [r for r in rows_of_one()["consents"] if r["patient_id"] == PATIENT])
    rounds(later)
    biller = desk.opened("biller")
    lacking, count = closing.waits_for_papers(biller, later.at)
    assert lacking == ["charges", "directory"]
    assert count > 0
    assert billing.listing(biller, later.at).lines == []
    assert not Job.objects.filter(parked=True).exists()
    with_papers(desk)
    rounds(later)
    assert len(billing.listing(biller, later.at).lines) == count
    assert closing.waits_for_papers(biller, later.at) == ([], 0)


def test_a_paid_line_that_no_longer_stands_opens_a_dated_case(desk: Practice, later: Clock) -> None:
    ids = paid(desk, later)
    compliance = desk.opened("compliance")
    assert amending.listing(compliance, later.at) == []
    consent_was_a_mistake(desk, later)
    found = amending.listing(compliance, later.at)
    assert {one.line_id for one in found} == set(ids)
    assert {one.kind for one in found} <= {"refund", "unsettled"}
    cases = amending.overpayments(compliance, later.at)
    refunds = {one.line_id for one in found if one.kind == "refund"}
    assert {one.case.line_id for one in cases} == refunds
    for one in cases:
        (line,) = [n for n in billing.listing(compliance, later.at).lines
                   if n.line_id == one.case.line_id]  # fmt: skip
        assert one.case.paid == one.case.owed == line.paid > 0
        assert one.case.due == one.case.identified_on + timedelta(days=60)  # 42 CFR 401.305(b)
    shown = amending.proposal(compliance, found[0].amendment_id, later.at)
    assert shown.amendment.line_id == found[0].line_id
    before = Line.objects.count()
    with desk.opened("coordinator").act("test", later.at) as act:
        act.add("patients", [{**rows_of_one()["patients"][0], "phone": "2175550111"}])
    rounds(later)
    assert Line.objects.filter(log=log_of(PATIENT)).count() <= before
    assert amending.listing(compliance, later.at) == found


def test_what_stands_again_is_withdrawn_and_the_rows_can_be_made_anew(
    desk: Practice, later: Clock
) -> None:
    paid(desk, later)
    consent_was_a_mistake(desk, later)
    with desk.opened("coordinator").act("test", later.at) as act:
        act.add("consents", [r for r in rows_of_one()["consents"] if r["patient_id"] == PATIENT])
    rounds(later)
    biller = desk.opened("biller")
    assert amending.listing(biller, later.at) == []
    assert {one.standing for one in amending.listing(biller, later.at, "")} == {"withdrawn"}

    def kept() -> list[tuple[object, ...]]:
        told = AmendmentRow.objects.order_by("amendment_id")
        cases = CaseRow.objects.order_by("case_id")
        return [
            *told.values_list("amendment_id", "standing", "kind", "line_id", "proposed_at"),
            *cases.values_list("case_id", "due", "open", "paid", "patient_id"),
        ]

    before = kept()
    with by_ourselves(desk.tenant_id):
        AmendmentRow.objects.update(standing="proposed")
        amendments.rebuild(amendments.Whose(desk.tenant_id, PATIENT, log_of(PATIENT)))
    assert kept() == before


def test_people_settle_amendments_and_overpayments_with_reasons(
    desk: Practice, other_practice: Practice, later: Clock
) -> None:
    paid(desk, later)
    consent_was_a_mistake(desk, later)
    biller, at = desk.opened("biller"), later.at
    found = amending.listing(biller, at)
    one = next(one for one in found if one.kind == "refund")
    with pytest.raises(NotVisible):
        amending.accept(other_practice.opened("biller"), one.amendment_id, ("x", at))
    with pytest.raises(NotAllowed):
        amending.accept(desk.opened("billing_practitioner"), one.amendment_id, ("x", at))
    with pytest.raises(DeskError):
        amending.accept(biller, one.amendment_id, (" ", at))
    done = amending.accept(biller, one.amendment_id, ("the consent was not theirs", at))
    assert done.way.words
    with pytest.raises(ClaimsError, match="is accepted"):
        amending.decline(biller, one.amendment_id, "no", at)
    (case,) = [c.case for c in amending.overpayments(biller, at) if c.case.line_id == one.line_id]
    day = case.identified_on
    with pytest.raises(ClaimsError):
        amending.give_back(biller, case.case_id, (day, case.paid + 1), ("1", at), final=False)
    back = amending.give_back(biller, case.case_id, (day, case.paid), ("cheque 1", at), final=False)
    assert back.settled
    assert case.case_id not in {c.case.case_id for c in amending.overpayments(biller, at)}
    others = [two for two in found if two != one and two.kind == "refund"]
    amending.decline(biller, others[0].amendment_id, "the payer knows", at)
    left = {c.case.line_id for c in amending.overpayments(biller, at)}
    assert others[0].line_id not in left


@pytest.mark.parametrize("step", ["leased", "kept", "done", "committed"])
def test_a_kill_at_any_step_draws_every_line_once(desk: Practice, later: Clock, step: str) -> None:
    with_papers(desk)
    with pytest.raises(Killed):
        rounds(later, step)
    rounds(later)
    lines = billing.listing(desk.opened("biller"), later.at).lines
    drawn = [
        one
        for told in lines
        for one in billing.story(desk.opened("biller"), told.line_id, later.at)
        if one.change.to == "drawn"
    ]
    assert len(drawn) == len(lines) > 0
