"""What every row must satisfy, generated from the contract: cell by cell, then as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proofline.evidence.cells import read_cell
from proofline.evidence.zones import zone_names

if TYPE_CHECKING:
    from proofline.evidence.contract import Column, Table
    from proofline.evidence.database import Database
    from proofline.evidence.sources import Source


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that can be wrong: in which column, the SQL that finds it, and what to tell."""

    column: str
    wrong: str
    expected: str = ""
    cure: str = ""

    @property
    def tally(self) -> str:
        """The aggregate that is true, or above zero, when a row fails."""
        return f"bool_or({self.wrong})"


@dataclass(frozen=True, slots=True)
class Repetition(Check):
    """The check that a key comes once; it says that one does not, but not in which rows."""

    @property
    def tally(self) -> str:
        """Rows less keys, where one key may look like another by chance, but no key like two."""
        return f"count(*) - count(DISTINCT hash({self.column}))"


NO_ZONE = "an instant with its offset, since no patient's time zone is known for it"
"""What is expected of a local time of which nobody knows where it was shown."""

WAITS = (
    "\"table\" = 'readings' AND \"column\" = 'measured_at'"
    f""" AND expected = '{NO_ZONE.replace("'", "''")}'"""
    """ AND coalesce("row"->>'$.patient_id', '') = ''"""
)
"""SQL on `troubles`: a reading that is sound, and can be read once its device is assigned."""

_EXPECTED = {
    "date": "a day as YYYY-MM-DD",
    "instant": "an instant between 1900 and 2199 as YYYY-MM-DDTHH:MM:SS with Z or an offset",
    "boolean": "true or false",
    **dict.fromkeys(("id", "text", "list"), "one text, number, true or false"),
    "number": "a decimal number of at most 18 digits before and after the point",
}
_CURE = {
    "choice": "write one of these words exactly",
    "date": "write the day as in 2026-03-01",
    "instant": "write the instant as in 2026-03-01T07:12:00-05:00",
    "boolean": "write true or false in lower case",
    **dict.fromkeys(("id", "text", "list"), "write one flat value in each cell"),
    "number": "write plain digits with a decimal point, as in 98.6",
}


def cell_checks(source: Source, connection: Database) -> list[Check]:
    """The checks of single cells over the rows as sent of one table."""
    checks: list[Check] = []
    for column in source.table.columns:
        kept_as = source.types.get(column.name)
        if kept_as is None:
            if column.required:
                checks.append(_missing(column, "TRUE"))
            continue
        cell = read_cell(column, kept_as)
        if column.required:
            checks.append(_missing(column, cell.blank))
        if cell.wrong:
            checks.append(_unreadable(column, f"({cell.wrong})"))
        if column.name == "time_zone":
            checks.extend(_unknown_zones(source, column, connection))
    return checks


def _missing(column: Column, wrong: str) -> Check:
    cure = f"fill in {column.name}; the row cannot be used without it"
    return Check(column.name, wrong, f"a value ({column.meaning.rstrip('.').lower()})", cure)


def _unreadable(column: Column, wrong: str) -> Check:
    expected = _EXPECTED.get(column.kind) or f"one of {', '.join(column.choices)}"
    cure = _CURE[column.kind]
    if not column.required:
        cure += ", or leave the cell blank if it is not known"
    return Check(column.name, wrong, expected, cure)


def _unknown_zones(source: Source, column: Column, connection: Database) -> list[Check]:
    """A check for the zones in use that the IANA database does not know, if there are any."""
    blank = read_cell(column, source.types[column.name]).blank
    text = source.cell(column.name)
    used = connection.execute(f"SELECT DISTINCT {text} FROM {source.relation} WHERE NOT {blank}")
    unknown = sorted({name for (name,) in used.fetchall()} - zone_names())
    if not unknown:
        return []
    listed = ", ".join("'" + name.replace("'", "''") + "'" for name in unknown)
    return [
        Check(
            column.name,
            f"(NOT {blank} AND {text} IN ({listed}))",
            "the name of an IANA time zone",
            "write the name of the region, as in America/New_York",
        )
    ]


def row_checks(table: Table, naive: list[str]) -> list[Check]:
    """The checks of whole rows over the relation `parsed.NAME`; `naive` instants need a zone."""
    checks = [
        Check(
            name,
            f'("_local_{name}" IS NOT NULL AND "{name}" IS NULL)',
            NO_ZONE,
            "add Z or the offset, or mend the rows that lead to the patient",
        )
        for name in naive
    ]
    for order in table.orders:
        sign, words = ("<=", "after") if order.strict else ("<", "not before")
        checks.append(
            Check(
                order.later,
                f'("{order.later}" {sign} "{order.earlier}")',
                f"{order.later} {words} {order.earlier}",
                "mend whichever of the two is wrong",
            )
        )
    return checks


def failing(
    connection: Database, relation: str, checks: list[Check], *, one_by_one: bool
) -> list[Check]:
    """Those of the checks that at least one row of the relation fails.

    Asked `one_by_one`, the statistics of a large file answer most of them without reading a row;
    otherwise the rows are read once for all of them.
    """
    if not checks:
        return []
    if one_by_one:
        asked = (f"(SELECT count(*) FROM {relation} WHERE {check.wrong})" for check in checks)
        counts = connection.execute(f"SELECT {', '.join(asked)}").fetchone()
    else:
        asked = (check.tally for check in checks)
        counts = connection.execute(f"SELECT {', '.join(asked)} FROM {relation}").fetchone()
    return [check for check, count in zip(checks, counts or (), strict=True) if count]


def none_of(checks: list[Check]) -> str:
    """SQL that holds for rows which fail none of the checks."""
    return " AND ".join(f"({check.wrong}) IS NOT TRUE" for check in checks) or "TRUE"
