"""Readings that are in evidence under the id of their time as it was once sent.

What has no id of its own is known by device, metric and time. The values of Dexcom's API v2 were
known by their time as sent, so that one value in two notations was two readings; now they are known
by the second in UTC, written as Dexcom documents it, which leaves most ids as they were. Where
evidence holds one under another notation, whatever arrives of it goes to that id, in whichever
notation it comes: ids that are kept stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofline.intake.arriving import id_of
from proofline.intake.instants import to_the_second
from proofline.intake.tables.staged import CleanRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from proofline.intake.tables.evidence import Evidence

Row = dict[str, str]

SOURCE = "dexcom"
"""The source whose readings may be known so."""

_OF_A_READING = frozenset({"readings", "provenance"})
_NOTATIONS = ("{}Z", "{}+00:00", "{}.000Z", "{}+0000")


def under_kept_ids(rows: Iterable[CleanRow], there: Evidence) -> Iterator[CleanRow]:
    """Give rows, those of readings that evidence knows by another notation under the id kept.

    Nothing is looked for unless there is such a reading. The provenance of a reading comes right
    behind it.
    """
    kept: dict[str, str] | None = None
    if there.finds_by_id:
        rows = list(rows)
        kept = _found_by_id([row.cells for row in rows if _is_of_time(row)], there)
    for row in rows:
        if kept is None and _is_of_time(row):
            kept = _found_in_all(there)
        own = kept and row.table in _OF_A_READING and kept.get(row.cells["reading_id"])
        yield CleanRow(row.table, row.cells | {"reading_id": own}, row.place) if own else row


def _is_of_time(row: CleanRow) -> bool:
    return row.table == "readings" and _is_known_by_time(row.cells)


def _is_known_by_time(reading: Row) -> bool:
    return reading.get("source") == SOURCE and "source_message_id" not in reading


def _found_in_all(there: Evidence) -> dict[str, str]:
    """Go through all readings once; give the ids of today and those kept, where they differ."""
    found: dict[str, str] = {}
    for reading in there.rows("readings", [SOURCE]):
        if _is_known_by_time(reading):
            own, today = reading["reading_id"], _id(reading)
            if own != today:
                found.setdefault(today, own)
    return found


def _found_by_id(readings: list[Row], there: Evidence) -> dict[str, str]:
    """Look for the ids of the notations in which such times are written."""
    may_be = {
        _id(reading, notation): _id(reading)
        for reading in readings
        for notation in _NOTATIONS
        if to_the_second(reading.get("measured_at", ""))
    }
    found = there.matching("readings", set(may_be)) if may_be else {}
    return {may_be[own]: own for own in found}


def _id(reading: Row, notation: str = "{}") -> str:
    """Give the id that a reading has by its time in a notation; the one of today without."""
    at = to_the_second(reading.get("measured_at", ""))
    device, metric = reading.get("device_id", ""), reading.get("metric", "")
    return id_of(SOURCE, device, metric, notation.format(at)) if at else reading["reading_id"]
