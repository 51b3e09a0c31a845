"""Open mHealth: data points (header and body), and bodies alone.

Read from Open mHealth's schemas and their test files, IEEE 1752.1's header, and the reader that
Open mHealth publishes (Shimmer), whose answers hold data points in an array `body`.

* `modality` (in `acquisition_provenance`, or in an IEEE header) is `sensed` or `self-reported`.
* Shimmer makes a new `id` each time it is asked, and keeps the origin's as `source_data_point_id`;
  so that one, with its source and what was measured, is the id of the reading where it is there.
* `creation_date_time` is when the data point reached the system that stores it.
* A `time_interval` is measured at its start. An interval of a day or more, and any
  `descriptive_statistic`, sums several measurements up and is none itself. One of Open mHealth's
  own test files has it with a hyphen.
* Glucose from capillary blood, from interstitial fluid, and from blood not further said have codes
  of their own; glucose of other specimens is not taken.
* A data point never names the instrument; `source_name` is an app or a service. Not used: posture,
  place on the body, relations to meals, sleep and exercise, notes.
"""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import msgspec
from msgspec import Raw, Struct

from proofline.intake.measurements import metrics
from proofline.intake.measurements.fields import (
    NULL,
    UNREADABLE,
    as_sent,
    digest_key,
    is_blank,
    quantity,
    text,
)
from proofline.intake.measurements.measurement import (
    UNSAID,
    Measurement,
    Quantity,
    Said,
    Series,
)
from proofline.intake.measurements.metrics import fits, ucum
from proofline.intake.measurements.moments import (
    SUMMED_UP,
    Moment,
    instant,
    lasted,
    on_the_wall,
)
from proofline.intake.measurements.once import Once
from proofline.intake.payloads.payload import (
    AT_ONCE,
    Document,
    Shape,
    decoded,
    documents,
    read_each,
    read_entries,
)
from proofline.intake.report import Place, Trouble, shown
from proofline.intake.sources.open_mhealth.shapes import (
    Answer,
    Body,
    Frame,
    Header,
    Interval,
    Origin,
    Point,
    Schema,
    Value,
    Whole,
)
from proofline.intake.words import trouble

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from proofline.intake.options import Options
    from proofline.intake.payloads.payload import Payload

TITLE = "Open mHealth data points (JSON)"

_ENTRY = {
    "sensed": Said("automatic", "modality=sensed"),
    "self-reported": Said("manual", "modality=self-reported"),
}
_SECONDS = {
    "ps": 1e-12,
    "ns": 1e-9,
    "us": 1e-6,
    "ms": 1e-3,
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600),
}
"""Units shorter than a day, as the schema has them and as senders write them."""
# What is measured -> LOINC code; glucose has one for each specimen and unit.
_METRICS = {
    "systolic_blood_pressure": metrics.BLOOD_PRESSURE,
    "body_weight": metrics.WEIGHT,
    "oxygen_saturation": metrics.OXYGEN_SATURATION,
    "heart_rate": metrics.HEART_RATE,
    "body_temperature": metrics.TEMPERATURE,
    "respiratory_rate": metrics.RESPIRATION,
}
_OF_GLUCOSE = "blood_glucose"
_KINDS = (*_METRICS, _OF_GLUCOSE)
_GLUCOSE = {
    "": metrics.GLUCOSE_BLOOD,
    "whole blood": metrics.GLUCOSE_BLOOD,
    "capillary blood": metrics.GLUCOSE_CAPILLARY,
    "interstitial fluid": metrics.GLUCOSE_SENSOR,
}


SHAPES: tuple[type[Struct], ...] = (
    *(Point, Header, Origin, Schema),
    *(Body, Frame, Interval, Value),
)
_NO_HEADER, _NO_ORIGIN = Header(), Origin()
_UNREAD = frozenset({"user_notes", "measurement_method"})
_POINT = Shape(Point)
_BODY = Shape(Body, unread=_UNREAD)


class _Wrapped(Struct):
    body: Raw = NULL


class _Points(_Wrapped):
    shim: Raw = NULL
    timeStamp: Raw = NULL  # noqa: N815 - as Shimmer writes it


_WRAPPED = msgspec.json.Decoder(_Wrapped)
_POINTS = Shape(_Points)
_ANSWER = Shape(Answer, unread=_UNREAD)
_MAY_BE_ANSWER = re.compile(rb'"body": ?\[')


def decode(payload: Payload, _options: Options) -> Iterator[Measurement | Trouble]:
    """Read data points or bodies: one, an array, one per line, or an answer of Shimmer."""
    for document in documents(payload):
        yield from [document] if isinstance(document, Trouble) else _document(document)


def _document(document: Document) -> Iterator[Measurement | Trouble]:
    points = _answer(document)
    if points:
        file, stem = document.place.file, f"{document.place.where} body ".lstrip()
        for number, point in enumerate(points, 1):
            header = point.header or _NO_HEADER
            yield from _body(point.body, Place(file, f"{stem}{number}"), header=header)
        return
    wrapped = decoded(document, _WRAPPED)
    if isinstance(wrapped, Trouble):
        yield wrapped
    elif bytes(wrapped.body).startswith(b"["):
        yield from read_each([document], _POINTS, _points)
    elif bytes(wrapped.body) == b"null":
        yield from read_each([document], _BODY, partial(_body, header=_NO_HEADER))
    else:
        yield from read_each([document], _POINT, _point)


def _answer(document: Document) -> list[Whole]:
    """Give the points of an answer, decoded at once; none if it is another, or one is broken."""
    raw = document.raw
    if len(bytes(raw)) > AT_ONCE or not _MAY_BE_ANSWER.search(raw):
        return []
    try:
        return _ANSWER.as_documented.decode(raw).body
    except UNREADABLE:
        return []


def _points(answer: _Points, place: Place) -> Iterator[Measurement | Trouble]:
    if not (yield from read_entries(Document(place, answer.body), "body", _POINT, _point)):
        yield trouble(place, "nothing_there", "body")


def _point(point: Point, place: Place) -> Iterable[Measurement | Trouble]:
    header = point.header or _NO_HEADER
    try:
        body = _BODY.as_documented.decode(point.body)
    except UNREADABLE:
        return _BODY.read(Document(place, point.body), partial(_body, header=header))
    return _body(body, place, header=header)


def _body(body: Body, place: Place, *, header: Header) -> list[Measurement | Trouble]:
    if not (is_blank(body.descriptive_statistic) and is_blank(body.misspelt_statistic)):
        said = "a summary of several"
        return [trouble(place, "not_a_reading", "descriptive_statistic", said)]
    kinds = [*filter(body.__getattribute__, _KINDS)]
    if not kinds:
        return [_of_nothing_known(body, header, place)]
    kind = kinds[0]
    told: list[Measurement | Trouble] = [
        trouble(place, "two_kinds", beside, beside) for beside in kinds[1:]
    ]
    metric, first, second = _measured_values(body, kind)
    measured = _moment(body.effective_time_frame)
    if not metric or first is None or second is None:
        told.append(_no_value(body, kind, metric, place))
    elif measured is None:
        told.append(_no_moment(body.effective_time_frame, place))
    else:
        what, values = (kind, metric), (first, second)
        told += _measured(header, place, what=what, values=values, measured=measured)
    return told


def _of_nothing_known(body: Body, header: Header, place: Place) -> Trouble:
    if body.diastolic_blood_pressure:
        return trouble(place, "missing", "systolic_blood_pressure")
    name = shown(header.schema_id.name) if header.schema_id else ""
    return trouble(place, "metric_not_known", "body", name or "What the body holds")


def _measured_values(body: Body, kind: str) -> tuple[str, Quantity | None, Quantity | None]:
    """LOINC code and both values: no code for a specimen or a unit that is not taken."""
    value: Value = getattr(body, kind)
    unit = ucum(value.unit)
    codes = _GLUCOSE.get(_specimen(body), {}) if kind == _OF_GLUCOSE else {}
    metric = codes.get(unit, "") if kind == _OF_GLUCOSE else _METRICS[kind]
    if not metric or not fits(metric, unit):
        return "", None, None
    second = body.diastolic_blood_pressure if metric == metrics.BLOOD_PRESSURE else None
    if second and ucum(second.unit) != unit:
        return "", None, None
    first = quantity(value.value, unit, value.unit)
    return metric, first, quantity(second.value if second else NULL, unit, value.unit)


def _specimen(body: Body) -> str:
    return body.specimen_source or body.blood_glucose_specimen_source or ""


def _no_value(body: Body, kind: str, metric: str, place: Place) -> Trouble:
    if metric:
        return trouble(place, "bad_number", kind)
    if kind == _OF_GLUCOSE and _specimen(body) not in _GLUCOSE:
        return trouble(place, "metric_not_known", "specimen_source", "Glucose of this specimen")
    return trouble(place, "unit_unknown", f"{kind}.unit", shown(getattr(body, kind).unit))


def _moment(frame: Frame | None) -> Moment | None:
    if frame is None:
        return None
    if frame.date_time is not None:
        return _time(frame.date_time)
    interval = frame.time_interval
    if interval is None or _is_long(interval) or _is_backwards(interval):
        return None
    return _time(interval.start_date_time or interval.end_date_time or "")


def _time(sent: str) -> Moment | None:
    return instant(sent) or on_the_wall(sent)


def _is_long(interval: Interval) -> bool:
    if interval.duration and _lasts_a_day(interval.duration):
        return True
    length = _length(interval)
    return length is None or length >= SUMMED_UP


def _lasts_a_day(duration: Value) -> bool:
    """Say it of a length that is given as one; of what is no number, that it may be any.

    So may one in days, weeks or a unit that nobody knows.
    """
    try:
        seconds = float(as_sent(duration.value)) * _SECONDS[duration.unit.strip().lower()]
    except (ValueError, KeyError):
        return True
    return not seconds < SUMMED_UP.total_seconds()  # NaN is no number, and shorter than none


def _is_backwards(interval: Interval) -> bool:
    length = _length(interval)
    return length is not None and length < timedelta(0)


def _length(interval: Interval) -> timedelta | None:
    """Give how long it is, nothing where it does not say both ends; None for ends unlike."""
    start, end = _time(interval.start_date_time or ""), _time(interval.end_date_time or "")
    return lasted(start.text, end.text) if start and end else timedelta(0)


def _no_moment(frame: Frame | None, place: Place) -> Trouble:
    if frame is None or not (frame.date_time or frame.time_interval):
        return trouble(place, "missing", "effective_time_frame")
    if frame.time_interval and not frame.date_time and _is_long(frame.time_interval):
        return trouble(place, "not_a_reading", "time_interval", "a summary of a day or more")
    interval = frame.time_interval
    if interval and not frame.date_time and not is_blank(interval.date):
        return trouble(place, "day_only", "time_interval")
    return trouble(place, "bad_time", "effective_time_frame")


def _modality(header: Header) -> str:
    origin = header.acquisition_provenance or _NO_ORIGIN
    return header.modality or origin.modality or ""


def _measured(
    header: Header,
    place: Place,
    *,
    what: tuple[str, str],
    values: tuple[Quantity, Quantity],
    measured: Moment,
) -> list[Measurement | Trouble]:
    kind, metric = what
    told: list[Measurement | Trouble] = []
    origin = header.acquisition_provenance or _NO_ORIGIN
    of_origin = text(origin.source_data_point_id)
    own = header.id or header.uuid or ""
    received = instant(header.creation_date_time or "")
    modality = _modality(header)
    if measured.clock == "patient":
        told.append(trouble(place, "no_offset", "effective_time_frame"))
    if modality and modality not in _ENTRY:
        told.append(trouble(place, "entry_unknown", "modality", shown(modality)))
    if header.creation_date_time and not received:
        told.append(trouble(place, "bad_received", "creation_date_time"))
    told.append(
        Measurement(
            place=place,
            key=digest_key(origin.source_name, of_origin, kind) if of_origin else own,
            message_id=of_origin or own,
            series=_SERIES[metric, header.user_id, modality],
            quantity=values[0],
            second=values[1] if values[1].value else None,
            measured=measured,
            received_at=received.text if received else "",
        )
    )
    return told


def _series(told: tuple[str, str | int | None, str]) -> Series:
    metric, user, modality = told
    return Series(metric=metric, patient_id=text(user), entry=_ENTRY.get(modality, UNSAID))


_SERIES = Once(_series)
