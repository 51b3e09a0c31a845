"""Webhooks: signed so that others can check, retried, ended by 410, never behind our walls."""

from __future__ import annotations

import base64
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db import transaction

from api_callers import ask, signed_in
from made_up_people import CUFF, PATIENT, put, reading, with_patients
from made_up_practices import START, Clock, Practice
from proofline.desk.care.alerts import listen_for_silence
from proofline.desk.telling import events
from proofline.desk.telling.reaching import Reach, Unreachable
from proofline.desk.telling.sending import LADDER
from proofline.desk.trouble import DeskError
from proofline.desk.working import Worker
from proofline.store import jobs
from proofline.store.book import by_ourselves
from proofline.store.models import Delivery, Job, Subscription


@dataclass
class Heard:
    """A subscriber's server: what it was sent, and what it answers."""

    port: int = 0
    answers: list[int] = field(default_factory=list)
    sent: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@pytest.fixture
def heard() -> Iterator[Heard]:
    told = Heard()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            told.sent.append(({k.lower(): v for k, v in self.headers.items()}, body))
            told.paths.append(self.path)
            status = told.answers.pop(0) if told.answers else 204
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"http://127.0.0.1:{told.port}/inside")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answering)
    told.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


def subscribed(practice: Practice, heard: Heard, *kinds: events.Kind) -> events.Subscribed:
    book = practice.opened("integrator")
    wish = events.Wish("https://hooks.example/hook", kinds or (events.READY,))
    made = events.subscribe(book, wish, START)
    # A server with a certificate and a public address is more than these tests need.
    Subscription.objects.update(url=f"http://127.0.0.1:{heard.port}/hook")
    return made


def told(practice: Practice, kind: events.Kind = events.READY) -> str:
    ids = {"enrollment_id": "enr_1", "code": "99454"}
    with transaction.atomic(), by_ourselves(practice.tenant_id) as book:
        return "".join(events.tell(book, [(kind, ids)], START))


def worker(heard: Heard, clock: Clock) -> Worker:
    return Worker("w", clock, reach=Reach((f"127.0.0.1:{heard.port}",)))


def rounds(of: Worker) -> None:
    while of.round():
        pass


def test_a_message_is_signed_so_that_a_stranger_can_check_it(
    practice: Practice, heard: Heard, clock: Clock
) -> None:
    keys = subscribed(practice, heard).keys
    event_id = told(practice)
    rounds(worker(heard, clock))
    ((headers, body),) = heard.sent
    assert headers["webhook-id"] == event_id
    assert headers["webhook-timestamp"] == str(int(START.timestamp()))
    signed = f"{event_id}.{headers['webhook-timestamp']}.".encode() + body
    marks = dict(one.split(",") for one in headers["webhook-signature"].split(" "))
    public = Ed25519PublicKey.from_public_bytes(
        base64.b64decode(keys.public_key.removeprefix("whpk_"))
    )
    public.verify(base64.b64decode(marks["v1a"]), signed)
    secret = base64.b64decode(keys.secret.removeprefix("whsec_"))
    assert base64.b64decode(marks["v1"]) == hmac.digest(secret, signed, "sha256")
    assert json.loads(body) == {
        "type": "line.ready",
        "timestamp": "2026-03-02T14:00:00Z",
        "data": {"enrollment_id": "enr_1", "code": "99454"},
    }


def test_other_keys_sign_after_a_rotation(practice: Practice, heard: Heard, clock: Clock) -> None:
    first = subscribed(practice, heard)
    fresh = events.rotate(practice.opened("integrator"), first.subscription_id, START)
    assert fresh.keys != first.keys
    told(practice)
    rounds(worker(heard, clock))
    ((headers, body),) = heard.sent
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mark = dict(one.split(",") for one in headers["webhook-signature"].split(" "))["v1a"]
    key = base64.b64decode(fresh.keys.public_key.removeprefix("whpk_"))
    Ed25519PublicKey.from_public_bytes(key).verify(base64.b64decode(mark), signed)


@pytest.mark.slow
def test_the_ladder_leads_over_three_days(practice: Practice, heard: Heard, clock: Clock) -> None:
    subscribed(practice, heard)
    told(practice)
    heard.answers = [500] * len(LADDER)
    at, of = START, worker(heard, clock)
    for number, wait in enumerate(LADDER):
        at += wait
        clock.at = at - timedelta(seconds=1)
        rounds(of)
        assert len(heard.sent) == number
        clock.at = at
        rounds(of)
        assert len(heard.sent) == number + 1
    assert timedelta(days=3) <= at - START <= timedelta(days=3, hours=6)
    assert len({headers["webhook-id"] for headers, _ in heard.sent}) == 1
    clock.after(days=30)
    rounds(of)
    assert (len(heard.sent), Job.objects.filter(kind="tell").count()) == (len(LADDER), 0)
    client = signed_in("north-integrator")
    path = f"subscriptions/{Subscription.objects.get().pk}/deliveries"
    log = ask(client, practice, "GET", path).json()["items"]
    assert [(one["attempt"], one["status"], one["trouble"]) for one in log] == [
        (number, 500, "refused") for number in range(len(LADDER))
    ]


def test_gone_ends_the_subscription(practice: Practice, heard: Heard, clock: Clock) -> None:
    subscribed(practice, heard)
    told(practice)
    heard.answers = [410]
    rounds(worker(heard, clock))
    assert Subscription.objects.get().ended_why == "gone"
    assert told(practice) == ""


def test_a_redirect_is_not_followed(practice: Practice, heard: Heard, clock: Clock) -> None:
    subscribed(practice, heard)
    told(practice)
    heard.answers = [302]
    rounds(worker(heard, clock))
    assert heard.paths == ["/hook"]
    assert Delivery.objects.get().status == 302
    assert Job.objects.get(kind="tell").subject.endswith(" 1")


def test_nobody_is_told_what_they_did_not_ask_for(
    practice: Practice, heard: Heard, clock: Clock
) -> None:
    subscribed(practice, heard, events.HELD)
    assert told(practice, events.READY) == ""
    rounds(worker(heard, clock))
    assert heard.sent == []


@pytest.mark.slow
def test_decisions_and_silent_devices_are_told_with_ids_only(
    practice: Practice, heard: Heard, clock: Clock
) -> None:
    with_patients(practice)
    subscribed(practice, heard, *events.KINDS)
    book = practice.opened("coordinator")
    put(book, "assignments", {"device_id": CUFF, "patient_id": PATIENT, "from_date": "2026-01-05"})
    put(book, "readings", reading("r-1", "120", START - timedelta(days=10)))
    with by_ourselves(practice.tenant_id) as ours, transaction.atomic():
        assert listen_for_silence(ours, START) == 1
        held = {"outcome": "held", "enrollment_id": "enr_1", "code": "99454", "patient": "Name"}
        period = {"kind": "cycle", "start": "2026-01-05"}
        events.tell_decisions(ours, [held | {"period": period}, {"outcome": "open"}], START)
    rounds(worker(heard, clock))
    sent = sorted((json.loads(body) for _, body in heard.sent), key=lambda one: one["type"])
    assert [(one["type"], sorted(one["data"])) for one in sent] == [
        ("device.silent", ["device_id"]),
        ("line.held", ["code", "enrollment_id", "period_kind", "period_start"]),
    ]


@pytest.mark.slow
def test_a_worker_that_lost_its_lease_keeps_nothing(
    practice: Practice, heard: Heard, clock: Clock
) -> None:
    subscribed(practice, heard)
    told(practice)
    slow, quick = worker(heard, clock), worker(heard, clock)
    quick.name = "quick"
    taken = jobs.lease(slow.name, clock(), 10)
    clock.after(minutes=2)
    rounds(quick)
    events_before = Delivery.objects.count()
    slow._tell(taken)  # noqa: SLF001 - what the slow one does when it wakes
    assert (events_before, Delivery.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "url",
    [
        *("http://hooks.example/x", "https://name:word@hooks.example/", "ftp://hooks.example"),
        *("https:///x", "https://hooks.example:99999/", "https://hooks .example/", "x" * 501),
    ],
)
def test_an_address_that_will_not_do_is_refused(practice: Practice, url: str) -> None:
    body = {"url": url, "kinds": ["line.ready"]}
    answer = ask(signed_in("north-integrator"), practice, "POST", "subscriptions", body)
    assert answer.json()["code"] == "desk.webhook_address"


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "10.0.0.8", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "100.64.1.1"),
        *("0x7f000001", "2130706433", "127.1", "localhost", "hooks.LOCALHOST"),
    ],
)
def test_an_address_that_leads_inside_is_refused_when_it_is_given(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """Not three days later, attempt by attempt; the operator may name it all the same."""
    book, wish = practice.opened("integrator"), events.Wish(f"https://{host}/x", (events.READY,))
    with pytest.raises(DeskError, match="not a public one"):
        events.subscribe(book, wish, START)
    named = host.strip("[]").lower()
    monkeypatch.setattr(settings, "WEBHOOK_HOSTS", [named])
    assert events.subscribe(book, wish, START).subscription_id


INSIDE = (
    *(
        "127.0.0.1",
        "127.1.2.3",
        "0.0.0.0",  # noqa: S104 - to be refused
        "10.0.0.1",
        "172.16.0.9",
        "192.168.1.1",
        "169.254.169.254",
    ),
    *("100.64.0.1", "192.0.0.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
    *("::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "::ffff:127.0.0.1", "::ffff:8.8.8.8"),
    *(
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2001:0:1::1",
        "ff02::1",
        "fec0::1",
    ),
    *("::127.0.0.1",),
)


@pytest.mark.parametrize("address", INSIDE)
def test_no_address_of_ours_is_reached(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    kind = socket.AF_INET6 if ":" in address else socket.AF_INET
    outside = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))
    inside = (kind, socket.SOCK_STREAM, 6, "", (address, 443))
    for found in ([inside], [outside, inside]):
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, found=found, **__: found)
        monkeypatch.setattr(socket, "socket", never)
        with pytest.raises(Unreachable, match="not public"):
            Reach().post("https://hooks.example/", {}, b"")


def never(*_: Any) -> Any:  # noqa: ANN401
    raise AssertionError("a connection was begun")


def test_the_connection_goes_to_the_address_that_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that answers otherwise when it is asked again gets nowhere: it is asked once."""
    answers = iter(["93.184.216.34", "127.0.0.1"])
    asked: list[str] = []
    connected: list[object] = []

    def resolved(host: str, *_: object, **__: object) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), 443))]

    def connect(_: socket.socket, place: object) -> None:
        connected.append(place)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(Unreachable, match="no answer"):
        Reach().post("https://hooks.example/", {}, b"")
    assert (asked, connected) == (["hooks.example"], [("93.184.216.34", 443)])


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "017700000001", "127.1", "localhost"])
def test_no_spelling_of_loopback_is_reached(heard: Heard, host: str) -> None:
    with pytest.raises(Unreachable):
        Reach().post(f"https://{host}:{heard.port}/", {}, b"")
    assert heard.sent == []


def test_only_what_the_operator_allows_is_reached_inside(heard: Heard) -> None:
    url = f"http://127.0.0.1:{heard.port}/"
    with pytest.raises(Unreachable, match="scheme"):
        Reach().post(url, {}, b"{}")
    assert Reach(("127.0.0.1",)).post(url, {}, b"{}") == 204
