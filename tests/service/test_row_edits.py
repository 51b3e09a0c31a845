"""Every edit of a kept row by SQL, by whoever has the password, is named by `proofline verify`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from made_up_billing import NOW, sent
from made_up_billing import decided_practice as desk
from made_up_people import put, reading
from made_up_practices import START, Practice
from proofline.evidence.provenance import EVERY_TABLE
from proofline.ledger.audit.vouching import Heads
from proofline.store.book import by_ourselves, wall
from proofline.store.safekeeping import naming
from proofline.store.safekeeping.verifying import columns_of, faults, of_the_rows
from proofline.store.work import files
from sampling import tried as sampled

__all__ = ["desk"]
ON_POSTGRESQL = connection.vendor == "postgresql"
EACH = sampled("PROBE_EDITS", 389, 97)
"""Of so many bits one is turned in the slow round; PROBE_EDITS=1 turns each, which takes hours."""

MANY = [reading(f"R-{number:02}", str(100 + number), START) for number in range(20)]

Where = tuple[str, str, int]
"""Table, column of its number, and the number of a row."""


def without_triggers(table: str) -> None:
    with connection.cursor() as cursor:
        if ON_POSTGRESQL:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # none may be pending
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            return
        named = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
        cursor.execute(named, [table])
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")


def rows(tenant_id: str) -> Iterator[Where]:
    """Give the first and the last row of each table that has any."""
    for table in (*(f"evidence_{name}" for name in EVERY_TABLE), "store_decision"):
        number = "id" if table == "store_decision" else "row_no"
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT min({number}), max({number}) FROM {table} WHERE tenant_id = %s",
                [tenant_id],
            )
            (found,) = cursor.fetchall()
        yield from ((table, number, one) for one in sorted({*found} - {None}))


def flipped(value: Any, first: int = 0, each: int = 1) -> Iterator[Any]:  # noqa: ANN401 - any cell
    """Give a cell with each of its bits turned; a text that is none any more is left out.

    Of a text or bytes, from the `first` bit on, `each` so many.
    """
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value ^ 1 << bit for bit in range(31))
    elif isinstance(value, datetime):
        yield from (value + timedelta(microseconds=1 << bit) for bit in range(40))
    elif isinstance(value, date):
        yield from (value + timedelta(days=1 << bit) for bit in range(10))
    else:
        data = value.encode() if isinstance(value, str) else bytes(value)
        for bit in range(first, 8 * len(data), each):
            turned = bytearray(data)
            turned[bit // 8] ^= 1 << bit % 8
            if isinstance(value, str):
                text = turned.decode(errors="replace")
                if "\ufffd" not in text and "\0" not in text:
                    yield text
            else:
                yield bytes(turned)


def raw(table: str, number: str, row: int, column: str) -> Any:  # noqa: ANN401 - any cell
    """Give a cell as the database holds it: SQLite has instants as text and truth as a number."""
    plain = "" if ON_POSTGRESQL else "+"
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {plain}"{column}" FROM {table} WHERE {number} = %s', [row])
        return cursor.fetchone()[0]


@contextmanager
def undone() -> Iterator[None]:
    """Roll back what is done inside."""
    with transaction.atomic():
        point = transaction.savepoint()
        try:
            yield
        finally:
            transaction.savepoint_rollback(point)


def missed(tenant_id: str, where: Where, column: str, values: Iterator[Any]) -> Iterator[str]:
    """Put each value into a cell, and name those of which `verify` says nothing."""
    table, number, row = where
    for value in values:
        with undone():
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    wall(tenant_id)
                    sql = f'UPDATE {table} SET "{column}" = %s WHERE {number} = %s'
                    cursor.execute(sql, [value, row])
            except DatabaseError:
                continue  # the database itself refuses it
            if next(of_the_rows(), None) is None:
                yield f"{table}.{column}: {value!r:.60}"


@pytest.mark.slow
def test_a_changed_payload_is_told_and_nothing_breaks(desk: Practice) -> None:
    without_triggers("ledger_entry")
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, payload FROM ledger_entry ORDER BY length(payload) DESC")
        (seq, payload), *_ = [row for row in cursor.fetchall() if b'"rows"' in bytes(row[1])]
    start = bytes(payload).index(b'"rows"') - 40
    for bit in range(8 * start, 8 * (start + 90), 5):
        turned = bytearray(bytes(payload))
        turned[bit // 8] ^= 1 << bit % 8
        with undone(), connection.cursor() as cursor:
            sql = "UPDATE ledger_entry SET payload = %s WHERE seq = %s"
            cursor.execute(sql, [bytes(turned), seq])
            told = list(faults(Heads()))
        assert f"entry {seq}: the payload is not the one that was recorded" in told
    assert desk.tenant_id


def many(practice: Practice) -> None:
    """Add readings that are recorded by columns."""
    put(practice.opened("coordinator"), "readings", *MANY)


def test_a_row_among_many_that_was_edited_is_named(practice: Practice) -> None:
    many(practice)
    with undone(), connection.cursor() as cursor:
        wall(practice.tenant_id)
        without_triggers("evidence_readings")
        cursor.execute("UPDATE evidence_readings SET value = '199' WHERE reading_id = 'R-07'")
        cursor.execute("DELETE FROM evidence_readings WHERE reading_id = 'R-19'")
        told = list(faults(Heads()))
    assert [one for one in told if ": value is not what entry" in one]
    assert [one for one in told if "vouches for 20 rows, and there are 19" in one]


@pytest.mark.slow
def test_a_changed_payload_of_many_rows_is_told_and_nothing_breaks(practice: Practice) -> None:
    many(practice)
    with transaction.atomic(), connection.cursor() as cursor:
        without_triggers("ledger_entry")
        cursor.execute("SELECT seq, payload FROM ledger_entry ORDER BY seq DESC LIMIT 1")
        ((seq, payload),) = cursor.fetchall()
        for bit in range(0, 8 * bytes(payload).index(b'"R-01"'), 3):
            turned = bytearray(bytes(payload))
            turned[bit // 8] ^= 1 << bit % 8
            with undone():
                sql = "UPDATE ledger_entry SET payload = %s WHERE seq = %s"
                cursor.execute(sql, [bytes(turned), seq])
                told = list(faults(Heads()))
            assert f"entry {seq}: the payload is not the one that was recorded" in told


@pytest.mark.slow
def test_every_bit_of_a_row_is_vouched_for(desk: Practice) -> None:
    tried, untold = 0, list[str]()
    with transaction.atomic():
        wall(desk.tenant_id)
        assert next(of_the_rows(), None) is None
        wall(desk.tenant_id)
        for where in list(rows(desk.tenant_id)):
            table, number, row = where
            without_triggers(table)
            for column in ("vouched_by", *columns_of(table)):
                value = raw(table, number, row, column)
                values = list(flipped(value))[tried % EACH :: EACH] if value is not None else ["x"]
                values += [None] if value is not None else []
                tried += len(values)
                untold += missed(desk.tenant_id, where, column, iter(values))
        transaction.set_rollback(True)
    assert untold == []
    assert tried > 20_000 // EACH


NAMED = {
    "store_line": ("log", "number", "digest", "act", "at"),
    "store_message": ("source", "message_id", "sha256", "body"),
}
"""Tables whose rows entries name by a digest, and what of a row that holds fast."""


@pytest.fixture
def answered(desk: Practice, monkeypatch: pytest.MonkeyPatch) -> Practice:
    """A practice that has sent a claim and keeps two files of a payer, one of them a long one."""
    monkeypatch.setattr(naming, "LONG", 40)
    sent(desk)
    with by_ourselves(desk.tenant_id) as book, book.act("remit.post", NOW) as act:
        files.keep(act, "remit", b"ISA*00*a made-up answer~")
        files.keep(act, "remit", b"another made-up answer~" * 3)
    return desk


@pytest.mark.slow
@pytest.mark.parametrize("most", [4, pytest.param(6_000 // EACH, marks=pytest.mark.slow)])
def test_every_bit_of_what_an_entry_names_is_held(answered: Practice, most: int) -> None:
    tried, untold = 0, list[str]()
    with transaction.atomic():
        wall(answered.tenant_id)
        assert next(of_the_rows(), None) is None
        wall(answered.tenant_id)
        for table, columns in NAMED.items():
            without_triggers(table)
            for where in _ends(table, answered.tenant_id):
                for column in columns:
                    value = raw(*where, column)
                    bits = 8 * len(value) if isinstance(value, bytes | str) else 40
                    step = bits // most + 1
                    values = list(islice(flipped(value, tried % step, step), most))
                    tried += len(values)
                    untold += missed(answered.tenant_id, where, column, iter(values))
        transaction.set_rollback(True)
    assert untold == []
    assert tried > 4 * most


def _ends(table: str, tenant_id: str) -> list[Where]:
    """Give the first, the second and the last row of a table."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table} WHERE tenant_id = %s ORDER BY id", [tenant_id])
        numbers = [number for (number,) in cursor.fetchall()]
    assert len(numbers) > 1
    return [(table, "id", number) for number in sorted({*numbers[:2], numbers[-1]})]


@pytest.mark.slow
@pytest.mark.parametrize("table", NAMED)
def test_what_an_entry_names_is_missed_when_it_is_gone(answered: Practice, table: str) -> None:
    with transaction.atomic():
        without_triggers(table)
        for _, _, number in _ends(table, answered.tenant_id):
            with undone(), connection.cursor() as cursor:
                wall(answered.tenant_id)
                cursor.execute(f"DELETE FROM {table} WHERE id = %s", [number])
                told = list(of_the_rows())
            assert any(one.startswith(f"{table}: what entry ") for one in told)
        transaction.set_rollback(True)


@pytest.mark.slow
@pytest.mark.parametrize(("table", "key"), [("store_line", "number"), ("store_message", "source")])
def test_what_no_entry_names_is_told(answered: Practice, table: str, key: str) -> None:
    (first, *_) = _ends(table, answered.tenant_id)
    columns = columns_in(table)
    given = ", ".join("99" if name == key else f'"{name}"' for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        wall(answered.tenant_id)
        sql = f"INSERT INTO {table} ({names}) SELECT {given} FROM {table} WHERE id = %s"
        cursor.execute(sql, [first[2]])
        told = list(of_the_rows())
        transaction.set_rollback(True)
    assert len(told) == 1
    assert told[0].endswith("no entry of the ledger names it")


def columns_in(table: str) -> list[str]:
    """Name the columns of a table but for its number."""
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
    return [column.name for column in described if column.name != "id"]


@pytest.mark.parametrize("many", [1, 9], ids=["one by one", "by columns"])
def test_a_blank_in_a_key_is_what_was_recorded_where_nothing_was_said(
    desk: Practice, many: int
) -> None:
    """A vendor that sends one reading a message names no place in it."""
    told = {"received_at": "2026-03-01T09:00:00Z", "payload_sha256": "0" * 64, "source": "made up"}
    with desk.opened("coordinator").act("test", START) as act:
        act.add("provenance", [told | {"reading_id": f"made-up-{n}"} for n in range(many)])
    with transaction.atomic():
        wall(desk.tenant_id)
        assert list(of_the_rows()) == []
