"""A measurement becomes rows: the reading, where it came from, and its device if that is new.

* `reading_id` is the source's name and its own id of the reading; where it has none, a digest of
  device, metric and time as sent, so that the same measurement told twice is one reading.
* `device_id` is that of the device in evidence which carries the identifier; an unknown device
  comes in under the identifier that was sent. Where none was sent it is a stand-in, of the patient
  whom the source names, that no device has.
* `patient_id` is filled only if the sender's id is one of ours, or somebody here said whose all of
  the payload is; else the assignment says whose.
* A value of zero or less is none that a living body has: the reading comes in without a value, as a
  heartbeat does, and what was sent stays in its provenance. Such a row never counts.
* `time_quality` is `estimated` where the source calls the time a guess, `device` where the device's
  own clock told it; a local time is marked by evidence itself.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from proofline.intake.additions import NewRow
from proofline.intake.measurements.metrics import DEVICE_KIND
from proofline.intake.measurements.numbers import is_living
from proofline.intake.words import trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.intake.identity import Known
    from proofline.intake.measurements.measurement import Instrument, Measurement
    from proofline.intake.payloads.payload import Payload
    from proofline.intake.report import Trouble

Row = dict[str, str]
_NOT_NAMED = "not-named:"
_NO_VALUES = {"value": "", "value_2": ""}
_LONGEST_ID = 128
_DIGEST_LENGTH = 32  # hex digits: 128 bits


def arrive(
    said: Measurement, *, source: str, payload: Payload, known: Known
) -> Iterator[NewRow | Trouble]:
    """Give the rows of one measurement, and what is to be known of it.

    A row of `devices` comes before the first reading of a device that evidence does not know.
    """
    device_id = said.instrument.id or f"{_NOT_NAMED}{said.patient_id or payload.patient_id}"
    ids = (device_id, said.key or "-", said.message_id or "-")
    if not all(map(_is_id, ids)):
        yield trouble(said.place, "bad_id", "")
        return
    devices = known.device(said.instrument)
    if not said.instrument.id:
        yield trouble(said.place, "no_device", "")
    elif len(devices) > 1:
        yield trouble(said.place, "device_twice", "")
    elif not devices and (kind := DEVICE_KIND[said.metric]):
        # A pulse does not tell what counted it, so the row waits for what does.
        known.add(said.instrument)
        yield NewRow("devices", _device(said.instrument, kind), said.place)
    living = _is_living(said)
    if not (said.quantity.value and living):
        yield trouble(said.place, "no_value" if living else "not_living", "")
    ours = said.patient_id if said.patient_id in known.patients else ""
    if ours and payload.patient_id not in {"", ours}:
        yield trouble(said.place, "two_patients", "")
        return
    if said.patient_id and not ours:
        yield trouble(said.place, "other_patients_id", "")
    reading = {
        "reading_id": _reading_id(said, device_id, source),
        "device_id": devices[0] if devices else device_id,
        "patient_id": ours or payload.patient_id,
        **_reading(said, payload, source),
        **({} if living else _NO_VALUES),
    }
    yield NewRow("readings", reading, said.place)
    yield NewRow("provenance", _provenance(said, payload, reading), said.place)


def _is_living(said: Measurement) -> bool:
    """Say whether every value is above zero, as all that is taken here is in a living body."""
    second = said.second.value if said.second else ""
    return all(map(is_living, filter(None, (said.quantity.value, second))))


def _is_id(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_ID and text.isascii() and text.isprintable()


def _reading_id(said: Measurement, device_id: str, source: str) -> str:
    if said.key:
        return f"{source}:{said.key}"
    told = f"{device_id}\x1f{said.metric}\x1f{said.measured.sent}"
    return f"{source}:{hashlib.sha256(told.encode()).hexdigest()[:_DIGEST_LENGTH]}"


def _device(instrument: Instrument, kind: str) -> Row:
    return {
        "device_id": instrument.id,
        "kind": kind,
        "manufacturer": instrument.manufacturer,
        "model": instrument.model,
        "serial": instrument.serial,
        "udi_di": instrument.udi_di,
    }


def _reading(said: Measurement, payload: Payload, source: str) -> Row:
    quality = "estimated" if said.measured.estimated else ""
    return {
        "metric": said.metric,
        "value": said.quantity.value,
        "value_2": said.second.value if said.second else "",
        "unit": said.quantity.unit,
        "measured_at": said.measured.text,
        "received_at": said.received_at or payload.received_at,
        "entry": said.entry.word,
        "time_quality": quality or ("device" if said.measured.clock == "device" else ""),
        "ambiguous_person": _yes_no(said.ambiguous),
        "test": _yes_no(said.test),
        "source": source,
        "source_message_id": said.message_id,
        "authenticity": payload.authenticity,
    }


def _provenance(said: Measurement, payload: Payload, reading: Row) -> Row:
    offset = said.measured.offset_minutes
    return {
        "reading_id": reading["reading_id"],
        "received_at": reading["received_at"],
        "source": reading["source"],
        "message_id": said.message_id,
        "payload_sha256": payload.sha256,
        "payload_name": payload.name,
        "payload_place": said.place.where,
        "authenticity": payload.authenticity,
        "device_sent": said.instrument.id,
        "patient_sent": said.patient_id,
        "value_sent": said.quantity.sent,
        "value_2_sent": said.second.sent if said.second else "",
        "unit_sent": said.quantity.unit_sent,
        "measured_sent": said.measured.sent,
        "clock": said.measured.clock,
        "offset_minutes": "" if offset is None else str(offset),
        "entry_said": said.entry.field,
        "ambiguous_said": said.ambiguous_said,
        "test_said": said.test_said,
    }


def _yes_no(said: bool | None) -> str:  # noqa: FBT001 - it is what is said
    return "" if said is None else "true" if said else "false"
