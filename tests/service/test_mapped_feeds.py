"""Feeds of CSV files of any sender: opened with a mapping of columns, and read by it ever after."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.test import Client

from api_callers import ask, signed_in
from made_up_practices import START, Practice
from proofline.api.ingest import doors, webhooks, writer
from proofline.cli import main
from proofline.desk.arriving import feeds, quarantine
from proofline.desk.arriving.dropped import take_dropped
from proofline.desk.arriving.feeds import Made, Wanted
from proofline.desk.arriving.together import take_together
from proofline.errors import WrongUse
from proofline.store.book import Book
from proofline.store.models import Feed, Message
from proofline.store.vouching import ledger
from signing_in import client_of

KILOS = """
[columns]
device = "Serial"
time = "When"

[entry]
always = "automatic"

[[reading]]
metric = "29463-7"
value = "Weight"
unit = "kg"
"""
POUNDS = KILOS.replace('"kg"', '"[lb_av]"')
FILE = b"Serial,When,Weight\nS-1,2026-05-01T12:00:00Z,80.5\n"


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """No feed of another test at hand, and no writer's thread: it would not see the test's rows."""
    monkeypatch.setattr(doors, "DOORS", doors.Doors())
    monkeypatch.setattr(webhooks, "DOORS", doors.DOORS)
    monkeypatch.setattr(writer.WRITER, "put", lambda *one: take_together([one], START)[0])


def opened(practice: Practice, mapping: str = KILOS, scheme: str = "", id_header: str = "") -> Made:
    wanted = Wanted("mapped-csv", scheme, mapping=mapping, id_header=id_header)
    return feeds.add(practice.opened("integrator"), wanted, doors.seal(), START)


def dropped(made: Made, home: Path, body: bytes = FILE) -> Path:
    """Put a file into the folder of a feed, take in what lies in folders, and give that folder."""
    folder = home / "drop" / made.feed_id
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "export.csv").write_bytes(body)
    os.utime(folder / "export.csv", (START.timestamp() - 60,) * 2)
    assert take_dropped(home, START) == 1
    return folder


def weights(book: Book) -> list[tuple[str, str]]:
    return sorted((str(row["value"]), str(row["unit"])) for row in book.shelf.rows("readings"))


def test_a_dropped_file_is_read_by_the_mapping_of_its_feed(
    practice: Practice, tmp_path: Path
) -> None:
    made = opened(practice)
    assert made.path.startswith("drop/")  # whoever has no API puts files somewhere
    folder = dropped(made, tmp_path)
    assert [one.name for one in (folder / "done").iterdir()] == ["export.csv"]
    assert weights(practice.opened("integrator")) == [("80.5", "kg")]
    dropped(made, tmp_path)
    assert Message.objects.count() == 1  # the same file counts once


def test_a_file_read_by_a_wrong_mapping_is_read_anew_by_the_feed_of_another(
    practice: Practice, tmp_path: Path
) -> None:
    dropped(opened(practice, POUNDS), tmp_path)
    dropped(opened(practice), tmp_path)
    (held,) = Message.objects.filter(state="held")  # and not told that it was taken before
    assert "says otherwise in: unit" in held.held


def test_a_file_by_http_is_read_by_the_mapping_of_its_feed(practice: Practice) -> None:
    pounds, other = (opened(practice, told, "token") for told in (POUNDS, KILOS))
    for made in (pounds, pounds, other):
        header = {"X-Api-Key": made.secret}
        answer = Client().post(made.path, FILE, "text/csv", headers=header)
        assert (answer.status_code, answer.json()["state"]) == (200, "taken")
    both = [("80.5", "[lb_av]"), ("80.5", "kg")]  # of which the one received later holds
    assert weights(practice.opened("integrator")) == both
    assert Message.objects.count() == 2


def sent(made: Made, body: bytes, message_id: str) -> tuple[int, str]:
    header = {"X-Api-Key": made.secret, "X-Message-Id": message_id}
    answer = Client().post(made.path, body, "text/csv", headers=header)
    return answer.status_code, answer.json()["state"]


def test_an_id_of_a_sender_is_one_of_its_feed(practice: Practice) -> None:
    pounds, other = (opened(practice, told, "token", "X-Message-Id") for told in (POUNDS, KILOS))
    third = opened(practice, KILOS, "token", "X-Message-Id")
    longest = "1".ljust(160, "x")
    for made in (pounds, pounds, other):
        assert sent(made, FILE, longest) == (200, "taken")
    both = [("80.5", "[lb_av]"), ("80.5", "kg")]
    assert weights(practice.opened("integrator")) == both
    lighter = FILE.replace(b"80.5", b"79.5").replace(b"S-1", b"S-2")
    assert sent(third, lighter, longest) == (200, "taken")
    assert sent(third, FILE, longest) == (409, "conflict")  # of one feed an id is of one message
    assert Message.objects.filter(message_id__startswith=longest).count() == 4


def test_what_waits_is_released_by_the_mapping_of_its_feed(
    practice: Practice, tmp_path: Path
) -> None:
    made = opened(practice)
    dropped(made, tmp_path, b"Serial,When\nS-1,2026-05-01T12:00:00Z\n")
    (held,) = Message.objects.filter(state="held")
    book = practice.opened("integrator")
    feeds.close(book, made.feed_id, START)  # what it read is still known
    outcome = quarantine.release(book, held.pk, START)
    assert [one.code for one in outcome.told] == ["columns"]


@pytest.mark.parametrize(
    ("source", "mapping", "why"),
    [
        ("mapped-csv", "", "without a mapping"),
        ("mapped-csv", KILOS.replace("29463-7", "made-up"), "metric is not a LOINC code"),
        ("clarity", KILOS, "read without a mapping"),
    ],
)
def test_a_mapping_that_does_not_fit_opens_no_feed(
    practice: Practice, source: str, mapping: str, why: str
) -> None:
    wanted = Wanted(source, mapping=mapping)
    with pytest.raises(WrongUse, match=why):
        feeds.add(practice.opened("integrator"), wanted, doors.seal(), START)
    assert not Feed.objects.exists()


def test_by_which_mapping_a_feed_reads_is_on_record(practice: Practice) -> None:
    opened(practice)
    found = ledger().kept(ledger().size() - 1)
    assert found.payload is not None
    assert json.loads(found.payload)["mapping"] == KILOS


def test_a_page_opens_one_and_shows_its_mapping(practice: Practice) -> None:
    browser = client_of("north-integrator")
    assert b'<option value="mapped-csv"' in browser.get("/intake/").content
    refused = browser.post("/intake/feeds/", {"source": "mapped-csv"})
    assert (refused.status_code, b"without a mapping" in refused.content) == (422, True)
    assert b"--mapping" not in refused.content  # a page has no options
    told = {"source": "mapped-csv", "mapping": KILOS}
    assert browser.post("/intake/feeds/", told).status_code == 200
    (feed,) = Feed.objects.all()
    assert (feed.tenant_id, feed.mapping) == (practice.tenant_id, KILOS.strip())
    assert b"[[reading]]\nmetric = &quot;29463-7&quot;" in browser.get("/intake/").content


def test_the_api_opens_one_by_a_file_in_base64(practice: Practice) -> None:
    caller = signed_in("north-integrator")
    told = {"source": "mapped-csv", "mapping": b64encode(KILOS.encode()).decode()}
    refused = ask(caller, practice, "POST", "feeds", {"source": "mapped-csv"})
    assert (refused.status_code, refused.json()["code"]) == (409, "intake.no_mapping")
    assert ask(caller, practice, "POST", "feeds", told).status_code == 201
    assert Feed.objects.get().mapping == KILOS.strip()


def test_a_terminal_opens_one_by_a_file(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert practice.tenant_id
    monkeypatch.setattr("proofline.cli.arriving.feeds.set_up", lambda: None)
    (tmp_path / "kilos.toml").write_text(KILOS)
    asked = ["feeds", "add", "--as", "north-integrator", "--source", "mapped-csv", "--mapping"]
    told = CliRunner().invoke(main, [*asked, str(tmp_path / "kilos.toml")])
    assert (told.exit_code, "/drop/fed_" in told.output) == (0, True)
    (feed,) = Feed.objects.all()
    assert feed.mapping == KILOS.strip()
