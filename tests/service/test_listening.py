"""The worker watches what came in and listens for silence: each once, whatever is killed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from made_up_people import CUFF, PATIENT, SYSTOLIC, reading
from made_up_practices import START, Clock, Practice
from proofline.desk.arriving import feeds, silence
from proofline.desk.arriving.feeds import Wanted
from proofline.desk.arriving.proof.sealing import Seal, seal_of
from proofline.desk.care import alerts, limits, pairing
from proofline.desk.roles import NotAllowed
from proofline.desk.trouble import DeskError
from proofline.desk.working import Worker
from proofline.store.book import by_ourselves
from proofline.store.models import Alert, Job, Watched
from proofline.store.trouble import NotVisible
from proofline.store.work.alerts import Limits

LIMITS = Limits(PATIENT, SYSTOLIC, "value", "mm[Hg]", Decimal(90), Decimal(140))


class _Killed(BaseException):
    """What a killed process leaves of a round."""


def comes_in(desk: Practice, *rows: dict[str, str | None]) -> None:
    with by_ourselves(desk.tenant_id) as book, book.act("reading.take", START) as act:
        act.add("readings", rows)


def all_rounds(worker: Worker, clock: Clock) -> None:
    for _ in range(50):
        clock.after(seconds=90)
        if not worker.round():
            return


def beyond(desk: Practice) -> set[str]:
    found = Alert.objects.filter(tenant_id=desk.tenant_id, kind=alerts.BEYOND)
    return set(found.values_list("subject", flat=True))


@pytest.mark.slow
def test_readings_that_come_in_are_held_against_their_limits(desk: Practice, clock: Clock) -> None:
    limits.set_limits(desk.opened("clinician"), LIMITS, START)
    comes_in(desk, reading("R-1", "150", START), reading("R-2", "120", START))
    worker = Worker("w", clock)
    all_rounds(worker, clock)
    assert beyond(desk) == {"R-1 value"}
    comes_in(desk, reading("R-3", "80", START + timedelta(hours=1)))
    all_rounds(worker, clock)
    assert beyond(desk) == {"R-1 value", "R-3 value"}
    assert not Job.objects.filter(kind="watch").exists()


@pytest.mark.slow
def test_limits_that_are_set_later_do_not_judge_what_was_watched(
    desk: Practice, clock: Clock
) -> None:
    comes_in(desk, reading("R-1", "150", START))
    worker = Worker("w", clock)
    all_rounds(worker, clock)
    limits.set_limits(desk.opened("clinician"), LIMITS, START)
    comes_in(desk, reading("R-2", "151", START + timedelta(hours=1)))
    all_rounds(worker, clock)
    assert beyond(desk) == {"R-2 value"}


@pytest.mark.slow
def test_many_readings_are_watched_a_portion_at_a_time(
    desk: Practice, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PORTION", 2)
    limits.set_limits(desk.opened("clinician"), LIMITS, START)
    comes_in(desk, *(reading(f"R-{n}", "150", START + timedelta(hours=n)) for n in range(5)))
    all_rounds(Worker("w", clock), clock)
    assert beyond(desk) == {f"R-{n} value" for n in range(5)}


@pytest.mark.slow
@pytest.mark.parametrize("step", ["leased", "kept", "done", "committed"])
def test_a_kill_at_any_step_loses_no_alert_and_doubles_none(
    desk: Practice, clock: Clock, step: str
) -> None:
    watched = Watched.objects.filter(tenant_id=desk.tenant_id, name="readings")
    limits.set_limits(desk.opened("clinician"), LIMITS, START)
    comes_in(desk, reading("R-1", "150", START))
    Job.objects.exclude(kind="watch").delete()

    def dies(reached: str) -> None:
        if reached == step:
            raise _Killed

    clock.after(seconds=5)
    with pytest.raises(_Killed):
        Worker("killed", clock, reached=dies).round()
    if step != "committed":
        assert not watched.exists()
    all_rounds(Worker("w", clock), clock)
    assert beyond(desk) == {"R-1 value"}
    assert watched.count() == 1


@pytest.mark.slow
def test_every_hour_silence_is_listened_for(desk: Practice, clock: Clock) -> None:
    pairing.pair(desk.opened("coordinator"), CUFF, PATIENT, START, since=START.date())
    comes_in(desk, reading("R-1", "120", START))
    worker = Worker("w", clock)
    worker.begin([desk.tenant_id])
    all_rounds(worker, clock)
    silent = Alert.objects.filter(tenant_id=desk.tenant_id, kind=alerts.SILENT)
    assert not silent.exists()
    due = Job.objects.get(kind="listen").due_at
    assert timedelta(0) < due - clock.at <= timedelta(hours=1)
    clock.after(days=4)
    all_rounds(worker, clock)
    clock.after(hours=2)
    all_rounds(worker, clock)
    assert silent.count() == 1


@pytest.fixture
def seal(tmp_path: object) -> Seal:
    return seal_of(tmp_path)  # type: ignore[arg-type]


def test_a_feed_that_falls_silent_raises_one_alert_for_who_looks_after_feeds(
    practice: Practice, other_practice: Practice, clock: Clock, seal: Seal
) -> None:
    integrator = practice.opened("integrator")
    made = feeds.add(integrator, Wanted("tenovi", silent_after=timedelta(hours=6)), seal, START)
    worker = Worker("w", clock)
    worker.begin([practice.tenant_id])
    all_rounds(worker, clock)
    assert silence.feed_alerts(integrator) == []
    clock.after(hours=6)
    all_rounds(worker, clock)
    clock.after(hours=2)
    all_rounds(worker, clock)
    (one,) = silence.feed_alerts(integrator)
    assert one.subject.startswith(made.feed_id)
    assert one.patient_id == ""
    with pytest.raises(NotAllowed):
        silence.feed_alerts(practice.opened("coordinator"))
    assert silence.feed_alerts(other_practice.opened("integrator")) == []
    with pytest.raises(NotVisible):
        silence.close_feed_alert(other_practice.opened("integrator"), one.alert_id, "x", clock.at)
    with pytest.raises(DeskError):
        silence.close_feed_alert(integrator, one.alert_id, " ", clock.at)
    silence.close_feed_alert(integrator, one.alert_id, "the vendor was called", clock.at)
    assert silence.feed_alerts(integrator) == []
