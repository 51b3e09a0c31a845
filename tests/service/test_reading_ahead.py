"""Long messages are read while others are written, to the same rows, or in their turn."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import transaction

from made_up_messages import PRESSURE, pressure, sent
from made_up_people import put
from made_up_practices import START, Practice
from proofline.desk.arriving import decoding
from proofline.desk.arriving.decoding import read_ahead
from proofline.desk.arriving.messages import Sent
from proofline.desk.arriving.standing import at_hand
from proofline.desk.arriving.taking import take
from proofline.store.book import Book

MANY = 100


def long_message(**other: object) -> Sent:
    """A hundred pressures of one hub, one of them of a metric that nobody knows."""
    times = [f"2026-02-27T12:{number % 60:02}:{number // 60:02}Z" for number in range(MANY)]
    said = [PRESSURE | {"timestamp": at, "created": at} | other for at in times]
    return sent(json.dumps([*said, PRESSURE | {"metric": "made_up"}]).encode(), "long")


def rows(book: Book) -> list[dict[str, str | None]]:
    return [row for table in ("readings", "provenance") for row in book.shelf.rows(table)]


def knowing(book: Book) -> Book:
    """Let a book learn of the hub by one message, and look at what it knows with the next."""
    take(book, [sent(pressure())], START)
    there = at_hand(book.tenant_id)
    assert there is not None
    there.unsure = False  # as where a transaction is committed; that of a test never is
    take(book, [sent(pressure(), "m-2")], START)
    there.unsure = False
    return book


@pytest.fixture
def book(practice: Practice) -> Book:
    """Open a book that knows the hub."""
    return knowing(practice.opened("integrator"))


def test_what_is_read_ahead_becomes_the_same_rows_and_answer(
    practice: Practice, other_practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = knowing(other_practice.opened("integrator"))
    plain = take(other, [long_message()], START)
    wanted = rows(other)
    book = knowing(practice.opened("integrator"))
    ahead = read_ahead(book.tenant_id, long_message())
    monkeypatch.delattr(decoding, "ambiguity")  # it is not looked at again
    assert take(book, [ahead], START) == plain
    assert plain[0].state == "taken"
    assert plain[0].rows == 2 * MANY
    assert [one.code for one in plain[0].told] == ["metric_not_known"]
    assert rows(book) == wanted


def test_what_is_short_or_new_or_of_a_book_not_opened_yet_is_not_read_ahead(book: Book) -> None:
    there = at_hand(book.tenant_id)
    assert there is not None
    before = dict(there.known.devices)
    assert read_ahead(book.tenant_id, sent(pressure())).ahead is None
    assert read_ahead(book.tenant_id, long_message(hwi_device_id="made-up-hub-2")).ahead is None
    assert read_ahead("tnt_made_up", long_message()).ahead is None
    assert there.known.devices == before


def test_what_has_two_meanings_is_refused_as_ever(book: Book) -> None:
    body = long_message().body.replace(b'"metric"', b'"value_1": "1", "metric"', 1)
    ahead = read_ahead(book.tenant_id, sent(body, "twice"))
    assert ahead.ahead is not None
    (outcome,) = take(book, [ahead], START)
    assert (outcome.state, [one.code for one in outcome.told]) == ("held", ["two_meanings"])


def test_it_is_read_again_if_the_book_has_learnt_of_a_device_since(book: Book) -> None:
    ahead = read_ahead(book.tenant_id, long_message())
    twin = {"device_id": "TWIN", "kind": "blood_pressure", "serial": PRESSURE["hwi_device_id"]}
    put(book, "devices", {name: str(cell) for name, cell in twin.items()})
    (outcome,) = take(book, [ahead], START + timedelta(seconds=1))
    assert {one.code for one in outcome.told} == {"device_twice", "metric_not_known"}


def test_it_serves_once_and_is_read_again_after_a_transaction_that_failed(book: Book) -> None:
    ahead, before = read_ahead(book.tenant_id, long_message()), rows(book)
    with transaction.atomic():
        (first,) = take(book, [ahead], START)
        transaction.set_rollback(True)
    assert rows(book) == before
    assert take(book, [ahead], START) == [first]
    assert len(rows(book)) == len(before) + 2 * MANY
