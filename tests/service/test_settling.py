"""Answers that found no line: attached by hand, set aside, let wait again; each with a reason."""

from __future__ import annotations

import re

import pytest

import made_up_payer as payer
from made_up_billing import ENDS, NOW, PAPERS, decided_practice, drafted, lines
from made_up_practices import Practice
from made_up_strays import WHY, stray
from proofline.claims.claim import Claim
from proofline.claims.trouble import ClaimsError
from proofline.desk.billing import answering, drafting, sending
from proofline.desk.billing.answering import attach, let_wait, set_aside
from proofline.desk.roles import NotAllowed
from proofline.desk.showing.billing.waiting import queue
from proofline.desk.trouble import DeskError
from proofline.store.book import by_ourselves
from proofline.store.counting import anew
from proofline.store.models import WaitingAnswer
from signing_in import client_of

__all__ = ["decided_practice", "stray"]


@pytest.mark.slow
def test_an_answer_is_attached_once_and_waits_no_more(stray: tuple[Practice, Claim]) -> None:
    practice, claim = stray
    biller, line = practice.opened("biller"), claim.lines[0]
    (one,) = queue(biller, NOW).waiting
    assert line.line_id in {each.line.line_id for each in one.candidates}
    attach(biller, one.answer.key, line.line_id, NOW, why=WHY)
    assert lines(practice).lines[line.line_id].state == "paid"
    assert lines(practice).paid(line.line_id) == line.charge - 1000
    assert queue(biller, NOW).waiting == ()
    for again in claim.lines[:2]:
        with pytest.raises(ClaimsError, match="No answer"):
            attach(biller, one.answer.key, again.line_id, NOW, why=WHY)
    (told,) = [
        step
        for step in lines(practice).story(line.line_id)
        if step.change.detail.get("by") == "a person"
    ]
    assert told.act.why == WHY


def test_an_answer_is_set_aside_and_let_wait_again(stray: tuple[Practice, Claim]) -> None:
    practice, _ = stray
    biller = practice.opened("biller")
    (one,) = queue(biller, NOW).waiting
    key = one.answer.key
    set_aside(biller, key, "of another clinic", NOW)
    found = queue(biller, NOW)
    assert (found.waiting, found.count, found.count_aside) == ((), 0, 1)
    assert queue(biller, NOW, asides=True).aside == ((key, one.answer.why),)
    let_wait(biller, key, "it was ours after all", NOW)
    assert [each.answer.key for each in queue(biller, NOW).waiting] == [key]
    assert queue(biller, NOW, asides=True).aside == ()
    with pytest.raises(DeskError):
        let_wait(biller, key, "again", NOW)


@pytest.mark.slow
def test_an_answer_that_came_too_early_is_posted_when_its_file_comes_again(
    decided_practice: Practice,
) -> None:
    drafted(decided_practice)
    biller = decided_practice.opened("biller")
    drafting.make_ready(biller, PAPERS, NOW)
    claim = lines(decided_practice).current("ready")[0]
    told = payer.claim_of(claim, {one.code: payer.paid(one) for one in claim.lines})
    cents = sum(one.charge - 1000 for one in claim.lines)
    data = payer.remittance(told, cents=cents, payee=payer.payee_of(claim))
    answering.post(biller, data, NOW)
    before = queue(biller, NOW).waiting
    assert {one.answer.why for one in before} == {"this line was never sent"}
    assert len(before) == len(claim.lines)
    sending.submit(biller, [claim.claim_id], ENDS, NOW)
    assert not answering.post(biller, data, NOW).waiting
    assert queue(biller, NOW).waiting == ()
    with pytest.raises(ClaimsError, match="No answer"):
        answering.try_again(biller, before[0].answer.key, NOW)


@pytest.mark.slow
def test_a_person_has_the_file_tried_again(decided_practice: Practice) -> None:
    drafted(decided_practice)
    biller = decided_practice.opened("biller")
    drafting.make_ready(biller, PAPERS, NOW)
    claim = lines(decided_practice).current("ready")[0]
    told = payer.claim_of(claim, {claim.lines[0].code: payer.paid(claim.lines[0])})
    cents = claim.lines[0].charge - 1000
    answering.post(biller, payer.remittance(told, cents=cents, payee=payer.payee_of(claim)), NOW)
    (one,) = queue(biller, NOW).waiting
    said = {"key": one.answer.key, "act": "again"}
    client = client_of("north-biller")
    kept = client.post("/billing/answers/settle/", said, follow=True).content.decode()
    assert "0 answers of its file were posted" in kept
    sending.submit(biller, [claim.claim_id], ENDS, NOW)
    text = client.post("/billing/answers/settle/", said, follow=True).content.decode()
    assert "1 answer of its file was posted" in text
    assert "No answer waits" in text
    assert lines(decided_practice).lines[claim.lines[0].line_id].state == "paid"


@pytest.mark.slow
def test_what_waits_is_the_same_when_it_is_made_anew(stray: tuple[Practice, Claim]) -> None:
    practice, claim = stray
    biller = practice.opened("biller")
    line = claim.lines[1]
    strange = "~".join(payer.claim_of(claim, {line.code: payer.paid(line)}))
    strange = re.sub(r"REF\*6R\*\w+", "REF*6R*PLNOBODYELSE", strange)
    data = payer.remittance(
        strange.split("~"), cents=line.charge - 1000, payee=payer.payee_of(claim), trace="OTHER7"
    )
    answering.post(biller, data, NOW)
    set_aside(biller, queue(biller, NOW).waiting[0].answer.key, "of another clinic", NOW)

    def kept() -> list[tuple[object, ...]]:
        ours = WaitingAnswer.objects.filter(tenant_id=practice.tenant_id).order_by("key")
        return [*ours.values_list("key", "file", "segment", "why", "paid", "aside")]

    before = kept()
    assert [row[-1] for row in before].count(True) == 1
    assert len(before) > 1
    with by_ourselves(practice.tenant_id):
        WaitingAnswer.objects.all().update(why="", paid=0, aside=False)
        anew.lay_down(practice.tenant_id, NOW)
    assert kept() == before


@pytest.mark.slow
def test_nobody_sees_what_waits_in_another_practice(
    stray: tuple[Practice, Claim], other_practice: Practice
) -> None:
    assert queue(stray[0].opened("biller"), NOW).count == 1
    found = queue(other_practice.opened("biller"), NOW)
    assert (found.waiting, found.count, found.count_aside) == ((), 0, 0)


@pytest.mark.slow
def test_every_way_needs_a_reason_and_a_biller(stray: tuple[Practice, Claim]) -> None:
    practice, claim = stray
    (one,) = queue(practice.opened("biller"), NOW).waiting
    key, line_id = one.answer.key, claim.lines[0].line_id
    for role, error in (("biller", DeskError), ("compliance", NotAllowed), ("owner", NotAllowed)):
        book = practice.opened(role)
        for tried in (
            lambda b: attach(b, key, line_id, NOW, why=" "),
            lambda b: set_aside(b, key, "", NOW),
            lambda b: let_wait(b, key, "", NOW),
        ):
            with pytest.raises(error):
                tried(book)
    with pytest.raises(NotAllowed):
        queue(practice.opened("owner"), NOW)


@pytest.mark.slow
def test_the_page_settles_it(stray: tuple[Practice, Claim]) -> None:
    practice, claim = stray
    biller, line_id = client_of("north-biller"), claim.lines[0].line_id
    text = biller.get("/billing/answers/waiting/").content.decode()
    assert "no line of this number" in text
    (key,) = set(re.findall(r'name="key" value="([^"]+)"', text))
    said = {"key": key, "line": line_id, "act": "attach", "why": ""}
    refused = biller.post("/billing/answers/settle/", said)
    assert (refused.status_code, "needs a reason" in refused.content.decode()) == (422, True)
    assert biller.post("/billing/answers/settle/", said | {"why": WHY}).status_code == 303
    assert "No answer waits" in biller.get("/billing/answers/waiting/").content.decode()
    assert lines(practice).lines[line_id].state == "paid"
    assert client_of("north-compliance").get("/billing/answers/waiting/").status_code == 403
