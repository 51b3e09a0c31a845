"""Smart Meter / iGlucose: answers of both its interfaces, and the readings that it pushes.

The older interface answers `readings[]` with a `status`, the newer `data[]`; a push is one reading.
Read from a public Go client, two C# programs, an OpenEMR module, two validators and a dashboard;
Smart Meter's own reference is not public.

* `date_received` is when it reached Smart Meter, `date_recorded` when it was measured, on a clock
  that is not documented; see `recorded` for how it is told.
* Weight and glucose come in two units. Pounds and mg/dL are taken, which American devices show;
  the other is only compared. What the tare was taken off is not documented.
* Temperature has no unit; it is read as degrees Fahrenheit from 80, as Celsius from 25 to 50.
* No field says that a value was typed in. A device names its model, IMEI or battery beside its id;
  a reading that names none of them is of unknown entry.
* `device_user` is the button of a cuff for two: 1 says nothing, another makes the person ambiguous.
  `qa`, not documented, is taken for a test where it is set.
* A pushed reading has no `status`; one that has is taken back if it says so (`payloads.marks`).
* The pulse beside another value, `irregular`, `before_meal` and the flags stay in the payload.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from proofline.intake.measurements import metrics
from proofline.intake.measurements.fields import (
    NULL,
    as_sent,
    is_blank,
    quantity,
    text,
)
from proofline.intake.measurements.measurement import (
    UNSAID,
    Instrument,
    Measurement,
    Quantity,
    Said,
    Series,
)
from proofline.intake.measurements.once import Once
from proofline.intake.payloads.payload import (
    Document,
    Others,
    Shape,
    read_all,
    read_each,
    read_entries,
)
from proofline.intake.report import Place, Trouble, shown
from proofline.intake.sources.smart_meter.recorded import recorded
from proofline.intake.sources.smart_meter.sent import OK, Answer, Sent, Status
from proofline.intake.words import trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msgspec import Struct

    from proofline.intake.options import Options
    from proofline.intake.payloads.payload import Payload

TITLE = "Smart Meter (iGlucose) answers and pushed readings (JSON)"
SHAPES: tuple[type[Struct], ...] = (Sent, Status, Answer)
_SENT = Shape(Sent)
_ANSWER = Shape(Answer)


class _Value(NamedTuple):
    field: str
    metric: str
    unit: str
    unit_sent: str  # as the name of the field says it


_MG_DL, _MMOL_L = metrics.GLUCOSE_CAPILLARY["mg/dL"], metrics.GLUCOSE_CAPILLARY["mmol/L"]
_OXYGEN = (_Value("spo2", metrics.OXYGEN_SATURATION, "%", ""),)
_PULSE = (_Value("pulse_bpm", metrics.HEART_RATE, "/min", "bpm"),)
_VALUES: dict[str, tuple[_Value, ...]] = {
    "blood_pressure": (_Value("systolic_mmhg", metrics.BLOOD_PRESSURE, "mm[Hg]", "mmhg"),),
    "blood_glucose": (
        _Value("blood_glucose_mgdl", _MG_DL, "mg/dL", "mgdl"),
        _Value("blood_glucose_mmol", _MMOL_L, "mmol/L", "mmol"),
    ),
    "weight": (
        _Value("weight_lbs", metrics.WEIGHT, "[lb_av]", "lbs"),
        _Value("weight_kg", metrics.WEIGHT, "kg", "kg"),
    ),
    "pulse_ox": _OXYGEN,
    "spo2": _OXYGEN,
    "temperature": (_Value("temperature", metrics.TEMPERATURE, "", ""),),
    "heart_rate": _PULSE,
    "pulse": _PULSE,
}
# how many of the first unit make one of the second, and how far rounding may take them apart
_PER_SECOND_UNIT = {"weight": Decimal("2.20462"), "blood_glucose": Decimal("18.016")}
_ROUNDING = Decimal("0.05")
_FAHRENHEIT_FROM, _CELSIUS_FROM, _CELSIUS_TO = 80, 25, 50


def decode(payload: Payload, _options: Options) -> Iterator[Measurement | Trouble]:
    """Read the readings of an answer, of a push, or of an array or NDJSON file of either."""
    return read_all(payload, _SENT, _read, _ANSWERS)


def _is_enveloped(raw: bytes) -> bool:
    return b'"readings"' in raw or b'"data"' in raw or b'"status"' in raw


def _document(document: Document) -> Iterator[Measurement | Trouble]:
    raw = bytes(document.raw)
    # A reading that is pushed may have a status too, by which it is taken back.
    is_reading = b'"status"' not in raw or b'"date_recorded"' in raw
    if b'"readings"' in raw or b'"data"' in raw or not is_reading:
        return read_each([document], _ANSWER, _answer)
    return read_each([document], _SENT, _read)


_ANSWERS = Others(_is_enveloped, _document)


def _answer(answer: Answer, place: Place) -> Iterator[Measurement | Trouble]:
    status = answer.status if isinstance(answer.status, Status) else Status()
    field, raw, nothing = "readings", answer.readings, is_blank(answer.readings)
    if nothing:
        field, raw, nothing = "data", answer.data, is_blank(answer.data)
    if status.status_code not in {None, OK}:
        yield trouble(place, "vendor_error", "status.status_code", str(status.status_code)[:8])
    elif nothing:
        yield trouble(place, "missing", "readings")
    else:
        there = yield from read_entries(Document(place, raw), field, _SENT, _read)
        if not there:
            yield trouble(place, "nothing_there", field)
        if (status.readings_in_response or 0) > there:
            said = str(status.readings_in_response)
            yield trouble(place, "cut_short", "status.readings_in_response", said)


def _read(sent: Sent, place: Place) -> list[Measurement | Trouble]:
    kind = _kind(sent)
    if not sent.device_id and not sent.patient_id:
        return [trouble(place, "missing", "device_id")]
    if not sent.date_recorded:
        return [trouble(place, "missing", "date_recorded")]
    if kind not in _VALUES:
        code = "metric_not_known" if kind else "missing"
        return [trouble(place, code, "reading_type", shown(kind))]
    return _measured(sent, place, kind)


def _kind(sent: Sent) -> str:
    """What the reading says it is, else what its only value is."""
    if sent.reading_type:
        return sent.reading_type.lower()
    filled = {
        value.metric: kind
        for kind, values in _VALUES.items()
        for value in values
        if as_sent(getattr(sent, value.field))
    }
    if len(filled) > 1:  # a pulse comes with a pressure and with a saturation
        filled.pop(metrics.HEART_RATE, None)
    return next(iter(filled.values()), "")


def _measured(sent: Sent, place: Place, kind: str) -> list[Measurement | Trouble]:
    value = _value(sent, _VALUES[kind])
    unit = value.unit or _temperature_unit(as_sent(sent.temperature))
    first = quantity(getattr(sent, value.field), unit, value.unit_sent)
    second_raw = sent.diastolic_mmhg if value.metric == metrics.BLOOD_PRESSURE else NULL
    second = quantity(second_raw, unit, value.unit_sent)
    measured = recorded(sent)
    if measured.moment is None:
        return [trouble(place, "bad_time", "date_recorded")]
    if first is None or second is None:
        path = value.field if first is None else "diastolic_mmhg"
        return [trouble(place, "bad_number", path)]
    if not unit:
        return [trouble(place, "unit_unknown", value.field, "(not said)")]
    told: list[Measurement | Trouble] = []
    if measured.note:
        told.append(trouble(place, measured.note, "date_recorded"))
    if first.value and _apart(sent, kind, value, first):
        told.append(trouble(place, "two_units", value.field, value.field))
    if sent.date_received and not measured.receipt:
        told.append(trouble(place, "bad_received", "date_received"))
    own_id = text(sent.reading_id)
    told.append(
        Measurement(
            place=place,
            key=own_id,
            message_id=own_id,
            series=_series_of(sent, value.metric),
            quantity=first,
            second=second if second.value else None,
            measured=measured.moment,
            received_at=measured.receipt.text if measured.receipt else "",
        )
    )
    return told


def _value(sent: Sent, among: tuple[_Value, ...]) -> _Value:
    """The first of the fields that holds a value, else the first."""
    if len(among) == 1:
        return among[0]
    filled = (one for one in among if as_sent(getattr(sent, one.field)).strip("0."))
    return next(filled, among[0])


def _temperature_unit(sent: str) -> str:
    """The only unit in which a body can have this temperature; a heartbeat's is not asked."""
    try:
        degrees = float(sent or _FAHRENHEIT_FROM)
    except ValueError:
        return "[degF]"  # told of as a bad number
    if degrees >= _FAHRENHEIT_FROM:
        return "[degF]"
    return "Cel" if _CELSIUS_FROM <= degrees <= _CELSIUS_TO else ""


def _apart(sent: Sent, kind: str, taken: _Value, first: Quantity) -> bool:
    """Whether the value also comes in its second unit and is another one there."""
    other = _VALUES[kind][-1]
    second = None if other is taken else quantity(getattr(sent, other.field), other.unit)
    if second is None or not second.value or not Decimal(second.value):
        return False
    expected = Decimal(second.value) * _PER_SECOND_UNIT[kind]
    return abs(Decimal(first.value) / expected - 1) > _ROUNDING


def _series_of(sent: Sent, metric: str) -> Series:
    return _SERIES[
        metric,
        sent.device_id,
        sent.imei,
        sent.device_model,
        sent.patient_id,
        as_sent(sent.battery) != "",
        as_sent(sent.device_user),
        as_sent(sent.qa),
    ]


_Repeated: TypeAlias = (
    "tuple[str, str | int | None, str | int | None, str | None, str | int | None, bool, str, str]"
)


def _series(told: _Repeated) -> Series:
    metric, device, imei, model, patient, battery, user, qa = told
    named = {"device_model": model, "imei": imei, "battery": battery or None}
    field = next((name for name, said in named.items() if said not in {None, ""}), "")
    other_user, test = user not in {"", "0", "1"}, qa not in {"", "0", "false"}
    return Series(
        metric=metric,
        instrument=Instrument(text(device), serial=text(imei), model=text(model)),
        patient_id=text(patient),
        entry=Said("automatic", f"device_id and {field}") if device and field else UNSAID,
        ambiguous=True if other_user else None,
        ambiguous_said="device_user" if other_user else "",
        test=True if test else None,
        test_said="qa" if test else "",
    )


_SERIES = Once(_series)
