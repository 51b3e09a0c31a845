"""A database in memory that is lent again: its relations stand empty, its statements are planned.

Whoever is decided, the same statements make the same relations, and to plan them took SQLite half
its time. So what one loan made is made again before the next, with the same columns and no rows,
and a statement that would make it only fills it: then no statement has to be planned anew. All that
happens in a loan is one transaction, and a loan ends with ROLLBACK. So nothing but the names of
relations and columns outlives it: that is not for this module to clear, SQLite undoes it.

A relation that is made otherwise than it stands, by a text that differs in more than its literals,
is made anew within the loan, as in an empty database, and so is what is made after it, which may
be made of it. That costs what it always cost. The next time the same text fits, if it gave the same
columns.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from functools import lru_cache

from proofline.evidence.sqlite.words import teach

_STATEMENTS, _TEXTS = 500, 1000
_CREATE = re.compile(
    r"CREATE (TEMP )?(TABLE|VIEW|UNIQUE INDEX) (?:main\.|temp\.)?(\w+)(?: ON (\w+))?"
    r"(?:(?<=\w) AS (.*))?",
    re.DOTALL,
)
_DROP = re.compile(r"DROP TABLE (IF EXISTS )?(?:main\.|temp\.)?(\w+)\Z")
_LITERAL = r"(?:'(?:[^']|'')*'|\b\d+\b)"
_LITERALS = re.compile(rf"\bIN \({_LITERAL}(?:, {_LITERAL})*\)|{_LITERAL}")
_SCHEMAS = (
    "SELECT '' AS temp, type, name, sql FROM main.sqlite_schema"
    " UNION ALL SELECT 'TEMP ', type, name, sql FROM temp.sqlite_schema"
)


@dataclass(frozen=True, slots=True)
class _Making:
    """What a statement makes: a relation or an index `on` one, of a `shape`, from a query."""

    temp: bool
    kind: str
    name: str
    on: str
    query: str
    shape: str


@dataclass(slots=True)
class _Stands:
    """A relation that stands: the statement that makes it empty, and the shapes that fit it."""

    making: _Making
    definition: str
    shapes: set[str]


@lru_cache(_TEXTS)
def _made_by(text: str) -> _Making | None:
    """Read a statement that makes something; texts of one shape differ in their literals only.

    A literal has neither a name nor a type, so texts of one shape give the same columns.
    """
    found = _CREATE.match(text)
    if found is None:
        return None
    temp, kind, name, on, query = found.groups(default="")
    query = query if kind == "TABLE" else ""
    return _Making(bool(temp), kind, name, on, query, _LITERALS.sub("?", text) if query else text)


class Standing:
    """A database and what stands in it; lent to one at a time."""

    def __init__(self, place: str) -> None:
        """Open it empty. Raises `sqlite3.OperationalError` where this SQLite has no such place."""
        self.raw = sqlite3.connect(
            place,
            uri=True,
            isolation_level=None,
            check_same_thread=False,  # one thread may read what another decides afterwards
            cached_statements=_STATEMENTS,
        )
        teach(self.raw)
        self._stands: dict[str, _Stands] = {}
        self._unmade: list[_Stands] = []
        self._state: dict[str, str] = {}
        self._own: dict[str, _Making] = {}
        self._noted: dict[str, str] = {}
        self._otherwise = False
        self._fit = True

    def lend(self) -> None:
        """Begin a loan: make what the last one left to be made, and open the transaction."""
        if self._unmade:
            self.raw.execute("BEGIN")
            for one in self._unmade:
                self.raw.execute(one.definition)
                self._stands[one.making.name] = one
            self.raw.execute("COMMIT")
            self._unmade.clear()
        self.raw.execute("BEGIN")  # a transaction for each statement would cost what many cost

    def end(self) -> bool:
        """End a loan and undo all of it; give whether the database can be lent again."""
        try:
            learned = self._learned()
            self.raw.execute("ROLLBACK")
        except sqlite3.Error:
            return False
        self._unmade = learned
        self._state.clear()
        self._own.clear()
        self._noted.clear()
        self._otherwise = False
        return self._fit

    def instead(self, text: str) -> list[str]:
        """Give the statements that do here what one would do in an empty database."""
        text = text.lstrip()
        if text.startswith("CREATE ") and (making := _made_by(text)) is not None:
            return self._making(making, text)
        if text.startswith("DROP ") and (dropped := _DROP.match(text)) is not None:
            return self._dropping(dropped[2], text, dropped[1])
        return [*self._cleared(), text] if text.startswith("ATTACH ") else [text]

    def _making(self, making: _Making, text: str) -> list[str]:
        name, known = making.name, self._stands.get(making.name)
        fits = known is not None and making.shape in known.shapes
        fits = fits and not (self._otherwise and making.query)
        if making.on and self._state.get(making.on) != "filled":
            return self._ours(making, text)
        if making.on:
            return [] if fits else [f"DROP INDEX IF EXISTS {name}", *self._ours(making, text)]
        state = self._state.get(name, "empty" if known else "gone")
        if state in {"filled", "own"}:
            return [text]  # SQLite says that it is there already
        if known is None or state == "gone":
            return self._ours(making, text)
        if not fits:
            return [_drop(known.making), *self._ours(making, text)]
        self._state[name] = "filled"
        emptied = [f"DELETE FROM {name}"] if state == "left" else []
        return [*emptied, f"INSERT INTO {name} {making.query}"] if making.query else emptied

    def _ours(self, making: _Making, text: str) -> list[str]:
        """Let a statement make what it says, which goes with this loan."""
        known = self._own.get(making.name) or getattr(self._stands.get(making.name), "making", None)
        # A name in both schemas would mean something else once both stand from the beginning.
        self._fit = self._fit and (known is None or known.temp == making.temp)
        self._otherwise = self._otherwise or making.name in self._stands
        self._own[making.name], self._state[making.name] = making, "own"
        return [text]

    def _dropping(self, name: str, text: str, if_exists: str | None) -> list[str]:
        known = name in self._stands
        state = self._state.get(name, "empty" if known else "gone")
        if state == "filled":
            self._state[name] = "left"
            return []
        if state == "own":
            made = self._definitions()[name]
            self._fit = self._fit and self._noted.setdefault(name, made) == made
            self._state[name] = "gone"
        return [] if if_exists and state in {"empty", "left"} else [text]

    def _cleared(self) -> list[str]:
        """Take away what only stands, for what is attached may hold something of that name."""
        idle = [one.making for name, one in self._stands.items() if name not in self._state]
        self._fit = self._fit and not self._stands
        self._state |= {one.name: "gone" for one in idle}
        return [_drop(one) for one in idle if not one.on]

    def _attached(self) -> set[str]:
        """Name what is in databases that were attached."""
        places = [name for _, name, _ in self.raw.execute("PRAGMA database_list")]
        return {
            name
            for place in places
            if place not in {"main", "temp"}
            for (name,) in self.raw.execute(f"SELECT name FROM {place}.sqlite_schema")
        }

    def _definitions(self) -> dict[str, str]:
        """Say of everything that is there how it would be made, empty."""
        return {
            name: sql.replace("CREATE ", f"CREATE {temp}", 1) if kind == "table" else sql
            for temp, kind, name, sql in self.raw.execute(_SCHEMAS)
            if sql
        }

    def _learned(self) -> list[_Stands]:
        """Tell what of this loan is to stand from now on; a new shape of what stands is learned.

        Nothing is learned where something was made with other columns than it stands with.
        """
        if not self._own:
            return []
        there = self._definitions()
        self._fit = self._fit and self._attached().isdisjoint(self._own)
        self._fit = self._fit and all(there.get(name, of) == of for name, of in self._noted.items())
        there = self._noted | there
        known = {name: self._stands[name] for name in self._own if name in self._stands}
        if any(one.definition != there.get(name) for name, one in known.items()):
            return []
        for name, one in known.items():
            one.shapes.add(self._own[name].shape)
        return [
            _Stands(making, there[name], {making.shape})
            for name, making in self._own.items()
            if name not in known and name in there
        ]


def _drop(making: _Making) -> str:
    return f"DROP {'VIEW' if making.kind == 'VIEW' else 'TABLE'} {making.name}"
