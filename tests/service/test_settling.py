"""Answers that found no line: attached by hand, set aside, let wait again; each with a reason."""

from __future__ import annotations

import re

import pytest

import made_up_payer as payer
from made_up_billing import NOW, decided_practice, lines, sent
from made_up_practices import Practice
from proofline.claims.claim import Claim
from proofline.claims.trouble import ClaimsError
from proofline.desk.billing import answering
from proofline.desk.billing.answering import attach, let_wait, set_aside
from proofline.desk.roles import NotAllowed
from proofline.desk.showing.billing.waiting import queue
from proofline.desk.trouble import DeskError
from signing_in import client_of

__all__ = ["decided_practice"]

WHY = "the payer's desk named the line by telephone"


@pytest.fixture
def stray(decided_practice: Practice) -> tuple[Practice, Claim]:
    """A practice whose payer answered a line under a number that nobody knows."""
    claim, _ = sent(decided_practice)
    strange = re.sub(r"REF\*6R\*\w+", "REF*6R*PLNOBODYKNOWS", "~".join(_answer(claim)))
    data = payer.remittance(
        strange.split("~"), cents=claim.lines[0].charge - 1000, payee=payer.payee_of(claim)
    )
    posted = answering.post(decided_practice.opened("biller"), data, NOW)
    assert len(posted.waiting) == 1
    return decided_practice, claim


def _answer(claim: Claim) -> list[str]:
    line = claim.lines[0]
    return payer.claim_of(claim, {line.code: payer.paid(line)})


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
    assert (found.waiting, found.aside) == ((), ((key, one.answer.why),))
    let_wait(biller, key, "it was ours after all", NOW)
    found = queue(biller, NOW)
    assert ([each.answer.key for each in found.waiting], found.aside) == ([key], ())
    with pytest.raises(DeskError):
        let_wait(biller, key, "again", NOW)


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
