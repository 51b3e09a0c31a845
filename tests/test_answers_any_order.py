"""Whatever a payer sends, in any order and however often: the money of a line stays in bounds."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import made_up_back as made
import made_up_payer as payer
from made_up_claims import ACT, line, sent
from proofline.claims.answers.posting import post
from proofline.claims.book import Book
from proofline.claims.claim import Claim

SUPPLY = line("99454")
CHARGE = SUPPLY.charge


class Sent(NamedTuple):
    """One answer to the line: cents charged and paid, what takes it back, and its trace number."""

    charge: int
    paid: int
    back: bool
    trace: str


SENT = st.builds(
    Sent,
    st.sampled_from([CHARGE, CHARGE // 2]),
    st.sampled_from([0, 2_000, 5_500, 6_000, 11_000, 12_000]),
    st.booleans(),
    st.sampled_from(["A", "B", "C"]),
).filter(lambda one: one.paid <= one.charge)


def remittance(one: Claim, told: Sent) -> bytes:
    """Write an answer whose adjustment makes up the charge, balanced as a payer would."""
    sign = -1 if told.back else 1
    charge, cents = payer.dollars(sign * told.charge), payer.dollars(sign * told.paid)
    rest = payer.dollars(sign * (told.charge - told.paid))
    reason = "45" if told.paid else "50"
    svc = [f"SVC*HC:99454*{charge}*{cents}**{sign}", "DTM*472*20260330"]
    svc += [f"CAS*CO*{reason}*{rest}"] if told.paid != told.charge else []
    status = "22" if told.back else ("1" if told.paid else "4")
    body = made.claim(one.claim_id, status, f"{charge}*{cents}*", *svc, f"REF*6R*{SUPPLY.line_id}")
    return payer.remittance(body, cents=sign * told.paid, trace=told.trace)


def brought(book: Book) -> int:
    """Add up what the book says that each posted answer brought."""
    story = [told.change.detail for told in book.story(SUPPLY.line_id)]
    return sum(int(one["paid"]) for one in story if one.get("kind") == "remittance")


@pytest.mark.slow
@settings(max_examples=25)
@given(st.lists(SENT, max_size=7))
def test_a_line_never_brings_more_than_its_charge_or_less_than_nothing(told: list[Sent]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        book, one = sent(Path(folder), SUPPLY)
        files = [remittance(one, each) for each in told]
        for data in files:
            post(book, data, ACT)
            assert 0 <= book.paid(SUPPLY.line_id) <= CHARGE
            assert book.paid(SUPPLY.line_id) == brought(book)
        while any(post(book, data, ACT).changes for data in files):
            assert 0 <= book.paid(SUPPLY.line_id) <= CHARGE
        state, paid = book.lines[SUPPLY.line_id].state, book.paid(SUPPLY.line_id)
        assert (state in {"paid", "partly_paid"}) == (paid > 0) or not told
        assert Book(Path(folder)).lines == book.lines
