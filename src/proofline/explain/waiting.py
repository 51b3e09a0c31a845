"""The queue of readings that count for nobody until somebody says whose they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from proofline.decide import asked as asking
from proofline.decide.asked import Asked
from proofline.decide.duckdb import DuckDBEngine
from proofline.evidence import open_evidence
from proofline.facts import STORY, sql

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

CURES = {
    "device_not_assigned": (
        "Add the assignment of the device, with the day from which the patient had it;"
        " the readings of that time count at once."
    ),
    "another_patient_named": (
        "The readings name another patient than the one who had the device: settle who was"
        " measured, and mend the assignment or have the sender mend the patient."
    ),
    "device_with_two_patients": (
        "The device is assigned to two patients on the same days: end one of the assignments."
    ),
    "contradicting_versions": (
        "Two versions were received at one moment and would count differently: settle which holds,"
        " and have the sender send it again."
    ),
    "ambiguous_person": "Ask who was measured; somebody else may have used the device.",
}
"""What settles each reason."""

_NOT_ENROLLED = (
    "The device was given to somebody, but to nobody in the programs on that day: see whether the"
    " assignment begins too late, or the enrollment is missing."
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Readings of one device that wait for one reason; `first` and `last` are when measured."""

    device_id: str
    kind: str
    serial: str
    reason: str
    readings: int
    first: datetime
    last: datetime
    cure: str


def waiting(path: Path, as_of: date) -> list[Waiting]:
    """Read the evidence at `path` and give what waits, by device and reason.

    Errors: EvidenceUnreadable as opening does.
    """
    with open_evidence(path, as_of=as_of) as evidence:
        engine = DuckDBEngine(evidence.connection)
        for name, text in asking.relations(Asked(as_of), []):
            engine.keep(name, text)
        for model in STORY:
            (engine.keep if model.kept else engine.define)(model.name, sql(model.name))
            if model.name == "judged_readings":
                break
        rows = engine.rows(f"{sql('waiting')} ORDER BY device_id, reason")
        return [_waiting(row) for row in rows]


def _waiting(row: Mapping[str, object]) -> Waiting:
    lent = row["reason"] == "device_not_assigned" and row["given"]
    return Waiting(
        device_id=str(row["device_id"]),
        kind=str(row["kind"] or "unknown kind"),
        serial=str(row["serial"] or ""),
        reason=str(row["reason"]),
        readings=int(str(row["readings"])),
        first=_EPOCH + timedelta(microseconds=int(str(row["first_us"]))),
        last=_EPOCH + timedelta(microseconds=int(str(row["last_us"]))),
        cure=_NOT_ENROLLED if lent else CURES[str(row["reason"])],
    )
