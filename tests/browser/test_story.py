"""A day in the practice, by the pages alone, and a stranger who has never seen them before.

A reading comes at 07:12 by webhook; the coordinator sees the patient on the list, calls and stops
the timer; the billing practitioner signs; the biller sends, and posts what the payer answers; the
compliance officer rebuilds the line and verifies it with nothing but what was downloaded.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.request import Request, urlopen
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

import made_up_back as made
from claim_strategies import accepted
from made_up_messages import pressure
from proofline.claims.x12.reading import segments
from served_demonstration import served_anew
from visiting import Visitors, set_up, show_factor

pytestmark = pytest.mark.slow

HOME = ZoneInfo("America/New_York")
FIRST_DAY, CYCLE = date(2026, 1, 2), timedelta(days=30)
"""Where cycles of the demonstration's traps begin, and how long they are."""

PATIENT = "/patient/DEMO-NOBODY-SIGNED-RPM/"

PATIENCE = 60_000
"""Milliseconds until the worker must have decided anew, on a busy machine."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give a practice of its own: what happens in a story would surprise other tests."""
    yield from served_anew(tmp_path_factory)


@pytest.fixture(scope="module")
def known() -> dict[str, dict[str, object]]:
    """Keep who is signed in there."""
    return {}


def last_cycle() -> tuple[date, date]:
    """Give the first and last day of the last cycle that is over everywhere."""
    today = (datetime.now(UTC) - timedelta(days=1)).date()
    number = (today - FIRST_DAY) // CYCLE
    first = FIRST_DAY + (number - 1) * CYCLE
    return first, first + CYCLE - timedelta(days=1)


def a_machine_is_let_in(page: Page) -> tuple[str, str]:
    """Open a feed as the integrator; give its address and secret."""
    page.goto("/intake/")
    page.select_option("#source", "tenovi")
    page.click("text=Open the feed")
    told = [page.locator("dd").nth(number).inner_text() for number in (1, 2)]
    return told[0], told[1]


def a_reading_comes(address: str, secret: str, at: datetime) -> None:
    """Send a blood pressure as the vendor's machine does."""
    said = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    body = pressure(
        hwi_device_id="DEMO-NOBODY-SIGNED-CUFF",
        value_1="161",
        value_2="93",
        timestamp=said,
        created=datetime.now(UTC).isoformat(),
    )
    asked = Request(address, body, {"X-Api-Key": secret, "Content-Type": "application/json"})  # noqa: S310 - our own address
    with urlopen(asked, timeout=30) as answer:  # noqa: S310 - our own address
        assert answer.status in {200, 202}


def limits_are_set(page: Page) -> None:
    """Say, as who bills for the patient, from which pressure on somebody has to look."""
    page.goto(f"{PATIENT}?do=limits")
    form = page.locator("form[action*='/limits/']")
    form.locator("[name=metric]").select_option("85354-9/value")
    form.locator("[name=high]").fill("150")
    form.locator("button").click()
    expect(page.locator("[role=status]")).to_contain_text("The limits hold")


def the_coordinator_calls(page: Page) -> None:
    """Find the patient at the top of the day's list, run the timer, log the call, stop."""
    until = time.monotonic() + PATIENCE / 1000
    page.goto("/today/")
    alarm = page.locator("section[aria-labelledby=alarms] a", has_text="Madeup, Nobody-Signed")
    while not alarm.count():
        assert time.monotonic() < until, "the reading raised no alert"
        time.sleep(1)
        page.reload()
    alarm.first.click()
    page.click("text=Start the timer")
    expect(page.locator("form.clock")).to_be_visible()
    page.click("summary >> text=Log a call")
    form = page.locator("form[action*='/call/']")
    form.locator("[name=reached]").select_option("patient")
    began = datetime.now(HOME) - timedelta(minutes=3)
    form.locator("[name=began]").fill(began.strftime("%Y-%m-%dT%H:%M"))
    form.locator("[name=minutes]").fill("2")
    form.locator("button").click()
    expect(page.locator("[role=status]")).to_contain_text("call")
    page.click("form.clock button")
    expect(page.locator("[role=status]")).to_contain_text("The timer was stopped")


def the_practitioner_signs(page: Page, first: date) -> None:
    """Set up a second factor, show it, and sign the period that begins on a day."""
    page.goto("/signing/")
    page.click("text=Set up your second factor")
    secret, used = set_up(page)
    page.goto("/signing/")
    page.click("text=Show my second factor")
    show_factor(page, secret, used)
    page.goto("/signing/")
    named = f"from {first.day} {first:%b %Y}"
    page.check(f"input[aria-label='Madeup, Nobody-Signed, {named}']")
    page.click("text=Sign the chosen periods")
    expect(page.locator("[role=status]").first).to_contain_text("signed")


def the_biller_sends(page: Page, patient: str, last: date, into: Path) -> bytes:
    """Draw what is earned until the patient's claim is ready, send it, and download the file."""
    until = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < until:
        page.goto("/billing/")
        page.click("text=Draw and check")
        expect(page.locator("h1")).to_have_text("Drawn and checked")  # else going on may stop it
        page.goto(f"/billing/?stand=ready&month={last:%Y-%m}")
        chosen = page.locator("tr", has_text=patient).locator("[name=claim]")
        if chosen.count():
            break
    chosen.first.check()
    page.click("text=Send the chosen claims")
    expect(page.locator("[role=status]").first).to_contain_text("submission")
    with page.expect_download() as caught:
        page.locator("tbody a[download]").first.click()
    caught.value.save_as(into)
    return into.read_bytes()


def the_payer_answers(file: bytes) -> bytes:
    """Pay each line of an 837P in full but for ten dollars."""
    found = list(segments(file))
    (npi,) = {one[9] for one in found if one.tag == "NM1" and one[1] == "85"}
    (claim,) = [one[1] for one in found if one.tag == "CLM"]
    charges = [(one[1].split(":")[1], float(one[2])) for one in found if one.tag == "SV1"]
    ids = [one[2] for one in found if one.tag == "REF" and one[1] == "6R"]
    days = [one[3][-8:] for one in found if one.tag == "DTP" and one[1] == "472"]
    total = sum(charge for _, charge in charges)
    paid = total - 10 * len(charges)
    body = []
    for (billed, charge), line, day in zip(charges, ids, days, strict=True):
        body += [
            f"SVC*HC:{billed}*{charge:.2f}*{charge - 10:.2f}**1",
            f"DTM*472*{day}",
            "CAS*CO*45*10.00",
            f"REF*6R*{line}",
        ]
    head = "~".join(made.header(f"{paid:.2f}")).replace(f"XX*{made.NPI}", f"XX*{npi}").split("~")
    told = made.claim(claim, "1", f"{total:.2f}*{paid:.2f}*", *body)
    return made.interchange("835", [*head, *told])


def the_biller_posts(page: Page, file: Path) -> None:
    page.goto("/billing/answers/")
    page.set_input_files("#file", file)
    page.click("main form[enctype] button")
    expect(page.locator("main")).to_contain_text("Posted")
    expect(page.locator("section[aria-labelledby=posted] .chip").first).to_have_text("paid")
    assert page.locator("text=What does not add up").count() == 0


def the_auditor_rebuilds(page: Page, first: date, tmp_path: Path) -> str:
    """Walk the line, verify and replay it, and verify the packet with its own verifier."""
    page.goto("/audit/?enrollment=DEMO-NOBODY-SIGNED-RPM&code=99454&state=any")
    row = page.locator("tbody tr", has_text=f"{first.day} {first:%b %Y}")
    row.locator("th a").click()
    page.locator("summary", has_text="readings").first.click()
    journey = page.locator("main").inner_text()
    address = page.url
    page.click("text=Verify")
    expect(page.locator("main")).to_contain_text("What the ledger proves of this line")
    assert page.locator("main .chip.bad").count() == 0
    page.goto(address)
    page.click("text=Replay")
    expect(page.locator("main")).to_contain_text("the same")
    page.goto(address)
    with page.expect_download() as caught:
        page.click("text=Packet (ZIP)")
    packet = tmp_path / "packet.zip"
    caught.value.save_as(packet)
    with zipfile.ZipFile(packet) as inside:
        (verifier,) = [name for name in inside.namelist() if name.endswith("verify.py")]
        inside.extract(verifier, tmp_path)
    alone = [sys.executable, "-I", str(tmp_path / verifier), str(packet)]
    ran = subprocess.run(alone, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return journey


def test_the_day_of_a_practice(visitors: Visitors, tmp_path: Path) -> None:
    first, last = last_cycle()
    at = datetime(last.year, last.month, last.day, 7, 12, tzinfo=HOME)
    address, secret = a_machine_is_let_in(visitors.at("integrator"))
    limits_are_set(visitors.at("billing_practitioner"))
    a_reading_comes(address, secret, at)
    the_coordinator_calls(visitors.at("coordinator"))
    the_practitioner_signs(visitors.at("billing_practitioner"), first)
    biller = visitors.at("biller")
    file = the_biller_sends(biller, "Nobody-Signed", last, tmp_path / "claims.x12")
    verdict, told = accepted(file)
    assert verdict, told
    answered = tmp_path / "paid.835"
    answered.write_bytes(the_payer_answers(file))
    the_biller_posts(biller, answered)
    journey = the_auditor_rebuilds(visitors.at("compliance"), first, tmp_path)
    assert "161" in journey
    assert "07:12" in journey
    assert re.search(r"\bpaid\b", journey)


def test_a_stranger_finds_the_missing_consent_and_sees_the_line_ready(visitors: Visitors) -> None:
    first, _ = last_cycle()
    page = visitors.at("coordinator")
    page.goto("/today/")
    page.locator("tr", has_text="Consent-Not-Entered").locator("text=Read the consent").last.click()
    expect(page.locator("main")).to_contain_text("We would like to follow your health")
    form = page.locator("form[action*='/consent/']").first
    form.locator("[name=disclosed]").check()
    form.locator("[name=given_at]").fill("2025-12-29T10:00")
    form.locator("button").click()
    expect(page.locator("[role=status]")).to_contain_text("The consent is on file")
    line = page.locator("main .row", has_text="99454").locator(".chip").first
    until = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < until:
        page.goto(f"/patient/DEMO-CONSENT-NOT-ENTERED-RPM/?period={first.isoformat()}")
        if line.inner_text() == "ready":
            break
        time.sleep(1)
    expect(line).to_have_text("ready")
