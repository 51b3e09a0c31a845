"""The address to be served on is looked at before a book is made."""

from __future__ import annotations

import socket

import pytest

from proofline.cli.running.address import refuse_a_taken_address
from proofline.errors import WrongUse


def test_an_address_that_somebody_listens_on_is_refused_until_they_end() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(WrongUse, match="already in use"):
            refuse_a_taken_address(taken)
    refuse_a_taken_address(taken)


@pytest.mark.parametrize("bind", ["127.0.0.1:70000", "192.0.2.1:8000", "nowhere.invalid:8000"])
def test_what_is_no_address_of_this_machine_is_refused(bind: str) -> None:
    with pytest.raises(WrongUse):
        refuse_a_taken_address(bind)


@pytest.mark.parametrize("bind", ["unix:/run/proofline.sock", "8000", ":0"])
def test_what_the_server_judges_is_left_to_it(bind: str) -> None:
    refuse_a_taken_address(bind)
