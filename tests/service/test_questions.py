"""Every page asks the database as often for many patients as for few, and none is left out."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from made_up_billing import NOW
from made_up_crowds import answered, crowd, keep_papers
from made_up_practices import Practice
from pages_asked import PAGES, Places, asked_for
from signing_in import client_of

if TYPE_CHECKING:
    from collections.abc import Iterable

FEW, MANY = 8, 16
OF_THE_TREE = ("FROM ledger_entry WHERE seq IN", "FROM wanted CROSS JOIN ledger_node")
"""The ledger is searched by halves, and proves by the height of its tree: a book of twice the size
takes a look more or less for each entry."""


def grown(practice: Practice, numbers: range) -> None:
    """Put copies into the book, whose payer answers as of a day of their own."""
    crowd(practice.tenant_id, numbers, NOW)
    answered(practice.opened("biller"), NOW.replace(day=NOW.day - numbers.start))


def questions(practice: Practice, copies: int) -> Iterable[tuple[str, list[str]]]:
    """Give what each page asks of the database; what a process keeps for good was asked before."""
    places = Places(practice.tenant_id, copies, "north-coordinator")
    assert places.left_out() == set()
    for role, address in PAGES:
        if "{message}" in address:
            continue  # no machine sends anything here
        client = client_of(f"north-{role}")
        asked_for(client, places.filled(address))
        with CaptureQueriesContext(connection) as told:
            answer = asked_for(client, places.filled(address))
        assert answer.status_code == 200, address
        asked = [one["sql"] for one in told.captured_queries]
        yield address, [one for one in asked if not any(part in one for part in OF_THE_TREE)]


def shape(sql: str) -> str:
    """Give the beginning of a question without the values in it."""
    return re.sub(r"'[^']*'|[0-9]+", "?", sql)[:300]


@pytest.mark.slow
def test_no_page_asks_more_of_a_larger_book(practice: Practice) -> None:
    keep_papers(practice.opened("biller"), NOW)
    grown(practice, range(FEW))
    few = dict(questions(practice, FEW))
    grown(practice, range(FEW, MANY))
    for address, asked in questions(practice, MANY):
        more = Counter(map(shape, asked)) - Counter(map(shape, few[address]))
        assert len(asked) == len(few[address]), (address, more)
