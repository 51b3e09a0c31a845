"""A night's work against what changed, what the calendar turns and the size of the book.

    python bench/night.py --patients 2000 20000 --changed 20

Each size is a process and a book of its own, with the same number of readings that come in. So that
a size costs minutes and not hours, a sample is decided and everybody else is given what was kept of
one of them; then readings come in, the day ends and a worker does what is
due. Seconds of the processor, of the making of none of it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

# ruff: noqa: PLC0415 - the service is imported after its environment is set
import msgspec
from practice import make

from service import reading, remember

if TYPE_CHECKING:
    from proofline.desk.deciding import Turn
    from proofline.store.book import Book

SAMPLE = 200
"""Patients who are decided in earnest; the others are kept as one of them is."""


def book_of(patients: int, home: Path, data: Path) -> str:
    """Take over a practice and count all its patients as decided today; give its tenant."""
    from django.db import connection

    from proofline.cli.running.setting_up import bring_up_to_date
    from proofline.desk.moving.taking_over import take_over
    from proofline.desk.people.accounts import open_practice
    from proofline.store.book import by_ourselves

    home.mkdir(exist_ok=True)
    bring_up_to_date()
    make(patients, data)
    now = datetime.now(UTC)
    tenant = open_practice("Made-up", "first", "four lanterns over harvest", now)
    with by_ourselves(tenant) as book:
        take_over(book, data, now)
        kept_as_a_sample(book, now)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM store_job")
    return tenant


def kept_as_a_sample(book: Book, now: datetime) -> None:
    """Decide a sample, and keep of everybody what is kept of one of the sample."""
    from proofline.desk.deciding import decided_today, keep_turn

    everybody = sorted(book.shelf.ids("enrollments", "patient_id"))
    with book.act("test", now) as act:  # their episodes go on
        rows = book.shelf.rows("enrollments")
        act.add("enrollments", [row | {"end_date": None, "end_reason": None} for row in rows])
    turns = decided_today(book, set(everybody[:SAMPLE]), now)
    of = {one.patient_id: turn for turn in turns for one in turn.holds}
    for first in range(0, len(everybody), SAMPLE):
        with book.act("decision", now) as act:
            for place, patient in enumerate(everybody[first : first + SAMPLE]):
                like = everybody[place]
                keep_turn(act, called(patient, of[like].without(of.keys() - {like})))


def called(patient: str, turn: Turn) -> Turn:
    """Give what was found of one patient as if it had been found of another."""
    whose = {"patient_id": patient, "enrollment_id": f"E-{patient}"}
    ahead = replace(
        turn.ahead,
        patients=frozenset({patient}),
        outlooks=tuple(msgspec.structs.replace(one, **whose) for one in turn.ahead.outlooks),
        grounds=tuple(msgspec.structs.replace(one, **whose) for one in turn.ahead.grounds),
    )
    holds = tuple(replace(one, patient_id=patient) for one in turn.holds)
    return replace(turn, changed=(), ahead=ahead, holds=holds)


def night(tenant: str, changed: int) -> dict[str, tuple[int, float]]:
    """Let readings of some patients come, end the day, do what is due.

    Gives for each kind of job how many were done, and the seconds of the processor.
    """
    from proofline.desk.working import Worker
    from proofline.store.book import by_ourselves
    from proofline.store.models import Job

    for number in range(changed):
        reading(tenant, SAMPLE + number, f"night-{number}")
    tomorrow = datetime.now(UTC) + timedelta(days=1, minutes=5)
    kinds: list[str] = []

    def leased(step: str) -> None:
        if step == "leased":
            kinds.append(str(Job.objects.filter(leased_by="bench").values_list("kind")[0][0]))

    worker = Worker("bench", lambda: tomorrow, reached=leased)
    with by_ourselves(tenant) as book:
        days_end(book, tomorrow)
    spent: dict[str, tuple[int, float]] = {}
    began = time.process_time()
    while done := worker.round():
        count, seconds = spent.get(kinds[-1], (0, 0.0))
        spent[kinds[-1]] = (count + done, seconds + time.process_time() - began)
        began = time.process_time()
    return spent


def days_end(book: Book, at: datetime) -> None:
    """See that the day of every zone ends now."""
    from proofline.desk import days

    days.watch_all(book, at)


def told(size: int, changed: int, spent: dict[str, tuple[int, float]]) -> None:
    """Print what a night cost."""
    count, deciding = spent["decide"]
    turned, turning = spent.get("night", (0, 0.0))
    portions, telling = spent.get("age", (0, 0.0))
    each = (deciding + turning) / (count + turned)
    rows = (
        ("patients who changed", count, deciding, ""),
        ("patients who turned", turned, turning, f"{turned / size:.1%} of the book"),
        ("zones whose day ended", *spent["day"], ""),
        ("outlooks told, portions", portions, telling, f"{1000 * telling / size:.2f} ms a patient"),
        ("everybody, as once", size, each * size, f"reckoned from {1000 * each:.0f} ms each"),
    )
    print(f"{size:,} patients, {changed:,} of them changed; seconds of the processor")
    for what, many, seconds, beside in rows:
        print(f"  {what:<24} {many:>8,} {seconds:9.2f} s  {beside}")


def main() -> None:
    """Measure each size in a process of its own."""
    said = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    said.add_argument("--patients", type=int, nargs="+", default=[2000, 20000])
    said.add_argument("--changed", type=int, default=20, help="patients with a reading")
    said.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()) / "proofline-bench")
    asked = said.parse_args()
    if len(asked.patients) > 1:
        for size in asked.patients:
            words = [sys.executable, __file__, "--patients", str(size)]
            words += ["--changed", str(asked.changed), "--data", str(asked.data)]
            subprocess.run(words, check=True)
        return
    (size,) = asked.patients
    with tempfile.TemporaryDirectory(prefix="proofline-night-") as made:
        os.environ["PROOFLINE_HOME"] = made
        from proofline.cli.running.setting_up import set_up

        set_up()
        tenant = book_of(size, Path(made), asked.data / str(size))
        remember(tenant)
        told(size, asked.changed, night(tenant, asked.changed))


if __name__ == "__main__":
    main()
