"""Whether every kept row is the one that the ledger vouches for, and every one of them is there.

The ledger proves its own payloads (`ledger.audit`). Here each payload is held against the rows that
were added with it: rows of evidence and of decisions, each cell, and who kept them, when and why;
acts and files by their digests (`naming`). A row that was changed, added or removed with the
triggers dropped is named by table and number; what it holds is never told.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from typing import Any

import msgspec
from django.db import DatabaseError, connection

from proofline.evidence.provenance import EVERY_TABLE
from proofline.ledger.audit.verifying import Verification
from proofline.ledger.audit.vouching import Heads
from proofline.ledger.entry import Entry, entry_from
from proofline.ledger.kept.connection import POSTGRES, SQLITE
from proofline.store.auditing.recorded import records_rows, rows_in
from proofline.store.book import one_instant, tenants
from proofline.store.safekeeping.cells import same
from proofline.store.safekeeping.naming import CLOSED, Shelves, naming_of, said_in
from proofline.store.safekeeping.paging import rows_kept

PAGE = 2_000
"""Rows or entries that are read at once."""

_KEPT = ("tenant_id", "recorded_at", "recorded_by_id", "withdrawn", "reason")
_DECISION = ("tenant_id", "decided_at", "digest", "record", "as_of")
_COPIED = ("enrollment_id", "patient_id", "program", "code", "units", "outcome", "service_date")
_PERIOD = ("period_kind", "period_start", "period_end")

Group = tuple[int, list[tuple[Any, ...]]]
"""The rows for which one entry vouches: its number, and each row with its own number first."""


@dataclass(frozen=True, slots=True)
class Vouching:
    """What an entry vouches for: its number, who and when by the entry, and what it recorded."""

    number: int
    actor: str
    at: datetime
    payload: dict[str, Any]


def _unheard(_said: str) -> None:
    pass


def faults(heads: Heads, told: Callable[[str], None] = _unheard) -> Iterator[str]:
    """Look at the whole book as of one instant; give each fault, without what rows hold.

    `told` hears what is no fault and yet has to be known: for what nothing vouches, and since when.
    """
    with one_instant():
        yield from _of_the_ledger(heads)
        try:
            yield from of_the_rows(told)
        except DatabaseError:  # its own words may quote the cell
            yield "rows: the database cannot be read any further; a cell may be no text any more"


def _of_the_ledger(heads: Heads) -> Iterator[str]:
    connection.ensure_connection()
    dialect = POSTGRES if connection.vendor == "postgresql" else SQLITE
    for fault in Verification(connection.connection, dialect, heads).faults():
        since = f" (changed after {fault.vouched} was signed)" if fault.vouched else ""
        yield f"{'ledger' if fault.seq is None else f'entry {fault.seq}'}: {fault.what}{since}"


def of_the_rows(told: Callable[[str], None] = _unheard) -> Iterator[str]:
    """Hold the rows of every tenant against the entries, in the order of both."""
    shelves: dict[tuple[str, str], _Rows] = {}
    for tenant_id in tenants():
        for table in (*(f"evidence_{name}" for name in EVERY_TABLE), "store_decision"):
            shelves[tenant_id, table] = _Rows(tenant_id, table)
    named = Shelves(tenants(), told)
    for seq, entry, payload in _entries():
        if (vouching := vouching_of(seq, entry, payload)) is not None:
            yield from _of_an_entry(shelves, vouching)
        elif (naming := naming_of(seq, entry, payload)) is not None:
            yield from named.hold(naming)
        elif entry.kind == CLOSED:
            named.close(seq)
    for rows in shelves.values():
        yield from rows.before(None)
    yield from named.rest()


def _of_an_entry(shelves: dict[tuple[str, str], _Rows], vouching: Vouching) -> Iterator[str]:
    table = _table_of(vouching)
    rows = shelves.get((str(vouching.payload.get("tenant")), table))
    if rows is None:
        yield f"entry {vouching.number}: it vouches for rows of no tenant that there is"
        return
    yield from rows.before(vouching.number)
    yield from _compare(table, vouching, rows.of(vouching.number))


def _table_of(vouching: Vouching) -> str:
    said = vouching.payload.get("table")
    return f"evidence_{said}" if said else "store_decision"


class _Rows:
    """The rows of one table and tenant, a page at a time, by the entry that vouches for them."""

    def __init__(self, tenant_id: str, table: str) -> None:
        self._tenant_id, self._table = tenant_id, table
        self._number = "id" if table == "store_decision" else "row_no"
        self._groups: Iterator[Group] = (
            (seq, list(rows)) for seq, rows in groupby(self._all(), key=lambda row: row[1])
        )
        self._next: Group | None = next(self._groups, None)

    def before(self, seq: int | None) -> Iterator[str]:
        """Pass over rows that stand before an entry's own: nothing vouches for them."""
        while self._next is not None and (seq is None or self._next[0] < seq):
            for row in self._next[1]:
                yield f"{self._table} row {row[0]}: no entry of the ledger vouches for it here"
            self._next = next(self._groups, None)

    def of(self, seq: int) -> list[tuple[Any, ...]]:
        """Give the rows of an entry, without the numbers of their entry."""
        if self._next is None or self._next[0] != seq:
            return []
        found, self._next = self._next[1], next(self._groups, None)
        return found

    def _all(self) -> Iterator[tuple[Any, ...]]:
        columns = [f'"{name}"' for name in ("vouched_by", *columns_of(self._table))]
        return rows_kept(self._tenant_id, self._table, columns, number=self._number, most=PAGE)


def columns_of(table: str) -> tuple[str, ...]:
    """Name the columns of a table that are compared."""
    if table == "store_decision":
        return (*_DECISION, *_COPIED, *_PERIOD)
    return (*_KEPT, *EVERY_TABLE[table.removeprefix("evidence_")].names)


def _compare(table: str, vouching: Vouching, rows: Sequence[tuple[Any, ...]]) -> Iterator[str]:
    names = columns_of(table)
    given = [(row[0], dict(zip(names, row[2:], strict=True))) for row in rows]
    if table == "store_decision":
        yield from _decisions(vouching, given)
        return
    recorded = rows_in(vouching.payload) or []
    if len(recorded) != len(given):
        yield (
            f"{table}: entry {vouching.number} vouches for {len(recorded)} rows,"
            f" and there are {len(given)}"
        )
    for (number, row), cells in zip(given, recorded, strict=False):
        wanted = kept_beside(vouching) | kept_cells(table.removeprefix("evidence_"), cells)
        yield from different(f"{table} row {number}", vouching, row, wanted)


def kept_beside(vouching: Vouching) -> dict[str, Any]:
    """Give what has to stand beside the cells of a row, by its entry."""
    who = vouching.actor.removeprefix("person ")
    return {
        "tenant_id": vouching.payload["tenant"],
        "recorded_at": vouching.at,
        "recorded_by_id": int(who) if who.isdigit() else None,
        "withdrawn": vouching.payload["withdrawn"],
        "reason": vouching.payload["why"],
    }


def kept_cells(table: str, cells: Mapping[str, str]) -> dict[str, str | None]:
    """Give the cells of a row as they are kept: unknown is nothing, and in a key it is a blank."""
    contract = EVERY_TABLE[table]
    return {n: cells.get(n) or ("" if n in contract.key else None) for n in contract.names}


def _decisions(vouching: Vouching, given: list[tuple[int, dict[str, Any]]]) -> Iterator[str]:
    """Hold kept decisions against their digests, and the columns they are found by against them."""
    recorded = dict(vouching.payload["decisions"])
    for number, row in given:
        place = f"store_decision row {number}"
        try:
            record = zlib.decompress(bytes(row["record"]))
            said = msgspec.json.decode(record)
            period = said["period"]
            line = " ".join((said["enrollment_id"], period["kind"], period["start"], said["code"]))
        except (zlib.error, msgspec.DecodeError, KeyError, TypeError):
            yield f"{place}: what was decided cannot be read"
            continue
        digest = f"sha256:{sha256(record).hexdigest()}"
        if recorded.pop(line, None) != digest:
            yield f"{place}: it is not the decision that entry {vouching.number} vouches for"
        wanted = {name: said[name] for name in _COPIED}
        wanted |= {f"period_{name}": period[name] for name in ("kind", "start", "end")}
        wanted |= {"tenant_id": vouching.payload["tenant"], "digest": digest}
        wanted |= {"decided_at": vouching.at, "as_of": vouching.payload["as_of"]}
        yield from different(place, vouching, row, wanted)
    if recorded:
        yield f"store_decision: {len(recorded)} decisions of entry {vouching.number} are gone"


def different(
    place: str, vouching: Vouching, row: dict[str, Any], wanted: dict[str, Any]
) -> Iterator[str]:
    """Name each cell of a row that is not what its entry vouches for."""
    for name, value in wanted.items():
        if not same(row[name], value):
            yield f"{place}: {name} is not what entry {vouching.number} vouches for"


def _entries() -> Iterator[tuple[int, Entry, bytes | None]]:
    """Give the entries in order, with their payloads; one that cannot be read is left out."""
    last = -1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT seq, entry, payload FROM ledger_entry WHERE seq > %s ORDER BY seq LIMIT %s",
                [last, PAGE],
            )
            page = cursor.fetchall()
        for seq, data, payload in page:
            try:
                yield seq, entry_from(bytes(data)), payload
            except (ValueError, TypeError):
                continue  # the ledger's own look names it
        if len(page) < PAGE:
            return
        last = page[-1][0]


def vouching_of(seq: int, entry: Entry, payload: bytes | None) -> Vouching | None:
    """Read what an entry vouches for; None if it is about no rows, or its payload was destroyed."""
    if payload is None or not (entry.kind == "decision" or entry.kind.startswith("evidence.")):
        return None
    said = said_in(payload)
    needed = _OF_DECISIONS if entry.kind == "decision" else _OF_ROWS
    if not said.keys() >= needed:
        return None  # it was changed since, and the ledger's own look names it
    if entry.kind != "decision" and not records_rows(said):
        return None
    return Vouching(seq, entry.actor, entry.recorded_at, said)


_OF_ROWS = {"tenant", "table", "withdrawn", "why"}
_OF_DECISIONS = {"tenant", "decisions", "as_of"}
"""What stands in the payload of an entry that vouches for rows."""
