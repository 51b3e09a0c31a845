"""A real browser before the real service: `serve --demo` on a port of its own, and Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from served_demonstration import served_anew
from visiting import Visitors

# Playwright's loop runs in the thread of the tests for the whole session, so that Django would take
# whatever else this process tests for asynchronous code, and keep it from the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

expect.set_options(timeout=30_000)  # of which a busy machine takes more than the usual five seconds

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a demonstration practice that the tests of pages share."""
    yield from served_anew(tmp_path_factory)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give the browser; where there is none, the tests that need it say so."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def known() -> dict[str, dict[str, object]]:
    """Keep who is signed in, for the whole session."""
    return {}


@pytest.fixture(scope="session")
def kept() -> dict[tuple[str, str], BrowserContext]:
    """Keep the browsers of those who only look, for the whole session."""
    return {}


@pytest.fixture
def visitors(
    chromium: Browser,
    served: str,
    known: dict[str, dict[str, object]],
    kept: dict[tuple[str, str], BrowserContext],
) -> Iterator[Visitors]:
    """Give people at browsers; their windows are closed when the test is over."""
    there = Visitors(chromium, served, signed_in=known, kept=kept)
    yield there
    for context in there.opened:
        context.close()


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """Give what takes a picture of a whole page, where PROOFLINE_PICTURES names a folder for it."""
    place = os.environ.get("PROOFLINE_PICTURES")

    def take(page: Page, name: str) -> None:
        if place:
            page.screenshot(path=Path(place) / f"{name}.png", full_page=True)

    return take
