"""Rows of evidence in the database: added in batches, read as they were known at an instant.

The SQL is written here once for both databases. A row's cells are text as the contract has them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import msgspec
from django.db import connection

from proofline.evidence.contract import Table
from proofline.evidence.provenance import EVERY_TABLE
from proofline.store.auditing.recorded import Alike
from proofline.store.feeding.among import among
from proofline.store.trouble import StoreError

Row = Mapping[str, str | None]
"""The cells of one row by column; a column that is not there is unknown, as is None."""

Cell = str | int | None

Beside = tuple[int, datetime, int | None, int]
"""A row's number, when and by whom it was recorded, and the entry that vouches for it."""

_MANY = 5_000
"""Ids in one question, well below what either database takes as parameters."""

LOOKED_UP = "ORDER BY +"
"""Before `row_no`, where rows are looked up by ids. The plus changes nothing but SQLite's plan: it
would go through all rows of a practice in their order rather than sort the few that it found."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept beside the cells of each row: whose, since when, by whom, vouched for by what.

    `withdrawn` rows say that the earlier row of their key was a mistake; they need a `reason`.
    """

    tenant_id: str
    at: datetime
    by: int | None
    vouched_by: int
    withdrawn: bool = False
    reason: str = ""


def add_rows(table: str, rows: Sequence[Row], kept: Kept, parted: Alike | None = None) -> None:
    """Add rows to a table of evidence, inside the caller's transaction.

    `parted` are the same rows by columns, if they are alike: then one statement adds all of them.
    Errors: StoreError if a column is not the contract's or a required cell is blank.
    """
    contract = EVERY_TABLE[table]
    required = [c.name for c in contract.columns if c.required]
    said = set(contract.key).union(*(rows if parted is None else [parted.names]))
    given = rows if parted is None else rows[:1]
    if not said.issubset(contract.names) or not all(all(map(row.get, required)) for row in given):
        for row in rows:
            _refuse_unusable(contract, row)
    # What no row says is left out, and nothing but text and numbers goes to the driver: SQLite's
    # takes longer over an empty cell than over ten full ones. The instant is written only once.
    beside: dict[str, Cell] = {"tenant_id": kept.tenant_id, "recorded_at": str(kept.at)}
    beside |= {"recorded_by_id": kept.by}
    beside |= {"vouched_by": kept.vouched_by, "reason": kept.reason}
    first = {name: cell for name, cell in beside.items() if cell is not None}
    if parted is None:
        names = [name for name in contract.names if name in said]
        _add_each(contract, first, kept, (names, rows))
    else:
        blank = dict.fromkeys(set(contract.key) - parted.names, "")
        _add_together(contract, {**first, **blank, **parted.each}, kept, parted)


def _add_each(
    table: Table, first: Mapping[str, Cell], kept: Kept, told: tuple[Sequence[str], Sequence[Row]]
) -> None:
    """Add rows of which one may say what another does not."""
    names, rows = told
    unknown = [("" if name in table.key else None) for name in names]
    marks = ", ".join(["%s"] * (len(first) + len(names)))
    columns = _quoted([*first, *names])
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO evidence_{table.name} (withdrawn, {columns})"
            f" VALUES ({kept.withdrawn}, {marks})",
            [(*first.values(), *_cells(row, names, unknown)) for row in rows],
        )


def _add_together(table: Table, first: Mapping[str, Cell], kept: Kept, parted: Alike) -> None:
    """Add rows that are alike by one statement, which goes through them in their order."""
    marks, columns = ", ".join(["%s"] * len(first)), _quoted([*first, *parted.columns])
    cells = ", ".join(f"cells ->> {place}" for place in range(len(parted.columns)))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO evidence_{table.name} (withdrawn, {columns})"
            f" SELECT {kept.withdrawn}, {marks}, {cells} FROM {_CELLS[connection.vendor]}",
            [*first.values(), _ENCODE(parted.cells).decode()],
        )


_ENCODE = msgspec.json.Encoder().encode
_CELLS = {
    "sqlite": "(SELECT value AS cells FROM jsonb_each(%s))",
    "postgresql": (
        "jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS v(cells, place) ORDER BY place"
    ),
}
"""The cells of many rows, as each database takes a list of lists; read once, not for each cell."""


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _cells(row: Row, names: Sequence[str], unknown: Sequence[str | None]) -> Sequence[str | None]:
    """The cells of a row in order; a blank one is unknown, which a key can only say by a blank."""
    cells = [*map(row.get, names)]
    return (
        cells if all(cells) else [cell or blank for cell, blank in zip(cells, unknown, strict=True)]
    )


def _refuse_unusable(table: Table, row: Row) -> None:
    unknown = sorted(row.keys() - set(table.names))
    missing = [c.name for c in table.columns if c.required and not row.get(c.name)]
    if unknown or missing:
        what = f"has no column {unknown[0]}" if unknown else f"needs a {missing[0]}"
        raise StoreError(
            "store.row_unusable",
            f"A row cannot be kept: the table {table.name} {what}.",
            "See docs/facts.md for the columns of every table.",
        )


@dataclass(frozen=True, slots=True)
class Shelf:
    """The rows of one tenant as they were known at an instant; None: as they are known now."""

    tenant_id: str
    known_at: datetime | None = None

    def rows(self, table: str, **of: Collection[str]) -> list[dict[str, str | None]]:
        """Give the rows that hold, of all or with one `of` the ids in a column, in their order.

        Of rows with one key the last holds. Of tables whose rows may correct one another, such as
        readings, every version is given: which holds is the engine's to say.
        """
        names = EVERY_TABLE[table].names
        return [dict(zip(names, row, strict=True)) for row in self._held(table, names, of)]

    def ids(self, table: str, column: str, **of: Collection[str]) -> set[str]:
        """Give the ids in a column of the rows that hold."""
        return {cell for (cell,) in self._held(table, (column,), of) if cell}

    def page(
        self, table: str, after: int, most: int, of: tuple[str, Collection[str]] = ("", ())
    ) -> Iterator[tuple[Beside, dict[str, str | None]]]:
        """Yield rows that hold, and what is kept beside each, after a row's number, in order.

        `of` is a column and the ids that are wanted in it, fewer than either database takes.
        """
        contract = EVERY_TABLE[table]
        column, ids = of
        where, cells = self._whose(table, column, ids)
        names = ", ".join(f'a."{name}"' for name in contract.names)
        known, last = self._last(contract)
        order = LOOKED_UP if column else "ORDER BY "
        sql = (
            "SELECT a.row_no, a.recorded_at, a.recorded_by_id, a.vouched_by,"
            f" {names} FROM evidence_{table} AS a WHERE {where} AND a.row_no > %s"
            f" {known} {last} AND NOT a.withdrawn {order}a.row_no LIMIT %s"
        )
        instants = [] if self.known_at is None else [self.known_at] * known_marks(known + last)
        with connection.cursor() as cursor:
            cursor.execute(sql, [*cells, after, *instants, most])
            for row in cursor.fetchall():
                yield row[:4], dict(zip(contract.names, row[4:], strict=True))

    def ever(self, table: str, column: str, **of: Collection[str]) -> set[str]:
        """Give the ids in a column of all rows that there ever were, also of withdrawn ones."""
        ((name, ids),) = of.items()
        where, cells = among(self.tenant_id, table, (EVERY_TABLE[table].column(name).name, ids))
        sql = f'SELECT DISTINCT "{column}" FROM evidence_{EVERY_TABLE[table].name} WHERE {where}'
        with connection.cursor() as cursor:
            cursor.execute(sql, cells)
            return {cell for (cell,) in cursor.fetchall() if cell}

    def work_of(self, performer_id: str, first: str, last: str) -> list[tuple[str, str, str]]:
        """Give id, begin and end of somebody's time entries, of every version, by their begin.

        Text is compared with text: `first` and `last` are days, with days to spare for zones.
        """
        sql = (
            "SELECT entry_id, started_at, ended_at FROM evidence_time_entries WHERE tenant_id = %s"
            " AND performer_id = %s AND started_at >= %s AND started_at <= %s"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [self.tenant_id, performer_id, first, last])
            return [*cursor.fetchall()]

    def _held(
        self, table: str, names: Sequence[str], of: Mapping[str, Collection[str]]
    ) -> Iterator[tuple[str | None, ...]]:
        """Yield some columns of the rows that hold, in their order, many ids at a time."""
        contract = EVERY_TABLE[table]
        if not of:
            yield from self._asked(contract, names, "", ())
            return
        ((column, ids),) = of.items()
        rest = iter(sorted(set(ids)))
        while some := list(islice(rest, _MANY)):
            yield from self._asked(contract, names, column, some)

    def _asked(
        self, table: Table, names: Sequence[str], column: str, ids: Collection[str]
    ) -> Iterator[tuple[str | None, ...]]:
        where, cells = self._whose(table.name, column, ids)
        columns = ", ".join(f'a."{name}"' for name in names)
        known, last = self._last(table)
        order = LOOKED_UP if column else "ORDER BY "
        sql = (
            f"SELECT {columns} FROM evidence_{table.name} AS a WHERE {where}"
            f" {known} {last} AND NOT a.withdrawn {order}a.row_no"
        )
        instants = [] if self.known_at is None else [self.known_at] * known_marks(known + last)
        with connection.cursor() as cursor:
            cursor.execute(sql, [*cells, *instants])
            while batch := cursor.fetchmany(_MANY):
                yield from batch

    def _whose(self, table: str, column: str, ids: Collection[str]) -> tuple[str, list[str]]:
        """The condition that rows are the tenant's, and of some ids in a column if one is said."""
        if not column:
            return "a.tenant_id = %s", [self.tenant_id]
        return among(self.tenant_id, table, (column, ids), "a.")

    def _last(self, table: Table) -> tuple[str, str]:
        """The conditions that a row was known, and that no later row took its place."""
        known = "" if self.known_at is None else "AND {}.recorded_at <= %s"
        same = " AND ".join(f'b."{name}" = a."{name}"' for name in table.key)
        newer = "b.withdrawn AND" if table.on_conflict in {"correct", "keep"} else ""
        later = (
            f"AND NOT EXISTS (SELECT 1 FROM evidence_{table.name} AS b WHERE {newer}"
            f" b.tenant_id = a.tenant_id AND {same} AND b.row_no > a.row_no {known.format('b')})"
        )
        return known.format("a"), later


def known_marks(sql: str) -> int:
    """How many instants a text asks for."""
    return sql.count("%s")
