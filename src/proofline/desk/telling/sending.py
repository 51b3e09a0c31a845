"""One attempt for each job: send, keep what came of it, and ask for the next attempt if need be.

Nothing of the database is held while somebody else's server makes us wait. A worker that dies
between sending and keeping sends again, with the same id, which is what the id is for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from proofline.desk.telling.events import TELL
from proofline.desk.telling.reaching import Reach, Unreachable
from proofline.desk.telling.signing import headers
from proofline.store import jobs
from proofline.store.book import by_ourselves
from proofline.store.jobs import Leased
from proofline.store.outside import subscriptions
from proofline.store.outside.subscriptions import Attempt, Listener, Message

LADDER = tuple(
    timedelta(seconds=seconds)
    for seconds in (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""How long after the one before each attempt comes: 0 s to 24 h, three days in all."""

_ENOUGH = timedelta(seconds=10)
"""After so long a round ends, so that a slow subscriber does not keep decisions waiting."""

_FINE, _GONE = range(200, 300), 410


def send(
    taken: Sequence[Leased], worker: str, now: Callable[[], datetime], reach: Reach | None = None
) -> None:
    """Make the attempt that each job asks for, and strike the job off together with its outcome."""
    began = now()
    for job in taken:
        if now() - began >= _ENOUGH:
            return  # the others come back when their lease is over
        event_id, subscription_id, number = job.subject.split(" ")
        with by_ourselves(job.tenant_id):
            listener = subscriptions.listener_of(job.tenant_id, subscription_id)
            message = subscriptions.message(job.tenant_id, event_id)
        if listener is None or listener.ended_at or message is None:
            with transaction.atomic():
                jobs.done([job], worker)
            continue
        attempt = _attempt(listener, message, int(number), now(), reach=reach or Reach())
        _keep(job, worker, listener, attempt)


def _attempt(
    listener: Listener, message: Message, number: int, at: datetime, *, reach: Reach
) -> Attempt:
    keys = (listener.subscription_id, listener.generation)
    told = headers(keys, message.event_id, int(at.timestamp()), message.body)
    try:
        status = reach.post(listener.url, told, message.body)
    except Unreachable as trouble:
        return Attempt(message.event_id, number, at, 0, str(trouble))
    return Attempt(message.event_id, number, at, status, "" if status in _FINE else "refused")


def _keep(job: Leased, worker: str, listener: Listener, attempt: Attempt) -> None:
    tenant_id, number = job.tenant_id, attempt.attempt + 1
    with transaction.atomic(), by_ourselves(tenant_id):
        if not jobs.still_ours([job], worker):
            return
        subscriptions.log(tenant_id, listener.subscription_id, attempt)
        jobs.done([job], worker)
        if attempt.status in _FINE:
            return
        if attempt.status == _GONE:
            subscriptions.end(tenant_id, listener.subscription_id, "gone", attempt.at)
        elif number < len(LADDER):
            subject = f"{attempt.event_id} {listener.subscription_id} {number}"
            jobs.ask(tenant_id, TELL, {subject}, attempt.at, due=attempt.at + LADDER[number])
