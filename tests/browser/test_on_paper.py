"""Pages on paper: nothing can be pushed aside there, so every column has to be on the sheet."""

from __future__ import annotations

import pytest

from visiting import Visitors

pytestmark = pytest.mark.slow

LETTER = 740
"""Pixels of the width of a letter page between its usual margins."""

PRINTED = (
    ("owner", "/practice/"),
    ("biller", "/billing/"),
    ("biller", "/denials/"),
    ("compliance", "/rules/RPM/2026-01-01/"),
)
CUT = """[...document.querySelectorAll("main th, main td")].filter(
    (cell) => cell.getBoundingClientRect().right > innerWidth + 1
        || cell.closest(".scroll")?.scrollWidth > cell.closest(".scroll")?.clientWidth + 1
    ).map((cell) => cell.textContent.trim().slice(0, 20))"""


@pytest.mark.parametrize(("role", "address"), PRINTED)
def test_paper_holds_every_column(visitors: Visitors, role: str, address: str) -> None:
    page = visitors.at(role)
    page.set_viewport_size({"width": LETTER, "height": 960})
    page.emulate_media(media="print")
    page.goto(address)
    assert page.locator("main td").count() > 10
    assert page.evaluate(CUT) == []
