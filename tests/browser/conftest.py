"""A real browser before the real service: `serve --demo` on a port of its own, Debian's Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from proofline.cli.running.demonstration import PASSWORD

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE = 240
"""Seconds until the demonstration has to be there, on a busy machine."""

WIDTHS = {"desk": 1440, "phone": 390}


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a demonstration practice that is being served."""
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


@dataclass
class Visitors:
    """People of the demonstration at their browsers; whoever signed in once stays so."""

    browser: Browser
    address: str
    opened: list[BrowserContext] = field(default_factory=list)
    signed_in: dict[str, dict[str, object]] = field(default_factory=dict)

    def at(
        self, role: str, *, width: str = "desk", theme: str = "light", scripts: bool = True
    ) -> Page:
        """Give a page of somebody of a role, at a width, in a theme, with scripts or without."""
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": WIDTHS[width], "height": 900},
            color_scheme="dark" if theme == "dark" else "light",
            java_script_enabled=scripts,
            storage_state=self._state(role),  # type: ignore[arg-type]  # as it was given to us
        )
        self.opened.append(context)
        return context.new_page()

    def _state(self, role: str) -> dict[str, object]:
        if role not in self.signed_in:
            context = self.browser.new_context(base_url=self.address)
            page = context.new_page()
            page.goto("/account/login/")
            page.fill("[name=login]", f"demo-{role}")
            page.fill("[name=password]", PASSWORD)
            page.click("main button[type=submit]")
            page.wait_for_url(lambda url: "/account/login" not in url)
            self.signed_in[role] = dict(context.storage_state())
            context.close()
        return self.signed_in[role]


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
