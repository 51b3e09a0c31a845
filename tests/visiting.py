"""People of the demonstration at their browsers, for tests that look at pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proofline.cli.running.demonstration import PASSWORD
from signing_in import code

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

WIDTHS = {"desk": 1440, "phone": 390}
"""Pixels of the two windows that pages are looked at in."""
WHILE_TYPED = 5
"""Seconds that digits must still hold when a browser begins to type them."""


def set_up(page: Page) -> tuple[str, str]:
    """Set up a second factor on its page; give its secret and the digits that were used."""
    page.locator("#authenticator_secret, [name=password]").first.wait_for(state="attached")
    if "/reauthenticate" in page.url:
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
    secret = page.locator("#authenticator_secret").input_value()
    digits = code(secret, lasting=WHILE_TYPED)
    page.fill("[name=code]", digits)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda address: "/activate" not in address)  # else going on may stop it
    return secret, digits


def show_factor(page: Page, secret: str, used: str) -> None:
    """Show a second factor anew; digits are good for once, so the next ones are waited for."""
    while (digits := code(secret, lasting=WHILE_TYPED)) == used:
        page.wait_for_timeout(500)
    page.fill("[name=code]", digits)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda address: "/reauthenticate" not in address)


@dataclass
class Visitors:
    """People of the demonstration at their browsers; whoever signed in once stays so."""

    browser: Browser
    address: str
    opened: list[BrowserContext] = field(default_factory=list)
    signed_in: dict[str, dict[str, object]] = field(default_factory=dict)
    kept: dict[tuple[str, str], BrowserContext] = field(default_factory=dict)
    """Browsers of a role at a width that stay open from one test to the next."""

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

    def back(self, role: str, width: str) -> Page:
        """Give a page of somebody who only looks: in the browser that they looked with before.

        It has style sheets and scripts still, which a new one fetches and reads for every page.
        """
        if (role, width) not in self.kept:
            self.at(role, width=width).close()
            self.kept[role, width] = self.opened.pop()
        return self.kept[role, width].new_page()

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
