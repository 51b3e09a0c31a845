"""An integrator's morning: a feed is opened, a cuff sends by it, and what is broken is settled."""

from __future__ import annotations

import json
import re
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import expect

from made_up_messages import pressure
from visiting import Visitors

pytestmark = pytest.mark.slow


def post(address: str, secret: str, body: bytes) -> int:
    """Send a message as the vendor does, its secret in a header."""
    headers = {"X-Api-Key": secret, "Content-Type": "application/json"}
    try:
        with urlopen(Request(address, body, headers), timeout=30) as answer:  # noqa: S310 - ours
            return int(answer.status)
    except HTTPError as refused:
        return refused.code


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_feed_is_opened_used_mended_and_closed(visitors: Visitors, *, scripts: bool) -> None:
    page = visitors.at("integrator", scripts=scripts)
    page.goto("/intake/")
    page.select_option("#source", "tenovi")
    page.click("text=Open the feed")
    feed_id, address, secret = (
        page.locator("dl.facts dd").nth(number).inner_text() for number in range(3)
    )
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/ingest/tenovi/[\w-]{43}", address)

    # The device sends; somebody else does not know the secret.
    assert post(address, secret, pressure(hardware_uuid=f"AA{feed_id[-10:]}")) == 200
    assert post(address, "guessed", pressure()) == 401
    assert post(address, secret, json.dumps({"metric": feed_id}).encode() + b"{") == 202

    page.click("text=It is copied; back to the feeds")
    row = page.locator("tbody tr", has_text=feed_id)
    expect(row).to_contain_text("open")
    expect(row).to_contain_text("2 in 7 days")
    assert secret not in page.content()

    # What could not be read is looked at without its bytes, and let go with a reason.
    row.locator("td.number a").click()
    page.locator("tbody tr", has_text=feed_id).locator("a").click()
    expect(page.locator("main")).to_contain_text("Your role does not include seeing readings")
    page.fill("#reason", "A test of the vendor's.")
    page.click("text=Drop the message")
    expect(page.locator("[role=status]")).to_contain_text("The message was dropped")
    expect(page.locator("main")).not_to_contain_text(feed_id)

    page.goto("/intake/")
    row = page.locator("tbody tr", has_text=feed_id)
    row.locator("summary", has_text="Change").click()
    row.locator("text=Close this feed").click()
    expect(page.locator("tbody tr", has_text=feed_id)).to_contain_text("closed")
    assert post(address, secret, pressure()) == 404


def test_pages_speak_spanish_when_asked_to(visitors: Visitors) -> None:
    page = visitors.at("owner")
    page.goto("/settings/")
    page.click("main button[lang=es]")
    expect(page.locator("h1")).to_have_text("Ajustes")
    for address, heading in (("/rules/", "Reglas"), ("/practice/", "Consultorio")):
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("lang", "es")
        expect(page.locator("h1")).to_contain_text(heading)
    page.goto("/settings/")
    page.click("main button[lang=en]")
    expect(page.locator("h1")).to_have_text("Settings")


def test_the_keyboard_goes_past_the_header_first(visitors: Visitors) -> None:
    page = visitors.at("coordinator")
    page.goto("/rules/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_page_is_printed_without_what_only_a_screen_needs(visitors: Visitors) -> None:
    page = visitors.at("compliance")
    page.goto("/rules/RPM/2026-01-01/")
    page.emulate_media(media="print")
    assert page.locator("body > header").is_hidden()
    assert page.locator("nav.filters").is_hidden()
    assert page.locator("#days_16_to_30").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
