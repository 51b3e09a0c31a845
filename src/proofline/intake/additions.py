"""New rows against those that are there: added, said before, a correction, or a contradiction.

Nothing in the folder is ever rewritten. A row whose every cell is there already adds nothing, also
if somebody filled in more since (an fda_basis, say). A reading with an id that is there and other
content is a correction if its received_at is the later one (E3 in docs/rules.md); any other
difference is reported for a person to settle.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import partial
from typing import TYPE_CHECKING

from proofline.evidence.provenance import EVERY_TABLE
from proofline.intake.instants import is_later, is_same
from proofline.intake.report import Kind, Trouble
from proofline.intake.tables.evidence import PAYLOAD
from proofline.intake.tables.staged import ALREADY, NEW, CleanRow, NewRow, Staged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from proofline.intake.report import FileReport, Report
    from proofline.intake.tables.evidence import Evidence

__all__ = ["CleanRow", "NewRow", "add_rows"]

Row = dict[str, str]

# Readings last, so that what they lean on is there before them.
_ORDER = ("patients", "devices", "consents", "readings", "provenance")
# How a row came here, not what it says.
_PROVENANCE = frozenset(
    {"received_at", "time_quality", "source", "source_message_id", "authenticity", "captured_at"}
)
# Blank here says something too: that a correction took the value away.
_VALUES = ("value", "value_2")
# What one arrival of a reading is told by.
_ARRIVAL = (PAYLOAD, "payload_place")
_WHOSE = frozenset({"patient_id", "device_id"})


WORDS: dict[str, tuple[Kind, str, str]] = {
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
        (
            "Have the sender say when each version was made, or take both in with --received-at; "
            "the one received later holds."
        ),
    ),
    "another_person": (
        "refused",
        "A reading with this id is in evidence for another patient or device.",
        (
            "If two senders use the same ids, keep them in folders of their own, or leave the ids "
            "out of the mapping of their feeds; if the sender moved the reading, settle by hand "
            "whose it is."
        ),
    ),
    "takes_back": (
        "waiting",
        (
            "It takes back a reading that is in evidence, and nothing shows which was said last; "
            "both are kept, and the reading does not count until that is settled."
        ),
        "Ask the sender which holds, and have it sent with the time at which it was said.",
    ),
    "corrects": (
        "note",
        "It corrects a reading that is in evidence, in: {}; both are kept, the later holds.",
        "Nothing to do.",
    ),
}


_NEW, _ALREADY, _CORRECTS, _REFUSED = NEW, ALREADY, 3, 4


def add_rows(rows: Iterable[CleanRow], folder: Evidence, report: Report) -> None:
    """Add what is new to the folder and count in the report what became of every row.

    The rows may be as many as there are; each is taken only once. Nothing is written before the
    last of them has come.
    """
    staged = {table: Staged(EVERY_TABLE[table], folder.path) for table in _ORDER}
    try:
        for row in rows:
            staged[row.table].add(row)
        for table in _ORDER:
            if len(staged[table]):
                _settle(staged[table], folder, report)
    finally:
        for one in staged.values():
            one.close()


def _settle(staged: Staged, folder: Evidence, report: Report) -> None:
    """Find out what becomes of the rows of one table, and write those that are new."""
    table = staged.table.name
    reports = {one.file: one for one in report.files}
    found = bytearray(len(staged))
    for versions, unsettled in _unsettled(staged, folder, found):
        for at, row in unsettled:
            found[at] = _fate(row, versions, reports[row.place.file])
    _count(staged, found, reports)
    if found.count(_NEW) + found.count(_CORRECTS):
        added = found.translate(_ADDED)
        report.written[table] = folder.add(table, staged.chosen(added))


_ADDED = bytes(fate in {_NEW, _CORRECTS} for fate in range(256))


def _unsettled(
    staged: Staged, folder: Evidence, found: bytearray
) -> Iterator[tuple[dict[str, list[Row]], Iterable[tuple[int, CleanRow]]]]:
    """Give what has to be compared, with what is there of it; the rest is entered in `found`."""
    key, everything = staged.table.key[0], bytes([1]) * len(staged)
    if folder.finds_by_id or not staged.is_large:
        ids = {row.cells[key] for row in staged.rows(everything)}
        there = folder.matching(staged.table.name, ids, _payloads(staged, everything))
        if there or len(ids) < len(staged):
            yield there, enumerate(staged.rows(everything))
        else:
            found[:] = bytes([_NEW]) * len(staged)
        return
    from proofline.intake.tables import matching  # noqa: PLC0415 - numpy only for many rows

    yield from matching.settle(staged, partial(folder.lines, staged.table.name), found)


def _payloads(staged: Staged, everything: bytes) -> set[str]:
    """Of arrivals that all say in which bytes they came, these: no other told them before.

    What is the same to the last cell came in the same bytes (`_fate`).
    """
    if PAYLOAD not in staged.table.names:
        return set()
    payloads = {row.cells.get(PAYLOAD, "") for row in staged.rows(everything)}
    return set() if "" in payloads else payloads


def _fate(row: CleanRow, there: dict[str, list[Row]], report: FileReport) -> int:
    """Say what becomes of a row beside the versions of its id, which it joins if it is added."""
    table = EVERY_TABLE[row.table]
    versions = there.setdefault(row.cells[table.key[0]], [])
    if not versions:
        versions.append(row.cells)
        return _NEW
    if row.cells in versions or _arrived(row.cells, versions):
        return _ALREADY
    said = None if table.on_conflict == "keep" else _against(row, versions)
    if said:
        report.tell(said)
    if said and said.kind == "refused":
        return _REFUSED
    if not said and table.on_conflict != "keep":
        return _ALREADY
    versions.append(row.cells)
    return _CORRECTS if said else _NEW


def _arrived(new: Row, versions: list[Row]) -> bool:
    """Whether the very same place of the very same bytes told it before, whenever that was."""
    arrival = [new.get(column) for column in _ARRIVAL]
    return None not in arrival and any(
        arrival == [version.get(column) for column in _ARRIVAL] for version in versions
    )


def _count(staged: Staged, found: bytearray, reports: dict[str, FileReport]) -> None:
    table = staged.table.name
    ends = [start for start, _ in staged.spans[1:]] + [len(found)]
    for (start, file), end in zip(staged.spans, ends, strict=True):
        one, corrected = reports[file], found.count(_CORRECTS, start, end)
        for counter, count in (
            (one.added, found.count(_NEW, start, end) + corrected),
            (one.corrected, corrected),
            (one.already, found.count(_ALREADY, start, end)),
        ):
            if count:
                counter[table] += count


def _against(row: CleanRow, versions: list[Row]) -> Trouble | None:
    """Compare a row with those of the same id: None if it says nothing new."""
    apart = [_differing(row.cells, version) for version in versions]
    if not all(apart):
        return None
    columns = " ".join(apart[-1])
    if row.table != "readings":
        return _trouble(row, "differs", columns)
    if all(_WHOSE & set(one) for one in apart):
        return _trouble(row, "another_person", columns)
    received = row.cells.get("received_at", "")
    others = [version.get("received_at", "") for version in versions]
    if all(is_later(received, other) for other in others):
        return _trouble(row, "corrects", columns)
    may_be_last = all(
        not one or is_same(received, one) or is_later(received, one) for one in others
    )
    taken_back = may_be_last and not any(column in row.cells for column in _VALUES)
    return _trouble(row, "takes_back" if taken_back else "differs_undated", columns)


def _differing(new: Row, old: Row) -> list[str]:
    """Name the columns in which a new row says other than an old one; more in the old is none.

    Whom a reading names is compared only where both name somebody: that a patient has become known
    here since is no other content, and whose it is the assignment tells.
    """
    told = {column: new.get(column, "") for column in _VALUES} | new
    return [
        column
        for column, cell in told.items()
        if column not in _PROVENANCE
        and not _same(cell, old.get(column, ""))
        and not (column == "patient_id" and column not in old)
    ]


def _same(one: str, other: str) -> bool:
    if one == other or is_same(one, other):
        return True
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return False


def _trouble(row: CleanRow, code: str, columns: str) -> Trouble:
    kind, reason, cure = WORDS[code]
    return Trouble(row.place, kind, code, row.table, reason.format(columns), cure)
