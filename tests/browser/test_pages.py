"""Every page, in a real browser on a desk: no barrier that axe knows, nothing inline, a picture."""

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
    has_no_barrier(visitors, picture, asked, "desk")
