"""Names, addresses and numbers for claims, from the staged tables of evidence.

Only what bears on the enrollments asked for is read. A blank stays blank here; the edits say what
a claim lacks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from proofline.evidence.database import Database

Row = dict[str, Any]
_EPOCH = date(1970, 1, 1)
_EARLIEST, _LATEST = -9_999_999, 9_999_999

_OF_PATIENT = "patient_id IN (SELECT patient_id FROM enrollments WHERE enrollment_id IN ({ids}))"
_ASKED = {
    "enrollments": "enrollment_id IN ({ids})",
    "patients": _OF_PATIENT,
    "coverages": _OF_PATIENT,
    "performers": "true",
    "practices": "true",
}


class People(Struct, frozen=True):
    """The rows that claims are written from, by id; coverages by patient."""

    enrollments: dict[str, Row]
    patients: dict[str, Row]
    coverages: dict[str, list[Row]]
    performers: dict[str, Row]
    practices: dict[str, Row]

    def practice_of(self, performer_id: str) -> Row:
        """Give the practice that a performer bills for; nothing is known of one not on file."""
        performer = self.performers.get(performer_id, {})
        return self.practices.get(performer.get("practice_id") or "", {})

    def coverages_on(self, patient_id: str, day: date) -> list[Row]:
        """Give the coverages that hold on a day, the one that pays first.

        As for the decision: of several the one begun last (evidence contract, rule 10).
        """
        number = (day - _EPOCH).days
        holding = [
            row
            for row in self.coverages.get(patient_id, ())
            if begun(row) <= number <= _or(row["to_date"], _LATEST)
        ]
        return sorted(holding, key=lambda row: (begun(row), row["coverage_id"]), reverse=True)


def begun(coverage: Row) -> int:
    """Give the first day of a coverage as a day number; a blank one began before everything."""
    return _or(coverage["from_date"], _EARLIEST)


def _or(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value


def day_of(number: int | None) -> date | None:
    """Turn a day number of evidence into a day; unknown stays unknown."""
    return None if number is None else _EPOCH + timedelta(days=number)


def read_people(connection: Database, enrollment_ids: Sequence[str]) -> People:
    """Read what bears on some enrollments from opened evidence."""
    found = {
        table: _rows(connection, f"SELECT * FROM main.{table} WHERE {where}", enrollment_ids)
        for table, where in _ASKED.items()
    }
    coverages: dict[str, list[Row]] = {}
    for row in found.pop("coverages"):
        coverages.setdefault(row["patient_id"], []).append(row)
    ids = {table: f"{table.removesuffix('s')}_id" for table in found}
    by_id = {table: {row[ids[table]]: row for row in rows} for table, rows in found.items()}
    return People(coverages=coverages, **by_id)


def _rows(connection: Database, sql: str, ids: Sequence[str]) -> list[Row]:
    asked = """SELECT unnest(from_json(?, '["VARCHAR"]')) FROM (SELECT 1) AS given"""
    listed = [msgspec.json.encode(ids).decode()] if "{ids}" in sql else []
    cursor = connection.cursor().execute(sql.format(ids=asked), listed)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
