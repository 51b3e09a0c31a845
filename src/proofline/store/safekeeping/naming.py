"""Whether the things that entries name by a digest are there, byte for byte.

Such things are the acts in the logs of lines and of amendments, each chained to the one before, and
the files and messages as they came. An entry names each by its key and its digest; here the bytes
that are kept are digested anew. Files of an old book were named later than they were kept
(`auditing.belated`): whoever looks is told so, and nothing more is taken for named in this way
once the ledger says that this is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any

import msgspec
from django.db import connection

from proofline.claims.book.log import digest_after
from proofline.ledger.entry import Entry
from proofline.store.book import wall
from proofline.store.safekeeping.cells import same
from proofline.store.safekeeping.paging import rows_kept

PAGE = 500
"""Rows that are read at once."""

LONG = 1 << 16
"""Files of more bytes are read one at a time."""

ACTS, FILES = "store_line", "store_message"
_KEYS = {ACTS: "log || ' ' || CAST(number AS text)", FILES: "source || ' ' || message_id"}
_ACT_KINDS = ("line.", "amendment.")
MESSAGE, KEPT, FOUND, CLOSED = "message", "file.keep", "file.found", "files.closed"
"""Kinds of entries: messages are named as they come and a file as it is kept, a file was named
later, can be named later no more."""


@dataclass(frozen=True, slots=True)
class Naming:
    """What an entry names: number, kind and instant, whose, in which table, and digests by key."""

    number: int
    kind: str
    at: datetime
    tenant_id: str
    table: str
    digests: dict[str, str]


def said_in(payload: bytes) -> dict[str, Any]:
    """Read a payload; empty if it was changed into none, which the ledger's own look names."""
    try:
        said = msgspec.json.decode(bytes(payload))
    except ValueError:  # no JSON, or no text
        return {}
    return said if isinstance(said, dict) else {}


def naming_of(seq: int, entry: Entry, payload: bytes | None) -> Naming | None:
    """Read what an entry names by digest; None if that is nothing, or its payload is gone."""
    table = _table_of(entry.kind)
    if payload is None or table is None:
        return None
    said = said_in(payload)
    try:
        digests = _named(entry.kind, said)
        return Naming(seq, entry.kind, entry.recorded_at, said["tenant"], table, digests)
    except (KeyError, TypeError):
        return None  # as above


def _table_of(kind: str) -> str | None:
    if kind in {MESSAGE, KEPT, FOUND}:
        return FILES
    return ACTS if kind.startswith(_ACT_KINDS) else None


def _named(kind: str, said: dict[str, Any]) -> dict[str, str]:
    if kind == MESSAGE:
        return dict(said["messages"])
    if kind == FOUND:
        return dict(said["files"])
    if kind == KEPT:
        return {f"{said['source']} {said['name']}": said["sha256"]}
    return {f"{said['log']} {said['number']}": said["digest"]}


@dataclass(frozen=True, slots=True)
class _Thing:
    """A kept thing: the number of its row, its key, and what is wrong with it in itself."""

    row: int
    key: str
    digest: str
    at: object


class Shelves:
    """The kept things of every tenant, taken up in the order in which they were kept."""

    def __init__(self, tenant_ids: Iterable[str], told: Callable[[str], None]) -> None:
        """Take up what these tenants keep; `told` hears what is no fault and has to be known."""
        self._told = told
        self._closed: int | None = None
        begun = _Begun()
        self._shelves = {
            (tenant_id, table): _Shelf(tenant_id, table, begun)
            for tenant_id in tenant_ids
            for table in (ACTS, FILES)
        }

    def close(self, seq: int) -> None:
        """Note by which entry it is over that files are named later than they were kept."""
        self._closed = seq if self._closed is None else self._closed

    def hold(self, naming: Naming) -> Iterator[str]:
        """Hold what an entry names against what is kept."""
        shelf = self._shelves.get((naming.tenant_id, naming.table))
        if shelf is None:
            yield f"entry {naming.number}: it names things of no tenant that there is"
            return
        if naming.kind == FOUND:
            if self._closed is not None:
                yield (
                    f"entry {naming.number}: it names files too late; entry {self._closed} is final"
                )
                return
            self._told(_found_late(naming))
        yield from shelf.hold(naming)

    def rest(self) -> Iterator[str]:
        """Name what no entry named."""
        for shelf in self._shelves.values():
            yield from shelf.rest()


def _found_late(naming: Naming) -> str:
    return (
        f"{len(naming.digests):,} files of {naming.tenant_id} were kept before files were named:"
        f" entry {naming.number} says what they were on {naming.at:%Y-%m-%d}; for what they were"
        " before, nothing vouches"
    )


@dataclass(slots=True)
class _Begun:
    """From which row on files are named as they are kept, in all practices; None: not yet."""

    row: int | None = None

    def holds(self, row: int) -> bool:
        """Whether a file in this row can have been kept before."""
        return row > 0 and (self.row is None or row < self.row)


class _Shelf:
    """The things of one table and tenant; those that were read before their entry wait."""

    def __init__(self, tenant_id: str, table: str, begun: _Begun) -> None:
        self._tenant_id, self._table = tenant_id, table
        self._chain: dict[str, str] = {}
        self._begun = begun
        self._waiting: dict[str, list[_Thing]] = {}
        self._all = self._acts() if table == ACTS else self._files()

    def hold(self, naming: Naming) -> Iterator[str]:
        """Hold what an entry names against the next things, and name what differs."""
        self._read(islice(self._all, len(naming.digests)))
        for key, digest in naming.digests.items():
            found = self._found(key)
            if found is None:
                yield f"{self._table}: what entry {naming.number} names is gone"
                continue
            place = f"{self._table} row {found.row}"
            if naming.kind == KEPT and self._begun.row is None:
                self._begun.row = found.row
            if naming.kind == FOUND and not self._begun.holds(found.row):
                yield f"{place}: entry {naming.number} names it late, and older files were named"
            if found.digest != digest:
                yield f"{place}: it is not what entry {naming.number} names"
            if self._table == ACTS and not same(found.at, naming.at):
                yield f"{place}: at is not what entry {naming.number} says"

    def rest(self) -> Iterator[str]:
        """Name the things that no entry named."""
        self._read(self._all)
        for things in self._waiting.values():
            for one in things:
                yield f"{self._table} row {one.row}: no entry of the ledger names it"

    def _read(self, things: Iterable[_Thing]) -> None:
        for one in things:
            self._waiting.setdefault(one.key, []).append(one)

    def _found(self, key: str) -> _Thing | None:
        """Give the thing of a key; only where rows were changed does one have to be looked for."""
        if key not in self._waiting and self._is_there(key):
            for one in self._all:
                self._read([one])
                if one.key == key:
                    break
        things = self._waiting.get(key, [])
        found = things.pop(0) if things else None
        if not things:
            self._waiting.pop(key, None)
        return found

    def _is_there(self, key: str) -> bool:
        with connection.cursor() as cursor:
            wall(self._tenant_id)
            cursor.execute(
                f"SELECT 1 FROM {self._table} WHERE tenant_id = %s AND {_KEYS[self._table]} = %s",
                [self._tenant_id, key],
            )
            return cursor.fetchone() is not None

    def _acts(self) -> Iterator[_Thing]:
        for row, log, number, digest, act, at in self._rows("log", "number", "digest", "act", "at"):
            true = digest_after(self._chain.get(log, ""), _bytes(act))
            self._chain[log] = digest  # so that one changed act is told of, and not all after it
            yield _Thing(row, f"{log} {number}", digest if digest == true else "", at)

    def _files(self) -> Iterator[_Thing]:
        short = f"CASE WHEN length(body) <= {LONG} THEN body END"
        for row, source, name, said, body in self._rows("source", "message_id", "sha256", short):
            true = sha256(self._body(row) if body is None else _bytes(body)).hexdigest()
            yield _Thing(row, f"{source} {name}", said if said == true else "", None)

    def _body(self, row: int) -> bytes:
        with connection.cursor() as cursor:
            wall(self._tenant_id)
            cursor.execute("SELECT body FROM store_message WHERE id = %s", [row])
            return _bytes(cursor.fetchone()[0])

    def _rows(self, *columns: str) -> Iterator[tuple[Any, ...]]:
        return rows_kept(self._tenant_id, self._table, columns, most=PAGE)


def _bytes(cell: object) -> bytes:
    """Give a cell as bytes; somebody may have put a text or nothing there."""
    if isinstance(cell, bytes | memoryview):
        return bytes(cell)
    return str(cell).encode()
