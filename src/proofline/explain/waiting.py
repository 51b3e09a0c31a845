"""The queue of readings that count for nobody until somebody says whose they are.

A reading with a time on the patient's wall says nothing before its patient is known, so evidence
sets it aside until its device is assigned; such readings wait in the queue with the others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from proofline.decide import asked as asking
from proofline.decide.asked import Asked
from proofline.decide.deciding import carried_by
from proofline.evidence import Memory, open_evidence
from proofline.evidence.checks import WAITS
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
    "entry_unknown": (
        "Nothing says whether the device sent these values by itself or somebody typed them in:"
        " have the sender say it, and take them in again; or add each row once more with what you"
        " found out as its `entry`, the same reading_id and a later received_at."
    ),
    "received_before": (
        "They came on a day before the one on which they are said to be measured: ask the sender"
        " when that was, and have it sent again."
    ),
    "ambiguous_person": "Ask who was measured; somebody else may have used the device.",
}
"""What settles each reason."""

_NOT_ENROLLED = (
    "The device was given to somebody, but to nobody in the programs on that day: see whether the"
    " assignment begins too late, or the enrollment is missing."
)
_NAMELESS = "not-named:"
_NAMES_NOBODY = (
    "They name neither a device nor a patient, and may be of several people, so assign this"
    " stand-in to nobody: take these rows out of `readings`, and take their files in again, each"
    " with --patient."
)
CURES_TOLD = (*CURES.values(), _NOT_ENROLLED, _NAMES_NOBODY)
"""All that a queue can tell to do."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_US = 86_400_000_000

# What is set aside only because nobody knows yet in whose zone its local time was shown. What
# never counts waits for nothing; a row of a table without a column says nothing in it.
_ON_THE_WALL = f"""
WITH told AS (
    SELECT "row"->>'$.reading_id' AS reading_id, "row"->>'$.device_id' AS device_id,
        TRY_CAST("row"->>'$.measured_at' AS TIMESTAMP) AS shown_at
    FROM troubles
    WHERE {WAITS} AND coalesce("row"->>'$.value', '') <> ''
      AND lower(coalesce("row"->>'$.test', '')) NOT IN ('true', '1')
      AND coalesce("row"->>'$.entry', '') <> 'manual'
      AND epoch_us(coalesce(TRY_CAST("row"->>'$.received_at' AS TIMESTAMP), shown_at)) < ?
)
SELECT device_id, max(kind) AS kind, max(serial) AS serial, 'device_not_assigned' AS reason,
    count(DISTINCT reading_id) AS readings, epoch_us(min(shown_at)) AS first_us,
    epoch_us(max(shown_at)) AS last_us, device_id IN (SELECT device_id FROM assignments) AS given
FROM told LEFT JOIN devices USING (device_id)
WHERE epoch_us(shown_at) < ?
GROUP BY device_id
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Readings of one device that wait for one reason; `first` and `last` are when measured.

    `clock` is what these two are told by: UTC, or the clock on the patient's wall.
    """

    device_id: str
    kind: str
    serial: str
    reason: str
    readings: int
    first: datetime
    last: datetime
    cure: str
    clock: str = "UTC"


def waiting(path: Path, as_of: date, *, few: bool = False) -> list[Waiting]:
    """Read the evidence at `path` and give what waits, by device and reason.

    `few` says that it may be little, which SQLite reads sooner than DuckDB is there. Errors:
    EvidenceUnreadable as opening does.
    """
    memory = Memory(few=few)
    with (
        open_evidence(path, as_of=as_of, memory=memory) as evidence,
        carried_by("duckdb", evidence) as engine,
    ):
        for name, text in asking.relations(Asked(as_of), []):
            engine.keep(name, text)
        for model in STORY:
            (engine.keep if model.kept else engine.define)(model.name, sql(model.name))
            if model.name == "judged_readings":
                break
        found = [_waiting(row) for row in engine.rows(sql("waiting"))]
        end = ((as_of - _EPOCH.date()).days + 1) * _DAY_US
        told = evidence.connection.execute(_ON_THE_WALL, [end, end])
        names = [name for name, *_ in told.description]
        rows = (dict(zip(names, row, strict=True)) for row in told.fetchall())
        found += [replace(_waiting(row), clock="the patient's clock") for row in rows]
        return sorted(found, key=lambda one: (one.device_id, one.reason, one.clock))


def _cure(row: Mapping[str, object]) -> str:
    if row["reason"] == "device_not_assigned":
        if row["device_id"] == _NAMELESS:
            return _NAMES_NOBODY
        if row["given"]:
            return _NOT_ENROLLED
    return CURES[str(row["reason"])]


def _waiting(row: Mapping[str, object]) -> Waiting:
    return Waiting(
        device_id=str(row["device_id"]),
        kind=str(row["kind"] or "unknown kind"),
        serial=str(row["serial"] or ""),
        reason=str(row["reason"]),
        readings=int(str(row["readings"])),
        first=_EPOCH + timedelta(microseconds=int(str(row["first_us"]))),
        last=_EPOCH + timedelta(microseconds=int(str(row["last_us"]))),
        cure=_cure(row),
    )
