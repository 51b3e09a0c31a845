"""Work that waits, on the same database as what caused it: asked for, leased, done or parked.

A job is written in the transaction of its cause, so it cannot be lost and cannot come too early. A
worker takes it by a lease; a worker that dies keeps nobody from taking it when the lease runs out.
What a job does must be the same done twice, because a worker may die between doing and saying so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec
from django.db import connection, transaction

LEASE = timedelta(seconds=60)
ATTEMPTS = 5
"""After so many a job is parked, and a person has to look at it."""

NIGHT = "night"
"""The kind of job that gives way to any other, and is taken in smaller portions for that."""

_WAITS = timedelta(seconds=5)
"""Before the second attempt; doubled for each further one."""

_LATER = timedelta(minutes=1)
"""Before a job is due again that could not be done, and was not at fault."""

_GIVE_BACK = (
    "UPDATE store_job SET leased_until = NULL, leased_by = '' WHERE id = %s AND leased_by = %s"
)


@dataclass(frozen=True, slots=True)
class Leased:
    """A job that one worker has for now: for which tenant, what to do, on what, which time."""

    job_id: int
    tenant_id: str
    kind: str
    subject: str
    attempts: int


def ask(tenant_id: str, kind: str, subjects: set[str], at: datetime, *, due: datetime) -> None:
    """Ask for work on subjects (ids only), inside the caller's transaction.

    What is asked for already is asked for anew: its attempts begin again, and by that a worker
    that has it now sees that it is not done with it. (Two acts can have one instant.) Of what waits
    untouched nothing changes.
    """
    sql = (
        "INSERT INTO store_job (tenant_id, kind, subject, asked_at, due_at, leased_by, attempts,"
        f" parked, trouble) SELECT %s, %s, value, %s, %s, '', 0, FALSE, ''"
        f" FROM {_TEXTS[connection.vendor]} WHERE TRUE"
        " ON CONFLICT (tenant_id, kind, subject) DO UPDATE SET asked_at = excluded.asked_at,"
        " due_at = CASE WHEN store_job.due_at < excluded.due_at AND NOT store_job.parked"
        " THEN store_job.due_at ELSE excluded.due_at END, attempts = 0, parked = FALSE"
        " WHERE store_job.attempts > 0 OR store_job.parked OR store_job.due_at > excluded.due_at"
    )
    told = msgspec.json.encode(sorted(subjects)).decode()
    with connection.cursor() as cursor:
        cursor.execute(sql, [tenant_id, kind, str(_by_utc(at)), str(_by_utc(due)), told])


_TEXTS = {
    "sqlite": "json_each(%s)",
    "postgresql": "jsonb_array_elements_text(%s::jsonb)",
}
"""Many texts in one parameter, each a row with a `value`."""


def waits(tenant_id: str, kind: str, subjects: set[str]) -> bool:
    """Whether work on any of these subjects is asked for and not done, parked work as well."""
    marks = ", ".join(["%s"] * len(subjects))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM store_job WHERE tenant_id = %s AND kind = %s AND subject IN ({marks})",
            [tenant_id, kind, *sorted(subjects)],
        )
        return cursor.fetchone() is not None


def lease(worker: str, now: datetime, most: int, after: str = "") -> list[Leased]:
    """Take up to so many jobs that are due and that nobody has, all of one tenant and kind.

    Those of the kind `after`, which the worker did just now, give way to any but those of a night.
    A job that was tried before is taken alone: whatever took its worker along takes no other job.
    """
    skip = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    free = "NOT parked AND due_at <= %s AND (leased_until IS NULL OR leased_until <= %s)"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE store_job SET parked = %s, trouble = 'worker lost', leased_by = '',"
            f" leased_until = NULL WHERE {free} AND attempts >= %s",
            [True, now, now, ATTEMPTS],
        )
        cursor.execute(
            f"SELECT tenant_id, kind, attempts FROM store_job WHERE {free}"
            " ORDER BY CASE kind WHEN 'night' THEN 2 WHEN %s THEN 1 ELSE 0 END, due_at LIMIT 1",
            [now, now, after],
        )
        first = cursor.fetchone()
        if first is None:
            return []
        cursor.execute(
            f"SELECT id, tenant_id, kind, subject, attempts + 1 FROM store_job WHERE {free}"
            f" AND tenant_id = %s AND kind = %s AND attempts = %s"
            f" ORDER BY due_at, id LIMIT %s {skip}",
            [now, now, *first, 1 if first[2] else most // 3 if first[1] == NIGHT else most],
        )
        found = [Leased(*row) for row in cursor.fetchall()]
        cursor.executemany(
            "UPDATE store_job SET leased_until = %s, leased_by = %s, attempts = attempts + 1"
            " WHERE id = %s",
            [(now + LEASE, worker, job.job_id) for job in found],
        )
    return found


def still_ours(jobs: list[Leased], worker: str) -> list[Leased]:
    """Give those whose lease we still hold, inside the transaction of their effects."""
    if not jobs:
        return []
    marks = ", ".join(["%s"] * len(jobs))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM store_job WHERE leased_by = %s AND id IN ({marks})",
            [worker, *(job.job_id for job in jobs)],
        )
        ours = {job_id for (job_id,) in cursor.fetchall()}
    return [job for job in jobs if job.job_id in ours]


def done(jobs: list[Leased], worker: str) -> None:
    """Strike off jobs, in the transaction of their effects; those asked for anew stay."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "DELETE FROM store_job WHERE id = %s AND leased_by = %s AND attempts = %s",
            [(job.job_id, worker, job.attempts) for job in jobs],
        )
        cursor.executemany(_GIVE_BACK, [(job.job_id, worker) for job in jobs])


def failed(job: Leased, worker: str, now: datetime, trouble: str) -> None:
    """Give a job back for a later attempt, or park it; `trouble` is the kind of error, no text.

    One that was asked for anew meanwhile is given back as if this attempt had not been.
    """
    due = now + _WAITS * 2**job.attempts
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE store_job SET due_at = %s, parked = %s, trouble = %s WHERE id = %s"
            " AND leased_by = %s AND attempts = %s",
            [due, job.attempts >= ATTEMPTS, trouble[:200], job.job_id, worker, job.attempts],
        )
        cursor.execute(_GIVE_BACK, [job.job_id, worker])


def untried(jobs: list[Leased], worker: str, now: datetime) -> None:
    """Give jobs back as if they had not been taken: that they could not be done is not their fault.

    There was no room on a disk, or another job comes before them. They are due some moments later,
    so that others come first; those asked for anew meanwhile are due as they were asked.
    """
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE store_job SET leased_until = NULL, leased_by = '', attempts = attempts - 1,"
            " due_at = %s WHERE id = %s AND leased_by = %s AND attempts = %s",
            [(now + _LATER, job.job_id, worker, job.attempts) for job in jobs],
        )
        cursor.executemany(_GIVE_BACK, [(job.job_id, worker) for job in jobs])


def stand(tenant_id: str, kind: str, subject: str, at: datetime, *, due: datetime) -> None:
    """See that a job that comes again and again is there; one that is there stays as it is."""
    sql = (
        "INSERT INTO store_job (tenant_id, kind, subject, asked_at, due_at, leased_by, attempts,"
        " parked, trouble) VALUES (%s, %s, %s, %s, %s, '', 0, %s, '')"
        " ON CONFLICT (tenant_id, kind, subject) DO NOTHING"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [tenant_id, kind, subject, _by_utc(at), _by_utc(due), False])


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many jobs of a kind are due, how many are parked, and since when the oldest is due."""

    kind: str
    due: int
    parked: int
    oldest: datetime | None


def waiting(now: datetime) -> list[Waiting]:
    """Count the jobs of every kind, over all tenants."""
    sql = (
        "SELECT kind, sum(CASE WHEN NOT parked AND due_at <= %s THEN 1 ELSE 0 END),"
        " sum(CASE WHEN parked THEN 1 ELSE 0 END),"
        " min(CASE WHEN NOT parked AND due_at <= %s THEN due_at END)"
        " FROM store_job GROUP BY kind ORDER BY kind"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [now, now])
        return [Waiting(kind, due, parked, _instant(at)) for kind, due, parked, at in cursor]


def _by_utc(at: datetime) -> datetime:
    """SQLite compares instants as text, so all of them are written by one clock."""
    return at.astimezone(UTC)


def _instant(at: datetime | str | None) -> datetime | None:
    """Read an instant of a calculated column, which SQLite gives as text in UTC."""
    found = datetime.fromisoformat(at) if isinstance(at, str) else at
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found
