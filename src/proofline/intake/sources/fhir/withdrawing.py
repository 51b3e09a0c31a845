"""Readings that their sender takes back (entered-in-error) and that evidence has.

Evidence is never rewritten: a later version with a blank value is added, which holds and never
counts. Where nothing shows that the withdrawal is the later, a person has to settle it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofline.intake.additions import NewRow
from proofline.intake.instants import is_later
from proofline.intake.sources.fhir.words import trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.intake.report import Report
    from proofline.intake.sources.fhir.reading import Withdrawn
    from proofline.intake.tables.evidence import Evidence

Row = dict[str, str]
_VALUES = frozenset({"value", "value_2"})


def taken_back(withdrawn: list[Withdrawn], folder: Evidence, report: Report) -> Iterator[NewRow]:
    """Give the rows that take back what is in evidence; what cannot be taken back is told of."""
    there = folder.matching("readings", {one.reading_id for one in withdrawn})
    for one in withdrawn:
        versions = there.get(one.reading_id, [])
        if not versions or _is_settled(versions):
            continue
        if not all(is_later(one.received_at, row.get("received_at", "")) for row in versions):
            report.of(one.place.file).tell(trouble(one.place, "withdrawn_but_there", "status"))
            continue
        row = {column: cell for column, cell in versions[-1].items() if column not in _VALUES}
        row["received_at"] = one.received_at
        versions.append(row)
        yield NewRow("readings", row, one.place)
        came = {"reading_id": one.reading_id, "received_at": one.received_at}
        place = {"payload_place": one.place.where, "message_id": row.get("source_message_id", "")}
        yield NewRow("provenance", {**came, **one.origin.payload, **place}, one.place)


def _is_settled(versions: list[Row]) -> bool:
    """Whether a version without a value holds already: nobody's is later."""
    blank = [row for row in versions if "value" not in row and "value_2" not in row]
    return (
        any(
            not is_later(other.get("received_at", ""), row.get("received_at", ""))
            for row in blank
            for other in versions
            if other is not row
        )
        if len(versions) > 1
        else bool(blank)
    )
