"""Intake: feeds, messages that wait, devices that nobody hears or has, samples and files."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from made_up_messages import PRESSURE, pressure, sent
from made_up_people import CUFF, PATIENT, at, enrolled, put, reading, with_patients
from made_up_practices import START, Practice
from proofline.desk.arriving import feeds
from proofline.desk.arriving.brought import LARGEST, bring, hold_against
from proofline.desk.arriving.feeds import Wanted
from proofline.desk.arriving.fetching import granting
from proofline.desk.arriving.proof.sealing import Seal, seal_of
from proofline.desk.arriving.taking import take
from proofline.desk.roles import NotAllowed
from proofline.desk.showing.intake.feeding import DAYS, feeds_page
from proofline.desk.showing.intake.unheard import devices_page
from proofline.desk.showing.intake.waiting import PAGE, message_page, waiting_page
from proofline.desk.trouble import DeskError
from proofline.errors import WrongUse
from proofline.intake.options import Options
from proofline.store.book import Book
from proofline.store.models import Feed, Look, Message, Person
from proofline.store.people import join
from proofline.store.trouble import NotVisible
from signing_in import INLINE, client_of

if TYPE_CHECKING:
    from collections import Counter

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

SEAL = Seal(bytes(32))
BROKEN = b'{"metric": "blood_pressure", "patient_name": "Made-up Mabel"'
"""A message that is no JSON, with a name in it that pages must not show to everybody."""


GIVEN: dict[str, str | None] = {
    "device_id": CUFF,
    "patient_id": PATIENT,
    "from_date": "2026-03-01",
}


def hold(book: Book, *bodies: bytes) -> list[int]:
    """Take messages that cannot be read; give their numbers."""
    take(book, [sent(body, f"m-{n}") for n, body in enumerate(bodies)], START)
    return [*Message.objects.order_by("pk").values_list("pk", flat=True)]


@pytest.fixture
def integrator(practice: Practice) -> Book:
    return practice.opened("integrator")


@pytest.fixture
def browser(practice: Practice) -> Client:
    assert practice.tenant_id
    return client_of("north-integrator")


# Feeds.


def test_a_feed_is_shown_with_what_it_brought_each_day(integrator: Book) -> None:
    made = feeds.add(integrator, Wanted("tenovi"), SEAL, START)
    said = {"feed_id": made.feed_id}
    take(integrator, [sent(pressure(), "m-1", **said), sent(BROKEN, "m-2", **said)], START)
    take(integrator, [sent(pressure(value_1="130"), "m-3", after=2 * 86_400, **said)], START)
    page = feeds_page(integrator, START + timedelta(days=2, hours=1), seal_of(settings.HOME))
    (row,) = page.feeds
    brought = {bar.day.isoformat(): (bar.messages, bar.held) for bar in row.bars if bar.messages}
    assert brought == {"2026-03-02": (2, 1), "2026-03-04": (1, 0)}
    assert len(row.bars) == DAYS
    assert (row.week, row.health.state, page.held, page.silent) == (3, "open", 1, 0)
    # The tallest bar takes the whole height, the other half of it; both stand on the ground.
    tall, low = (bar for bar in row.bars if bar.messages)
    assert (tall.height, low.height, low.y + low.height) == (24, 12, 24)


def test_a_feed_that_stops_is_silent_and_one_before_the_days_shown_has_no_bar(
    integrator: Book,
) -> None:
    made = feeds.add(integrator, Wanted("tenovi"), SEAL, START)
    take(integrator, [sent(pressure(), feed_id=made.feed_id)], START)
    page = feeds_page(integrator, START + timedelta(days=DAYS), seal_of(settings.HOME))
    assert page.silent == 1
    assert not any(bar.messages for bar in page.feeds[0].bars)


def test_secrets_are_shown_once_and_never_again(browser: Client) -> None:
    made = browser.post("/intake/feeds/", {"source": "tenovi", "hours": "12"})
    told = made.content.decode()
    address = re.search(r"http://testserver/ingest/tenovi/([\w-]{43})", told)
    assert address
    (feed,) = Feed.objects.all()
    assert feed.silent_minutes == 12 * 60
    assert made.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert not INLINE.search(told)
    secrets = set(re.findall(r"<dd class=\"mono\">([\w-]{20,})<", told))
    assert feed.feed_id in secrets
    secrets = (secrets - {feed.feed_id}) | {address[1]}
    assert len(secrets) == 2
    again = browser.get("/intake/").content.decode()
    assert feed.feed_id in again
    assert not any(secret in again for secret in secrets)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"source": "tenovi"}, ("same secret in a header", ">X-Api-Key<")),
        ({"source": "tenovi", "header": "X-Made-Up"}, (">X-Made-Up<",)),
        ({"source": "hl7v2"}, ("over MLLP", ">proofline intake listen --feed fed_")),
        ({"source": "clarity"}, ("put into a folder", f">{settings.HOME}/drop/fed_")),
    ],
)
def test_who_opens_a_feed_on_the_page_is_told_the_way_and_the_proof(
    browser: Client, said: dict[str, str], told: tuple[str, ...]
) -> None:
    page = browser.post("/intake/feeds/", said).content.decode()
    assert [one for one in told if one not in page] == []


def test_a_feed_gets_another_secret_and_is_closed(browser: Client) -> None:
    browser.post("/intake/feeds/", {"source": "tenovi"})
    (feed,) = Feed.objects.all()
    told = browser.post(f"/intake/feeds/{feed.feed_id}/rotate/", {"secret": "agreed by telephone"})
    assert "agreed by telephone" in told.content.decode()
    assert "as before" in told.content.decode()
    closed = browser.post(f"/intake/feeds/{feed.feed_id}/close/")
    assert (closed.status_code, closed.headers["Location"]) == (303, "/intake/")
    feed.refresh_from_db()
    assert (feed.closed_at is not None, feed.version) == (True, 3)


@pytest.mark.slow
def test_a_token_is_granted_from_the_page_of_a_feed_that_is_fetched(
    browser: Client, integrator: Book
) -> None:
    browser.post("/intake/feeds/", {"source": "tenovi"})
    assert "/grant/" not in browser.get("/intake/").content.decode()
    browser.post("/intake/feeds/", {"source": "withings", "secret": "made-up:application"})
    feed = Feed.objects.get(source="withings")
    there = f"/intake/feeds/{feed.feed_id}/grant/"
    assert there in browser.get("/intake/").content.decode()
    refused = browser.post(there, {"person": "none", "token": "made-up-token"})
    assert refused.status_code == 422
    assert "made-up-token" not in refused.content.decode()
    kept = browser.post(there, {"person": "17", "token": "made-up-token"})
    assert (kept.status_code, kept.headers["Location"]) == (303, "/intake/")
    assert "made-up-token" not in browser.get("/intake/").content.decode()
    seal = seal_of(settings.HOME)
    opened = granting.access_of(integrator, feeds.by_id(integrator, feed.feed_id, seal), "17", seal)
    assert opened.tokens == granting.Tokens("made-up-token")


def test_a_refused_feed_shows_why_and_what_was_typed(browser: Client) -> None:
    again = browser.post("/intake/feeds/", {"source": "nobody", "hours": "7"})
    page = again.content.decode()
    assert again.status_code == 422
    assert "There is no intake for this kind of source." in page
    assert 'value="7"' in page
    assert not Feed.objects.exists()


# Quarantine.


def test_the_list_has_pages_and_never_the_bytes(
    integrator: Book, browser: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    hold(integrator, *(b"%d" % n + BROKEN for n in range(PAGE + 3)))
    with django_assert_num_queries(2):
        first = waiting_page(integrator, 1)
    assert (len(first.rows), first.count, first.pages) == (PAGE, PAGE + 3, 2)
    assert len(waiting_page(integrator, 99).rows) == 3
    page = browser.get("/intake/quarantine/?page=1").content.decode()
    assert "Mabel" not in page
    assert 'href="?page=2"' in page
    assert len(page) < 36_000


def test_bytes_are_shown_only_to_who_may_see_readings(
    practice: Practice, integrator: Book, browser: Client
) -> None:
    (number,) = hold(integrator, BROKEN)
    assert message_page(integrator, number, START).body is None
    assert "Mabel" not in browser.get(f"/intake/quarantine/{number}/").content.decode()
    both = Person.objects.get(username="north-integrator")
    join(practice.tenant_id, both, "clinician", START)
    page = browser.get(f"/intake/quarantine/{number}/").content.decode()
    assert "Made-up Mabel" in page
    assert Look.objects.filter(act="reading.see", person=both, allowed=True).count() == 1


def test_why_a_message_waits_is_told_in_the_language_of_the_page(
    integrator: Book, browser: Client
) -> None:
    (number,) = hold(integrator, BROKEN)
    assert Message.objects.get().held.startswith("not_json: It is not JSON: ")
    browser.post("/language/setlang/", {"language": "es", "next": "/"})
    for address in ("/intake/quarantine/", f"/intake/quarantine/{number}/"):
        page = browser.get(address).content.decode()
        assert "No es JSON: " in page
        assert "Obténgalo o expórtelo de nuevo; de esta parte no se recibió nada." in page
        assert "It is not JSON" not in page
        assert "not_json: " not in page
        assert '<span class="quiet small mono">not_json' in page


def test_a_message_is_dropped_with_a_reason_only(integrator: Book, browser: Client) -> None:
    (number,) = hold(integrator, BROKEN)
    refused = browser.post(f"/intake/quarantine/{number}/drop/", {"reason": " "})
    assert (refused.status_code, Message.objects.get().state) == (422, "held")
    assert "needs a reason" in refused.content.decode()
    browser.post(f"/intake/quarantine/{number}/drop/", {"reason": "A test of the vendor's."})
    found = Message.objects.get()
    assert (found.state, found.settled_why) == ("dropped", "A test of the vendor's.")
    page = browser.get(f"/intake/quarantine/{number}/").content.decode()
    assert "dropped" in page
    assert "Read it anew" not in page


def test_a_message_is_read_anew_when_its_cure_is_applied(integrator: Book, browser: Client) -> None:
    body = json.dumps({"resourceType": "Patient", "id": "P-2", "birthDate": "1950-01-01"})
    take(integrator, [sent(body.encode(), source="fhir")], START)
    (number,) = Message.objects.values_list("pk", flat=True)
    still = browser.post(f"/intake/quarantine/{number}/release/")
    assert still.headers["Location"] == f"/intake/quarantine/{number}/"
    born = {"birth_date": "1950-01-01"}
    put(integrator, "patients", {"patient_id": "P-2", "time_zone": "America/Chicago", **born})
    gone = browser.post(f"/intake/quarantine/{number}/release/")
    assert gone.headers["Location"] == "/intake/quarantine/"
    assert Message.objects.get().state == "released"


def test_a_message_of_another_practice_is_not_there(
    integrator: Book, other_practice: Practice
) -> None:
    (number,) = hold(integrator, BROKEN)
    with pytest.raises(NotVisible):
        message_page(other_practice.opened("integrator"), number, START)
    assert waiting_page(other_practice.opened("integrator"), 1).count == 0


# Devices.


def test_readings_that_nobody_has_are_told_as_the_engine_tells_them(
    practice: Practice, opened: Counter[str]
) -> None:
    with_patients(practice)
    book = practice.opened("coordinator")
    put(book, "readings", *(reading(f"r-{n}", "120", at(9, n), patient_id="") for n in range(3)))
    before = opened["duckdb"]
    page = devices_page(practice.opened("integrator"), at(12))
    assert opened["duckdb"] == before, "for a few readings no large engine is started"
    (one,) = page.nobodys
    assert (one.device_id, one.readings, one.reason) == (CUFF, 3, "device_not_assigned")
    assert one.cure.startswith("Add the assignment of the device")
    assert feeds_page(practice.opened("integrator"), at(12), seal_of(settings.HOME)).nobodys == 1
    enrolled(practice)
    put(book, "assignments", GIVEN)
    assert devices_page(practice.opened("integrator"), at(12)).nobodys == ()


def test_a_device_that_was_taken_back_and_goes_on_sending_is_nobodys(practice: Practice) -> None:
    enrolled(with_patients(practice))
    book = practice.opened("coordinator")
    put(book, "assignments", GIVEN | {"to_date": "2026-03-02"})
    put(book, "readings", reading("r-1", "120", at(9, day=2)))
    assert devices_page(practice.opened("integrator"), at(12, day=9)).nobodys == ()
    put(book, "readings", reading("r-2", "120", at(9, day=8), patient_id=""))
    (one,) = devices_page(practice.opened("integrator"), at(12, day=9)).nobodys
    assert (one.device_id, one.readings) == (CUFF, 1)


def test_silent_devices_are_named_and_never_their_patients(practice: Practice) -> None:
    with_patients(practice)
    book = practice.opened("coordinator")
    put(book, "assignments", GIVEN)
    put(book, "readings", reading("r-1", "120", at(9, day=2)))
    assert devices_page(practice.opened("integrator"), at(9, day=5)).quiet == ()
    (one,) = devices_page(practice.opened("integrator"), at(10, day=5)).quiet
    assert (one.silent.device_id, one.silent.since) == (CUFF, "2026-03-01")
    page = client_of("north-integrator").get("/intake/devices/").content.decode()
    assert CUFF in page
    assert PATIENT not in page


# Samples and files.


def test_a_sample_is_judged_as_the_command_judges_it_and_nothing_is_kept(
    integrator: Book, browser: Client
) -> None:
    (found,) = hold_against(integrator, "tenovi", pressure(), Options())
    assert (found.found.conforms, found.found.readings) == (True, 1)
    said = {point.asked: (point.said, bool(point.should)) for point in found.points}
    assert said["how it was entered"] == (1, False)
    assert said["the unit"] == (0, True)  # a blood pressure of this vendor names none
    page = browser.post("/intake/sample/", {"source": "tenovi", "text": pressure().decode()})
    assert "1 reading understood" in page.content.decode()
    broken = browser.post("/intake/sample/", {"source": "tenovi", "text": "[1, 2"})
    assert "does not conform" in broken.content.decode()
    assert not Message.objects.exists()
    assert integrator.shelf.rows("readings") == []


def test_a_file_is_taken_in_once(integrator: Book, browser: Client) -> None:
    for told in ("3 rows added", "3 rows added"):  # the same answer for the same bytes
        file = SimpleUploadedFile("export.json", pressure())
        page = browser.post("/intake/files/", {"source": "tenovi", "file": file})
        assert told in page.content.decode()
    (row,) = integrator.shelf.rows("readings")
    assert (row["value"], row["authenticity"]) == (PRESSURE["value_1"], "file")


@pytest.mark.parametrize("data", [b"", b"  \n", b"x" * (LARGEST + 1)])
def test_a_file_that_is_blank_or_too_large_is_refused(integrator: Book, data: bytes) -> None:
    with pytest.raises(DeskError):
        bring(integrator, "tenovi", data, START)
    with pytest.raises(DeskError):
        hold_against(integrator, "tenovi", data, Options())


def test_a_source_that_there_is_not(integrator: Book) -> None:
    with pytest.raises(WrongUse):
        bring(integrator, "nobody", b"{}", START)


# Who may.


@pytest.mark.slow
@pytest.mark.parametrize(
    ("role", "looks", "brings"),
    [
        ("integrator", True, True),
        ("administrator", True, False),
        ("coordinator", False, False),
        ("clinician", False, False),
        ("billing_practitioner", False, False),
        ("biller", False, False),
        ("compliance", False, False),
        ("owner", False, False),
    ],
)
def test_who_may_look_and_who_may_bring(
    practice: Practice, role: str, looks: bool, brings: bool
) -> None:
    book = practice.opened(role)
    now = datetime(2026, 3, 2, tzinfo=UTC)
    for page in (
        lambda: feeds_page(book, now, seal_of(settings.HOME)),
        lambda: devices_page(book, now),
    ):
        if looks:
            page()
        else:
            with pytest.raises(NotAllowed):
                page()
    client = client_of(f"north-{role}")
    pages = ("", "quarantine/", "devices/", "sample/")
    statuses = {client.get(f"/intake/{name}").status_code for name in pages}
    assert statuses == ({200} if looks else {403})
    assert client.get("/intake/files/").status_code == (200 if brings else 403)
    assert client.post("/intake/feeds/", {"source": "tenovi"}).status_code == (
        200 if looks else 403
    )


@pytest.mark.slow
def test_what_waits_is_told_in_the_language_of_the_page(practice: Practice) -> None:
    """Words that come from below are English there; on a page in Spanish none of them is left."""
    with_patients(practice)
    feeds.add(practice.opened("integrator"), Wanted("tenovi"), SEAL, START)
    put(practice.opened("coordinator"), "readings", reading("r-1", "120", at(9), patient_id=""))
    client = client_of("north-integrator")
    for address, english in (
        ("/intake/devices/", ("device not assigned", "Add the assignment of the device")),
        ("/intake/", ("The same secret in a header", "Files that are put into a folder")),
    ):
        pages = {}
        for language in ("en", "es"):
            client.cookies["django_language"] = language
            pages[language] = client.get(address).content.decode()
        for words in english:
            assert words in pages["en"], address
            assert words not in pages["es"], address
