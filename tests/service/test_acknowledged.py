"""TA1, 999 and 277CA at the desk: kept as they came, matched to what was sent, lines moved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from made_up_billing import ENDS, NOW, PATIENT, lines, sent
from made_up_billing import decided_practice as desk
from made_up_practices import Practice
from proofline.claims.x12.trouble import X12Refused
from proofline.cli.demo import payer
from proofline.desk.billing import answering
from proofline.desk.billing import book as billing
from proofline.desk.roles import NotAllowed
from proofline.store.models import Line, Look, Message

__all__ = ["desk"]
LATER = NOW + timedelta(hours=1)


def states(desk: Practice) -> set[str]:
    return {one.state for one in billing.listing(desk.opened("biller"), LATER).lines}


@pytest.mark.slow
def test_a_999_and_a_277ca_lead_lines_to_accepted_once(desk: Practice) -> None:
    claim, out = sent(desk)
    biller = desk.opened("biller")
    ours = {line.line_id for line in claim.lines}
    taken = answering.acknowledge(biller, payer.taken_in(out.data, ENDS.sender, NOW), LATER)
    assert {one.line_id for one in taken.changes} == ours
    assert {lines(desk).lines[one].state for one in ours} == {"submitted"}
    data = payer.accepted([claim], ENDS.sender, NOW)
    done = answering.acknowledge(biller, data, LATER)
    assert (len(done.changes), done.unknown, done.contradicted) == (len(ours), (), ())
    assert {lines(desk).lines[one].state for one in ours} == {"accepted"}
    assert "accepted" in states(desk)
    again = answering.acknowledge(biller, data, LATER)
    assert (again.changes, again.before) == ((), len(ours))
    assert Message.objects.filter(source=answering.ACKNOWLEDGED).count() == 2


@pytest.mark.slow
def test_what_is_not_whole_is_refused_whole_with_its_segment(desk: Practice) -> None:
    claim, _ = sent(desk)
    data = payer.accepted([claim], ENDS.sender, NOW)
    before = Line.objects.count()
    with pytest.raises(X12Refused) as told:
        answering.acknowledge(desk.opened("biller"), data[: len(data) // 2], LATER)
    assert told.value.message
    assert told.value.remedy
    assert Line.objects.count() == before
    assert not Message.objects.filter(source=answering.ACKNOWLEDGED).exists()


def test_an_answer_to_what_was_never_sent_is_told_and_moves_nothing(
    desk: Practice, other_practice: Practice
) -> None:
    claim, _ = sent(desk)
    data = payer.accepted([claim], ENDS.sender, NOW)
    done = answering.acknowledge(other_practice.opened("biller"), data, LATER)
    assert done.changes == ()
    assert done.unknown
    assert {lines(desk).lines[one.line_id].state for one in claim.lines} == {"submitted"}


def test_billers_alone_post_acknowledgments_and_are_seen_to(desk: Practice) -> None:
    claim, _ = sent(desk)
    data = payer.accepted([claim], ENDS.sender, NOW)
    for role in ("coordinator", "compliance", "owner", "integrator"):
        with pytest.raises(NotAllowed):
            answering.acknowledge(desk.opened(role), data, LATER)
    before = Look.objects.filter(patient_id=PATIENT, act="remit.post").count()
    answering.acknowledge(desk.opened("biller"), data, LATER)
    assert Look.objects.filter(patient_id=PATIENT, act="remit.post").count() == before + 1
