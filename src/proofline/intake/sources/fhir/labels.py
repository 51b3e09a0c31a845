"""Patients and devices that are labelled as there for tests only, also where that was said before.

The label stands on the Patient or the Device, and a later file may have neither. So its arrival is
kept in `provenance`, under an id that no reading has, and later intakes look there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofline.intake.additions import NewRow
from proofline.intake.sources.fhir.files import TEST_LABEL
from proofline.intake.sources.fhir.references import Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from proofline.intake.additions import CleanRow
    from proofline.intake.report import Place
    from proofline.intake.tables.evidence import Evidence

Row = dict[str, str]
_STEM = "labelled:"
_TYPES = {"Patient": "patient_id", "Device": "device_id"}
SAID = frozenset(f"{type_}.meta={TEST_LABEL}" for type_ in _TYPES)
"""What `test_said` holds of them, and of their readings."""


def label_row(subject: Target, place: Place, payload: Row) -> NewRow:
    """Give the row that keeps a label; `payload` has the cells of what it came in."""
    told = {"reading_id": _key(subject.type, subject.id), "payload_place": place.where}
    return NewRow("provenance", {**told, **payload, "test_said": _said(subject.type)}, place)


def labelled_before(rows: Iterable[Row]) -> set[Target]:
    """Give those whose labels are among these rows of `provenance`."""
    found: set[Target] = set()
    for row in rows:
        stem, _, named = row["reading_id"].partition(":")
        type_, _, own_id = named.partition("/")
        if f"{stem}:" == _STEM and type_ in _TYPES and row.get("test_said") in SAID:
            found.add(Target(type_, own_id))
    return found


def labelled_there(rows: list[CleanRow], there: Evidence) -> Iterator[CleanRow]:
    """Give the rows of one message, those of labelled patients and devices as tests.

    For a place with an index, which finds the few that are named.
    """
    named = {
        _key(type_, row.cells[column])
        for row in rows
        if row.table == "readings"
        for type_, column in _TYPES.items()
        if column in row.cells
    }
    kept = there.matching("provenance", named) if named else {}
    tests = labelled_before(row for one in kept.values() for row in one)
    of_readings: dict[str, str] = {}
    for row in rows:
        if row.table == "readings" and "test" not in row.cells:
            for type_, column in _TYPES.items():
                if Target(type_, row.cells.get(column, "")) in tests:
                    of_readings[row.cells["reading_id"]] = _said(type_)
        said = of_readings.get(row.cells.get("reading_id", ""))
        told = {"readings": {"test": "true"}, "provenance": {"test_said": said or ""}}
        yield NewRow(row.table, row.cells | told[row.table], row.place) if said else row


def _key(type_: str, own_id: str) -> str:
    return f"{_STEM}{type_}/{own_id}"


def _said(type_: str) -> str:
    return f"{type_}.meta={TEST_LABEL}"
