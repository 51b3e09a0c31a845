"""Killed in the middle of a write, or out of disk: what was acknowledged is there, and once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from service_places import ON_POSTGRESQL, Place, made_once, place

__all__ = ["made_once", "place"]

QUICK, MANY = 4, 84

# Two writers send readings, signatures and submissions; each key that was committed is noted. Then
# both are killed, wherever they are, and others go on from what was acknowledged, so that what was
# committed but not acknowledged is sent twice.
LOADED = """
import os, random, signal, sys, time
from django.db import connection
from proofline.store.decided import keep
kept_in, kills = sys.argv[1], int(sys.argv[2])
die = random.Random(kills)
acknowledged = os.open(kept_in, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

def reading(key):
    return {"reading_id": key, "patient_id": "P-1", "device_id": "D-1", "metric": "85354-9",
            "measured_at": "2026-03-01T07:12:00Z", "value": "120", "unit": "mm[Hg]",
            "entry": "automatic"}

def take(book, key):
    with book.act("reading.take", datetime.now(UTC)) as act:
        if not book.shelf.rows("readings", reading_id={key}):
            act.add("readings", [reading(key)])

def sign(book, key):
    with book.act("cycle.sign_off", datetime.now(UTC)) as act:
        if not book.shelf.rows("sign_offs", sign_off_id={key}):
            act.add("sign_offs", [{
                "sign_off_id": key, "enrollment_id": "E-1", "period_start": "2026-01-02",
                "period_end": "2026-01-31", "performer_id": "D-1",
                "signed_at": "2026-02-02T10:00:00Z",
            }])

def submit(book, key):
    with book.act("claim.submit", datetime.now(UTC)) as act:
        if not book.shelf.rows("other_services", service_id={key}):
            act.add("other_services", [{
                "service_id": key, "patient_id": "P-1", "code": "99454",
                "from_date": "2026-01-31", "status": "billed", "source": "made up",
            }])

ACTS = (take, sign, submit)

def write(name):
    with open(kept_in) as file:
        number = 1 + sum(line.startswith(name) for line in file)
    while True:
        key = f"{name}-{number}"
        with by_ourselves(TENANT) as book:
            ACTS[number % 3](book, key)
        os.write(acknowledged, (key + "\\n").encode())
        number += 1

connection.close()
for _ in range(kills // 2):
    writers = []
    for name in ("one", "two"):
        pid = os.fork()
        if not pid:
            try:
                write(name)
            finally:
                os._exit(3)  # a writer never ends by itself
        writers.append(pid)
    before, latest = os.path.getsize(kept_in), time.monotonic() + 30
    while os.path.getsize(kept_in) < before + 12 and time.monotonic() < latest:
        time.sleep(0.01)  # two are acknowledged, however busy the machine is
    time.sleep(die.uniform(0, 0.3))
    for pid in writers:
        os.kill(pid, signal.SIGKILL)
        assert os.waitpid(pid, 0)[1] == signal.SIGKILL
"""
KEPT = """
with by_ourselves(TENANT):
    from django.db import connection
    with connection.cursor() as cursor:
        for table, column in (("readings", "reading_id"), ("sign_offs", "sign_off_id"),
                              ("other_services", "service_id")):
            cursor.execute(f"SELECT {column} FROM evidence_{table}")
            for (key,) in cursor.fetchall():
                print(key)
"""


@pytest.mark.slow
@pytest.mark.parametrize("kills", [QUICK, MANY])
def test_whoever_is_killed_had_acknowledged_nothing_that_is_lost_or_doubled(
    place: Place, tmp_path: Path, kills: int
) -> None:
    acknowledged = tmp_path / "acknowledged"
    place.run(LOADED, acknowledged, kills)
    said = acknowledged.read_text().split()
    kept = Counter(place.run(KEPT).split())
    assert len(said) >= kills
    assert set(said) - set(kept) == set()
    assert {key for key, times in kept.items() if times > 1} == set()
    assert len(set(kept) - set(said)) <= 2  # the last of either writer, cut off before it said so
    assert place.command("verify").returncode == 0


# The limit on the size of a file stands for a full disk: a write beyond it fails in the same place.
FULL = """
import os, resource, sys
from django.conf import settings
from django.db import DatabaseError, connection

def write(number):
    with by_ourselves(TENANT) as book, book.act("test", datetime.now(UTC)) as act:
        act.add("patients", [{"patient_id": f"P-{number}", "time_zone": "UTC",
                              "address_line": "x" * 5000}])

write(0)
home = settings.HOME
most = max(path.stat().st_size for path in home.glob("book.sqlite3*")) + 100_000
resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
done, refused = 1, 0
while refused < 5 and done < 1000:
    try:
        write(done)
        done += 1
    except DatabaseError:
        refused += 1
with by_ourselves(TENANT) as book:
    there = len(book.shelf.rows("patients"))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
write("after")
with by_ourselves(TENANT) as book:
    print(done, refused, there, len(book.shelf.rows("patients")))
"""


@pytest.mark.slow
@pytest.mark.skipif(ON_POSTGRESQL, reason="the disk of PostgreSQL is its server's")
def test_a_full_disk_refuses_loses_nothing_and_is_over_when_there_is_room(place: Place) -> None:
    done, refused, there, after = map(int, place.run(FULL).split())
    assert (refused, there, after) == (5, done, done + 1)
    assert 1 < done < 1000
    assert place.command("verify").returncode == 0


# Both read how many there are and add one more; without turns both would read the same number.
COUNTING = """
import sys
for _ in range(int(sys.argv[1])):
    with by_ourselves(TENANT) as book, book.act("test", datetime.now(UTC)) as act:
        number = len(book.shelf.rows("patients"))
        act.add("patients", [{"patient_id": f"P-{number}", "time_zone": "UTC"}])
"""
COUNTED = """
with by_ourselves(TENANT) as book:
    from proofline.store.models import EVIDENCE
    print(len(book.shelf.rows("patients")), EVIDENCE["patients"].objects.count())
"""


@pytest.mark.slow
def test_what_an_act_read_still_holds_when_it_commits(place: Place) -> None:
    each = 25
    started = [place.start(COUNTING, each) for _ in range(2)]
    for process in started:
        with process:
            _, err = process.communicate(timeout=120)
            assert process.returncode == 0, err
    assert place.run(COUNTED) == f"{2 * each} {2 * each}"
