"""Patients who are enrolled and no more, and a worker who is let work until the next day."""

from __future__ import annotations

from made_up_practices import START, Clock
from proofline.desk.working import Worker
from proofline.store.book import Book
from proofline.store.models import Job


def enrolled(book: Book, *names: str, last: str | None = None) -> None:
    with book.act("test", START) as act:
        act.add("patients", [{"patient_id": n, "time_zone": "America/Chicago"} for n in names])
        act.add(
            "enrollments",
            [
                {
                    "enrollment_id": f"E-{n}",
                    "patient_id": n,
                    "program": "RPM",
                    "billing_performer_id": "D-1",
                    "setup_date": "2026-01-02",
                    "end_date": last,
                }
                for n in names
            ],
        )


def rounds(worker: Worker, clock: Clock, count: int) -> None:
    for _ in range(count):
        clock.after(seconds=90)
        worker.round()


def night(clock: Clock, worker: Worker) -> set[str]:
    """Work until the next day has ended and all is done; give who was decided anew by the day."""
    asked: set[str] = set()
    clock.after(hours=24)
    for _ in range(8):
        clock.after(seconds=1)
        asked |= set(Job.objects.filter(kind="night").values_list("subject", flat=True))
        worker.round()
    return asked
