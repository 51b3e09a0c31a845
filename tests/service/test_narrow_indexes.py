"""Readings are found by the ends of their ids, and only those that are meant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from made_up_practices import START, Practice
from proofline.store.auditing.added import added
from proofline.store.feeding.versions import lately, versions

DIGEST = "0123456789abcdef"
ALIKE = [
    f"tenovi:{DIGEST}{DIGEST}",
    f"telli:{DIGEST}",
    f"telli:{DIGEST.upper()}",  # the same bytes, and another id
    DIGEST,
]
OTHERS = [
    *(f"fhir:made-up-{n}#85354-9" for n in range(3)),
    *("7", "17", "telli:7", "ø", "made-up '\"%s\\ id", "xx xx xx xx xx xx"),
]
IDS = [*ALIKE, *OTHERS]


def kept(practice: Practice, ids: Iterable[str], *, device: str = "made-up-hub") -> None:
    """Add a reading of each id."""
    cells = {"device_id": device, "metric": "8867-4", "value": "61", "entry": "automatic"}
    with practice.opened("integrator").act("test", START) as act:
        rows = [
            {**cells, "reading_id": one, "measured_at": f"2026-03-01T{at:02}:00:00Z"}
            for at, one in enumerate(ids)
        ]
        act.add("readings", rows)


def found(practice: Practice, *ids: str) -> list[str]:
    """Give the ids of the readings that are found by some ids."""
    tenant_id = practice.tenant_id
    rows = [*versions(tenant_id, "readings", "reading_id", ids)]
    told = [
        one.cells["reading_id"] or "" for one in added(tenant_id, "readings", "reading_id", ids)
    ]
    shelf = practice.opened("coordinator").shelf
    assert [row["reading_id"] for row in rows] == told
    assert [row["reading_id"] for row in shelf.rows("readings", reading_id=ids)] == told
    return told


@pytest.mark.parametrize("wanted", IDS)
def test_of_ids_that_end_alike_only_the_one_that_is_meant_is_found(
    practice: Practice, wanted: str
) -> None:
    kept(practice, IDS)
    assert found(practice, wanted) == [wanted]
    assert found(practice, f"{wanted}-none", f"none-{wanted}") == []


def test_many_ids_are_found_at_once_each_in_all_its_versions(practice: Practice) -> None:
    kept(practice, IDS)
    kept(practice, ALIKE)
    assert found(practice, *IDS) == [*IDS, *ALIKE]


def test_readings_of_another_practice_are_not_found(
    practice: Practice, other_practice: Practice
) -> None:
    kept(other_practice, IDS)
    assert found(practice, *IDS) == []
    assert [*lately(practice.tenant_id, "made-up-hub")] == []
    kept(practice, ["telli:7"])
    assert found(practice, *IDS) == ["telli:7"]
    assert [row["reading_id"] for row in lately(practice.tenant_id, "made-up-hub")] == ["telli:7"]


def test_a_withdrawn_reading_is_left_out(practice: Practice) -> None:
    kept(practice, IDS)
    book = practice.opened("coordinator")
    (row,) = book.shelf.rows("readings", reading_id=[ALIKE[1]])
    with book.act("test", START + timedelta(seconds=1), why="made up") as act:
        act.withdraw("readings", [row])
    left = [one["reading_id"] for one in book.shelf.rows("readings")]
    assert left == [one for one in IDS if one != ALIKE[1]]
    assert book.shelf.ids("readings", "reading_id", device_id=["made-up-hub"]) == {*left}


@pytest.mark.slow
def test_a_book_from_before_finds_the_same_rows_by_its_new_indexes(practice: Practice) -> None:
    kept(practice, IDS)
    step = import_module("proofline.store.migrations.0078_narrow_readings_and_lessons").Migration
    loader = MigrationLoader(connection)
    before = loader.project_state([("store", "0076_places")])
    editor = connection.schema_editor()
    editor.deferred_sql = []
    states = [before]
    for operation in step.operations:
        states.append(states[-1].clone())
        operation.state_forwards("store", states[-1])
    turns = [*zip(step.operations, states, states[1:], strict=False)]
    connection.check_constraints()  # PostgreSQL makes no index while any waits to be checked
    for operation, earlier, later in reversed(turns):
        operation.database_backwards("store", editor, later, earlier)
    assert indexes() >= {"readings_key", "readings_device_i"}
    for operation, earlier, later in turns:
        operation.database_forwards("store", editor, earlier, later)
    assert indexes().isdisjoint({"readings_key", "readings_device_i"})
    assert indexes() >= {"readings_id", "readings_gone", "readings_heard"}
    assert found(practice, *ALIKE) == ALIKE


def indexes() -> set[str]:
    """Name the indexes over readings."""
    with connection.cursor() as cursor:
        told = connection.introspection.get_constraints(cursor, "evidence_readings")
    return {name for name, one in told.items() if one["index"]}
