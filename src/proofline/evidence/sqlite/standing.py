"""Tables that stay when a use of their database is over, so that what was planned stays planned.

SQLite plans every statement anew once any table is made or dropped, and for one patient planning is
half of the work. So a table that is dropped is only emptied, and one that is made as it stood
before is only filled. Whoever asks sees no difference.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass, field
from functools import lru_cache

_MOST_BYTES = 16 << 20
"""A database that took more is let go, not kept: few uses are of that many rows."""

_SCHEMAS = ("main", "temp")
_INDEX = "UNIQUE INDEX"
_DEFINES = re.compile(
    r"\s*(?P<act>CREATE|DROP)\s+(?P<temp>TEMP\s+)?(?P<kind>TABLE|VIEW|UNIQUE INDEX)\s+"
    r"(?:IF EXISTS\s+)?(?:(?P<schema>temp|main)\.)?(?P<name>\w+)"
    r"(?:\s+ON\s+(?P<on>\w+)|\s+AS\s+(?P<query>.*)|\s*\(|\s*\Z)",
    re.DOTALL,
)
_TEXT = re.compile(r"'[^']*'")
_STAR = re.compile(r"(?:\bSELECT|\bDISTINCT|,)\s*\*|\.\*")


def _takes_all(query: str) -> bool:
    """Whether a query gives all columns of a table: which, its text alone does not say."""
    depth, outside = 0, []
    for part in re.split(r"([()])", _TEXT.sub("", query)):
        depth += (part == "(") - (part == ")")
        if depth == 0:
            outside.append(part)
    return _STAR.search("".join(outside)) is not None


@dataclass(frozen=True, slots=True)
class _Definition:
    """What a statement makes or drops: where it stands, on or of what, and by which text.

    `is_same` says that the same text makes the same columns.
    """

    text: str
    drops: bool
    kind: str
    place: str
    on: str | None
    query: str | None
    is_same: bool


@lru_cache(1000)
def _definition(text: str) -> _Definition | None:
    found = _DEFINES.match(text)
    if found is None:
        return None
    schema = "temp" if found["temp"] or found["schema"] == "temp" else "main"
    is_index = found["kind"] == _INDEX  # which lies wherever its table does
    place = found["name"] if is_index else f"{schema}.{found['name']}"
    query = found["query"]
    is_same = found["kind"] != "TABLE" or query is None or not _takes_all(query)
    drops = found["act"] == "DROP"
    return _Definition(text, drops, found["kind"], place, found["on"], query, is_same)


@dataclass(slots=True)
class _Relation:
    """What stands: by which definition, whether it is in use, and which indexes go with it."""

    by: _Definition
    in_use: bool = True
    indexes: list[str] = field(default_factory=list)


class Standing:
    """A database, and what stands in it from use to use."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take a database in which nothing stands."""
        self.connection = connection
        self._relations: dict[str, _Relation] = {}

    def made(self, text: str) -> bool:
        """Make or drop what a statement says; give whether it is one that makes or drops."""
        asked = _definition(text)
        if asked is None:
            return False
        standing = self._relations.get(asked.place)
        if standing is None or (standing.in_use and not asked.drops):
            self._make(asked)  # SQLite says what is wrong where something is
        elif asked.drops:
            self._empty(standing)
        elif not self._filled(standing, asked):
            self._remove(standing)
            self._make(asked)
        return True

    def emptied(self) -> bool:
        """Take every row out; give whether nothing else is left, and little enough to be kept."""
        for standing in self._relations.values():
            self._empty(standing)
        known = len(self._relations)
        self.connection.execute("COMMIT")
        stands = sum(
            int(self._one(f"SELECT count(*) FROM {one}.sqlite_master")) for one in _SCHEMAS
        )
        return stands == known and sum(map(self._bytes, _SCHEMAS)) <= _MOST_BYTES

    def _bytes(self, schema: str) -> int:
        pages, size = (self._one(f"PRAGMA {schema}.page_{one}") for one in ("count", "size"))
        return pages * size

    def _one(self, asked: str) -> int:
        (found,) = self.connection.execute(asked).fetchone()
        return int(found)

    def _make(self, asked: _Definition) -> None:
        self._unhide(asked.place)
        self.connection.execute(asked.text)
        if asked.drops:
            return
        self._relations[asked.place] = _Relation(asked)
        for table in (f"temp.{asked.on}", f"main.{asked.on}"):
            if table in self._relations:
                self._relations[table].indexes.append(asked.place)

    def _unhide(self, place: str) -> None:
        """Drop what stands unused by the same name in the other schema: one hides the other."""
        schema, _, name = place.rpartition(".")
        hiding = self._relations.get(f"{'main' if schema == 'temp' else 'temp'}.{name}")
        if hiding is not None and not hiding.in_use:
            self._remove(hiding)

    def _empty(self, standing: _Relation) -> None:
        standing.in_use = False
        for index in standing.indexes:
            self._relations[index].in_use = False
        if standing.by.kind == "TABLE":
            self.connection.execute(f"DELETE FROM {standing.by.place}")

    def _remove(self, standing: _Relation) -> None:
        self.connection.execute(f"DROP {standing.by.kind.split()[-1]} {standing.by.place}")
        gone = {standing.by.place, *standing.indexes}
        for place in gone:
            del self._relations[place]
        for other in self._relations.values():
            other.indexes = [one for one in other.indexes if one not in gone]

    def _filled(self, standing: _Relation, asked: _Definition) -> bool:
        """Use what stands if it is what is asked for; give whether it is."""
        if standing.by.kind != asked.kind:
            return False
        self._unhide(asked.place)
        standing.in_use = True  # from the first row on, whatever becomes of the others
        if standing.by.text != asked.text or not asked.is_same:
            return asked.kind == "TABLE" and asked.query is not None and self._poured(asked)
        if asked.kind == "TABLE" and asked.query is not None:
            self.connection.execute(f"INSERT INTO {asked.place} {asked.query}")
        return True

    def _poured(self, asked: _Definition) -> bool:
        """Fill a table by another query than its own, if that gives what fits its columns."""
        schema, _, name = asked.place.partition(".")
        stands = self.connection.execute(f"PRAGMA {schema}.table_info({name})").fetchall()
        found = self.connection.execute(asked.query or "")
        if [column[0] for column in found.description] != [column[1] for column in stands]:
            return False
        rows = found.fetchall()
        altered = [(place, _altered(column[2])) for place, column in enumerate(stands)]
        if any(isinstance(row[place], kinds) for place, kinds in altered if kinds for row in rows):
            return False
        cells = ", ".join("?" * len(stands))
        self.connection.executemany(f"INSERT INTO {asked.place} VALUES ({cells})", rows)
        return True


def _altered(declared: str) -> tuple[type, ...]:
    """What a column would not keep as it is given: by its type SQLite makes numbers of digits."""
    if not declared:
        return ()
    is_text = any(part in declared for part in ("CHAR", "TEXT")) and "INT" not in declared
    return (int, float) if is_text else (str,)
