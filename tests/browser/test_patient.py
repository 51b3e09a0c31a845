"""A coordinator's stories: from the work list to a patient, a timer, a call, a slip."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from visiting import Visitors

pytestmark = pytest.mark.slow

HERE = re.compile(r"/patient/")


def began(minute: int) -> str:
    """Say a minute after three at night, two days ago, as a field for day and time has it.

    Nobody of the demonstration works then; by day they might, and no minute is logged twice.
    """
    return f"{datetime.now(UTC) - timedelta(days=2):%Y-%m-%d}T03:{minute:02}"


def open_first(page: Page) -> None:
    """Go from the work list to the first patient of it by their name."""
    page.goto("/today/")
    page.locator("table.cards tbody th a").last.click()
    expect(page).to_have_url(HERE)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_the_day_of_a_coordinator(visitors: Visitors, *, scripts: bool) -> None:
    page = visitors.at("coordinator", width="phone", scripts=scripts)
    open_first(page)
    page.get_by_role("button", name="Start the timer").click()
    expect(page.locator("form.clock")).to_be_visible()
    page.click("summary >> text=Log a call")
    page.fill("#call-began", began(0 if scripts else 10))
    page.fill("#call-minutes", "6")
    page.select_option("#call-reached", "patient")
    page.get_by_role("button", name="Log the call").click()
    expect(page.get_by_role("status")).to_contain_text("The call is logged.")
    expect(page.locator("form.clock")).to_be_visible()
    page.get_by_role("button", name="Stop and log").click()
    expect(page.locator("form.clock")).to_have_count(0)
    expect(page).to_have_url(HERE)


def test_a_slip_loses_nothing_that_was_typed(visitors: Visitors) -> None:
    page = visitors.at("coordinator")
    open_first(page)
    page.get_by_text("Log time without a timer").click()
    when = began(20)
    page.fill("#time-began", when)
    page.fill("#time-minutes", "9")
    page.fill("#time-reason", " ")
    page.get_by_role("button", name="Log the time").click()
    expect(page.get_by_role("alert")).to_contain_text("needs a reason")
    expect(page.locator("#time-began")).to_have_value(when)
    page.fill("#time-reason", "the phone lay in the car")
    page.get_by_role("button", name="Log the time").click()
    expect(page.get_by_role("status")).to_contain_text("The time is logged.")


def test_a_period_and_a_day_are_reached_by_keyboard(visitors: Visitors) -> None:
    page = visitors.at("clinician")
    page.goto("/patient/DEMO-HEARTBEAT-RPM/")
    page.locator("svg a", has_text="Cycle").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"period=\d+"))
    page.locator(".days a.counted").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"day=\d{4}-"))
    expect(page.locator("#day")).to_contain_text("mmHg")


def test_what_chances_rest_on_is_shown(visitors: Visitors) -> None:
    page = visitors.at("coordinator")
    open_first(page)
    page.get_by_text("What these chances rest on").click()
    drawn = page.get_by_alt_text("Chances said beforehand against what came")
    drawn.scroll_into_view_if_needed()
    page.wait_for_function("image => image.naturalWidth > 0", arg=drawn.element_handle())
