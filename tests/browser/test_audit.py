"""Audit in a real browser: a line found by its patient, walked, proven, replayed, taken along."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from proofline.packet import verify
from visiting import WIDTHS, Visitors

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.slow


def found(page: Page) -> str:
    """Find a line by its patient, without a name in any address; give where it is."""
    page.goto("/audit/")
    page.fill("#q", "heartbeat")
    page.get_by_role("button", name="Find the patient").click()
    found_them = page.get_by_role("link", name="Madeup, Heartbeat")
    expect(found_them).to_be_visible()
    assert "heartbeat" not in page.url.lower()
    found_them.click()
    page.go_back()  # nothing is asked to be sent again
    expect(found_them).to_be_visible()
    found_them.click()
    page.get_by_role("link", name="99454").first.click()
    page.wait_for_url("**/audit/line/**")
    return page.url


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_of_a_line_has_a_barrier(
    visitors: Visitors, picture: Callable[[Page, str], None], theme: str, width: str
) -> None:
    page = visitors.at("compliance", width=width, theme=theme)
    line = found(page)
    for part in ("", "proof/", "replay/"):
        page.goto(line + part)
        told = Axe().run(page)
        assert told.violations_count == 0, told.generate_report()
        picture(page, f"audit-line{part.strip('/')}-{width}-{theme}")
        if width == "phone":
            assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS["phone"]


def test_a_line_is_proven_replayed_and_taken_along_without_scripts(visitors: Visitors) -> None:
    page = visitors.at("compliance", scripts=False)
    found(page)
    page.get_by_role("link", name="Verify").click()
    expect(page.get_by_text("are what was recorded, byte for byte")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Replay").first.click()
    expect(page.get_by_text("It comes out the same, byte for byte.")).to_be_visible()
    page.go_back()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Packet (ZIP)").click()
    packet = Path(waiting.value.path())
    assert waiting.value.suggested_filename.startswith("PL")
    assert not [one for one in verify.checked(packet.read_bytes(), "") if one.startswith("FAILS")]
