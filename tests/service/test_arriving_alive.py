"""The service as it runs: racers over two servers, and servers that are killed under load.

Against a book of its own in a folder of its own, by real servers and real sockets. `PROBE_KILLS`
says how often the server is killed; the long run is marked slow.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pysqlite3
import pytest

from sampling import tried
from service_places import on_sqlite_only

pytestmark = on_sqlite_only
KILLS = tried("PROBE_KILLS", 0, 80)
"""How often servers are killed with many who send; a few kills are tried always."""
SECRET = "whsec_" + base64.b64encode(b"made-up secret of 32 bytes......").decode()
SRC = Path(__file__).parents[2] / "src"

MAKE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from proofline.cli.running.setting_up import bring_up_to_date, set_up
set_up(); bring_up_to_date()
from django.conf import settings
from proofline.desk.arriving.feeds import Wanted, add
from proofline.desk.arriving.proof.sealing import seal_of
from proofline.desk.people import open_practice
from proofline.store.opening import opened_as
now = datetime.now(UTC)
open_practice("Made-up", "first", "a made-up password", now)
with opened_as("first", "", now) as book:
    print(add(book, Wanted("tenovi", "standard", (sys.argv[1],)), seal_of(settings.HOME), now).path)
"""


@dataclass
class Place:
    """A book in a folder, and the address of its feed."""

    home: Path
    feed: str = ""

    def environment(self, port: int = 0) -> dict[str, str]:
        told = {name: cell for name, cell in os.environ.items() if not name.startswith("PROOFLINE")}
        told.pop("DJANGO_SETTINGS_MODULE", None)
        return told | {
            "PROOFLINE_HOME": str(self.home),
            "PROOFLINE_TLS": "no",
            "PROOFLINE_BIND": f"127.0.0.1:{port}",
            "PROOFLINE_LOG_LEVEL": "ERROR",
            "PYTHONPATH": str(SRC),
        }

    def asked(self, sql: str) -> list[tuple[object, ...]]:
        with pysqlite3.connect(self.home / "book.sqlite3") as book:
            return list(book.execute(sql))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path / "book")
    command = [sys.executable, "-c", MAKE, SECRET]
    told = subprocess.run(
        command, env=made.environment(), check=True, capture_output=True, text=True
    )
    made.feed = told.stdout.split()[-1]
    return made


@contextmanager
def served(place: Place) -> Iterator[tuple[int, int]]:
    """Serve the book; gives the port and the process whose children serve."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "python:proofline.site.gunicorn"]
    server = subprocess.Popen(
        [*gunicorn, "--preload", "--no-control-socket", "proofline.site.wsgi:application"],
        env=place.environment(port),
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, place)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(30)


def wait_for(port: int, place: Place) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        wire = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            wire.request("GET", "/fhir/metadata", headers={"Host": "localhost"})
            answer = wire.getresponse()
            answer.read()
            if answer.status == 200:
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            wire.close()
        time.sleep(0.1)
    raise AssertionError(f"no server for {place.home}")


def body_of(number: int) -> bytes:
    said = {
        "metric": "blood_pressure",
        "device_name": "Tenovi BPM",
        "hwi_device_id": f"made-up-{number % 7}",
        "sensor_code": "10",
        "value_1": "128",
        "value_2": "84",
        "timestamp": f"2026-03-01T12:00:00.{number:06}Z",
        "timezone_offset": -6,
    }
    return json.dumps([said]).encode()


def post(port: int, place: Place, message_id: str, body: bytes) -> tuple[int, bytes]:
    now = int(time.time())
    signed = f"{message_id}.{now}.".encode() + body
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    made = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    headers = {
        "Host": "localhost",
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(now),
        "webhook-signature": f"v1,{made}",
    }
    wire = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        wire.request("POST", place.feed, body, headers)
        answer = wire.getresponse()
        return answer.status, answer.read()
    finally:
        wire.close()


def effects(place: Place, prefix: str) -> tuple[int, int, int]:
    """How many messages, how many of their readings, and how many readings are there twice."""
    [(messages,)] = place.asked(
        f"SELECT count(*) FROM store_message WHERE message_id LIKE '{prefix}%'"
    )
    [(readings, different)] = place.asked(
        "SELECT count(*), count(DISTINCT reading_id) FROM evidence_readings"
    )
    assert isinstance(messages, int)
    assert isinstance(readings, int)
    assert isinstance(different, int)
    return messages, readings, readings - different


def race(place: Place, ports: list[int], keys: int, racers: int) -> None:
    with ThreadPoolExecutor(racers) as pool:
        for number in range(keys):
            ready = threading.Barrier(racers)

            def run(
                lane: int, number: int = number, ready: threading.Barrier = ready
            ) -> tuple[int, bytes]:
                ready.wait()
                port = ports[lane % len(ports)]
                return post(port, place, f"race-{number}", body_of(number))

            answers = list(pool.map(run, range(racers)))
            assert answers[0][0] == 200
            assert set(answers) == {answers[0]}


def check_race(place: Place, keys: int, racers: int) -> None:
    before = effects(place, "race-")[1]
    with ExitStack() as stack:
        ports = [stack.enter_context(served(place))[0] for _ in range(2)]
        race(place, ports, keys, racers)
    messages, readings, twice = effects(place, "race-")
    assert (messages, readings - before, twice) == (keys, keys, 0)


@dataclass
class Load:
    """Clients that send until they are told to stop, and try again until they are answered."""

    place: Place
    port: int
    stop: threading.Event = field(default_factory=threading.Event)
    acknowledged: set[int] = field(default_factory=set)
    begun: set[int] = field(default_factory=set)
    wrong: list[int] = field(default_factory=list)
    turn: threading.Lock = field(default_factory=threading.Lock)
    next: int = 1_000

    def run(self) -> None:
        while not self.stop.is_set():
            with self.turn:
                number, self.next = self.next, self.next + 1
                self.begun.add(number)
            self.deliver(number)

    def wait_for_more(self, answers: int) -> None:
        """Wait until the server is well at it again: a kill has to come in the middle of work."""
        before, until = len(self.acknowledged), time.monotonic() + 30
        while len(self.acknowledged) < before + answers and time.monotonic() < until:
            time.sleep(0.01)

    def deliver(self, number: int) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with suppress(OSError, http.client.HTTPException):
                status, _ = post(self.port, self.place, f"kill-{number}", body_of(number))
                if status == 200:
                    self.acknowledged.add(number)
                    return
                if status not in {429, 503}:
                    self.wrong.append(status)
            time.sleep(0.02)


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def check_kills(place: Place, kills: int) -> Load:
    chance = random.Random(7)  # noqa: S311 - when to kill
    with served(place) as (port, master):
        load = Load(place, port)
        clients = [threading.Thread(target=load.run) for _ in range(8)]
        for one in clients:
            one.start()
        for _ in range(kills):
            load.wait_for_more(5)
            time.sleep(chance.uniform(0, 0.3))
            for pid in children(master):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        load.stop.set()
        for one in clients:
            one.join()
    kept = {
        int(str(name).rpartition("-")[2])
        for (name,) in place.asked(
            "SELECT message_id FROM store_message WHERE message_id LIKE 'kill-%'"
        )
    }
    assert load.wrong == []
    assert load.acknowledged - kept == set()  # nothing that was acknowledged is lost
    assert effects(place, "kill-")[2] == 0  # and nothing counts twice
    assert len(load.acknowledged) > kills
    [(sized,)] = place.asked("SELECT size FROM ledger_head")
    assert place.asked("SELECT count(*), max(seq) + 1 FROM ledger_entry") == [(sized, sized)]
    return load


@pytest.mark.slow
def test_a_few_racers_and_a_few_kills(place: Place) -> None:
    check_race(place, keys=10, racers=16)
    check_kills(place, kills=4)


@pytest.mark.slow
@pytest.mark.skipif(not KILLS, reason="minutes; PROBE_KILLS=80 runs it")
def test_many_racers_and_many_kills(place: Place) -> None:
    check_race(place, keys=200, racers=16)
    load = check_kills(place, kills=KILLS)
    print(f"{len(load.acknowledged)} acknowledged")  # noqa: T201 - what the probe counted
