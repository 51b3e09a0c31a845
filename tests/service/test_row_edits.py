"""Every edit of a kept row by SQL, by whoever has the password, is named by `proofline verify`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from made_up_billing import decided_practice as desk
from made_up_practices import Practice
from proofline.evidence.provenance import EVERY_TABLE
from proofline.ledger.audit.vouching import Heads
from proofline.store.book import wall
from proofline.store.safekeeping.verifying import columns_of, faults, of_the_rows

__all__ = ["desk"]
ON_POSTGRESQL = connection.vendor == "postgresql"
EACH = int(os.environ.get("PROBE_EDITS", "97"))
"""Every so many bits are turned in the slow round; PROBE_EDITS=1 turns each, which takes hours."""

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


def flipped(value: Any) -> Iterator[Any]:  # noqa: ANN401 - any cell
    """Give a cell with each of its bits turned; a text that is none any more is left out."""
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
        for bit in range(8 * len(data)):
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


@pytest.mark.slow
def test_every_bit_of_a_row_is_vouched_for(desk: Practice) -> None:
    tried, untold = 0, list[str]()
    with transaction.atomic():
        wall(desk.tenant_id)
        assert next(of_the_rows(), None) is None
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
