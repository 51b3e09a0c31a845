"""A real browser before the real service: `serve --demo` on a port of its own, and Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from visiting import Visitors

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE = 240
"""Seconds until the demonstration has to be there, on a busy machine."""


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a demonstration practice that is being served.

    PROOFLINE_SERVED names one that runs already, for whoever writes a test and tries it often.
    """
    if running := os.environ.get("PROOFLINE_SERVED"):
        yield running
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = tmp_path_factory.mktemp("served")
    said = os.environ | {"PROOFLINE_HOME": str(home / "home")}
    said.pop("DJANGO_SETTINGS_MODULE", None)
    command = "from proofline.cli import main; main()"
    arguments = ["serve", "--demo", "--bind", f"127.0.0.1:{port}"]
    with (home / "log").open("wb") as log:
        serving = subprocess.Popen(
            [sys.executable, "-c", command, *arguments], env=said, cwd=home, stdout=log, stderr=log
        )
        try:
            _wait(f"http://127.0.0.1:{port}/readyz", serving, home / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            serving.terminate()
            serving.wait(30)


def _wait(address: str, serving: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and serving.poll() is None:
        try:
            with urlopen(address, timeout=5) as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.5)
    pytest.fail(f"the demonstration is not there: {log.read_text()[-2000:]}")


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


@pytest.fixture
def visitors(
    chromium: Browser, served: str, known: dict[str, dict[str, object]]
) -> Iterator[Visitors]:
    """Give people at browsers; their windows are closed when the test is over."""
    there = Visitors(chromium, served, signed_in=known)
    yield there
    for context in there.opened:
        context.close()


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[Page, str], Path]:
    """Give what takes a picture of a whole page; PROOFLINE_PICTURES names where to keep them."""
    place = Path(os.environ.get("PROOFLINE_PICTURES", tmp_path))

    def take(page: Page, name: str) -> Path:
        taken = place / f"{name}.png"
        page.screenshot(path=taken, full_page=True)
        return taken

    return take
