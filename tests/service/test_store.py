"""The store: rows are only added, an act is whole or not at all, a tenant sees only its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from made_up_practices import START, Practice
from proofline.ledger.entry import canonical
from proofline.store.book import Book, by_ourselves, visible_to
from proofline.store.fences import ADDED_ONLY, KEPT
from proofline.store.models import Job, Person
from proofline.store.rows import Shelf
from proofline.store.trouble import NotVisible, StoreError
from proofline.store.vouching import ledger

PATIENT = {"patient_id": "P-MADE-UP", "time_zone": "America/Chicago", "family_name": "Made-Up"}


def add(book: Book, table: str, *rows: dict[str, str], after: int = 0, why: str = "") -> None:
    with book.act("test", START + timedelta(seconds=after), why) as act:
        act.add(table, rows)


def test_a_row_is_there_with_the_entry_that_vouches_for_it(practice: Practice) -> None:
    book = practice.opened("coordinator")
    before = ledger().size()
    add(book, "patients", PATIENT)
    (row,) = book.shelf.rows("patients")
    assert {name: cell for name, cell in row.items() if cell} == PATIENT
    assert ledger().size() == before + 1
    kept = ledger().kept(before)
    assert kept.payload == canonical(
        {
            "tenant": practice.tenant_id,
            "why": "",
            "table": "patients",
            "withdrawn": False,
            "rows": [PATIENT],
        }
    )


def test_a_correction_takes_the_place_and_the_earlier_row_stays(practice: Practice) -> None:
    book = practice.opened("coordinator")
    add(book, "patients", PATIENT)
    add(book, "patients", PATIENT | {"time_zone": "America/Denver"}, after=60)
    (row,) = book.shelf.rows("patients")
    assert row["time_zone"] == "America/Denver"
    (then,) = Shelf(practice.tenant_id, START + timedelta(seconds=30)).rows("patients")
    assert then["time_zone"] == "America/Chicago"


def test_a_withdrawn_row_is_gone_and_needs_a_reason(practice: Practice) -> None:
    book = practice.opened("coordinator")
    add(book, "patients", PATIENT)
    with pytest.raises(StoreError, match="reason"), book.act("test", START) as act:
        act.withdraw("patients", [PATIENT])
    with book.act("test", START, "entered for the wrong practice") as act:
        act.withdraw("patients", [PATIENT])
    assert book.shelf.rows("patients") == []


@pytest.mark.parametrize(
    ("row", "word"),
    [({"patient_id": "P-1"}, "time_zone"), (PATIENT | {"nickname": "x"}, "nickname")],
)
def test_what_the_contract_does_not_know_is_refused(
    practice: Practice, row: dict[str, str], word: str
) -> None:
    with pytest.raises(StoreError, match=word):
        add(practice.opened("coordinator"), "patients", row)


def test_an_act_that_fails_leaves_nothing(practice: Practice) -> None:
    book = practice.opened("coordinator")
    before = ledger().size()
    with pytest.raises(StoreError), book.act("test", START) as act:  # noqa: PT012 - half an act
        act.add("patients", [PATIENT])
        act.add("patients", [{"patient_id": "P-2"}])
    assert book.shelf.rows("patients") == []
    assert ledger().size() == before
    assert not Job.objects.exists()


def test_what_bears_on_a_patient_asks_for_their_decision(practice: Practice) -> None:
    book = practice.opened("coordinator")
    add(book, "patients", PATIENT)
    assert [*Job.objects.values_list("kind", "subject")] == [("decide", "P-MADE-UP")]


def test_no_row_is_ever_changed_or_removed(practice: Practice) -> None:
    changing = [(table, f"UPDATE {table} SET tenant_id = tenant_id") for table in ADDED_ONLY]
    removing = [(table, f"DELETE FROM {table}") for table in (*ADDED_ONLY, *KEPT)]
    for table in {*ADDED_ONLY, *KEPT} - {"store_membership"}:  # it has rows already
        fill(practice, table)
    for table, act in [*changing, *removing]:
        with (
            by_ourselves(practice.tenant_id),
            pytest.raises(DatabaseError, match=f"{table}: rows .* never changed or removed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(act)


def test_of_a_message_only_its_fate_may_change(practice: Practice) -> None:
    fill(practice, "store_message")
    with by_ourselves(practice.tenant_id), connection.cursor() as cursor:
        cursor.execute("UPDATE store_message SET state = 'dropped', held = 'made up'")
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            cursor.execute("UPDATE store_message SET sha256 = 'another'")


def fill(practice: Practice, table: str) -> None:
    """Put one row into a table, whatever its columns are, so that a trigger for rows has one."""
    with by_ourselves(practice.tenant_id), connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
        names = [column.name for column in described if column.name not in {"id", "row_no"}]
        cells = [_cell(practice, column) for column in described if column.name in names]
        marks = ", ".join(["%s"] * len(names))
        quoted = ", ".join(f'"{name}"' for name in names)
        cursor.execute(f"INSERT INTO {table} ({quoted}) VALUES ({marks})", cells)


def _cell(practice: Practice, column: object) -> Any:  # noqa: ANN401 - of any kind
    name = getattr(column, "name", "")
    if name == "tenant_id":
        return practice.tenant_id
    if name in {"person_id", "set_by_id", "made_by_id"}:
        return Person.objects.values_list("pk", flat=True)[0]
    if getattr(column, "null_ok", False):
        return None
    kind = str(connection.introspection.get_field_type(getattr(column, "type_code", ""), column))  # type: ignore[arg-type]
    return {
        "BigIntegerField": 1,
        "IntegerField": 1,
        "BooleanField": False,
        "DateField": START.date(),
        "DateTimeField": START,
        "BinaryField": b"made up",
    }.get(kind, "made up")


def test_a_stranger_and_somebody_who_left_see_nothing(practice: Practice) -> None:
    stranger = Person.objects.create_user(username="stranger")
    with pytest.raises(NotVisible), visible_to(stranger, practice.tenant_id, START):
        pass
    gone = Person.objects.get(username="north-biller")
    gone.is_active = False
    with pytest.raises(NotVisible), visible_to(gone, practice.tenant_id, START):
        pass


def test_the_answer_for_another_practice_is_that_for_none(
    practice: Practice, other_practice: Practice
) -> None:
    person = Person.objects.get(username="north-owner")
    told = []
    for tenant_id in (other_practice.tenant_id, "tnt_there_is_none"):
        with pytest.raises(NotVisible) as refused, visible_to(person, tenant_id, START):
            pass
        told.append(str(refused.value))
    assert told[0] == told[1]
    assert practice.tenant_id != other_practice.tenant_id


def test_a_practice_sees_its_own_rows_only(practice: Practice, other_practice: Practice) -> None:
    add(practice.opened("coordinator"), "patients", PATIENT)
    assert other_practice.opened("coordinator").shelf.rows("patients") == []
    assert Shelf(other_practice.tenant_id).rows("patients", patient_id={"P-MADE-UP"}) == []


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no such wall")
def test_the_database_itself_shows_no_row_without_its_tenant(practice: Practice) -> None:
    with by_ourselves(practice.tenant_id) as book:
        add(book, "patients", PATIENT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('proofline.tenant', '', true)")
        cursor.execute("SELECT count(*) FROM evidence_patients")
        assert cursor.fetchone() == (0,)
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO store_answer (tenant_id, key, request_sha256, at, status, body)"
            " VALUES (%s, 'k', '', now(), 200, '')",
            [practice.tenant_id],
        )
