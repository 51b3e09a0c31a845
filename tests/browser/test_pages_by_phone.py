"""Every page, in a real browser on a telephone; a file of its own, so that workers share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from every_page import PAGES, Asked, has_no_barrier
from visiting import Visitors

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("asked", PAGES, ids=[name for name, *_ in PAGES])
def test_a_page_has_no_barrier_in_either_theme(
    visitors: Visitors, picture: Callable[[Page, str], None], asked: Asked
) -> None:
    has_no_barrier(visitors, picture, asked, "phone")


def test_readings_open_at_the_newest_without_scripts(visitors: Visitors) -> None:
    page = visitors.at("coordinator", width="phone", scripts=False)
    page.goto("/patient/DEMO-HEARTBEAT-RPM/")
    frame = page.locator("figure .scroll").first.bounding_box()
    curve = page.locator("figure .scroll svg").first.bounding_box()
    assert frame is not None
    assert curve is not None
    assert curve["x"] < frame["x"], "it is wider than the telephone, and begins out of sight"
    assert abs(curve["x"] + curve["width"] - frame["x"] - frame["width"]) <= 1


def test_practice_folds_earlier_months_on_a_telephone_only(visitors: Visitors) -> None:
    page = visitors.at("owner", width="phone", scripts=False)
    page.goto("/practice/")
    months = page.locator("table.year tbody tr")
    assert months.count() == 12
    assert [months.nth(n).is_visible() for n in (0, 2, 3, 11)] == [True, True, False, False]
    page.click("details.folded > summary")
    assert months.nth(11).is_visible()
    desk = visitors.at("owner", scripts=False)
    desk.goto("/practice/")
    assert desk.locator("table.year tbody tr").last.is_visible()
    assert not desk.locator("details.folded > summary").is_visible()
