"""BodyTrace: messages that it pushes, and both answers of its interface, messages and values.

Read from a Ruby gem, a VB client, two voice assistants' skills, two web services and a catalogue of
interfaces; BodyTrace's own reference is not public.

* A push names the scale by `deviceId`, the IMEI without leading zeros and its last digit, which is
  a check digit and so is put back; a pull may say `imei`. Values that are pulled name no device at
  all: the IMEI was in the address. Save such an answer under a name that holds its 15 digits.
* `ts` is when it was measured, in milliseconds since 1970; nobody says on whose clock. The keys of
  an answer with values are such times too. Nothing says where, nor when it was received.
* Weight is in grams, whatever `unit` says, which is that of the display; it is kept in kg. A `tare`
  beyond 100 g is a zero that moved.
* Pressure is in mmHg according to a catalogue, and in pascals unless `unit` is 1 according to a
  program that stores it. No living systolic pressure is both: 40 to 400 is mmHg, 5,000 to 60,000 is
  Pa, which is kept in kPa, and anything else is refused.
* A message without values is a heartbeat, whose metric nobody knows, so it makes no reading.
* Nothing can be typed in at a cellular scale or cuff: a message that tells its battery came by
  itself. One that does not is of unknown entry.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

import msgspec
from msgspec import Raw, Struct

from proofline.intake.measurements import metrics
from proofline.intake.measurements.fields import NULL, as_sent, quantity, text
from proofline.intake.measurements.measurement import (
    UNSAID,
    Instrument,
    Measurement,
    Quantity,
    Said,
    Series,
)
from proofline.intake.measurements.moments import since_1970
from proofline.intake.measurements.numbers import exact, scaled
from proofline.intake.measurements.once import Once
from proofline.intake.payloads.marks import marked, watch
from proofline.intake.payloads.payload import (
    Document,
    Others,
    Shape,
    decoded,
    read_all,
    read_each,
    read_entries,
)
from proofline.intake.report import Place, Trouble
from proofline.intake.words import trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.intake.measurements.moments import Moment
    from proofline.intake.options import Options
    from proofline.intake.payloads.payload import Payload

TITLE = "BodyTrace pushes and answers (JSON)"

_IMEI_DIGITS = 15
_IN_A_NAME = re.compile(r"(?<!\d)\d{15}(?!\d)", re.ASCII)
_TO_KILO = -3
_NOTHING = Quantity("", "", "")
_WITH_BATTERY = Said("automatic", "batteryVoltage")
_ZERO_MOVED = 100
_METRICS = {
    "weight": metrics.WEIGHT,
    "systolic": metrics.BLOOD_PRESSURE,
    "spo2": metrics.OXYGEN_SATURATION,
    "pulse": metrics.HEART_RATE,
}
_UNITS = {"weight": "kg", "spo2": "%", "pulse": "/min"}
_MM_HG, _PASCAL = range(40, 401), range(5_000, 60_001)


class _Told(Struct, frozen=True, gc=False):
    place: Place
    device: str
    measured: Moment
    by_itself: bool


class _Position(Struct):
    lat: Raw = NULL
    lon: Raw = NULL


class _Values(Struct):
    weight: Raw = NULL
    tare: Raw = NULL
    unit: Raw = NULL
    systolic: Raw = NULL
    diastolic: Raw = NULL
    pulse: Raw = NULL
    irregular: Raw = NULL
    spo2: Raw = NULL
    gpsPosition: _Position | None = None  # noqa: N815 - their name


_NO_VALUES = _Values()


class Sent(Struct, rename="camel"):
    """One message of a device, pushed or pulled."""

    device_id: str | int | None = None
    imei: str | int | None = None
    ts: str | int | None = None
    battery_voltage: Raw = NULL
    signal_strength: Raw = NULL
    rssi: Raw = NULL
    values: _Values | None = None


class _Posts(Struct):
    posts: Raw


SHAPES: tuple[type[Struct], ...] = (Sent, _Values, _Position, _Posts)
_SENT = Shape(Sent)
_POSTS = Shape(_Posts)
_BY_TIME = msgspec.json.Decoder(dict[str, Raw])
_Read = Callable[..., "list[Measurement | Trouble]"]
# How an object begins that has nothing in it, or a time for its first field. What is between is
# blanks only: over a run of braces too, each is then looked at once.
_EMPTY_OR_BY_TIME = re.compile(rb'\{\s*+(?:\}|"?\d)')


def decode(payload: Payload, _options: Options) -> Iterator[Measurement | Trouble]:
    """Read a push, an answer with messages or with values by time, or an NDJSON file of any."""
    named = [one for one in _IN_A_NAME.findall(payload.name) if one[-1] == _check_digit(one[:-1])]
    read = partial(_read, imei=named[0] if len(named) == 1 else "")
    return read_all(payload, _SENT, read, Others(_may_be_answer, partial(_document, read=read)))


def _may_be_answer(raw: bytes) -> bool:
    """Whether something in it is no push."""
    return _EMPTY_OR_BY_TIME.search(raw) is not None or b'"posts"' in raw


def _document(document: Document, *, read: _Read) -> Iterator[Measurement | Trouble]:
    raw = bytes(document.raw)
    if b'"posts"' in raw:
        yield from read_each([document], _POSTS, partial(_posts, read=read))
    elif (inside := raw.lstrip(b"{ \t\r\n")) == b"}":
        yield trouble(document.place, "nothing_there", "")
    elif inside[:2].strip(b'"').isdigit():
        parts = decoded(document, _BY_TIME)
        told = [parts] if isinstance(parts, Trouble) else _by_time(parts, document.place, read=read)
        yield from marked(told, watch().marks(raw))
    else:
        yield from read_each([document], _SENT, read)


def _posts(posts: _Posts, place: Place, *, read: _Read) -> Iterator[Measurement | Trouble]:
    if not (yield from read_entries(Document(place, posts.posts), "posts", _SENT, read)):
        yield trouble(place, "nothing_there", "posts")


def _by_time(
    parts: dict[str, Raw], place: Place, *, read: _Read
) -> Iterator[Measurement | Trouble]:
    """Read an answer with values, each under the time at which it was measured."""
    for number, (time, part) in enumerate(parts.items(), 1):
        here = Place(place.file, f"{place.where} entry {number}".lstrip())
        yield from read_each([Document(here, part)], _SENT, partial(read, time=time))


def _read(sent: Sent, place: Place, *, imei: str, time: str = "") -> list[Measurement | Trouble]:
    values = sent.values or _NO_VALUES
    device, ts = _DEVICES[sent.imei, sent.device_id] or imei, text(sent.ts) or time
    fields = _filled(values)
    if not fields and as_sent(values.diastolic):
        return [trouble(place, "missing", "values.systolic")]
    if not fields:
        return [trouble(place, "not_a_reading", "values", "a heartbeat")]
    if not device or not ts:
        return [trouble(place, "missing", "ts" if device else "deviceId")]
    measured = since_1970(ts, "ms")
    if measured is None:
        return [trouble(place, "bad_time", "ts")]
    told = _Told(place, device, measured, bool(as_sent(sent.battery_voltage)))
    if len(fields) == 1:
        return _measured(values, fields[0], told)
    if "pulse" in fields:  # it is part of what is beside it
        fields.remove("pulse")
    return [said for field in fields for said in _measured(values, field, told)]


def _filled(values: _Values) -> list[str]:
    """Name the fields of measurements that hold something, in the order of `_METRICS`."""
    if values.systolic is values.spo2 is values.pulse is NULL:  # a scale
        return ["weight"] if values.weight is not NULL and as_sent(values.weight) else []
    told = (values.weight, values.systolic, values.spo2, values.pulse)
    pairs = zip(_METRICS, told, strict=True)
    return [name for name, raw in pairs if raw is not NULL and as_sent(raw)]


def _measured(values: _Values, field: str, told: _Told) -> list[Measurement | Trouble]:
    unit = _UNITS.get(field) or _PRESSURE_UNITS[as_sent(values.systolic)]
    first = _quantity(getattr(values, field), unit)
    second = _quantity(values.diastolic, unit) if field == "systolic" else _NOTHING
    if first is None or second is None:
        path = field if first is None else "diastolic"
        return [trouble(told.place, "bad_number", f"values.{path}")]
    if not unit:
        return [trouble(told.place, "unit_unknown", "values.systolic", "(not said)")]
    said = Measurement(
        place=told.place,
        series=_SERIES[_METRICS[field], told.device, told.by_itself],
        quantity=first,
        second=second if second.value else None,
        measured=told.measured,
    )
    if field == "weight" and _ZEROS_MOVED[bytes(values.tare)]:
        return [trouble(told.place, "zero_moved", "values.tare"), said]
    return [said]


def _quantity(raw: Raw, unit: str) -> Quantity | None:
    """A value; what comes in grams or pascals is kept in a thousand of them, exactly."""
    return _THOUSANDS[bytes(raw), unit] if unit in {"kg", "kPa"} else quantity(raw, unit)


def _in_thousands(told: tuple[bytes, str]) -> Quantity | None:
    raw, unit = told
    sent = as_sent(raw)
    thousands = scaled(sent, _TO_KILO) if sent else ""
    return None if thousands is None else Quantity(thousands, unit, sent)


def _pressure_unit(sent: str) -> str:
    """The unit in which a living body has this systolic pressure; blank if in neither."""
    number = exact(sent)
    if number is None:
        return "mm[Hg]"  # told of as a bad number
    pressure = int(Decimal(number))
    return "mm[Hg]" if pressure in _MM_HG else "kPa" if pressure in _PASCAL else ""


def _zero_moved(grams: bytes) -> bool:
    number = exact(as_sent(grams))
    return number is not None and abs(Decimal(number)) > _ZERO_MOVED


def _device(told: tuple[str | int | None, str | int | None]) -> str:
    """The IMEI in its 15 digits, by whichever of their two names it comes; else as it was sent."""
    imei, device = map(text, told)
    if imei:
        return imei.zfill(_IMEI_DIGITS) if imei.isdecimal() else imei
    if not device.isdecimal() or len(device) >= _IMEI_DIGITS:
        return device
    body = device.zfill(_IMEI_DIGITS - 1)
    return body + _check_digit(body)


def _series(told: tuple[str, str, bool]) -> Series:
    metric, device, by_itself = told
    entry = _WITH_BATTERY if by_itself else UNSAID
    return Series(metric=metric, instrument=Instrument(device), entry=entry)


def _check_digit(digits: str) -> str:
    """The last digit of an IMEI, by Luhn's rule, from its first 14."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 if place % 2 else 2)
        total += doubled - 9 if doubled > 9 else doubled  # noqa: PLR2004 - the digits of a number
    return str(-total % 10)


_DEVICES = Once(_device)
_SERIES = Once(_series)
_THOUSANDS = Once(_in_thousands)
_PRESSURE_UNITS = Once(_pressure_unit)
_ZEROS_MOVED = Once(_zero_moved)
