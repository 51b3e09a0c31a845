"""Rows as taking in has to see them: every version of an id, and what was added since."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from itertools import islice

from django.db import connection

from proofline.evidence.provenance import EVERY_TABLE, PROVENANCE, REMARKS
from proofline.store.feeding.among import among, ours
from proofline.store.rows import LOOKED_UP

Row = dict[str, str]
_MANY = 500
_DAYS = 62  # of what a device sent last; the text of a time may be a day off its instant


def versions(tenant_id: str, table: str, column: str, ids: Collection[str]) -> Iterator[Row]:
    """Give every row with one of the ids in a column, in the order added, blanks left out.

    Rows that a person has withdrawn are among them: a sender who repeats them does not bring them
    back.
    """
    for some in _in_portions(ids):
        where, cells = among(tenant_id, table, (column, some))
        yield from _asked(table, where, *cells)


def _in_portions(ids: Collection[str]) -> Iterator[list[str]]:
    rest = iter(sorted(set(ids)))
    while some := list(islice(rest, _MANY)):
        yield some


def remarked(tenant_id: str, ids: Collection[str]) -> Iterator[Row]:
    """Give the arrivals with one of the ids that say one of `REMARKS`; an index has just those."""
    for some in _in_portions(ids):
        where, cells = among(tenant_id, PROVENANCE.name, ("reading_id", some))
        yield from _asked(PROVENANCE.name, f"{where} AND {_REMARKED}", *cells)


_EACH = (f"{column} IN {said!r}" for column, said in REMARKS.items())
_REMARKED = f"({' OR '.join(_EACH)})"
"""In the words of the index `REMARKED` of the store's models, or it would not be used."""


def lately(tenant_id: str, device_id: str) -> Iterator[Row]:
    """Give the readings of a device in the two months before its last one."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT max(measured_at) FROM evidence_readings WHERE {ours()} = %s"
            " AND device_id = %s",
            [tenant_id, device_id],
        )
        (last,) = cursor.fetchone()
    since = _days_before(last) if last else ""
    where = f"{ours()} = %s AND device_id = %s AND measured_at >= %s"
    yield from _asked("readings", where, tenant_id, device_id, since)


def added_since(tenant_id: str, table: str, row_no: int) -> tuple[int, list[tuple[Row, bool]]]:
    """Give the rows of a table that are newer than a row number, each with whether it withdraws.

    The first of both is the number of the newest row.
    """
    names = EVERY_TABLE[table].names
    quoted = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT row_no, withdrawn, {quoted} FROM evidence_{table} WHERE row_no > %s"
            " AND tenant_id = %s ORDER BY row_no",
            [row_no, tenant_id],
        )
        found = cursor.fetchall()
    rows = [(_plain(names, row[2:]), bool(row[1])) for row in found]
    return (found[-1][0] if found else row_no), rows


def _asked(table: str, where: str, *cells: str) -> Iterator[Row]:
    names = EVERY_TABLE[table].names
    quoted = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {quoted} FROM evidence_{table} WHERE {where} {LOOKED_UP}row_no", cells
        )
        found = cursor.fetchall()
    return (_plain(names, row) for row in found)


def _plain(names: Collection[str], row: tuple[str | None, ...]) -> Row:
    return {name: cell for name, cell in zip(names, row, strict=True) if cell}


def _days_before(measured_at: str) -> str:
    try:
        return (date.fromisoformat(measured_at[:10]) - timedelta(days=_DAYS)).isoformat()
    except (ValueError, OverflowError):
        return ""
