"""What was attached by hand to the wrong line is taken off again, in every list and on its page."""

from __future__ import annotations

import pytest
from django.db import transaction

import made_up_payer as payer
from api_callers import ask, signed_in
from made_up_billing import NOW, decided_practice, lines
from made_up_practices import Practice
from made_up_strays import WHY, stray
from proofline.claims.book.standing import BESIDE
from proofline.claims.claim import Claim
from proofline.claims.trouble import ClaimsError
from proofline.desk.billing.answering import attach, detach, post
from proofline.desk.roles import NotAllowed
from proofline.desk.showing.billing.waiting import queue
from proofline.desk.trouble import DeskError
from proofline.store.auditing.entries import entries
from proofline.store.book import by_ourselves
from proofline.store.counting import anew
from proofline.store.models import Job, LineStanding, Refusal, Tally, WaitingAnswer
from proofline.store.safekeeping.verifying import of_the_rows
from proofline.store.vouching import ledger
from signing_in import client_of

__all__ = ["decided_practice", "stray"]


def _attached(stray: tuple[Practice, Claim]) -> tuple[Practice, str, str]:
    """Attach the answer that waits; give the practice, the line and the answer's key."""
    practice, claim = stray
    biller, line_id = practice.opened("biller"), claim.lines[0].line_id
    (one,) = queue(biller, NOW).waiting
    attach(biller, one.answer.key, line_id, NOW, why=WHY)
    return practice, line_id, one.answer.key


def _told(practice: Practice) -> list[list[str]]:
    """All that is laid down of lines, what they come to, refusals and answers that wait."""
    unlike = {"id", "changed_at", "entry", "tried_at", "why"}
    return [
        sorted(
            (str(sorted((k, v) for k, v in row.items() if k not in unlike)))
            for row in table.objects.filter(tenant_id=practice.tenant_id).values()
            if row.get("lines") != 0
        )
        for table in (LineStanding, Refusal, Tally, WaitingAnswer)
    ]


@pytest.mark.slow
def test_what_was_attached_to_the_wrong_line_is_taken_off_again(
    stray: tuple[Practice, Claim],
) -> None:
    before = _told(stray[0])
    practice, line_id, key = _attached(stray)
    assert _told(practice) != before
    biller = practice.opened("biller")
    detach(biller, key, NOW, why="it is of another patient")
    assert _told(practice) == before, "as if it had never been attached"
    (waits,) = queue(biller, NOW).waiting
    assert waits.answer.why.startswith(f"a person took it off line {line_id}")
    steps = lines(practice).story(line_id)[-2:]
    assert [(one.kind, one.act.why) for one in steps] == [
        ("record", WHY),
        ("detach", "it is of another patient"),
    ]
    with by_ourselves(practice.tenant_id):
        anew.lay_down(practice.tenant_id, NOW)
    assert _told(practice) == before, "nor is it otherwise where all is made anew"
    attach(biller, key, line_id, NOW, why=WHY)
    assert lines(practice).lines[line_id].state == "paid"


@pytest.mark.slow
def test_money_kept_beside_the_claims_is_no_answer_that_is_left(
    stray: tuple[Practice, Claim],
) -> None:
    before = lines(stray[0]).lines[stray[1].lines[0].line_id].answered
    practice, line_id, key = _attached(stray)
    claim, biller = stray[1], practice.opened("biller")
    beside = [f"PLB*{claim.billing.npi}*20261231*WO:{claim.claim_id}*5*FB*-5"]
    data = payer.remittance(cents=0, more=beside, payee=payer.payee_of(claim), trace="MADEUP2")
    post(biller, data, NOW)
    assert lines(practice).story(line_id)[-1].change.detail["kind"] == BESIDE
    detach(biller, key, NOW, why="it is of another patient")
    assert lines(practice).lines[line_id].answered == before


@pytest.mark.slow
def test_the_ledger_vouches_for_the_taking_off(stray: tuple[Practice, Claim]) -> None:
    practice, _, key = _attached(stray)
    detach(practice.opened("biller"), key, NOW, why="it is of another patient")
    with transaction.atomic():
        last = ledger().size() - 1
        assert entries([last])[last].entry.kind == "line.detach"
        assert list(of_the_rows()) == []
    jobs = Job.objects.filter(tenant_id=practice.tenant_id)
    assert set(jobs.values_list("kind", flat=True)) >= {"checkpoint", "bill"}


def test_who_may_take_an_answer_off_and_what_it_needs(stray: tuple[Practice, Claim]) -> None:
    practice, _, key = _attached(stray)
    with pytest.raises(NotAllowed):
        detach(practice.opened("compliance"), key, NOW, why=WHY)
    for why, wanted, error in (("", key, DeskError), (WHY, "nobody", ClaimsError)):
        with pytest.raises(error):
            detach(practice.opened("biller"), wanted, NOW, why=why)


@pytest.mark.slow
def test_the_page_of_the_line_takes_it_off(stray: tuple[Practice, Claim]) -> None:
    _, line_id, key = _attached(stray)
    (line,) = (one for one in stray[1].lines if one.line_id == line_id)
    page = f"/audit/line/{line.decision_key.replace(' ', '/')}/"
    assert f'value="{key}"' not in client_of("north-compliance").get(page).content.decode()
    biller = client_of("north-biller")
    assert f'value="{key}"' in biller.get(page).content.decode()
    refused = biller.post(f"{page}detach/", {"key": key, "why": ""})
    assert (refused.status_code, "needs a reason" in refused.content.decode()) == (422, True)
    told = biller.post(f"{page}detach/", {"key": key, "why": "of another patient"}, follow=True)
    text = told.content.decode()
    assert "The answer waits again" in text
    assert "answer taken off" in text
    assert "of another patient" in text
    assert f'value="{key}"' not in text
    claim_page = biller.get(f"/billing/claims/{stray[1].claim_id}/").content.decode()
    assert "answer taken off" in claim_page
    assert "of another patient" in claim_page


@pytest.mark.slow
def test_the_api_attaches_an_answer_that_waits_and_takes_it_off(
    stray: tuple[Practice, Claim],
) -> None:
    practice, claim = stray
    line_id, biller = claim.lines[0].line_id, signed_in("north-biller")
    (waits,) = ask(biller, practice, "GET", "answers/waiting").json()["items"]
    assert (waits["code"], waits["line_id"]) == (claim.lines[0].code, "")
    said = {"key": waits["key"], "line_id": line_id, "reason": " "}
    assert ask(biller, practice, "POST", "answers/attach", said).json()["code"] == "desk.no_reason"
    said["reason"] = WHY
    assert ask(biller, practice, "POST", "answers/attach", said).json() == {"done": True}
    assert ask(biller, practice, "GET", "answers/waiting").json()["items"] == []
    assert lines(practice).lines[line_id].state == "paid"
    off = {"key": waits["key"], "reason": "it is of another patient"}
    assert ask(biller, practice, "POST", "answers/detach", off).json() == {"done": True}
    (again,) = ask(biller, practice, "GET", "answers/waiting").json()["items"]
    assert again["key"] == waits["key"]
    assert ask(signed_in("north-owner"), practice, "GET", "answers/waiting").status_code == 403
