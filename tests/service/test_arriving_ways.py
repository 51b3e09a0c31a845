"""The other ways in and out: files dropped, what is fetched, one transaction for many, silence."""

from __future__ import annotations

import json
import os
import ssl
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection

from made_up_messages import PRESSURE, pressure, sent
from made_up_practices import START, Practice
from proofline.api.ingest.limits import TooMuch
from proofline.api.ingest.writer import Writer
from proofline.desk.arriving import feeds, together
from proofline.desk.arriving.dropped import take_dropped
from proofline.desk.arriving.feeds import Feed, Wanted
from proofline.desk.arriving.fetching.outbound import NotFetched, Outbound, is_public
from proofline.desk.arriving.messages import Sent, id_of
from proofline.desk.arriving.one_meaning import ambiguity
from proofline.desk.arriving.proof.proving import proofs
from proofline.desk.arriving.proof.sealing import Seal
from proofline.desk.arriving.silence import silent_devices
from proofline.desk.arriving.taking import take
from proofline.desk.arriving.together import Full, NotKept, Unsure, take_together
from proofline.intake import taking_in
from proofline.intake.payloads.payload import Payload
from proofline.intake.tables.appending import EvidenceFolder
from proofline.site.logging import Lines
from proofline.store.book import by_ourselves

SEAL = Seal(bytes(range(32)))
FIXTURES = Path(taking_in.__file__).parent / "fixtures"


def opened(practice: Practice, source: str = "tenovi", scheme: str = "") -> Feed:
    book = practice.opened("integrator")
    made = feeds.add(book, Wanted(source, scheme), SEAL, START)
    return feeds.by_id(book, made.feed_id, SEAL)


# The same rows as a folder


@pytest.mark.parametrize(
    ("source", "file"),
    [
        ("tenovi", "webhook.json"),
        ("tenovi", "traps.json"),
        ("telli", "v2.ndjson"),
        ("bodytrace", "posts.json"),
        ("withings", "measures.json"),
        ("smart-meter", "push.ndjson"),
        ("ihealth", "pressure.json"),
        ("hl7v2", "pcd01.hl7"),
    ],
)
def test_a_message_gives_the_rows_that_a_file_gives(
    practice: Practice, tmp_path: Path, source: str, file: str
) -> None:
    body = (FIXTURES / source.replace("-", "_") / file).read_bytes()
    name = id_of(body)
    payload = Payload(name, body, name.partition(":")[2], "2026-03-02T14:00:00.000Z")
    taking_in.take_in_payloads(source, [payload], tmp_path)
    with by_ourselves(practice.tenant_id) as book:
        take(book, [Sent(source, name, body, "file", START)], START)
        for table in ("devices", "readings", "provenance"):
            ours = [{k: v for k, v in row.items() if v} for row in book.shelf.rows(table)]
            assert ours == list(EvidenceFolder(tmp_path).rows(table))
    assert book.shelf.rows("readings")


# One transaction for many


def test_a_feed_that_was_closed_meanwhile_takes_nothing(practice: Practice) -> None:
    feed, other = opened(practice), opened(practice)
    feeds.close(practice.opened("integrator"), feed.feed_id, START)
    found = take_together([(feed, sent(pressure())), (other, sent(pressure(), "m-2"))], START)
    assert found[0] is None
    assert found[1] is not None
    assert len(practice.opened("integrator").shelf.rows("readings")) == 1


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("database or disk is full", Full),
        ("disk I/O error", Unsure),
        ("database is locked", Unsure),
    ],
)
def test_trouble_of_the_database_is_full_or_unsure(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, words: str, kind: type[NotKept]
) -> None:
    feed = opened(practice)

    def broken(*_: object) -> None:
        raise OperationalError(words)

    monkeypatch.setattr(together, "take", broken)
    monkeypatch.setattr(connection, "close", lambda: None)
    with pytest.raises(kind):
        take_together([(feed, sent(pressure()))], START)
    monkeypatch.undo()
    assert take_together([(feed, sent(pressure()))], START)[0] is not None  # it goes on by itself


@pytest.fixture
def writer(monkeypatch: pytest.MonkeyPatch) -> Writer:
    """A writer without a thread: its queue is looked at by the test."""
    made = Writer(most=2)
    monkeypatch.setattr(made, "_begin", lambda: None)
    monkeypatch.setattr("proofline.api.ingest.writer.PATIENCE", 0.01)
    return made


def test_a_full_queue_says_when_to_come_again(writer: Writer) -> None:
    feed = Feed("fed_1", "tnt_1", "tenovi", 1, proofs("mllp", ()))
    for number in range(2):
        with pytest.raises(Unsure):  # nobody writes, so nobody knows
            writer.put(feed, sent(b"{}", f"m-{number}"))
    with pytest.raises(TooMuch) as refused:
        writer.put(feed, sent(b"{}", "m-3"))
    assert (refused.value.status, refused.value.retry_after) == (429, 1)


# JSON with one meaning


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"a": 1, "\\u0061": 2}', "twice"),
        (b'[{"x": {"b": 1, "b": 1}}]', "twice"),
        (b'{"a": 1}\n{"a": 1, "a": 1}\n', "twice"),
        (b'{"a": "x\\u0000y"}', "NUL"),
        (b"[" * 33 + b"]" * 33, "deeper"),
        (b'{"a": ":\\":{[", "b": "\\\\"}', ""),
        (b'{"a": "\\\\u0000"}', ""),
        (b"[" * 32 + b"]" * 32, ""),
        (b'{"a:b": {"c": [1.5, null]}}', ""),
        (b'{"a": ":x"}', ""),
        (b'[{"a": ":", "b": {"c": " :"}}, {"a": ":x"}]', ""),
        (b'[{"a": "x"}, {"b": "x", "a": "", "b": "x"}]', "twice"),
        (b'{"a"\n: 1, "a" : ":"}', "twice"),
        (b'{"": 1, "": 1}', "twice"),
        (b'{"a": ":x\\n"}', ""),
        (b"not json", ""),
        (b"{", ""),
    ],
)
def test_json_with_two_meanings_is_found(body: bytes, words: str) -> None:
    assert words in ambiguity(body)
    assert bool(ambiguity(body)) == bool(words)


# Files dropped


def test_a_dropped_file_is_taken_in_and_moved(practice: Practice, tmp_path: Path) -> None:
    feed = opened(practice, scheme="drop")
    folder = tmp_path / "drop" / feed.feed_id
    folder.mkdir(parents=True)
    for name, body in (("good.json", pressure()), ("bad.json", b"{"), (".part", b"{"), ("_x", b"")):
        (folder / name).write_bytes(body)
        os.utime(folder / name, (START.timestamp() - 60,) * 2)
    (folder / "fresh.json").write_bytes(pressure())  # still being written, for all we know
    os.utime(folder / "fresh.json", (START.timestamp(),) * 2)
    assert take_dropped(tmp_path, START) == 2
    assert (folder / "done" / "good.json").read_bytes() == pressure()
    assert "not_json" in (folder / "held" / "bad.json.why.txt").read_text()
    assert sorted(one.name for one in folder.iterdir()) == [
        ".part",
        "_x",
        "done",
        "fresh.json",
        "held",
    ]
    assert take_dropped(tmp_path, START + timedelta(seconds=9)) == 1
    assert {one.name for one in (folder / "done").iterdir()} == {"good.json", "fresh.json"}
    (row,) = practice.opened("integrator").shelf.rows("readings")  # the same bytes count once
    assert row["authenticity"] == "file"


def test_a_feed_of_files_gets_its_folder(practice: Practice, tmp_path: Path) -> None:
    feed = opened(practice, scheme="drop")
    assert take_dropped(tmp_path, START) == 0
    assert (tmp_path / "drop" / feed.feed_id).is_dir()


def test_a_name_as_long_as_names_get_is_no_trouble(practice: Practice, tmp_path: Path) -> None:
    folder = tmp_path / "drop" / opened(practice, scheme="drop").feed_id
    folder.mkdir(parents=True)
    (folder / ("é" * 127)).write_bytes(b"{")
    assert take_dropped(tmp_path, START + timedelta(days=9_000)) == 1
    held = {one.name for one in (folder / "held").iterdir()}
    assert "é" * 127 in held
    assert any(name.endswith("é.why.txt") for name in held)


def test_a_file_that_cannot_be_read_stops_no_other_and_is_told_of_once(
    practice: Practice, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    feed = opened(practice, scheme="drop")
    folder = tmp_path / "drop" / feed.feed_id
    (folder / "held").mkdir(parents=True)
    (folder / "made-up-name.json").write_bytes(b"{")
    (folder / "held" / "made-up-name.json.why.txt").mkdir()  # as little to be written as no right
    (folder / "well.json").write_bytes(pressure())
    later = START + timedelta(days=9_000)
    assert take_dropped(tmp_path, later) == 1
    assert (folder / "done" / "well.json").exists()
    assert take_dropped(tmp_path, later) == 0
    assert (folder / "made-up-name.json").read_bytes() == b"{"
    (told,) = (one for one in caplog.records if one.name == "proofline.worker")
    assert told.msg == "a dropped file is stuck"
    line = Lines().format(told)
    assert feed.feed_id in line
    assert "made-up-name" not in line


# Fetching

TRUSTING_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""As good as the machine's own where nothing is connected to; that one takes long to read."""


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        "0.0.0.0",  # noqa: S104 - nothing is bound to it
        *("::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::"),
        *("100.64.0.1", "224.0.0.1", "255.255.255.255", "2130706433", "0x7f.1", "", "localhost"),
    ],
)
def test_addresses_inside_are_never_connected_to(address: str) -> None:
    assert not is_public(address)
    found = ["93.184.215.14", address]
    out = Outbound(frozenset({"vendor.example"}), resolve=lambda _: found, context=TRUSTING_NOBODY)
    with pytest.raises(NotFetched, match="not public"):
        out.post("vendor.example", "/", b"", {})


@pytest.mark.parametrize(
    "host", ["localhost", "vendor.example.evil.example", "vendor.example:80", ""]
)
def test_hosts_that_are_not_named_are_not_even_resolved(host: str) -> None:
    asked: list[str] = []

    def resolve(name: str) -> list[str]:
        asked.append(name)
        return []

    out = Outbound(frozenset({"vendor.example"}), resolve=resolve, context=TRUSTING_NOBODY)
    with pytest.raises(NotFetched, match="not one of those allowed"):
        out.post(host, "/", b"", {})
    assert asked == []


def test_a_public_address_may_be_connected_to() -> None:
    assert is_public("93.184.215.14")
    assert is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")


# Silence


def test_silent_feeds_and_devices_are_known(practice: Practice) -> None:
    book = practice.opened("integrator")
    feed = opened(practice)
    with book.act("test", START) as act:
        act.add("patients", [{"patient_id": "P-1", "time_zone": "America/Chicago"}])
        for device in ("made-up-hub-1", "made-up-hub-2"):
            row = {"device_id": device, "patient_id": "P-1", "from_date": "2026-01-01"}
            act.add("assignments", [row | {"owner": "practice"}])
    take_together([(feed, sent(pressure(), feed_id=feed.feed_id))], START)
    assert [one.device_id for one in silent_devices(book, START)] == ["made-up-hub-2"]
    assert [one.state for one in feeds.health(book, START)] == ["open"]
    later = START + timedelta(days=4)
    assert len(silent_devices(book, later)) == 2
    assert [one.state for one in feeds.health(book, later)] == ["silent"]


def test_two_people_on_one_scale_are_doubted_as_in_a_folder(practice: Practice) -> None:
    weights = ["70", "71", "90", "91", "70"]
    said = [
        PRESSURE
        | {
            "metric": "weight",
            "value_1": kg,
            "value_2": None,
            "timestamp": f"2026-02-0{day}T12:00:00Z",
        }
        for day, kg in enumerate(weights, 1)
    ]
    with by_ourselves(practice.tenant_id) as book:
        for number, one in enumerate(said):
            body = json.dumps([one]).encode()
            take(book, [sent(body, f"m-{number}", after=number)], START)
        last = {row["reading_id"]: row["ambiguous_person"] for row in book.shelf.rows("readings")}
    assert "true" in last.values()
