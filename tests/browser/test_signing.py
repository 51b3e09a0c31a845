"""Sign-off in a real browser: a second factor set up, shown, and a period signed with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from proofline.cli.running.demonstration import PASSWORD
from visiting import Visitors, set_up, show_factor

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow


def signs_in(visitors: Visitors, *, scripts: bool) -> Page:
    """Sign in anew: the session that other tests share stays as it is, without a second factor."""
    visitors.at("billing_practitioner")
    context = visitors.browser.new_context(base_url=visitors.address, java_script_enabled=scripts)
    visitors.opened.append(context)
    page = context.new_page()
    page.goto("/account/login/")
    page.fill("[name=login]", "demo-billing_practitioner")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    return page


def test_a_period_is_signed_with_a_second_factor(visitors: Visitors) -> None:
    """Nobody has a second factor in the demonstration, so the page leads to its set-up."""
    page = signs_in(visitors, scripts=False)
    page.goto("/signing/")
    expect(page.get_by_text("you have none yet")).to_be_visible()
    assert page.get_by_role("button", name="Sign the chosen periods").count() == 0
    page.get_by_role("link", name="Set up your second factor").click()
    secret, used = set_up(page)
    page.goto("/signing/")
    before = page.get_by_role("checkbox").count()
    assert before > 1
    page.get_by_role("link", name="Show my second factor").click()
    show_factor(page, secret, used)
    expect(page.get_by_text("Your second factor was shown just now")).to_be_visible()
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Sign the chosen periods").click()
    expect(page.get_by_text("1 period is signed.")).to_be_visible()


def test_the_evidence_is_beside_the_list(visitors: Visitors) -> None:
    """With scripts it stands beside the list; each patient chosen changes it."""
    page = visitors.at("billing_practitioner")
    page.goto("/signing/")
    beside = page.locator("#evidence")
    beside.get_by_text("minutes of management under your name").wait_for()
    link = page.locator("table a").nth(1)
    name = link.inner_text()
    link.click()
    beside.get_by_role("heading", name=name).wait_for()
    expect(beside.get_by_text("What your signature names")).to_be_visible()
