"""New rows against those that are there: added, said before, a correction, or a contradiction.

Nothing in the folder is ever rewritten. A row whose every cell is there already adds nothing, also
if somebody filled in more since (an fda_basis, say). A reading with an id that is there and other
content is a correction if its received_at is the later one (E3 in docs/rules.md); any other
difference is reported for a person to settle.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from msgspec import Struct

from proofline.evidence.provenance import EVERY_TABLE
from proofline.intake.instants import is_later, is_same
from proofline.intake.report import Kind, Place, Report, Trouble

if TYPE_CHECKING:
    from proofline.intake.appending import EvidenceFolder

Row = dict[str, str]

# Readings last, so that what they lean on is there before them.
_ORDER = ("patients", "devices", "consents", "readings", "provenance")
# How a row came here, not what it says.
_PROVENANCE = frozenset(
    {"received_at", "time_quality", "source", "source_message_id", "authenticity", "captured_at"}
)
# Blank here says something too: that a correction took the value away.
_VALUES = ("value", "value_2")
_TRIMMED = " \t\r\n"  # what evidence takes for blank
_WHOSE = frozenset({"patient_id", "device_id"})


_WORDS: dict[str, tuple[Kind, str, str]] = {
    "differs": (
        "refused",
        "A row with this id is in evidence already and says otherwise in: {}.",
        "Settle by hand which is right; rows in evidence are not rewritten.",
    ),
    "differs_undated": (
        "refused",
        (
            "A reading with this id is in evidence and says otherwise in: {}; nothing shows that "
            "this one is the later."
        ),
        "Have the sender say when this version was made (meta.lastUpdated); the later one holds.",
    ),
    "another_person": (
        "refused",
        "A reading with this id is in evidence for another patient or device.",
        (
            "If two senders use the same ids, keep them in folders of their own; if the sender "
            "moved the reading, settle by hand whose it is."
        ),
    ),
    "corrects": (
        "note",
        "It corrects a reading that is in evidence, in: {}; both are kept, the later holds.",
        "Nothing to do.",
    ),
}


class NewRow(Struct, gc=False):
    """A row for a table, and where in the input it came from.

    Cells are trimmed and blank ones left out: an absent cell is unknown.
    """

    table: str
    cells: Row
    place: Place

    def __post_init__(self) -> None:
        self.cells = {
            column: trimmed
            for column, cell in self.cells.items()
            if cell and (trimmed := cell.strip(_TRIMMED))
        }


def add_rows(rows: list[NewRow], folder: EvidenceFolder, report: Report) -> None:
    """Add what is new to the folder and count in the report what became of every row."""
    by_table: defaultdict[str, list[NewRow]] = defaultdict(list)
    for row in rows:
        by_table[row.table].append(row)
    reports = {one.file: one for one in report.files}
    for table in _ORDER:
        column = EVERY_TABLE[table].key[0]
        ids = {row.cells[column] for row in by_table[table]}
        there = folder.matching(table, column, ids)
        added: list[Row] = []
        for row in by_table[table]:
            of_file = reports[row.place.file]
            versions = there.setdefault(row.cells[column], [])
            if EVERY_TABLE[table].on_conflict == "keep" and row.cells not in versions:
                versions.append(row.cells)
                added.append(row.cells)
                of_file.added[table] += 1
                continue
            said = _against(row, versions)
            if said:
                of_file.troubles.append(said)
            if said and said.kind == "refused":
                continue
            if versions and not said:
                of_file.already[table] += 1
                continue
            versions.append(row.cells)
            added.append(row.cells)
            of_file.added[table] += 1
            if said:
                of_file.corrected[table] += 1
        if added:
            report.written[table] = folder.add(table, added)


def _against(row: NewRow, versions: list[Row]) -> Trouble | None:
    """Compare a row with those of the same id: None if it is new or says nothing new."""
    if not versions or row.cells in versions:
        return None
    apart = [_differing(row.cells, version) for version in versions]
    if not all(apart):
        return None
    columns = " ".join(apart[-1])
    if row.table != "readings":
        return _trouble(row, "differs", columns)
    if all(_WHOSE & set(one) for one in apart):
        return _trouble(row, "another_person", columns)
    received = row.cells.get("received_at", "")
    later = all(is_later(received, version.get("received_at", "")) for version in versions)
    return _trouble(row, "corrects" if later else "differs_undated", columns)


def _differing(new: Row, old: Row) -> list[str]:
    """Name the columns in which a new row says other than an old one; more in the old is none."""
    told = {column: new.get(column, "") for column in _VALUES} | new
    return [
        column
        for column, cell in told.items()
        if column not in _PROVENANCE and not _same(cell, old.get(column, ""))
    ]


def _same(one: str, other: str) -> bool:
    if one == other or is_same(one, other):
        return True
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return False


def _trouble(row: NewRow, code: str, columns: str) -> Trouble:
    kind, reason, cure = _WORDS[code]
    return Trouble(row.place, kind, code, row.table, reason.format(columns), cure)
