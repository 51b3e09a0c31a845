"""What corrects an answered claim is counted and offered exactly if sending would take it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

import made_up_payer as payer
from made_up_billing import NOW, PAPERS, lines, sent
from made_up_billing import decided_practice as desk
from made_up_crowds import keep_papers
from made_up_practices import Practice
from proofline.claims.correcting import new_claim
from proofline.claims.sheets.directory import PayerEntry
from proofline.claims.trouble import ClaimsError
from proofline.desk.billing import answering, drafted, rounds
from proofline.desk.billing.answering import Correction
from proofline.desk.billing.book import lines_of, said
from proofline.desk.billing.drafting import Papers
from proofline.desk.showing.billing import lists
from proofline.desk.showing.billing.lists import Asked
from proofline.desk.trouble import DeskError
from proofline.store.models import LineStanding
from proofline.store.work import standings
from signing_in import client_of

if TYPE_CHECKING:
    from proofline.claims.claim import Claim
    from proofline.claims.correcting import Way

__all__ = ["desk"]
pytestmark = pytest.mark.slow
TAKES = PayerEntry(id="99999", name="Made-up Medicare", void=True, replacement=True)
ANY_WAY = Papers(PAPERS.charges, structs.replace(PAPERS.directory, payer={"DEMO-MEDICARE": TAKES}))
"""The papers of a practice whose payer takes replacements and voids."""


def answered(desk: Practice, *, denied: int) -> Claim:
    """Give a claim of which so many lines were denied and the others paid."""
    keep_papers(desk.opened("owner"), NOW)
    claim, _ = sent(desk)
    lost = {one.code for one in claim.lines[:denied]}
    told = {
        one.code: payer.refused(one, "16") if one.code in lost else payer.paid(one)
        for one in claim.lines
    }
    cents = sum(told[one.code][0] for one in claim.lines)
    body = payer.claim_of(claim, told)
    data = payer.remittance(body, cents=cents, payee=payer.payee_of(claim))
    answering.post(desk.opened("biller"), data, NOW)
    return claim


def corrected(desk: Practice, claim: Claim, way: Way, *line_ids: str) -> Claim:
    how = Correction(claim.claim_id, way, line_ids)
    return answering.correct(desk.opened("compliance"), how, ANY_WAY, ("a mistake", NOW))


def ready(desk: Practice) -> lists.LineList:
    return lists.lines(desk.opened("biller"), Asked("ready"), NOW)


def test_a_claim_of_which_a_line_went_on_stops_no_page_and_is_neither_counted_nor_chosen(
    desk: Practice,
) -> None:
    claim = answered(desk, denied=1)
    whole = corrected(desk, claim, "replacement")
    (lost, *_) = whole.lines
    later = corrected(desk, whole, "new", lost.line_id)
    found = ready(desk)
    kept = {one.line.claim_id: one.beside.kept for one in found.lines}
    assert kept[whole.claim_id] == "refused"
    assert kept[later.claim_id] is None
    with pytest.raises(ClaimsError, match="was drawn into another claim"):
        rounds.send(desk.opened("biller"), [whole.claim_id], NOW)
    text = client_of("north-biller").get("/billing/?stand=ready").content.decode()
    assert "was drawn into another claim" in text
    assert rounds.send(desk.opened("biller"), (), NOW).lines == found.going


def test_so_it_is_where_nothing_of_it_was_paid(desk: Practice) -> None:
    claim = answered(desk, denied=99)
    first = corrected(desk, claim, "new")
    assert len(first.lines) > 1
    corrected(desk, first, "new", first.lines[0].line_id)
    found = ready(desk)
    (kept,) = {one.beside.kept for one in found.lines if one.line.claim_id == first.claim_id}
    assert kept == "refused"
    assert rounds.send(desk.opened("biller"), (), NOW).lines == found.going


def test_lines_that_a_later_claim_carries_are_corrected_there(desk: Practice) -> None:
    claim = answered(desk, denied=1)
    whole = corrected(desk, claim, "replacement")
    before = dict(lines(desk).lines)
    for way in ("new", "replacement", "void"):
        with pytest.raises(ClaimsError) as refused:
            corrected(desk, claim, way)
        assert refused.value.code == "claims.step_refused"
    with pytest.raises(ClaimsError):  # from a page that was open before
        corrected(desk, claim, "new", claim.lines[0].line_id)
    assert lines(desk).lines == before
    assert corrected(desk, whole, "new", claim.lines[0].line_id).lines


@pytest.mark.parametrize("denied", [0, 99])
@pytest.mark.parametrize("chosen", [True, False])
def test_a_void_is_counted_offered_and_sent(desk: Practice, denied: int, *, chosen: bool) -> None:
    claim = answered(desk, denied=denied)
    made = corrected(desk, claim, "void")
    found = ready(desk)
    ours = [one.beside for one in found.lines if one.line.claim_id == made.claim_id]
    assert [(one.kept, one.along) for one in ours] == [(None, len(claim.lines) - 1)] * len(ours)
    went = rounds.send(desk.opened("biller"), [made.claim_id] if chosen else (), NOW)
    assert made.claim_id.encode() in went.data
    assert chosen or went.lines == found.going
    now = lines(desk).lines
    assert {now[one.line_id].state for one in claim.lines} == {"voided"}


def test_a_correction_that_was_paid_meanwhile_is_given_up_on_its_page(desk: Practice) -> None:
    claim = answered(desk, denied=1)
    (lost, *_) = claim.lines
    with desk.opened("compliance").act("amendment.settle", NOW, "made up") as act:
        book = lines_of(desk.opened("compliance"), act)
        made = new_claim(claim, [lost.line_id], attempt=2)
        (line,) = made.lines
        dearer = structs.replace(made, lines=(structs.replace(line, charge=line.charge + 500),))
        book.correct(dearer, said(act))
    made = dearer
    assert LineStanding.objects.get(line_id=lost.line_id).charge == lost.charge + 500
    back = payer.claim_of(claim, {lost.code: payer.refused(lost, "16")}, status="22")
    now = payer.claim_of(claim, {lost.code: payer.paid(lost)})
    cents, payee = payer.paid(lost)[0], payer.payee_of(claim)
    data = payer.remittance(back, now, cents=cents, trace="LATER", payee=payee)
    answering.post(desk.opened("biller"), data, NOW)

    client, address = client_of("north-biller"), f"/billing/claims/{made.claim_id}/"
    text = client.get("/billing/?stand=ready").content.decode()
    assert "Give its correction up" in text
    assert "old it, with a reason" not in text
    page = client.get(address).content.decode()
    assert "give its correction up" in page
    assert 'name="hold"' not in page
    given = {"way": "back", "why": " "}
    assert client.post(f"{address}correct/", given).status_code == 422
    went = client.post(f"{address}correct/", given | {"why": "it was paid"}, follow=True)
    assert "It stands again as the payer answered it." in went.content.decode()
    twice = client.post(f"{address}correct/", given | {"why": "clicked twice"}, follow=True)
    assert twice.status_code == 404, "it corrects nothing any more"
    stands = lines(desk).lines[lost.line_id]
    assert (stands.state, stands.claim_id) == ("paid", claim.claim_id)
    row = LineStanding.objects.get(line_id=lost.line_id)
    assert (row.state, row.claim_id, row.paid) == ("paid", claim.claim_id, cents)
    assert (row.charge, row.expected) == (lost.charge, lost.expected), "of the claim it is back on"
    anew = standings.standings(desk.tenant_id)
    assert {one.line_id: one for one in anew} == dict(lines(desk).lines)
    with pytest.raises(DeskError, match="No claim is ready"):
        rounds.send(desk.opened("biller"), (), NOW)


def test_a_line_is_given_up_as_it_was_shown_and_not_by_a_second_click(desk: Practice) -> None:
    claim = answered(desk, denied=1)
    biller, line = desk.opened("biller"), claim.lines[0].line_id
    answering.appeal(biller, [line], "made up", NOW)
    answering.give_up(biller, [line], "too late", NOW, shown="appealed")
    with pytest.raises(ClaimsError, match="is denied"):
        answering.give_up(biller, [line], "clicked twice", NOW, shown="appealed")
    assert lines(desk).lines[line].state == "denied"


def test_what_is_given_up_draws_nothing(desk: Practice) -> None:
    """A claim that lines go back to was drawn when it was, and not by the giving up."""
    claim = answered(desk, denied=1)
    later = corrected(desk, claim, "new", claim.lines[0].line_id)
    biller, at = desk.opened("biller"), NOW + timedelta(days=3)
    first = drafted.claim_of(biller, claim.claim_id, at)[1]
    answering.give_back(biller, later.claim_id, "it was right", at)
    assert drafted.claim_of(biller, claim.claim_id, at) == (claim, first)
