"""The worker's round: take what is due, do it, strike it off together with its effects.

Killed anywhere, it loses nothing: before the effects are committed the lease runs out and another
takes the job; after that the job is struck off already, because both are one transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from proofline.desk.deciding import decide_patients
from proofline.errors import ProoflineError
from proofline.store import jobs
from proofline.store.book import Book, by_ourselves
from proofline.store.jobs import Leased

TOGETHER = 50
"""Patients decided at once: the engine's plans cost the same for one and for many."""

LATEST_ZONE = ZoneInfo("Pacific/Honolulu")
"""A day is over for a practice when it is over for every patient of it in the fifty states."""

_Work = Callable[[Book, list[Leased], datetime], object]


def work_once(worker: str, now: Callable[[], datetime]) -> int:
    """Do one round of jobs; give how many there were. Trouble parks a job after some attempts."""
    taken = jobs.lease(worker, now(), TOGETHER)
    if not taken:
        return 0
    try:
        _do(taken, worker, now())
    except ProoflineError as trouble:
        _apart(taken, worker, now, trouble.code)
    except Exception as error:
        _apart(taken, worker, now, type(error).__name__)
        if len(taken) == 1:
            raise
    return len(taken)


def _do(taken: list[Leased], worker: str, at: datetime) -> None:
    with transaction.atomic(), by_ourselves(taken[0].tenant_id) as book:
        WORK[taken[0].kind](book, taken, at)
        jobs.done(taken, worker)


def _apart(taken: list[Leased], worker: str, now: Callable[[], datetime], trouble: str) -> None:
    """Find out which of several jobs is the bad one by doing each by itself."""
    if len(taken) == 1:
        jobs.failed(taken[0], worker, now(), trouble)
        return
    for one in taken:
        try:
            _do([one], worker, now())
        except ProoflineError as found:
            jobs.failed(one, worker, now(), found.code)
        except Exception as error:  # noqa: BLE001 - it is parked, with its kind, for a person
            jobs.failed(one, worker, now(), type(error).__name__)


def _decide(book: Book, taken: list[Leased], at: datetime) -> None:
    as_of = at.astimezone(LATEST_ZONE).date()
    decide_patients(book, {job.subject for job in taken}, as_of, at)


def ask_for_the_day(book: Book, at: datetime) -> None:
    """Ask that every patient be decided anew, because a day is over and periods may have closed."""
    patients = book.shelf.ids("enrollments", "patient_id")
    jobs.ask(book.tenant_id, "decide", patients, at, at + timedelta(seconds=1))


WORK: dict[str, _Work] = {"decide": _decide}
"""What is done for each kind of job."""
