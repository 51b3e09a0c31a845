"""What is billed waits for decisions that are being made, and keeps nothing else waiting by it."""

from __future__ import annotations

from datetime import datetime, timedelta

from made_up_billing import NOW, PATIENT
from made_up_billing import decided_practice as desk
from made_up_crowds import keep_papers
from made_up_practices import Practice
from proofline.desk.working import Worker
from proofline.store import jobs
from proofline.store.models import Job

__all__ = ["desk"]
SOON = timedelta(milliseconds=100)


class Going:
    """A clock that goes on by itself."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        self.at += SOON
        return self.at


def waiting(desk: Practice, *patients: str) -> Worker:
    """Ask for bills, and give a worker that comes to them some seconds later."""
    keep_papers(desk.opened("owner"), NOW)
    Job.objects.all().delete()
    jobs.ask(desk.tenant_id, "bill", set(patients), NOW, due=NOW)
    return Worker("w", Going(NOW + timedelta(seconds=5)))


def test_a_bill_that_waits_for_a_decision_lets_it_be_made(desk: Practice) -> None:
    worker = waiting(desk, PATIENT)
    jobs.ask(desk.tenant_id, "decide", {PATIENT}, NOW, due=NOW + SOON)
    for _ in range(4):
        worker.round()
    assert not Job.objects.filter(kind="decide").exists()


def test_a_bill_that_waits_for_a_decision_nobody_can_make_is_tried_now_and_then(
    desk: Practice,
) -> None:
    worker = waiting(desk, PATIENT, "SOMEBODY")
    jobs.ask(desk.tenant_id, "decide", {"SOMEBODY"}, NOW, due=NOW)
    Job.objects.filter(kind="decide").update(parked=True)
    assert worker.round() == 2
    (bill,) = Job.objects.filter(kind="bill")  # the other one's is done
    assert (bill.subject, bill.attempts, bill.leased_by) == ("SOMEBODY", 0, "")
    assert bill.due_at > NOW + timedelta(minutes=1)
    assert worker.round() == 0  # it does not keep a worker running
