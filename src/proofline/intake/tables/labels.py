"""Patients and devices that are labelled as there for tests only, also where that was said before.

The label stands on the Patient or the Device, and a later file may have neither. So its arrival is
kept in `provenance`, under an id that no reading has, and later intakes look there, of FHIR and of
every other source: who is there for tests only is so whoever passes the readings on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofline.evidence.provenance import REMARKS
from proofline.intake.tables.staged import NewRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from proofline.intake.report import Place
    from proofline.intake.tables.evidence import Evidence
    from proofline.intake.tables.staged import CleanRow

Row = dict[str, str]
Subject = tuple[str, str]
"""Who is labelled: `Patient` or `Device`, and our id."""

TEST_LABEL = "HTEST"
"""The code by which FHIR labels data that is there for tests."""

_STEM = "labelled:"
_MARKED = frozenset({"readings", "provenance"})
_TYPES = {"Patient": "patient_id", "Device": "device_id"}
SAID = frozenset(REMARKS["test_said"])
"""What `test_said` holds of them, and of their readings."""


def label_row(subject: Subject, place: Place, payload: Row) -> NewRow:
    """Give the row that keeps a label; `payload` has the cells of what it came in."""
    told = {"reading_id": _key(*subject), "payload_place": place.where}
    return NewRow("provenance", {**told, **payload, "test_said": _said(subject[0])}, place)


def labelled_before(rows: Iterable[Row]) -> set[Subject]:
    """Give those whose labels are among these rows of `provenance`."""
    found: set[Subject] = set()
    for row in rows:
        stem, _, named = row["reading_id"].partition(":")
        type_, _, own_id = named.partition("/")
        if f"{stem}:" == _STEM and type_ in _TYPES and row.get("test_said") in SAID:
            found.add((type_, own_id))
    return found


def labelled_there(rows: list[CleanRow], there: Evidence) -> Iterable[CleanRow]:
    """Give the rows of some messages, those of labelled patients and devices as tests.

    For a place with an index, which finds the few that are named.
    """
    readings = [row.cells for row in rows if row.table == "readings"]
    named = {
        _key(type_, own_id)
        for type_, column in _TYPES.items()
        for own_id in {cells.get(column) for cells in readings}
        if own_id
    }
    tests = labelled_before(there.remarked(named))
    return as_tests(rows, tests) if tests else rows


def as_tests(rows: Iterable[CleanRow], tests: AbstractSet[Subject]) -> Iterator[CleanRow]:
    """Give rows of any source, those of labelled patients and devices as tests.

    A label outweighs a sender's word that something is no test. The provenance of a reading comes
    right behind it.
    """
    of_reading, said = "", ""
    for row in rows:
        if row.table == "readings":
            of_reading, said = row.cells["reading_id"], _test_said(row.cells, tests)
        if said and row.table in _MARKED and row.cells["reading_id"] == of_reading:
            told = {"test": "true"} if row.table == "readings" else {"test_said": said}
            yield NewRow(row.table, row.cells | told, row.place)
        else:
            yield row


def _test_said(reading: Row, tests: AbstractSet[Subject]) -> str:
    """Name the label that makes a test of a reading that says itself of none; else blank."""
    if reading.get("test") == "true":
        return ""
    types = (one for one, column in _TYPES.items() if (one, reading.get(column, "")) in tests)
    return next(map(_said, types), "")


def _key(type_: str, own_id: str) -> str:
    return f"{_STEM}{type_}/{own_id}"


def _said(type_: str) -> str:
    return f"{type_}.meta={TEST_LABEL}"
