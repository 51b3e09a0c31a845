"""Rows are looked up by their ids, and each index is one that somebody asks by."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from made_up_messages import OBSERVATION, pressure, sent
from made_up_practices import START, Practice
from proofline.desk.arriving.taking import take
from proofline.evidence.provenance import EVERY_TABLE
from proofline.store import jobs
from proofline.store.auditing.added import added, batches_of_person
from proofline.store.book import by_ourselves
from proofline.store.feeding.versions import lately, remarked, versions
from proofline.store.models import Job
from proofline.store.work import files, standings

IDS = {f"made-up-{n}" for n in range(24)}

ASKED: dict[str, Callable[[Practice], object]] = {
    "<expr>": lambda one: [*versions(one.tenant_id, "readings", "reading_id", IDS)],
    "tenant_id=? AND reading_id": lambda one: one.opened("coordinator").shelf.rows("readings"),
    "payload_sha256": lambda one: [*versions(one.tenant_id, "provenance", "payload_sha256", IDS)],
    "provenance_remarked (tenant_id=? AND reading_id": lambda one: [*remarked(one.tenant_id, IDS)],
    "payload_sha256=? AND reading_id": lambda one: one.opened("integrator").shelf.rows(
        "provenance"
    ),
    "(device_id": lambda one: one.opened("coordinator").shelf.rows("readings", device_id=IDS),
    "readings_heard (device_id": lambda one: [*lately(one.tenant_id, "made-up-1")],
    "patient_id": lambda one: added(one.tenant_id, "readings", "patient_id", IDS),
    "recorded_by_id": lambda one: batches_of_person(one.tenant_id, 1, 10),
}


@contextmanager
def plans(*tables: str) -> Iterator[list[str]]:
    """Gather how SQLite goes about each question on the readings and where they came from.

    Or on the tables that are named.
    """
    found: list[str] = []

    def tell(run: Callable[..., Any], sql: str, cells: Any, many: bool, context: Any) -> Any:  # noqa: ANN401 - Django's shapes
        ours = any(one in sql for one in tables or ("evidence_readings", "evidence_provenance"))
        if ours and sql.startswith("SELECT"):
            told = connection.connection.cursor().execute(
                "EXPLAIN QUERY PLAN " + sql.replace("%s", "?"), cells
            )
            found.extend(row[3] for row in told.fetchall())
        return run(sql, cells, many, context)

    with connection.execute_wrapper(tell):
        yield found


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL plans by what is there")
@pytest.mark.parametrize("column", ASKED)
def test_a_few_ids_are_looked_up_and_not_searched_for_among_all(
    practice: Practice, column: str
) -> None:
    with plans() as found:
        ASKED[column](practice)
    assert any(f"{column}=?" in plan for plan in found), found


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL plans by what is there")
@pytest.mark.parametrize("source", ["tenovi", "fhir"])
def test_what_a_message_costs_does_not_follow_from_all_that_ever_came(
    practice: Practice, source: str
) -> None:
    bodies = {"tenovi": [pressure()], "fhir": [_observation("final"), _observation("cancelled")]}
    with plans() as found, by_ourselves(practice.tenant_id) as book:
        for n, body in enumerate(bodies[source]):
            (said,) = take(book, [sent(body, f"m-{n}", source=source)], START)
            assert said.rows
    assert found
    assert not [one for one in found if _WHOLE in one or re.match("SCAN (evidence|[a-z]$)", one)]


_WHOLE = "(tenant_id=?)"
"""How SQLite says that it goes through all rows of a practice."""


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL plans by what is there")
def test_a_few_rows_are_sorted_and_not_met_in_the_order_of_all(practice: Practice) -> None:
    """Asked for an order that an index has, SQLite goes through the whole of that index."""
    with practice.opened("owner").act("test", START) as act:
        for number in range(3):
            files.keep_version(act, f"paper.made-up-{number}", b"made up")
    later = START + timedelta(days=1)
    with plans("store_message", "store_linestanding") as found:
        assert len(files.bytes_of(practice.tenant_id, "paper.", later)) == 3
        standings.of_claims(practice.tenant_id, IDS)
    assert len(found) == 2
    assert not [one for one in found if _WHOLE in one]


def _observation(status: str) -> bytes:
    return json.dumps(OBSERVATION | {"status": status}).encode()


@pytest.mark.slow
def test_no_row_is_indexed_that_nobody_finds_by_it(practice: Practice) -> None:
    del practice
    for table in (*(f"evidence_{name}" for name in EVERY_TABLE), "store_message", "store_job"):
        with connection.cursor() as cursor:
            there = connection.introspection.get_constraints(cursor, table).values()
        alone = [one["columns"] for one in there if one["index"]]
        assert ["tenant_id"] not in alone, table
        assert ["recorded_by_id"] not in alone, table


def test_what_waits_untouched_is_not_written_again(practice: Practice) -> None:
    def ask(after: int, due: int) -> dict[str, Any]:
        at, when = (START + timedelta(seconds=length) for length in (after, due))
        jobs.ask(practice.tenant_id, "decide", {"P-1"}, at, due=when)
        return dict(Job.objects.values().get())

    first = ask(0, 5)
    assert ask(1, 6) == first
    sooner = ask(2, 3)
    assert sooner["due_at"] == START + timedelta(seconds=3)
    (taken,) = jobs.lease("w", START + timedelta(seconds=4), 50)
    assert (taken.attempts, ask(4, 9)["attempts"]) == (1, 0)
