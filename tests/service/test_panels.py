"""A form that an address asks for on the patient's page is open, and the keyboard is in it."""

from __future__ import annotations

import re

import pytest

from made_up_people import enrolled
from made_up_practices import Practice
from signing_in import client_of

PANELS = ("call", "time", "consent", "pair", "onfile", "end")
_OPEN = re.compile(r'<details id="(\w+)" open>(.*?autofocus)?', re.DOTALL)


@pytest.mark.slow
def test_the_form_asked_for_is_open_and_the_keyboard_is_in_it(desk: Practice) -> None:
    page = f"/patient/{enrolled(desk)}/"
    client = client_of("north-coordinator")
    assert "autofocus" not in client.get(page).content.decode()
    for panel in PANELS:
        text = client.get(page, {"do": panel}).content.decode()
        assert text.count(" autofocus") == 1, panel
        ((opened, with_keyboard),) = _OPEN.findall(text)
        assert opened == panel
        assert "</form>" not in with_keyboard, panel
