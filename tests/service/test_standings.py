"""Where lines stand, at constant cost: the rows beside the log are what the log comes to."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import made_up_payer as payer
from made_up_billing import ENDS, NOW, PAPERS, PATIENT, decided_practice, drafted, lines, sent
from made_up_practices import Practice
from proofline.desk.billing import answering, drafting, sending
from proofline.desk.billing import book as billing
from proofline.desk.roles import NotAllowed
from proofline.store.book import by_ourselves, wall
from proofline.store.counting import anew, outcomes
from proofline.store.counting import lines as counts
from proofline.store.counting.answers import refused
from proofline.store.counting.answers.refused import Refused
from proofline.store.models import (
    LastDecision,
    Line,
    LineStanding,
    LineStep,
    Look,
    Refusal,
    Tally,
    Watched,
)
from proofline.store.trouble import NotVisible
from proofline.store.work import standings
from proofline.store.work.standings import Asked

__all__ = ["decided_practice"]


@pytest.fixture
def desk(decided_practice: Practice) -> Practice:
    return decided_practice


def kept(desk: Practice) -> list[tuple[object, ...]]:
    wall(desk.tenant_id)
    columns = (*standings.COLUMNS, "entry", "record")
    found = LineStanding.objects.filter(tenant_id=desk.tenant_id).order_by("line_id")
    steps = LineStep.objects.filter(tenant_id=desk.tenant_id).order_by("line_id", "number")
    told = [
        tuple(bytes(cell) if isinstance(cell, memoryview) else cell for cell in row)
        for row in found.values_list(*columns)
    ]
    refused = Refusal.objects.filter(tenant_id=desk.tenant_id).order_by("line_id", "cause")
    tallied = Tally.objects.filter(tenant_id=desk.tenant_id).exclude(lines=0).exclude(of="decided")
    return [
        *told,
        *steps.values_list("line_id", "number"),
        *refused.values_list("line_id", "cause", "cents", "answered_on"),
        *tallied.order_by("of", "month", "key").values_list("of", "month", "key", *AMOUNTS),
    ]


AMOUNTS = ("lines", "charge", "expected", "unpriced", "paid")


def worked_through(desk: Practice) -> None:
    """Some lines held and released, most sent, of those some paid and some denied."""
    line_id = next(iter(drafted(desk).lines))
    biller = desk.opened("biller")
    sending.hold(biller, [line_id], "the consent is looked for", NOW)
    drafting.draft(biller, {PATIENT}, PAPERS, NOW + timedelta(minutes=1))
    drafting.make_ready(biller, PAPERS, NOW + timedelta(minutes=2))
    claims = lines(desk).current("ready")
    sending.submit(biller, [one.claim_id for one in claims], ENDS, NOW)
    claim = claims[0]
    told = {
        one.code: payer.paid(one) if number % 2 else payer.refused(one, "16")
        for number, one in enumerate(claim.lines)
    }
    payee = payer.payee_of(claim)
    data = payer.remittance(payer.claim_of(claim, told), cents=claim.total, payee=payee)
    answering.post(biller, data, NOW)


@pytest.mark.slow
def test_the_rows_are_what_the_log_comes_to_and_can_be_made_anew(desk: Practice) -> None:
    worked_through(desk)
    before = kept(desk)
    assert len({row[0] for row in before}) > 3
    with by_ourselves(desk.tenant_id):
        LineStanding.objects.filter(tenant_id=desk.tenant_id).update(state="paid", charge=1)
        standings.rebuild(desk.tenant_id)
    assert kept(desk) == before


@pytest.mark.slow
def test_sums_moved_on_by_each_act_are_those_of_the_lines_as_they_stand(desk: Practice) -> None:
    worked_through(desk)
    every = billing.listing(desk.opened("biller"), NOW).lines
    told: dict[tuple[str, str, bool], Counter[str]] = {}
    for one in every:
        sums = told.setdefault((f"{one.service_date:%Y-%m}", one.state, bool(one.held)), Counter())
        sums.update(lines=1, charge=one.charge, paid=one.paid, unpriced=one.expected is None)
    found = counts.by_month(desk.tenant_id, date(2020, 1, 1))
    assert len({one.state for one in found}) > 2
    assert any(one.held for one in found)
    assert {
        (one.month, one.state, one.held): Counter(
            lines=one.lines, charge=one.charge, paid=one.paid, unpriced=one.unpriced
        )
        for one in found
    } == told
    since = date(2025, 1, 1)
    payers = Counter({one.state: one.lines for one in counts.by_payer(desk.tenant_id, since)})
    unsent = {"drawn", "ready", "voided"}
    assert payers == Counter(one.state for one in every if one.state not in unsent)
    settled = [one for one in every if one.state in {"paid", "denied"}]
    assert [(one.days, one.lines) for one in counts.waited(desk.tenant_id, since)] == [
        (0, len(settled))
    ]
    refused_ = [one for one in every if one.state == "denied"]
    cents = sum(one.charge for one in refused_)
    assert refused.sums(desk.tenant_id) == [
        Refused("", len(refused_), cents),
        Refused("CO-16", len(refused_), cents),
    ]


@pytest.mark.slow
def test_the_rows_say_what_the_replayed_book_says(desk: Practice) -> None:
    worked_through(desk)
    book = lines(desk)
    page = billing.listing(desk.opened("biller"), NOW)
    assert {one.line_id for one in page.lines} == set(book.lines)
    assert len({one.state for one in page.lines}) > 1
    for one in page.lines:
        now = book.lines[one.line_id]
        claim = book.claims[now.claim_id]
        line = next(each for each in claim.lines if each.line_id == one.line_id)
        assert (one.state, one.held, one.claim_id) == (now.state, now.held, now.claim_id)
        assert (one.charge, one.code, one.units) == (line.charge, line.code, line.units)
        assert (one.service_date, one.paid) == (line.last_day, book.paid(one.line_id))
        assert (one.patient_id, one.payer_id) == (PATIENT, "99999")
        key = f"{one.enrollment_id} {one.period_kind} {one.period_start} {one.code}"
        assert key == line.decision_key
        assert billing.line_now(desk.opened("biller"), one.line_id, NOW) == one
    seen = {one.line_id: one for one in billing.standing(desk.opened("biller"), NOW)}
    assert seen == dict(book.lines)
    for line_id in book.lines:
        told = billing.story(desk.opened("biller"), line_id, NOW)
        assert told == [*book.story(line_id)]


def test_pages_follow_one_another_without_gaps(
    desk: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafted(desk)
    whole = billing.listing(desk.opened("biller"), NOW)
    assert whole.after is None
    monkeypatch.setattr(billing, "MOST", 3)
    found, after = [], None
    for _ in range(100):
        page = billing.listing(desk.opened("biller"), NOW, after=after)
        found += page.lines
        after = page.after
        if after is None:
            break
    assert found == whole.lines
    assert [(one.service_date, one.line_id) for one in found] == sorted(
        (one.service_date, one.line_id) for one in found
    )


@pytest.mark.slow
def test_lines_are_filtered_and_summed(desk: Practice) -> None:
    worked_through(desk)
    biller = desk.opened("biller")
    every = billing.listing(biller, NOW).lines
    states = Counter((one.state, bool(one.held)) for one in every)
    told = billing.sums(biller)
    assert {(one.state, one.held): one.lines for one in told} == states
    for one in told:
        ours = [x for x in every if (x.state, bool(x.held)) == (one.state, one.held)]
        assert one.charge == sum(x.charge for x in ours)
        assert one.paid == sum(x.paid for x in ours)
        assert one.unexpected == len(ours)  # these papers expect nothing
    code = every[0].code
    for asked, ours in {
        Asked(states=("submitted",)): [x for x in every if x.state == "submitted"],
        Asked(held=True): [x for x in every if x.held],
        Asked(held=False): [x for x in every if not x.held],
        Asked(code=code): [x for x in every if x.code == code],
        Asked(patient_id="nobody"): [],
        Asked(since=date(2026, 3, 1)): [x for x in every if x.service_date >= date(2026, 3, 1)],
        Asked(until=date(2026, 2, 28)): [x for x in every if x.service_date <= date(2026, 2, 28)],
    }.items():
        assert billing.listing(biller, NOW, asked).lines == ours
        assert sum(one.lines for one in billing.sums(biller, asked)) == len(ours)


@pytest.mark.slow
def test_a_page_costs_the_same_however_long_the_log_is(desk: Practice) -> None:
    biller = desk.opened("biller")

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as told:
            billing.listing(biller, NOW)
            billing.sums(biller)
        return len(told)

    drafted(desk)
    short = cost()
    ids = [one.line_id for one in billing.listing(biller, NOW).lines]
    for number in range(5):
        sending.hold(biller, ids, f"reason {number}", NOW)
        sending.release(biller, ids, f"reason {number}", NOW)
    assert cost() == short <= 3


def test_a_page_leaves_one_look_for_each_patient_and_is_for_some_roles(
    desk: Practice, other_practice: Practice
) -> None:
    sent(desk)
    before = Look.objects.filter(patient_id=PATIENT, act="line.see").count()
    billing.listing(desk.opened("compliance"), NOW)
    assert Look.objects.filter(patient_id=PATIENT, act="line.see").count() == before + 1
    for role in ("coordinator", "owner", "integrator", "administrator"):
        with pytest.raises(NotAllowed):
            billing.listing(desk.opened(role), NOW)
    with pytest.raises(NotAllowed):
        billing.sums(desk.opened("integrator"))
    assert billing.sums(desk.opened("owner"))
    assert billing.listing(other_practice.opened("biller"), NOW).lines == []
    one = billing.listing(desk.opened("biller"), NOW).lines[0]
    with pytest.raises(NotVisible):
        billing.line_now(other_practice.opened("biller"), one.line_id, NOW)


# Made anew.


@pytest.mark.slow
def test_lists_of_another_layout_are_made_anew_at_the_start(desk: Practice) -> None:
    worked_through(desk)
    before, decided_ = kept(desk), decisions(desk)
    assert decided_
    with by_ourselves(desk.tenant_id):
        Tally.objects.filter(tenant_id=desk.tenant_id).update(lines=7, paid=7)
        Refusal.objects.filter(tenant_id=desk.tenant_id).delete()
        LastDecision.objects.filter(tenant_id=desk.tenant_id).delete()
    told: list[str] = []
    anew.bring_up_to_date(NOW, told.append)
    assert told == [], "the layout is that of now, and nothing is made anew"
    with by_ourselves(desk.tenant_id):
        Watched.objects.filter(tenant_id=desk.tenant_id, name="laid down").update(row_no=1)
    anew.bring_up_to_date(NOW, told.append)
    assert told == [f"lists of {desk.tenant_id} are made anew"]
    assert kept(desk) == before
    assert decisions(desk) == decided_
    anew.bring_up_to_date(NOW, told.append)
    assert len(told) == 1


def decisions(desk: Practice) -> list[tuple[object, ...]]:
    wall(desk.tenant_id)
    ours = LastDecision.objects.filter(tenant_id=desk.tenant_id).order_by("number")
    counted = Tally.objects.filter(tenant_id=desk.tenant_id, of="decided").exclude(lines=0)
    return [
        *ours.values_list("number", "enrollment_id", "period_start", "code", "outcome", "month"),
        *counted.order_by("month", "key").values_list("month", "key", "lines"),
    ]


@pytest.mark.slow
def test_what_cannot_be_read_is_told_and_leaves_all_as_it_was(desk: Practice) -> None:
    worked_through(desk)
    before = kept(desk)
    with by_ourselves(desk.tenant_id):
        Watched.objects.filter(tenant_id=desk.tenant_id, name="laid down").update(row_no=1)
        torn = {"log": "book", "number": 999, "digest": "0" * 64, "act": b"torn", "at": NOW}
        Line.objects.create(tenant_id=desk.tenant_id, **torn)
    told: list[str] = []
    anew.bring_up_to_date(NOW, told.append)
    assert "stay as they were" in told[-1]
    assert kept(desk) == before


@pytest.mark.slow
def test_each_practice_has_lists_of_its_own(desk: Practice, other_practice: Practice) -> None:
    worked_through(desk)
    since = date(2025, 1, 1)
    other = other_practice.tenant_id
    assert other_practice.opened("biller").tenant_id == other, "its wall stands"
    assert counts.by_month(other, since) == []
    assert counts.by_payer(other, since) == []
    assert counts.waited(other, since) == []
    assert refused.sums(other) == []
    assert refused.lines(other, "", 0, 10) == []
    assert outcomes.decided(other, ("billable", "held"), since) == []
    assert outcomes.decided_lines(other, "billable", ("", ""), (0, 10)) == []
