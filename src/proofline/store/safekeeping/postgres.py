"""The rows of a book on PostgreSQL by COPY: out as of one instant, and into fresh tables.

The role of the service is no superuser, so pg_dump would stop at the walls between tenants. It owns
its tables, though: rows go out tenant by tenant, and come in with triggers and walls put down for
one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from django.db import connection, transaction

from proofline.ledger.kept.connection import POSTGRES as DIALECT
from proofline.store.book import tenants, wall
from proofline.store.safekeeping.stream import Stream

__all__ = ["DIALECT", "is_empty", "tables_in", "tables_out"]

_TABLES = """
SELECT c.relname, c.relrowsecurity
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname = current_schema() ORDER BY c.relname
"""
_SERIALS = """
SELECT c.relname, a.attname, pg_get_serial_sequence(quote_ident(c.relname), a.attname)
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind = 'r' AND n.nspname = current_schema()
AND pg_get_serial_sequence(quote_ident(c.relname), a.attname) IS NOT NULL
"""


class Section(msgspec.Struct, frozen=True):
    """What stands before rows of one table: its name and columns. Lengths and rows follow."""

    table: str
    columns: list[str]


def is_empty() -> bool:
    """Whether the database has no tables."""
    return not _rows(_TABLES)


def tables_out() -> Iterator[bytes]:
    """Give the rows of all tables, inside of the caller's transaction."""
    everybody = tenants()
    for table, walled in _rows(_TABLES):
        for tenant in everybody if walled else [""]:
            wall(tenant)
            yield from _table_out(table)


def tables_in(stream: Stream) -> None:
    """Put rows into the tables of a fresh book, as one transaction."""
    tables = _rows(_TABLES)
    with transaction.atomic():
        for table, walled in tables:
            _do(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
            if walled:
                _do(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
        _do("TRUNCATE " + ", ".join(f'"{table}"' for table, _ in tables))
        while not stream.at_end():
            _table_in(msgspec.json.decode(stream.line(), type=Section), stream)
        for table, column, sequence in _rows(_SERIALS):
            top = f'SELECT max("{column}") FROM "{table}"'
            _do(f"SELECT setval('{sequence}', coalesce(({top}), 1), ({top}) IS NOT NULL)")
        _do("SET CONSTRAINTS ALL IMMEDIATE")
        for table, walled in tables:
            _do(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
            if walled:
                _do(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')


def _table_out(table: str) -> Iterator[bytes]:
    columns = [
        name
        for (name,) in _rows(
            "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(quote_ident(%s))"
            " AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            table,
        )
    ]
    yield msgspec.json.encode(Section(table, columns)) + b"\n"
    names = ", ".join(f'"{name}"' for name in columns)
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(f'COPY (SELECT {names} FROM "{table}") TO STDOUT') as copy,
    ):
        for data in copy:
            if data:
                yield len(data).to_bytes(4, "big") + bytes(data)
    yield bytes(4)


def _table_in(section: Section, stream: Stream) -> None:
    names = ", ".join(f'"{name}"' for name in section.columns)
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(f'COPY "{section.table}" ({names}) FROM STDIN') as copy,
    ):
        while length := int.from_bytes(stream.take(4), "big"):
            copy.write(stream.take(length))


def _rows(sql: str, *parameters: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        return [*cursor.fetchall()]


def _do(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
