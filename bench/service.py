"""The running service: from a reading accepted to its decision current, and a night's changes.

    python bench/service.py --patients 5000 --night 5000 20000

The book is made anew in a folder of its own, or in the empty database that PROOFLINE_DATABASE names
(for one size only). A worker runs as a process of its own, as beside the server.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from practice import make

GOAL_SECONDS = 2.0
WORK = (sys.executable, "-c", "from proofline.cli import main; main()", "work")


def book_of(patients: int, home: Path, data: Path) -> str:
    """Make a book with so many patients in this process; give its tenant."""
    from proofline.cli.running.setting_up import bring_up_to_date  # noqa: PLC0415
    from proofline.desk.moving.taking_over import take_over  # noqa: PLC0415
    from proofline.desk.people.accounts import open_practice  # noqa: PLC0415
    from proofline.store.book import by_ourselves  # noqa: PLC0415

    home.mkdir(exist_ok=True)
    bring_up_to_date()
    make(patients, data)
    now = datetime.now(UTC)
    tenant = open_practice("Made-up", "first", "four lanterns over harvest", now)
    began = time.perf_counter()
    with by_ourselves(tenant) as book:
        rows = sum(take_over(book, data, now).values())
    seconds = time.perf_counter() - began
    print(f"taken over    {rows:,} rows of {patients:,} patients, {rows / seconds:,.0f} a second")
    print(f"decided       all of them in {drained():.1f} s")
    return tenant


def drained() -> float:
    """Do all jobs in this process; give the seconds."""
    from proofline.desk.working import Worker  # noqa: PLC0415

    worker = Worker("bench", lambda: datetime.now(UTC) + timedelta(seconds=2))
    began = time.perf_counter()
    while worker.round():
        pass
    return time.perf_counter() - began


def night(tenant: str, patients: int) -> None:
    """Change one patient in a hundred, and decide what that turns."""
    changed = random.Random(7).sample(range(patients), patients // 100)  # noqa: S311 - a sample
    for number in changed:
        reading(tenant, number, f"night-{number}")
    began = time.process_time()
    seconds = drained()
    each = 1000 * seconds / len(changed)
    print(
        f"a night       {len(changed):,} of {patients:,} patients changed: {seconds:.1f} s,"
        f" {time.process_time() - began:.1f} processor s, {each:.0f} ms each"
    )


def reading(tenant: str, number: int, name: str) -> str:
    """Accept one reading of a patient's own device; give the patient's id."""
    from proofline.store.book import by_ourselves  # noqa: PLC0415

    now = datetime.now(UTC)
    with by_ourselves(tenant) as book:
        patient = PEOPLE[number]
        row = {
            "reading_id": f"bench-{name}",
            "patient_id": patient,
            "device_id": DEVICES[patient],
            "metric": "85354-9",
            "value": "121",
            "value_2": "77",
            "unit": "mm[Hg]",
            "measured_at": now.isoformat(timespec="seconds"),
            "received_at": now.isoformat(timespec="seconds"),
            "entry": "automatic",
            "authenticity": "signed",
        }
        with book.act("reading.take", now) as act:
            act.add("readings", [row])
    return patient


def to_current(tenant: str, seconds: int, a_second: float) -> None:
    """Let readings come while a worker works; measure until each one's decision is current."""
    from proofline.store.models import Job  # noqa: PLC0415

    die = random.Random(11)  # noqa: S311 - a sample
    waiting: dict[str, float] = {}
    took: list[float] = []
    began, number = time.perf_counter(), 0
    while time.perf_counter() - began < seconds or waiting:
        now = time.perf_counter()
        if now - began < seconds and now >= began + number / a_second:
            waiting.setdefault(reading(tenant, die.randrange(len(PEOPLE)), f"live-{number}"), now)
            number += 1
        left = set(Job.objects.filter(kind="decide").values_list("subject", flat=True))
        current = time.perf_counter()
        took += [current - waiting.pop(patient) for patient in waiting.keys() - left]
        time.sleep(0.01)
    took.sort()
    p50, p95 = took[len(took) // 2], took[int(len(took) * 0.95)]
    print(
        f"to current    {len(took)} readings at {a_second:g} a second, {len(PEOPLE):,} patients:"
        f" p50 {p50:.2f} s, p95 {p95:.2f} s, most {took[-1]:.2f} s (goal p95 < {GOAL_SECONDS} s)"
    )


PEOPLE: list[str] = []
DEVICES: dict[str, str] = {}


def remember(tenant: str) -> None:
    """Keep in mind who has which device."""
    from proofline.store.book import by_ourselves  # noqa: PLC0415

    with by_ourselves(tenant) as book:
        for row in book.shelf.rows("assignments"):
            DEVICES.setdefault(str(row["patient_id"]), str(row["device_id"]))
    PEOPLE[:] = sorted(DEVICES)


def main() -> None:
    """Run one size in this process; several sizes in processes of their own."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--patients", type=int, default=5000, help="for the time to current")
    asked.add_argument("--night", type=int, nargs="*", default=[], help="further sizes")
    asked.add_argument("--seconds", type=int, default=30, help="how long readings come")
    asked.add_argument("--rate", type=float, default=5, help="readings a second")
    asked.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()) / "proofline-bench")
    said = asked.parse_args()
    for size in said.night:
        again = [sys.executable, __file__, "--patients", str(size), "--seconds", "0"]
        subprocess.run([*again, "--data", str(said.data)], check=True)
    with tempfile.TemporaryDirectory(prefix="proofline-service-") as made:
        os.environ["PROOFLINE_HOME"] = made
        from proofline.cli.running.setting_up import set_up  # noqa: PLC0415

        set_up()
        tenant = book_of(said.patients, Path(made), said.data / str(said.patients))
        remember(tenant)
        night(tenant, said.patients)
        if said.seconds:
            with subprocess.Popen(WORK) as worker:
                time.sleep(8)  # it starts, and ends the day that it finds
                to_current(tenant, said.seconds, said.rate)
                worker.terminate()


if __name__ == "__main__":
    main()
