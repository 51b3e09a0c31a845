"""Running timers: one for each person, gone when its time is logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from proofline.store.book import Book
from proofline.store.models import Timer


@dataclass(frozen=True, slots=True)
class Running:
    """A timer that runs: for which enrollment, with what activity, since when, last seen when."""

    enrollment_id: str
    activity: str
    started_at: datetime
    seen_at: datetime


def running(book: Book) -> Running | None:
    """Give the timer of whoever has the book open, if one runs for this tenant."""
    timer = Timer.objects.filter(tenant_id=book.tenant_id, person_id=book.person).first()
    if timer is None:
        return None
    return Running(timer.enrollment_id, timer.activity, timer.started_at, timer.seen_at)


def start(book: Book, enrollment_id: str, activity: str, at: datetime) -> Running:
    """Start a timer; give the one that runs, which may be an earlier one for somebody else."""
    made, _ = Timer.objects.get_or_create(
        person_id=book.person,
        defaults={
            "tenant_id": book.tenant_id,
            "enrollment_id": enrollment_id,
            "activity": activity,
            "started_at": at,
            "seen_at": at,
        },
    )
    return Running(made.enrollment_id, made.activity, made.started_at, made.seen_at)


def see(book: Book, since: datetime, at: datetime) -> None:
    """Note a sign of life, if the last one came after `since`."""
    timers = Timer.objects.filter(tenant_id=book.tenant_id, person_id=book.person)
    timers.filter(seen_at__gt=since, seen_at__lt=at).update(seen_at=at)


def strike(book: Book) -> None:
    """Take the timer away, inside the act that logs its time."""
    Timer.objects.filter(tenant_id=book.tenant_id, person_id=book.person).delete()
