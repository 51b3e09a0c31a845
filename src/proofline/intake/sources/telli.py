"""Telli Health: readings by webhook, V1 and V2, and the events of its second generation of devices.

Read from Telli Health's own specification, which calls itself unofficial.

* `deviceId` is the IMEI ("mostly", it says), `time` the device's clock in milliseconds since 1970,
  as text. No reading has an id of its own.
* `tzOffsetMinutes` is documented as minutes, but every example has "-200" or "400", which no place
  on earth has. It is kept where it makes sense as minutes; the instant never rests on it.
* `mem` says "1" for a reading from the device's memory, "0" for one sent at once, null where the
  device does not say. V1 has no such field. Neither null nor V1 says how a value was entered.
* Glucose of V1 has no unit. Meters show 20 to 600 mg/dL, which is 1.1 to 33.3 mmol/L: below 20 it
  can only be mmol/L, above 34 only mg/dL, and between them it says nothing. Peak flow has none
  either; the 322 and 1.85 of the examples can only be L/min and L. `fev1` is taken only where there
  is no `pef`.
* The sleep mat sends averages over hours and not spot readings; heartbeats, cleared reminders and
  acknowledged settings are events. None of them is a measurement.
* Pulse, perfusion, arrhythmia and `readingPeriod` beside a value stay in the payload.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Raw, Struct

from proofline.intake.measurements import metrics
from proofline.intake.measurements.fields import NULL, as_sent, offset_in_minutes, quantity, text
from proofline.intake.measurements.measurement import UNSAID, Instrument, Measurement, Said, Series
from proofline.intake.measurements.moments import since_1970
from proofline.intake.measurements.once import Once
from proofline.intake.payloads.payload import Shape, read_all
from proofline.intake.report import Place, Trouble, shown
from proofline.intake.words import trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.intake.options import Options
    from proofline.intake.payloads.payload import Payload

TITLE = "Telli Health webhooks, V1 and V2 (JSON)"

# readingType -> LOINC code, the field of the value, and the unit where none is sent
_READINGS = {
    "BloodPressure": (metrics.BLOOD_PRESSURE, "systolic", "mm[Hg]"),
    "BloodGlucose": (metrics.GLUCOSE_CAPILLARY["mg/dL"], "glucose", ""),
    "Weight": (metrics.WEIGHT, "weight", ""),
    "SpO2": (metrics.OXYGEN_SATURATION, "spo2", "%"),
    "Temperature": (metrics.TEMPERATURE, "temperature", ""),
    "PeakFlow": (metrics.PEAK_FLOW, "pef", "L/min"),
}
_SLEEP = frozenset({"SleepingMatActivity", "SleepingMatDuration"})
_EVENTS = frozenset({"Heartbeat", "ReminderCleared", "SettingsResponse"})
_NO_READINGS = _SLEEP | _EVENTS
_ENTRIES = {"1": Said("memory", "mem=1"), "0": Said("automatic", "mem=0"), "": UNSAID}
_MMOL_BELOW, _MG_ABOVE = 20, 34


class _Data(Struct, rename="camel"):
    systolic: Raw = NULL
    diastolic: Raw = NULL
    arrhythmia: Raw = NULL
    glucose: Raw = NULL
    reading_period: Raw = NULL
    weight: Raw = NULL
    unit: str | None = None
    spo2: Raw = NULL
    pulse: Raw = NULL
    pi: Raw = NULL
    battery: Raw = NULL
    rsrp: Raw = NULL
    temperature: Raw = NULL
    pef: Raw = NULL
    fev1: Raw = NULL
    bed_time: Raw = NULL
    get_up_time: Raw = NULL
    body_turn_over: Raw = NULL
    duration: Raw = NULL
    respiration: Raw = NULL
    rem: Raw = NULL
    light_sleep: Raw = NULL
    deep_sleep: Raw = NULL


class _State(Struct):
    r: Raw = NULL
    batt: Raw = NULL
    cycles: Raw = NULL


class Sent(Struct, rename="camel"):
    """One message as Telli Health posts it: a reading has a `readingType`, an event a `type`."""

    device_id: str | int | None = None
    time: str | int | None = None
    reading_type: str | None = None
    data: _Data | None = None
    mem: Raw = NULL
    tz_offset_minutes: Raw = NULL
    gen_ver: Raw = NULL
    devdata: _State | None = None
    type: str | None = None
    name: str | None = None
    status: str | None = None


SHAPES: tuple[type[Struct], ...] = (Sent, _Data, _State)
# Both are those of an event; of a reading nobody documents them, and they may say what it is.
_SENT = Shape(Sent, unread=frozenset({"status", "type"}))


def decode(payload: Payload, _options: Options) -> Iterator[Measurement | Trouble]:
    """Read one message, an array of them, or an NDJSON file."""
    return read_all(payload, _SENT, _read)


def _read(sent: Sent, place: Place) -> list[Measurement | Trouble]:
    kind = sent.reading_type
    if kind in _READINGS and sent.device_id and sent.time and sent.data:
        return _measured(sent, sent.data, kind, place)
    if sent.type in _EVENTS and not kind:
        return [trouble(place, "not_a_reading", "type", sent.type)]
    if kind in _NO_READINGS:
        return [trouble(place, "not_a_reading", "readingType", kind)]
    if kind not in _READINGS:
        return [
            trouble(
                place, "metric_not_known" if kind else "missing", "readingType", shown(kind or "")
            )
        ]
    there = {"deviceId": sent.device_id, "time": sent.time, "data": sent.data}
    return [trouble(place, "missing", next(name for name, said in there.items() if not said))]


def _measured(sent: Sent, data: _Data, kind: str, place: Place) -> list[Measurement | Trouble]:
    metric, field, unit = _measured_in(data, kind)
    offset_sent, mem = as_sent(sent.tz_offset_minutes), as_sent(sent.mem)
    offset = offset_in_minutes(offset_sent)
    measured = since_1970(text(sent.time), "ms", clock="device", offset_minutes=offset)
    first = quantity(getattr(data, field), unit, text(data.unit))
    second = quantity(data.diastolic if field == "systolic" else NULL, unit)
    if measured is None:
        return [trouble(place, "bad_time", "time")]
    if first is None or second is None:
        return [trouble(place, "bad_number", f"data.{field if first is None else 'diastolic'}")]
    if not unit or not metrics.fits(metric, unit):
        return [trouble(place, "unit_unknown", "data.unit", shown(data.unit or "(not said)"))]
    told: list[Measurement | Trouble] = []
    if offset is None and offset_sent:
        told.append(trouble(place, "offset_unit", "tzOffsetMinutes"))
    if mem not in _ENTRIES:
        told.append(trouble(place, "entry_unknown", "mem", f"mem={shown(mem)}"))
    told.append(
        Measurement(
            place=place,
            series=_SERIES[metric, sent.device_id, mem],
            quantity=first,
            second=second if second.value else None,
            measured=measured,
        )
    )
    return told


def _measured_in(data: _Data, kind: str) -> tuple[str, str, str]:
    """The LOINC code, the field and the unit of a reading; a blank unit is an unknown one."""
    metric, field, unit = _READINGS[kind]
    if kind == "PeakFlow" and not as_sent(data.pef) and as_sent(data.fev1):
        return metrics.FEV1, "fev1", "L"
    if data.unit:
        unit = metrics.ucum(data.unit)
    elif kind == "BloodGlucose":
        unit = _glucose_unit(as_sent(data.glucose))
    if kind == "BloodGlucose":
        metric = metrics.GLUCOSE_CAPILLARY.get(unit, metric)
    return metric, field, unit


def _glucose_unit(sent: str) -> str:
    """The only unit in which a meter can show this number; blank where both could be."""
    try:
        shown_by_meter = float(sent)
    except ValueError:
        return "mg/dL"  # a heartbeat, or told of as a bad number
    if shown_by_meter > _MG_ABOVE:
        return "mg/dL"
    return "mmol/L" if shown_by_meter < _MMOL_BELOW else ""


def _series(told: tuple[str, str | int | None, str]) -> Series:
    metric, device, mem = told
    return Series(
        metric=metric, instrument=Instrument(text(device)), entry=_ENTRIES.get(mem, UNSAID)
    )


_SERIES = Once(_series)
