"""Durable, signed, deduplicated, ledgered POSTs beside a bare Django view that only parses JSON.

    python bench/ingest.py [--seconds 8] [--connections 64] [--rounds 3]

One server (the service's own, gunicorn with threads, SQLite with full synchronisation) and one
client on the same machine, in one run and in turns. Prints both rates, their ratio, the p99 of
both, how many readings a second go in by batches, and what each took of the server's processor,
which is what counts where others are at work on the machine (Linux only; a PostgreSQL, which
PROOFLINE_DATABASE may name, works in processes of its own that are not counted).
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import os
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).parent
PORT = 8971
FEEDS = 8
SECRET = "whsec_" + base64.b64encode(b"made-up secret of 32 bytes......").decode()


def environment(home: Path, threads: int) -> dict[str, str]:
    """The variables of the server: a home of its own, no TLS."""
    return os.environ | {
        "PROOFLINE_HOME": str(home),
        "PROOFLINE_TLS": "no",
        "PROOFLINE_BIND": f"127.0.0.1:{PORT}",
        "PROOFLINE_THREADS": str(threads),
        "PROOFLINE_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "ingest_server",
        "PYTHONPATH": f"{HERE}:{HERE.parent / 'src'}",
    }


def made_feeds(home: Path) -> list[str]:
    """Make a practice, devices with patients, and feeds; give the feeds' addresses."""
    os.environ.update(environment(home, 1))
    sys.path[:0] = [str(HERE), str(HERE.parent / "src")]
    # ruff: noqa: PLC0415 - after the environment is set
    from proofline.cli.running.setting_up import bring_up_to_date, set_up

    set_up()
    bring_up_to_date()
    from proofline.desk.arriving.feeds import Wanted, add
    from proofline.desk.arriving.proof.sealing import seal_of
    from proofline.desk.people import open_practice
    from proofline.store.book import by_ourselves, visible_to
    from proofline.store.models import Person

    now = datetime.now(UTC)
    tenant = open_practice("Made-up", "first", "a made-up password", now)
    with by_ourselves(tenant) as book, book.act("made-up", now) as act:
        act.add(
            "patients",
            [{"patient_id": f"P{n}", "time_zone": "America/Chicago"} for n in range(PATIENTS)],
        )
        act.add(
            "devices",
            [{"device_id": f"made-up-{n}", "kind": "blood_pressure"} for n in range(PATIENTS)],
        )
        act.add(
            "assignments",
            [
                {
                    "device_id": f"made-up-{n}",
                    "patient_id": f"P{n}",
                    "from_date": "2026-01-01",
                    "owner": "practice",
                }
                for n in range(PATIENTS)
            ],
        )
    with visible_to(Person.objects.get(username="first"), tenant, now) as book:
        wanted = Wanted("tenovi", "standard", (SECRET,))
        return [add(book, wanted, seal_of(home), now).path for _ in range(FEEDS)]


PATIENTS = 5_000
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def reading(number: int) -> dict[str, object]:
    """A made-up pressure; no two are the same."""
    at = (BEGIN + timedelta(seconds=number)).isoformat().replace("+00:00", "Z")
    return {
        "metric": "blood_pressure",
        "device_name": "Tenovi BPM",
        "hwi_device_id": f"made-up-{number % PATIENTS}",
        "sensor_code": "10",
        "value_1": str(100 + number % 60),
        "value_2": str(60 + number % 30),
        "created": at,
        "timestamp": at,
        "timezone_offset": -6,
        "estimated_timestamp": False,
    }


def request(address: str, message_id: str, body: bytes) -> bytes:
    """A whole signed request."""
    now = int(time.time())
    signed = f"{message_id}.{now}.".encode() + body
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    made = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    head = (
        f"POST {address} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nwebhook-id: {message_id}\r\nwebhook-timestamp: {now}\r\n"
        f"webhook-signature: v1,{made}\r\n\r\n"
    )
    return head.encode() + body


@dataclass
class Ran:
    """What a run of requests took."""

    seconds: float
    processor: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.waits) / self.seconds

    @property
    def each(self) -> float:
        """Microseconds of the server's processor for one request."""
        return 1e6 * self.processor / len(self.waits)

    @property
    def p99(self) -> float:
        """Milliseconds."""
        return 1000 * statistics.quantiles(self.waits, n=100)[98]


def processor(server: int) -> float:
    """Processor seconds that a server's processes took so far."""
    told = Path(f"/proc/{server}/task/{server}/children").read_text("ascii").split()
    ticks = 0
    for one in [server, *map(int, told)]:
        fields = Path(f"/proc/{one}/stat").read_text("ascii").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def run(requests: list[bytes], connections: int, server: int) -> Ran:
    """Send requests over so many connections, each the next as soon as the last is answered."""
    before = processor(server)
    selector, rest = selectors.DefaultSelector(), iter(requests)
    ran, began = Ran(0.0), time.perf_counter()
    sent_at: dict[socket.socket, float] = {}
    for _ in range(connections):
        wire = socket.create_connection(("127.0.0.1", PORT))
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(wire, selectors.EVENT_READ)
        if not _next(wire, rest, sent_at):
            selector.unregister(wire)
            break
    while sent_at:
        for key, _ in selector.select():
            wire = key.fileobj
            assert isinstance(wire, socket.socket)
            said = wire.recv(65536)
            head, _, body = said.partition(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
            while len(body) < length:
                body += wire.recv(65536)
            ran.waits.append(time.perf_counter() - sent_at.pop(wire))
            status = int(said[9:12] or 0)
            ran.statuses[status] = ran.statuses.get(status, 0) + 1
            if not _next(wire, rest, sent_at):
                selector.unregister(wire)  # the server closes what is idle
                wire.close()
    ran.seconds, ran.processor = time.perf_counter() - began, processor(server) - before
    return ran


def _next(wire: socket.socket, rest: object, sent_at: dict[socket.socket, float]) -> bool:
    found = next(rest, None)  # type: ignore[call-overload]
    if found is None:
        return False
    sent_at[wire] = time.perf_counter()
    wire.sendall(found)
    return True


def started(home: Path, threads: int) -> subprocess.Popen[bytes]:
    """Start the server and wait until it answers."""
    command = [sys.executable, "-m", "gunicorn", "--config", "python:proofline.site.gunicorn"]
    server = subprocess.Popen(
        [*command, "proofline.site.wsgi:application"], env=environment(home, threads)
    )
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", PORT)).close()
        except OSError:
            time.sleep(0.1)
        else:
            return server
    raise SystemExit("the server does not answer")


def main() -> None:
    """Measure, in turns, and print."""
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--requests", type=int, default=6000)
    said.add_argument("--connections", type=int, default=64)
    said.add_argument("--rounds", type=int, default=3)
    said.add_argument("--batch", type=int, default=1000)
    asked = said.parse_args()
    with tempfile.TemporaryDirectory(prefix="proofline-bench-") as made:
        home = Path(made)
        addresses = made_feeds(home)
        server = started(home, asked.connections)
        try:
            number, rounds = 0, []
            for turn in range(asked.rounds + 1):
                bodies = [json.dumps([reading(number + n)]).encode() for n in range(asked.requests)]
                bare = run(
                    [request("/bare", f"b{n}", one) for n, one in enumerate(bodies)],
                    asked.connections,
                    server.pid,
                )
                kept = run(
                    [
                        request(addresses[n % FEEDS], f"m{number + n}", one)
                        for n, one in enumerate(bodies)
                    ],
                    asked.connections,
                    server.pid,
                )
                number += asked.requests
                if turn:
                    rounds.append((bare, kept))
                    print(
                        f"bare {bare.rate:7.0f}/s p99 {bare.p99:6.1f} ms   kept {kept.rate:7.0f}/s"
                        f" p99 {kept.p99:6.1f} ms   ratio {kept.rate / bare.rate:.2f}"
                        f"   p99 {kept.p99 / bare.p99:.2f} x   {kept.statuses}"
                        f"   processor {bare.each:.0f} and {kept.each:.0f} us"
                    )
            ratio = statistics.median(kept.rate / bare.rate for bare, kept in rounds)
            slow = statistics.median(kept.p99 / bare.p99 for bare, kept in rounds)
            own = statistics.median(bare.each / kept.each for bare, kept in rounds)
            print(
                f"single: {ratio:.2f} x a bare view (wanted 0.5), p99 {slow:.2f} x (wanted 2);"
                f" by the server's processor {own:.2f} x"
            )
            batches = []
            for _ in range(40):
                batches.append(
                    json.dumps([reading(number + n) for n in range(asked.batch)]).encode()
                )
                number += asked.batch
            ran = run(
                [
                    request(addresses[n % FEEDS], f"s{number}-{n}", one)
                    for n, one in enumerate(batches)
                ],
                4,
                server.pid,
            )
            rate, own = ran.rate * asked.batch, 1e6 * asked.batch / ran.each
            print(
                f"batches of {asked.batch}: {rate:.0f} readings/s (wanted 20,000) {ran.statuses};"
                f" {own:.0f} in a second of the server's processor"
            )
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
