"""Dexcom: the estimated glucose values of its API, v3 and v2 (`/v3/users/self/egvs`).

Read from Dexcom's public reference of both.

* `systemTime` is UTC. Records of a phone carry an offset in both times, records of a receiver in
  neither; the offset of the place is that of `displayTime`, where it has one. What a receiver
  displays is what its user set, so the offset of a receiver is not known.
* A value is smoothed later by the two around it: the same `recordId` comes again with another
  value and no time of its own. Which of the two holds, only the time of receipt can say, which the
  operator gives.
* `status` `low` and `high` with a number at the end of the sensor's range, or with none, are bounds
  (`measurements.bounds`). What number comes with them is not documented.
* An estimated value comes from a sensor; what people type in is at other endpoints (calibrations,
  events), which are not read here. `userId` is Dexcom's name of the patient for one client.
* v2 answers `egvs` in one unit, without ids, instrument or user: its readings wait until somebody
  says whose the answer is, and are known by their second in UTC, however that is written. `value`
  is the smoothed one where there is one; `realtimeValue` and `smoothedValue` are not used.
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Raw, Struct
from msgspec.structs import replace

from proofline.intake.instants import to_the_second
from proofline.intake.measurements import metrics
from proofline.intake.measurements.fields import NULL, is_blank, quantity, text
from proofline.intake.measurements.measurement import (
    UNSAID,
    Instrument,
    Measurement,
    Quantity,
    Said,
    Series,
)
from proofline.intake.measurements.moments import Moment, at_offset, instant, on_the_wall
from proofline.intake.measurements.once import Once
from proofline.intake.payloads.marks import marked, marks_of_state
from proofline.intake.payloads.payload import (
    Document,
    Shape,
    documents,
    read_each,
    read_entries,
)
from proofline.intake.report import Place, Trouble, shown
from proofline.intake.words import trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.intake.options import Options
    from proofline.intake.payloads.payload import Payload

TITLE = "Dexcom API v2 and v3 glucose values (JSON)"

# unit -> the ends of the sensor's range
_RANGE = {
    "mg/dL": (Decimal(40), Decimal(400)),
    "mmol/L": (Decimal("2.2"), Decimal("22.2")),
}
_STATES = frozenset({"ok", "low", "high", "unknown"})
_EGV = "egv"
_BY_SENSOR = Said("automatic", f"recordType={_EGV}")
_IN_EGVS = Said("automatic", "egvs")


class Record(Struct, rename="camel"):
    """One estimated glucose value."""

    record_id: str
    system_time: str
    unit: str
    display_time: str | None = None
    transmitter_id: str | None = None
    transmitter_ticks: Raw = NULL
    value: Raw = NULL
    status: str | None = None
    trend: Raw = NULL
    trend_rate: Raw = NULL
    rate_unit: Raw = NULL
    display_device: Raw = NULL
    transmitter_generation: str | None = None


class Older(Struct, rename="camel"):
    """One estimated glucose value of v2."""

    system_time: str
    display_time: str | None = None
    value: Raw = NULL
    realtime_value: Raw = NULL
    smoothed_value: Raw = NULL
    status: str | None = None
    trend: Raw = NULL
    trend_rate: Raw = NULL


class Answer(Struct, rename="camel"):
    """What the endpoint answers for one user; v2 has `egvs` and the units of all of them."""

    records: Raw = NULL
    egvs: Raw = NULL
    unit: str | None = None
    rate_unit: Raw = NULL
    record_type: str = ""
    record_version: Raw = NULL
    user_id: str | int | None = None


SHAPES: tuple[type[Struct], ...] = (Answer, Record, Older)
_ANSWER = Shape(Answer)
_RECORD, _OLDER = Shape(Record), Shape(Older)


def decode(payload: Payload, _options: Options) -> Iterator[Measurement | Trouble]:
    """Read the records of one answer, or of one on each line."""
    told = partial(_answer, whose=payload.patient_id)
    return read_each(documents(payload), _ANSWER, told)


def _answer(answer: Answer, place: Place, *, whose: str) -> Iterator[Measurement | Trouble]:
    if answer.record_type and answer.record_type != _EGV:
        kind = shown(answer.record_type)
        yield trouble(place, "metric_not_known", "recordType", f"Record type {kind}")
        return
    if is_blank(answer.records) and bytes(answer.egvs)[:1] == b"[":
        yield from _older_answer(answer, place, whose=whose)
        return
    if is_blank(answer.records):
        yield trouble(place, "not_as_documented", "records", "missing")
        return
    entry = _BY_SENSOR if answer.record_type else UNSAID
    told = partial(_record, patient=text(answer.user_id), entry=entry)
    records = Document(place, answer.records)
    if not (yield from read_entries(records, "record", _RECORD, told)):
        yield trouble(place, "nothing_there", "records")


def _older_answer(answer: Answer, place: Place, *, whose: str) -> Iterator[Measurement | Trouble]:
    if not whose and bytes(answer.egvs)[1:-1].strip():
        yield trouble(place, "whose", "egvs")
        return
    told = partial(_older, unit=answer.unit or "")
    if not (yield from read_entries(Document(place, answer.egvs), "egv", _OLDER, told)):
        yield trouble(place, "nothing_there", "egvs")


def _older(sent: Older, place: Place, *, unit: str) -> list[Measurement | Trouble]:
    record = Record("", sent.system_time, unit, sent.display_time)
    record.value, record.status = sent.value, sent.status
    return _record(record, place, patient="", entry=_IN_EGVS)


def _record(
    record: Record, place: Place, *, patient: str, entry: Said
) -> list[Measurement | Trouble]:
    if record.unit not in _RANGE:
        return [trouble(place, "unit_unknown", "unit", shown(record.unit))]
    measured = _moment(record)
    if measured is None:
        return [trouble(place, "bad_time", "systemTime")]
    value = quantity(record.value, record.unit, record.unit)
    if value is None:
        return [trouble(place, "bad_number", "value")]
    told: list[Measurement | Trouble] = []
    if _is_bound(record, value):
        status = record.status or ""
        value = replace(value, sent=f"{status} {value.sent}".strip(), bound=status)
    generation = record.transmitter_generation
    told.append(
        Measurement(
            place=place,
            key=record.record_id,
            known_by="" if record.record_id else to_the_second(measured.text),
            message_id=record.record_id,
            series=_SERIES[record.unit, record.transmitter_id, generation, patient, entry],
            quantity=value,
            measured=measured,
        )
    )
    if record.status and record.status.lower() not in _STATES:
        return [*marked(told, marks_of_state("status", record.status))]
    return told


def _series(told: tuple[str, str | None, str | None, str, Said]) -> Series:
    unit, transmitter, generation, patient, entry = told
    return Series(
        metric=metrics.GLUCOSE_SENSOR[unit],
        instrument=Instrument(text(transmitter), manufacturer="Dexcom", model=text(generation)),
        patient_id=patient,
        entry=entry,
    )


_SERIES = Once(_series)


def _moment(record: Record) -> Moment | None:
    measured = instant(record.system_time, "device")
    if measured is None:
        utc = on_the_wall(record.system_time)
        measured = utc and at_offset(utc, 0, "device")
    if measured is None:
        return None
    displayed = instant(record.display_time or "")
    offset = displayed.offset_minutes if displayed else None
    return Moment(measured.text, measured.sent, measured.clock, offset)


def _is_bound(record: Record, value: Quantity) -> bool:
    if (record.status or "").lower() not in {"low", "high"}:
        return False
    low, high = _RANGE[record.unit]
    return not value.value or not low < Decimal(value.value) < high
