"""Readings that their sender takes back: entered-in-error, or cancelled after all.

Evidence is never rewritten: a version with a blank value is added, which never counts. It holds if
it was received later than the others. A withdrawal follows what it takes back, so one that does not
say when counts as received with the last of them, and the reading waits for a person.

An older version may come after it (a history lists the newest first), so the blank one is kept also
where there is nothing yet to take back. Of a deletion, or where nothing is left of the content, no
row of a reading can be made: then only its arrival is kept, in `provenance`, with the field that
said so, and every later intake looks there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from proofline.evidence.provenance import REMARKS
from proofline.intake.additions import NewRow
from proofline.intake.instants import is_later, is_same
from proofline.intake.measurements.metrics import DEVICE_KIND
from proofline.intake.report import Place
from proofline.intake.sources.fhir.files import ALONE
from proofline.intake.sources.fhir.observation import Origin
from proofline.intake.sources.fhir.words import trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.intake.additions import CleanRow
    from proofline.intake.report import Report
    from proofline.intake.tables.evidence import Evidence

Row = dict[str, str]
DELETED = "request.method=DELETE"
_SAID = frozenset(REMARKS["entry_said"])
_VALUES = frozenset({"value", "value_2"})
_ALIKE = ("device_id", "metric", "patient_id")
_PAYLOAD = ("source", "payload_sha256", "payload_name", "authenticity")


class Withdrawn(Struct, frozen=True):
    """A reading that its sender takes back: since when, where that stood, and what it was of.

    `said` is the field that says so; `noted`: its arrival is kept from before; not `named`: its
    sender has no lasting id for it, so that `reading_id` only follows from what it says.
    """

    reading_id: str
    received_at: str
    said: str
    origin: Origin
    place: Place
    rows: list[CleanRow]
    noted: bool = False
    named: bool = True


def taken_back_before(folder: Evidence, ids: set[str]) -> list[Withdrawn]:
    """Give what came to be withdrawn before it was there, of the readings of these ids or of all.

    Of all where the place has no index, for there `ids` would be as many as readings.
    """
    return [_again(row) for row in folder.remarked(ids) if row.get("entry_said") in _SAID]


def _again(row: Row) -> Withdrawn:
    payload = {column: row[column] for column in _PAYLOAD if column in row}
    place = Place(row.get("payload_name", ""), row.get("payload_place", ""))
    at, said = _received(row), row["entry_said"]
    return Withdrawn(row["reading_id"], at, said, Origin(payload, ALONE), place, [], noted=True)


def taken_back(
    withdrawn: list[Withdrawn], folder: Evidence, report: Report, received_at: str = ""
) -> Iterator[NewRow]:
    """Give the rows that take readings back; what cannot be taken back is told of.

    `received_at` is when a withdrawal arrived that does not say when it was made, blank if nobody
    knows.
    """
    there = folder.matching("readings", {own_id for one in withdrawn for own_id in _ids(one)})
    for one in withdrawn:
        at = one.received_at or received_at
        found = [versions for own_id in _ids(one) if (versions := there.get(own_id))]
        if not found and not one.named:
            found = _alike(one, folder)
            if len(found) > 1:
                yield from _in_doubt(one, found, report)
                continue
        for versions in found:
            if _is_settled(versions):
                continue
            its_file = report.of(one.place.file)
            if any(is_later(_received(row), at or _last(versions)) for row in versions):
                if not one.noted:
                    its_file.tell(trouble(one.place, "withdrawn_but_there", "status"))
                continue
            yield from _version_without_value(one, versions, at or _last(versions))
        if not found and not one.noted:
            yield from _kept(one, at, there) if one.rows else _noted(one, at)


def _alike(one: Withdrawn, folder: Evidence) -> list[list[Row]]:
    """Give the readings of its device that measured the same at that instant, each its versions."""
    sent = one.rows[0].cells
    found: dict[str, list[Row]] = {}
    for row in folder.rows("readings", (sent["device_id"],)):
        same = all(row.get(column) == sent.get(column) for column in _ALIKE)
        if same and is_same(row.get("measured_at", ""), sent["measured_at"]):
            found.setdefault(row["reading_id"], []).append(row)
    return [*found.values()]


def _in_doubt(one: Withdrawn, found: list[list[Row]], report: Report) -> Iterator[NewRow]:
    """Have each of those that can be meant wait for a person."""
    report.of(one.place.file).tell(trouble(one.place, "withdraws_one_of", "id", str(len(found))))
    for versions in found:
        if not _is_settled(versions):
            yield from _version_without_value(one, versions, _last(versions))


def _ids(one: Withdrawn) -> list[str]:
    """Give the ids that its readings may have: of a panel each has its own."""
    return [one.reading_id, *(f"{one.reading_id}#{metric}" for metric in DEVICE_KIND)]


def _version_without_value(one: Withdrawn, versions: list[Row], at: str) -> Iterator[NewRow]:
    row = {column: cell for column, cell in versions[-1].items() if column not in _VALUES}
    row["received_at"] = at
    versions.append(row)
    yield NewRow("readings", row, one.place)
    came = {"reading_id": row["reading_id"], "received_at": at}
    place = {"payload_place": one.place.where, "message_id": row.get("source_message_id", "")}
    yield NewRow("provenance", {**came, **one.origin.payload, **place}, one.place)


def _kept(one: Withdrawn, at: str, there: dict[str, list[Row]]) -> Iterator[NewRow]:
    """Give what it would have been, without its value, so that no older version counts."""
    for told in one.rows:
        cells = {column: cell for column, cell in told.cells.items() if column not in _VALUES}
        row = NewRow(told.table, {**cells, "received_at": at}, one.place)
        if row.table == "readings":
            there.setdefault(row.cells["reading_id"], []).append(row.cells)
        yield row


def _noted(one: Withdrawn, at: str) -> Iterator[NewRow]:
    came = {"reading_id": one.reading_id, "received_at": at, "entry_said": one.said}
    place = {"payload_place": one.place.where}
    yield NewRow("provenance", {**came, **one.origin.payload, **place}, one.place)


def _received(row: Row) -> str:
    return row.get("received_at", "")


def _last(versions: list[Row]) -> str:
    """Give when the last of them was received; blank if no version says it."""
    last = ""
    for received in map(_received, versions):
        last = received if not last or is_later(received, last) else last
    return last


def _is_settled(versions: list[Row]) -> bool:
    """Whether a version without a value holds already: nobody's is later."""
    blank = [row for row in versions if _VALUES.isdisjoint(row)]
    return any(
        not any(is_later(_received(other), _received(row)) for other in versions) for row in blank
    )
