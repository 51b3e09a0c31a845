"""The evidence of one enrollment, copied out of a practice's before anything is read into it.

What bears on an enrollment bears on its patient: the rows that name the patient, an enrollment or a
device of theirs, and all work of whoever worked for them, since nobody works for two at once. With
a row come the others of its id, because rows that contradict each other are judged together, and
the patients and enrollments that any of them names, because their clocks are read by those.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from proofline.evidence.sources import literal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from proofline.evidence.database import Database
    from proofline.evidence.sources import Source

_OF_ENROLLMENT = ("interactions", "sign_offs")
_OF_PATIENT = ("consents", "other_services", "stays", "coverages")


class Taking(Protocol):
    """Where the rows that bear on an enrollment are taken to."""

    @property
    def database(self) -> Database:
        """Give the database in which they then stand."""

    def take(self, source: Source, rows: str) -> Source:
        """Take rows of a table, given by a query, and tell where they stand."""

    def add(self, source: Source, taken: Source, rows: str) -> None:
        """Take more rows of a table to those taken before."""

    def whole(self, source: Source) -> Source:
        """Take a table with all that it holds."""

    def listed(self, taken: Source, cell: str) -> str:
        """Write SQL for what stands in a cell of all rows taken, to be asked where they were."""


class InPlace:
    """Rows stay in the database in which the tables are: those taken in tables of their own."""

    def __init__(self, database: Database) -> None:
        """Take the database in which the tables are."""
        self.database = database

    def take(self, source: Source, rows: str) -> Source:
        """Copy rows to a table beside."""
        relation = f"sent.asked_{source.table.name}"
        self.database.execute(f"CREATE TABLE {relation} AS {rows}")
        return replace(source, relation=relation, scanned=False)

    def add(self, source: Source, taken: Source, rows: str) -> None:
        """Copy more rows to the table beside."""
        del source
        self.database.execute(f"INSERT INTO {taken.relation} {rows}")

    def whole(self, source: Source) -> Source:
        """Leave a table where it is."""
        return source

    def listed(self, taken: Source, cell: str) -> str:
        """Write a query for what stands in a cell."""
        return f"SELECT {cell} FROM {taken.relation}"


def bearing_on(
    connection: Database, sent: Mapping[str, Source], enrollment_id: str, into: Taking
) -> dict[str, Source]:
    """The tables with the rows that bear on the enrollment, none without, taken `into` somewhere.

    Tables of no patient (performers, practices) stay whole. What is decided for the patient is the
    same as with all of the evidence; troubles in rows of others are not found.
    """
    cut = _Cut(connection, sent, into)
    asked, enrolled = cut.patients_of(enrollment_id)
    worn, workers = cut.ids(
        ("device_id", "assignments", "patient_id", asked),
        ("performer_id", "time_entries", "enrollment_id", enrolled),
    )
    cut.keep("readings", patient_id=asked, device_id=worn)
    cut.keep("time_entries", enrollment_id=enrolled, performer_id=workers)
    for table in _OF_ENROLLMENT:
        cut.keep(table, enrollment_id=enrolled)
    for table in _OF_PATIENT:
        cut.keep(table, patient_id=asked)
    cut.keep_others()
    devices = [*worn, *cut.named("device_id")]
    cut.keep("devices", device_id=devices)
    cut.keep("assignments", device_id=devices)
    cut.keep("enrollments", enrollment_id=[*enrolled, *cut.named("enrollment_id")])
    cut.keep("patients", patient_id=[*asked, *cut.named("patient_id")])
    return {**{name: into.whole(one) for name, one in cut.whole.items()}, **cut.with_rows()}


class _Cut:
    """The tables still `whole`, and what is `kept` of others; ids are compared as text."""

    def __init__(self, connection: Database, sent: Mapping[str, Source], into: Taking) -> None:
        self.whole = dict(sent)
        self.kept: dict[str, Source] = {}
        self._sent = sent
        self._connection = connection
        self._into = into

    def patients_of(self, enrollment_id: str) -> tuple[list[str], list[str]]:
        """The patients whom an enrollment names, and all enrollments of theirs."""
        source = self.whole.get("enrollments")
        if source is None:
            return [], []
        patient, enrollment = source.cell("patient_id"), source.cell("enrollment_id")
        asked = _holds(source, "enrollment_id", [enrollment_id])
        rows = self._connection.execute(
            f"SELECT DISTINCT {patient}, {enrollment} FROM {source.relation}"
            f" WHERE {patient} IN (SELECT {patient} FROM {source.relation} WHERE {asked})"
        ).fetchall()
        enrolled = {enrollment for _, enrollment in rows if enrollment is not None}
        return list({patient for patient, _ in rows}), list(enrolled)

    def ids(self, *asked: tuple[str, str, str, Iterable[str]]) -> list[list[str]]:
        """For each (column, table, other column, ids) what the rows that hold such an id name."""
        queries = [
            f"SELECT {place} AS place, {source.cell(column)} AS id FROM {source.relation}"
            f" WHERE {_holds(source, other, ids)}"
            for place, (column, table, other, ids) in enumerate(asked)
            if (source := self.whole.get(table)) is not None
        ]
        found = self._connection.execute(_distinct(queries, "NULL, NULL")).fetchall()
        of_place = range(len(asked))
        return [[one for at, one in found if at == place and one is not None] for place in of_place]

    def named(self, column: str) -> list[str]:
        """The ids in a column of everything kept so far."""
        queries = (
            f"SELECT {source.cell(column)} FROM {source.relation}"
            for source in self.kept.values()
            if column in source.types
        )
        found = self._into.database.execute(_distinct(queries, "NULL")).fetchall()
        return [name for (name,) in found if name is not None]

    def keep(self, table: str, **of: Collection[str]) -> None:
        """Take the rows that hold one `of` the ids in a column; none where there are no ids."""
        source = self.whole.pop(table, None)
        if source is None or not any(of.values()):
            return
        conditions = [_holds(source, name, ids) for name, ids in of.items() if ids]
        self.kept[table] = self._into.take(source, _that_hold(source, conditions))

    def keep_others(self) -> None:
        """Take the other rows of the ids kept: hardly any, so all are asked of once."""
        others = {name: self._others(name) for name in self.with_rows()}
        queries = (f"SELECT '{name}' FROM {rows}" for name, rows in others.items())
        for (name,) in self._connection.execute(_distinct(queries, "NULL")).fetchall():
            if name is not None:
                rows = f"SELECT * FROM {others[name]}"
                self._into.add(self._sent[name], self.kept[name], rows)

    def with_rows(self) -> dict[str, Source]:
        """What is kept of those tables of which at least one row is."""
        queries = (
            f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {one.relation})"
            for name, one in self.kept.items()
        )
        found = self._into.database.execute(_distinct(queries, "NULL")).fetchall()
        return {name: one for name, one in self.kept.items() if (name,) in found}

    def _others(self, name: str) -> str:
        sent, kept = self._sent[name], self.kept[name]
        key = sent.table.key[0]
        ids = self._into.listed(kept, kept.cell(key))
        lines = self._into.listed(kept, "_line")
        return f"{sent.relation} WHERE {sent.cell(key)} IN ({ids}) AND _line NOT IN ({lines})"


def _that_hold(source: Source, conditions: Sequence[str]) -> str:
    """Write a query for the rows for which one of the conditions holds, each row once.

    Asked one by one, each condition can pass over the parts of a file that hold none of them. If
    they give numbers of rows first, all columns of a part are unpacked once at most.
    """
    rows = f"FROM {source.relation} WHERE"
    if len(conditions) > 1 and not source.in_parts:
        numbers = (f"SELECT {source.number} {rows} {one}" for one in conditions)
        return f"SELECT * {rows} {source.number} IN ({' UNION ALL '.join(numbers)})"
    found, before = [], ""
    for one in conditions:
        found.append(f"SELECT * {rows} {one}{before}")
        before += f" AND ({one}) IS NOT TRUE"
    return " UNION ALL ".join(found)


def _distinct(queries: Iterable[str], nothing: str) -> str:
    return f"SELECT DISTINCT * FROM ({' UNION ALL '.join(queries) or f'SELECT {nothing}'})"


def _holds(source: Source, column: str, ids: Iterable[str]) -> str:
    return f"{source.cell(column)} IN ({', '.join(map(literal, ids)) or 'NULL'})"
