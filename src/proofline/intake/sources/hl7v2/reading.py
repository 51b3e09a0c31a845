"""One message of HL7 v2 becomes measurements, one row after the other."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field

from proofline.intake.measurements.measurement import Measurement, Quantity, Series
from proofline.intake.measurements.metrics import BLOOD_PRESSURE
from proofline.intake.measurements.moments import SUMMED_UP, lasted
from proofline.intake.report import Place, Trouble, shown
from proofline.intake.sources.hl7v2.header import VERSIONS, Message
from proofline.intake.sources.hl7v2.observations import Row, rows_of
from proofline.intake.sources.hl7v2.plans import TYPE, UNIT, VALUE, at
from proofline.intake.sources.hl7v2.pressures import METRICS, Half, pair
from proofline.intake.sources.hl7v2.times import moment_of
from proofline.intake.sources.hl7v2.values import (
    BLANK,
    LONGEST_KEPT,
    Value,
    kept_value_of,
    value_of,
)
from proofline.intake.words import trouble

if TYPE_CHECKING:
    from proofline.intake.measurements.moments import Moment

READINGS = "ORU^R01"
_TEST = {"P": False, "T": True, "D": True}
_Told: TypeAlias = "Measurement | Trouble"


class _Telling(Struct, gc=False):
    """What holds for the whole message, and what it has told so far.

    `stem` is what the places of its rows begin with.
    """

    message: Message
    stem: str
    received_at: str
    test: bool | None
    test_said: str
    told: list[_Told] = field(default_factory=list)
    halves: list[Half] = field(default_factory=list)
    moments: dict[str, Moment | None] = field(default_factory=dict)


def refusal(message: Message) -> Trouble | None:
    """Say why nothing at all of a message is taken; None if its rows are to be read."""
    sender = message.header.sender
    if sender.kind != READINGS:
        return trouble(message.place, "other_message", "MSH-9", shown(sender.kind) or "unknown")
    if sender.version not in VERSIONS:
        return trouble(message.place, "version", "MSH-12", shown(sender.version) or "unknown")
    if not message.header.control_id:
        return trouble(message.place, "missing", "MSH-10")
    return None


def observed(message: Message) -> list[Measurement | Trouble]:
    """Give what one message tells, in the order of its rows."""
    refused = refusal(message)
    if refused is not None:
        return [refused]
    telling = _begun(message)
    for row in rows_of(message):
        if isinstance(row, Row):
            _read(row, telling)
        else:
            telling.told.append(row)
    if "OBX" not in message.names:
        telling.told.append(trouble(message.place, "no_rows", "OBX"))
    taken = pair(telling.halves) if len(telling.halves) > 1 else None
    return [said for said in telling.told if id(said) not in taken] if taken else telling.told


def _begun(message: Message) -> _Telling:
    header = message.header
    received = moment_of(header.sent, "") if header.zone else None
    test = _TEST.get(header.sender.processing)
    said = "" if test is None else f"MSH-11={header.sender.processing}"
    stem = f"{message.place.where} OBX "
    telling = _Telling(message, stem, received.text if received else "", test, said)
    if header.zone and received is None:
        telling.told.append(trouble(message.place, "bad_received", "MSH-7"))
    return telling


def _read(row: Row, telling: _Telling) -> None:
    """Read one row: a reading with what is to be known of it, or why it is none."""
    plan, cells = row.plan, row.cells
    place = Place(telling.message.place.file, f"{telling.stem}{row.number}")
    told = telling.told
    if row.of_specimen:
        told.append(trouble(place, "not_a_reading", "OBX", "it was measured on a specimen"))
        return
    if plan.refused is not None:
        told.append(at(place, plan.refused))
        return
    sent = cells[VALUE]
    read = kept_value_of if len(sent) <= LONGEST_KEPT else value_of
    value = BLANK if plan.withdrawn else read(cells[TYPE], sent, telling.message.marks)
    if value.code:
        told.append(trouble(place, value.code, "OBX-5", value.detail))
    elif plan.unfit is not None and (value.first or not plan.metric):
        told.append(at(place, plan.unfit))
    elif value.second and plan.metric != BLOOD_PRESSURE:
        told.append(trouble(place, "bad_number", "OBX-5"))
    else:
        _tell(place, row, value, telling)


def _moment(sent: str, telling: _Telling) -> Moment | None:
    """Read a time; the rows of a message have few."""
    if sent not in telling.moments:
        local = sent.partition(telling.message.marks.component)[0]
        telling.moments[sent] = moment_of(local, telling.message.header.zone)
    return telling.moments[sent]


def _not_at_once(place: Place, began: Moment, until: str, telling: _Telling) -> Trouble | None:
    """Say why a value that only OBR-7 and OBR-8 time is no reading's; None if it is."""
    ended = _moment(until, telling)
    length = lasted(began.text, ended.text) if ended else None
    if length is None:
        return None
    if length < timedelta(0):
        return trouble(place, "bad_time", "OBR-8")
    if length < SUMMED_UP:
        return None
    return trouble(place, "not_a_reading", "OBR-8", "a summary of a day or more")


def _tell(place: Place, row: Row, value: Value, telling: _Telling) -> None:
    message, plan, sent = telling.message, row.plan, row.time()
    moment = _moment(sent, telling)
    instrument = row.instrument(message.marks)
    if moment is None:
        telling.told.append(trouble(place, "bad_time" if sent else "missing", "OBX-14"))
        return
    if (until := row.until()) and (why := _not_at_once(place, moment, until, telling)):
        telling.told.append(why)
        return
    if not instrument.id and not row.order.patient:
        telling.told.append(trouble(place, "missing", "OBX-18"))
        return
    if plan.withdrawn or plan.preliminary or moment.clock == "patient":
        telling.told += _notes(place, row, moment)
    as_sent, unit_as_sent = row.cells[VALUE], row.cells[UNIT]
    second, test_said = value.second, _test_said(row)
    said = Measurement(
        place=place,
        message_id=message.header.control_id,
        series=Series(
            metric=plan.metric,
            instrument=instrument,
            patient_id=row.order.patient,
            entry=row.entry(),
            test=True if test_said else telling.test,
            test_said=test_said or telling.test_said,
        ),
        quantity=Quantity(value.first, plan.unit, as_sent, unit_as_sent, value.bound),
        second=Quantity(second, plan.unit, as_sent, unit_as_sent) if second else None,
        measured=moment,
        received_at=telling.received_at,
    )
    telling.told.append(said)
    if plan.metric in METRICS:
        telling.halves.append(Half(row, said))


def _test_said(row: Row) -> str:
    """Name the field of a row that says that it is a test; blank if none does."""
    if row.plan.test:
        return f"OBX-8={row.plan.test}"
    return "NTE-3 (control solution)" if row.is_control() else ""


def _notes(place: Place, row: Row, moment: Moment) -> list[Trouble]:
    """What is to be known of a reading that comes in."""
    notes: list[Trouble] = []
    if row.plan.withdrawn:
        notes.append(trouble(place, "withdrawn", "OBX-11", row.plan.withdrawn))
    if row.plan.preliminary:
        notes.append(trouble(place, "preliminary", "OBX-11", row.plan.preliminary))
    if moment.clock == "patient":
        notes.append(trouble(place, "no_offset", "OBX-14"))
    return notes
