"""Every page, in a real browser that runs no scripts."""

from __future__ import annotations

import pytest

from every_page import PAGES
from visiting import Visitors

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("name", "role", "address"), PAGES, ids=[name for name, *_ in PAGES])
def test_a_page_is_whole_without_scripts(
    visitors: Visitors, name: str, role: str, address: str
) -> None:
    answer = visitors.at(role, scripts=False).goto(address)
    assert answer is not None
    assert answer.status == 200, name
    assert "<h1" in answer.text()
