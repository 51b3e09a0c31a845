"""The worker: killed at any step it loses and doubles nothing; a bad job stops no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command

from made_up_nights import enrolled, rounds
from made_up_practices import START, Clock, Practice
from proofline.cli.demo import make_practice
from proofline.cli.demo.trap_time import TIME_TRAPS
from proofline.decide import decide
from proofline.desk import deciding, working
from proofline.desk.care import limits
from proofline.desk.deciding import decided
from proofline.desk.moving.taking_over import take_over
from proofline.desk.working import Worker
from proofline.store import jobs
from proofline.store.book import Book, by_ourselves
from proofline.store.decided import line_of
from proofline.store.models import Decision, Job
from service_places import Place, made_once, place

__all__ = ["made_once", "place"]

STEPS = ("leased", "decided", "kept", "done", "committed")
PEOPLE = """
def add(*names, day="2026-01-02", last=""):
    with by_ourselves(TENANT) as book, book.act("test", AT) as act:
        act.add("patients", [{"patient_id": n, "time_zone": "America/Chicago"} for n in names])
        act.add("enrollments", [{
            "enrollment_id": f"E-{n}", "patient_id": n, "program": "RPM",
            "billing_performer_id": "D-1", "setup_date": day, "end_date": last,
        } for n in names])
add("P-1", "P-2", "P-3")
"""
ROUND = """
import os, sys
from proofline.desk.working import Worker
def reached(step):
    if step == sys.argv[1]:
        os.kill(os.getpid(), 9)
later = timedelta(seconds=float(sys.argv[2]))
Worker("w-" + str(os.getpid()), lambda: AT + later, reached=reached).round()
"""
FOUND = """
from collections import Counter
from proofline.store.models import Decision, Job
with by_ourselves(TENANT):
    line = ("enrollment_id", "period_kind", "period_start", "code")
    lines = Counter(Decision.objects.values_list(*line))
print(len(lines), max(lines.values(), default=0), Job.objects.filter(kind="decide").count())
"""


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_a_worker_that_is_killed_loses_nothing_and_does_nothing_twice(
    place: Place, step: str
) -> None:
    place.run(PEOPLE)
    with place.start(ROUND, step, 1) as killed:
        killed.communicate(timeout=60)
    assert killed.returncode == -9
    if step != "committed":
        assert place.run(FOUND).split() == ["0", "0", "3"]  # nothing kept, all still to do
    for _ in range(4):  # what was tried before is taken one by one
        place.run(ROUND, "never", 62)
    lines, most, left = place.run(FOUND).split()
    assert (int(lines) > 0, most, left) == (True, "1", "0")
    assert place.command("verify").returncode == 0


def decided_for(practice: Practice) -> set[str]:
    found = Decision.objects.filter(tenant_id=practice.tenant_id)
    return set(found.values_list("patient_id", flat=True))


def test_a_round_decides_what_changed_and_nothing_else(practice: Practice, clock: Clock) -> None:
    enrolled(practice.opened("coordinator"), "P-1", "P-2")
    worker = Worker("w", clock)
    rounds(worker, clock, 1)
    before = Decision.objects.count()
    assert decided_for(practice) == {"P-1", "P-2"}
    enrolled(practice.opened("coordinator"), "P-2", last="2026-02-10")
    rounds(worker, clock, 2)
    added = Decision.objects.order_by("id")[before:]
    assert {one.patient_id for one in added} == {"P-2"}
    assert [one.kind for one in Job.objects.all()] == ["day"]


@pytest.mark.slow
def test_a_line_that_is_there_no_more_is_withdrawn(practice: Practice, clock: Clock) -> None:
    book = practice.opened("coordinator")
    enrolled(book, "P-1")
    worker = Worker("w", clock)
    rounds(worker, clock, 1)
    row = book.shelf.rows("enrollments")
    with book.act("test", clock.at, "entered twice") as act:
        act.withdraw("enrollments", row)
        act.add("patients", [{"patient_id": "P-1", "time_zone": "America/Denver"}])
    rounds(worker, clock, 2)
    last = {(d.period_start, d.code): d.outcome for d in Decision.objects.order_by("id")}
    assert set(last.values()) == {"withdrawn"}


def refusing(monkeypatch: pytest.MonkeyPatch, bad: str) -> None:
    right: Callable[..., list[deciding.Turn]] = deciding.decided_today

    def decided_today(book: Book, patients: set[str], at: datetime) -> list[deciding.Turn]:
        if bad in patients:
            raise ZeroDivisionError
        return right(book, patients, at)

    monkeypatch.setattr(working, "decided_today", decided_today)


@pytest.mark.slow
def test_a_bad_job_is_parked_after_five_attempts_and_the_good_go_on(
    practice: Practice, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolled(practice.opened("coordinator"), "P-1", "P-BAD", "P-3")
    refusing(monkeypatch, "P-BAD")
    worker = Worker("w", clock)
    rounds(worker, clock, 1)
    assert decided_for(practice) == {"P-1", "P-3"}
    rounds(worker, clock, 8)
    (left,) = Job.objects.exclude(kind="day")
    assert (left.subject, left.parked, left.attempts) == ("P-BAD", True, jobs.ATTEMPTS)
    assert left.trouble == "ZeroDivisionError"
    monkeypatch.undo()
    with practice.opened("coordinator").act("test", clock.at) as act:  # news take it up again
        act.add("patients", [{"patient_id": "P-BAD", "time_zone": "America/Denver"}])
    rounds(worker, clock, 1)
    assert decided_for(practice) == {"P-1", "P-BAD", "P-3"}


def test_a_job_that_takes_its_worker_along_is_parked_by_itself(
    practice: Practice, clock: Clock
) -> None:
    enrolled(practice.opened("coordinator"), "P-1", "P-KILLS")
    lost = jobs.lease("lost", clock.after(seconds=5), 50)
    assert {job.subject for job in lost} == {"P-1", "P-KILLS"}
    for number in range(2 * jobs.ATTEMPTS):
        for job in jobs.lease(f"w-{number}", clock.after(seconds=61), 50):
            if job.subject == "P-1":
                jobs.done([job], f"w-{number}")
    (left,) = Job.objects.all()
    assert (left.subject, left.parked, left.trouble) == ("P-KILLS", True, "worker lost")


def test_what_is_asked_for_anew_in_the_same_instant_is_not_struck_off(
    practice: Practice, clock: Clock
) -> None:
    at = clock.at
    jobs.ask(practice.tenant_id, "decide", {"P-1"}, at, due=at)
    taken = jobs.lease("w", at, 50)
    jobs.ask(practice.tenant_id, "decide", {"P-1"}, at, due=at)
    jobs.done(taken, "w")
    assert [job.subject for job in jobs.lease("w", at, 50)] == ["P-1"]


@pytest.mark.slow
def test_who_lost_the_lease_keeps_nothing(practice: Practice, clock: Clock) -> None:
    enrolled(practice.opened("coordinator"), "P-1")

    def taken_meanwhile(step: str) -> None:
        if step == "decided":
            assert jobs.lease("other", clock.after(seconds=120), 50)

    clock.after(seconds=5)
    Worker("w", clock, reached=taken_meanwhile).round()
    assert not Decision.objects.exists()
    assert Job.objects.get().leased_by == "other"


@pytest.mark.slow
def test_patients_apart_are_decided_as_the_whole_folder_is(
    practice: Practice, tmp_path: Path
) -> None:
    """The traps of time hang on what the same nurses did for others on the same minutes."""
    as_of = make_practice(tmp_path, seed=2026)
    trapped = {plan.patient for plan in TIME_TRAPS}
    with by_ourselves(practice.tenant_id) as book:
        take_over(book, tmp_path, START)
        whole = [one for one in decide(tmp_path, as_of=as_of) if one["patient_id"] in trapped]
        apart = [
            one for patient in sorted(trapped) for one in decided(book, {patient}, as_of).changed
        ]
    assert len(whole) > 100
    assert {line_of(one): one for one in apart} == {line_of(one): one for one in whole}


def test_what_comes_in_at_night_is_decided_before_the_rest_of_the_night(
    practice: Practice, clock: Clock
) -> None:
    at = clock.at
    jobs.ask(practice.tenant_id, "night", {f"P-{n}" for n in range(30)}, at, due=at)
    jobs.ask(practice.tenant_id, "decide", {"P-NOW"}, at, due=at + timedelta(seconds=1))
    now = clock.after(seconds=2)
    taken = [{(job.kind) for job in jobs.lease("w", now, 30)} for _ in range(2)]
    assert taken == [{"decide"}, {"night"}]
    assert Job.objects.filter(leased_by="w").count() == 1 + 10


def test_many_new_readings_keep_no_decision_waiting(practice: Practice, clock: Clock) -> None:
    at = clock.at
    Job.objects.all().delete()
    jobs.ask(practice.tenant_id, "night", {"P-1"}, at, due=at)
    jobs.ask(practice.tenant_id, "watch", {"readings"}, at, due=at)
    jobs.ask(practice.tenant_id, "decide", {"P-NOW"}, at, due=at + timedelta(seconds=1))
    taken: list[str] = []

    def reached(step: str) -> None:
        if step == "leased":
            taken.extend(Job.objects.filter(leased_by="w").values_list("kind", flat=True))

    worker = Worker("w", lambda: clock.after(seconds=2), reached=reached)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(limits, "watch_news", lambda *_: True)  # there is always more
        for _ in range(3):
            worker.round()
    assert taken == ["watch", "decide", "watch"]


@pytest.mark.slow
def test_the_tables_are_as_the_models_say(practice: Practice) -> None:
    del practice
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
