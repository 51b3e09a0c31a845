"""Rows that name somebody or something that is not on file: nothing is counted from them.

They are no bad rows: what they name may come tomorrow. Until then a patient's work or readings may
be missing from a decision, so they are told of. Work for nobody on file still claims its minutes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofline.evidence.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.evidence.database import Database

_ON_FILE = {
    "patient_id": "patients",
    "enrollment_id": "enrollments",
    "device_id": "devices",
    "performer_id": "performers",
    "billing_performer_id": "performers",
    "ordering_performer_id": "performers",
    "practice_id": "practices",
}
"""Where the rows stand that a column names; the id of that table is its first column."""


def unresolved(connection: Database) -> Iterator[str]:
    """Say of staged evidence, table by table, how many rows name an id that is not on file."""
    for table in TABLES:
        for column in table.names:
            named = _ON_FILE.get(column)
            if named is None or named == table.name:
                continue
            key = f"{named.removesuffix('s')}_id"
            rows = connection.execute(
                f'SELECT count(*) FROM main.{table.name} AS t WHERE t."{column}" IS NOT NULL'
                f' AND t."{column}" NOT IN (SELECT "{key}" FROM main.{named})'
            ).fetchone()
            if rows and rows[0]:
                yield f"{table.name}: {rows[0]} whose {column} is not in {named}"
