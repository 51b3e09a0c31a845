"""The evidence of one enrollment, copied out of a practice's before anything is read into it.

What bears on an enrollment bears on its patient: the rows that name the patient, an enrollment or a
device of theirs, and all work of whoever worked for them, since nobody works for two at once. With
a row come the others of its id, because rows that contradict each other are judged together, and
the patients and enrollments that any of them names, because their clocks are read by those.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proofline.evidence.sources import literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from proofline.evidence.database import Database
    from proofline.evidence.sources import Source

_OF_ENROLLMENT = ("interactions", "sign_offs")
_OF_PATIENT = ("consents", "other_services", "stays", "coverages")


def bearing_on(
    connection: Database, sent: Mapping[str, Source], enrollment_id: str
) -> tuple[dict[str, Source], int]:
    """The tables with the rows that bear on the enrollment, none without, and how many rows.

    Tables of no patient (performers, practices) stay whole. What is decided for the patient is the
    same as with all of the evidence; troubles in rows of others are not found.
    """
    cut = _Cut(connection, sent)
    asked = cut.ids("patient_id", "enrollments", enrollment_id=[enrollment_id])
    enrolled = cut.ids("enrollment_id", "enrollments", patient_id=asked)
    worn = cut.ids("device_id", "assignments", patient_id=asked)
    workers = cut.ids("performer_id", "time_entries", enrollment_id=enrolled)
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
    found = {**cut.whole, **cut.kept}
    rows = cut.counted(found)
    return {n: one for n, one in found.items() if rows[n] or n in cut.whole}, sum(rows.values())


class _Cut:
    """The tables still `whole`, and what is `kept` of others; ids are compared as text."""

    def __init__(self, connection: Database, sent: Mapping[str, Source]) -> None:
        self.whole = dict(sent)
        self.kept: dict[str, Source] = {}
        self._sent = sent
        self._connection = connection

    def ids(self, column: str, table: str, **of: Iterable[str]) -> list[str]:
        """The ids in a column of a whole table where rows hold one `of` the ids in another."""
        source = self.whole.get(table)
        if source is None:
            return []
        rows = f"SELECT {source.cell(column)} FROM {source.relation}"
        return self._listed(f"{rows} WHERE {_holds(source, *asked)}" for asked in of.items())

    def named(self, column: str) -> list[str]:
        """The ids in a column of everything kept so far."""
        return self._listed(
            f"SELECT {source.cell(column)} FROM {source.relation}"
            for source in self.kept.values()
            if column in source.types
        )

    def keep(self, table: str, **of: Iterable[str]) -> None:
        """Copy the rows that hold one `of` the ids in a column."""
        source, kept = self.whole.pop(table, None), f"sent.asked_{table}"
        if source is None:
            return
        # Asked one by one, each condition can pass over the parts of a file that hold none of them.
        found, before = [], ""
        for name, ids in of.items():
            holds = _holds(source, name, ids)
            found.append(f"SELECT * FROM {source.relation} WHERE {holds}{before}")
            before += f" AND ({holds}) IS NOT TRUE"
        self._connection.execute(f"CREATE TABLE {kept} AS {' UNION ALL '.join(found)}")
        self.kept[table] = replace(source, relation=kept, scanned=False)

    def keep_others(self) -> None:
        """Copy the other rows of the ids kept: hardly any, so all are asked of once."""
        others = {name: self._others(name) for name in self.kept}
        for name in self._listed(f"SELECT '{name}' FROM {rows}" for name, rows in others.items()):
            rows = f"SELECT * FROM {others[name]}"
            self._connection.execute(f"INSERT INTO {self.kept[name].relation} {rows}")

    def counted(self, found: Mapping[str, Source]) -> dict[str, int]:
        """How many rows there are in each of the tables."""
        asked = ", ".join(f"(SELECT count(*) FROM {one.relation})" for one in found.values())
        counts = self._connection.execute(f"SELECT {asked or 'NULL'}").fetchone() or ()
        return dict(zip(found, counts, strict=False))

    def _others(self, name: str) -> str:
        sent, kept = self._sent[name], self.kept[name].relation
        key = sent.cell(sent.table.key[0])
        of_one_id = f"{key} IN (SELECT {key} FROM {kept})"
        return f"{sent.relation} WHERE {of_one_id} AND _line NOT IN (SELECT _line FROM {kept})"

    def _listed(self, queries: Iterable[str]) -> list[str]:
        found = " UNION ALL ".join(queries) or "SELECT NULL"
        listed = self._connection.execute(f"SELECT DISTINCT * FROM ({found})").fetchall()
        return [name for (name,) in listed if name is not None]


def _holds(source: Source, column: str, ids: Iterable[str]) -> str:
    return f"{source.cell(column)} IN ({', '.join(map(literal, ids)) or 'NULL'})"
