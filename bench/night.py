"""A night's work against what changed, what the calendar turns and the size of the book.

    python bench/night.py --patients 5000 --copies 1 4 20 --changed 50
    python bench/night.py --patients 5000 --copies 1 4 20 --in-a-hundred 1

Each size is a process and a book of its own. So that a size costs minutes and not hours, a sample
is decided and everybody else is given what was kept of one of them, and larger books are copies of
that one (`copies`). Then readings come in, the day ends and a worker does what is due. Seconds of
the processor, of the making of none of it.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

# ruff: noqa: PLC0415 - the service is imported after its environment is set
import msgspec
from copies import multiply
from practice import make

from service import PEOPLE, reading, remember

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
    return replace(turn, changed=(), news=(), ahead=ahead, holds=holds)


def made_ready(tenant: str, at: datetime) -> None:
    """See that the night has nothing to do of what was there before: readings, silent devices."""
    from django.db import connection, transaction

    from proofline.desk.care.alerts import listen_for_silence
    from proofline.store.book import by_ourselves
    from proofline.store.models import Job
    from proofline.store.work import watched

    with transaction.atomic(), by_ourselves(tenant) as book:
        with connection.cursor() as cursor:
            cursor.execute("SELECT max(row_no) FROM evidence_readings")
            watched.looked_at(tenant, "readings", cursor.fetchone()[0])
        listen_for_silence(book, at)
    Job.objects.all().delete()


def night(tenant: str, changed: int) -> dict[str, tuple[int, float]]:
    """Let readings of some patients come, end the day, do what is due.

    Gives for each kind of job how many were done, and the seconds of the processor.
    """
    from proofline.desk import days
    from proofline.store import jobs
    from proofline.store.book import by_ourselves

    tomorrow = datetime.now(UTC) + timedelta(days=1, minutes=5)
    made_ready(tenant, tomorrow)
    for number in random.Random(7).sample(range(len(PEOPLE)), changed):  # noqa: S311 - a sample
        reading(tenant, number, f"night-{number}")
    with by_ourselves(tenant) as book:
        days.watch_all(book, tomorrow)
    jobs.stand(tenant, "listen", "silence", tomorrow, due=tomorrow)
    return worked(tomorrow + timedelta(minutes=50))


def worked(at: datetime) -> dict[str, tuple[int, float]]:
    """Let a worker do what is due from an instant on; give what it did and what it cost, by kind.

    Its clock goes on by a second each time it is asked, for a night is due in portions.
    """
    from proofline.desk.working import Worker
    from proofline.store.models import Job

    kinds: list[str] = []

    def leased(step: str) -> None:
        if step == "leased":
            kinds.append(str(Job.objects.filter(leased_by="bench").values_list("kind")[0][0]))

    seconds_on = count()
    worker = Worker("bench", lambda: at + timedelta(seconds=next(seconds_on)), reached=leased)
    spent: dict[str, tuple[int, float]] = {}
    began = time.process_time()
    while done := worker.round():
        so_far, seconds = spent.get(kinds[-1], (0, 0.0))
        spent[kinds[-1]] = (so_far + done, seconds + time.process_time() - began)
        began = time.process_time()
    return spent


def told(size: int, changed: int, spent: dict[str, tuple[int, float]]) -> None:
    """Print what a night cost."""
    came, deciding = spent["decide"]
    turned, turning = spent.get("night", (0, 0.0))
    each = (deciding + turning) / (came + turned)
    rows = (
        ("patients who changed", came, deciding, f"{1000 * deciding / came:.0f} ms each"),
        ("patients who turned", turned, turning, f"{turned / size:.1%} of the book"),
        ("zones whose day ended", *spent["day"], ""),
        ("new readings watched", *spent["watch"], ""),
        ("places told again", *spent["age"], "none: nothing was taught"),
        ("listened for silence", *spent["listen"], "each hour"),
        ("everybody, as once", size, each * size, f"reckoned from {1000 * each:.0f} ms each"),
    )
    print(f"{size:,} patients, {changed:,} of them changed; seconds of the processor")
    for what, many, seconds, beside in rows:
        print(f"  {what:<24} {many:>8,} {seconds:9.2f} s  {beside}", flush=True)


def book_made(asked: argparse.Namespace, home: Path) -> str:
    """Make the small book in a home folder; give its tenant."""
    from proofline.cli.running.setting_up import set_up

    set_up()
    return book_of(asked.patients, home, asked.data / str(asked.patients))


def main() -> None:
    """Make the small book, and measure each size in a process of its own on a copy of it."""
    said = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    said.add_argument("--patients", type=int, default=5000, help="of the small book")
    said.add_argument("--copies", type=int, nargs="+", default=[1, 4], help="of each of them")
    said.add_argument("--changed", type=int, default=50, help="patients with a reading")
    said.add_argument("--in-a-hundred", type=int, help="the same, as a share of the book")
    said.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()) / "proofline-bench")
    said.add_argument("--tenant", help=argparse.SUPPRESS)
    asked = said.parse_args()
    if asked.tenant:
        measured(asked)
        return
    with tempfile.TemporaryDirectory(prefix="proofline-night-") as made:
        small = Path(made) / "small"
        os.environ["PROOFLINE_HOME"] = str(small)
        words = [sys.executable, __file__, "--tenant", book_made(asked, small)]
        words += ["--changed", str(asked.changed)]
        if asked.in_a_hundred is not None:
            words += ["--in-a-hundred", str(asked.in_a_hundred)]
        for times in asked.copies:
            home = Path(made) / str(times)
            shutil.copytree(small, home)
            multiply(home / "book.sqlite3", times)
            subprocess.run(words, check=True, env={**os.environ, "PROOFLINE_HOME": str(home)})
            shutil.rmtree(home)


def measured(asked: argparse.Namespace) -> None:
    """Measure one night of the book in the home folder of this process."""
    from proofline.cli.running.setting_up import set_up

    set_up()
    remember(asked.tenant)
    size, share = len(PEOPLE), asked.in_a_hundred
    changed = asked.changed if share is None else size * share // 100
    told(size, changed, night(asked.tenant, changed))


if __name__ == "__main__":
    main()
