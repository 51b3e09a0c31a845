"""Tenovi: measurement webhooks, the lists of its device interface, the pages of its clinical one.

Read from Tenovi's public pages on webhooks and devices, and from five public integrations.

* `timestamp` is when the device measured. A webhook repeats it as `created`; a list says there when
  the measurement reached Tenovi. So `created` is a time of receipt only if it is the later one.
* The unit of `timezone_offset` is not documented; a public sample has -5. What lies between -12 and
  14 is read as hours, any other as minutes, for no place is that few minutes from UTC. The instant
  never rests on it: the times carry their own offset.
* Nothing can be typed in at a hub: what names the hardware beside its sensor code or its own count
  of measurements came by itself. What names neither, as some pages do, is of unknown entry, and
  refused if it names no device and no patient.
* The device is `hwi_device_id`. A page has at most `hardware_uuid`; put that into the `serial` of
  the device's row and both are one device. It is not done by itself: nobody says what it numbers.
* Values come in mmHg, lb, mg/dL, %, degrees Fahrenheit, L/min and L; a page says its unit. The
  second is diastolic only with a pressure: with a pulse or a saturation it is their deviation, and
  a page fills it with 0.00. Battery, signal and irregular heartbeat are no measurements.
* A meter says in `filter_params.measurement_location` where the drop came from. Control solution
  is a test of the meter (`payloads.marks`), whatever the sensor.
* A fulfilment webhook and a list of devices tell where a device is, and hold no measurement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Raw, Struct

from proofline.intake.instants import is_later
from proofline.intake.measurements import metrics
from proofline.intake.measurements.fields import (
    NULL,
    as_sent,
    offset_in_hours,
    offset_in_minutes,
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
from proofline.intake.measurements.moments import Moment, instant
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
from proofline.intake.words import trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.intake.options import Options
    from proofline.intake.payloads.payload import Payload

TITLE = "Tenovi measurement webhooks, lists and pages (JSON)"

_GLUCOSE = (metrics.GLUCOSE_CAPILLARY["mg/dL"], "mg/dL")
# metric in small letters -> LOINC code, and the unit of its values where none is sent
_METRICS = {
    "blood_pressure": (metrics.BLOOD_PRESSURE, "mm[Hg]"),
    "weight": (metrics.WEIGHT, "[lb_av]"),
    "glucose": _GLUCOSE,
    "blood_glucose": _GLUCOSE,
    "spo2": (metrics.OXYGEN_SATURATION, "%"),
    "temperature": (metrics.TEMPERATURE, "[degF]"),
    "body_temperature": (metrics.TEMPERATURE, "[degF]"),
    "peak_flow": (metrics.PEAK_FLOW, "L/min"),
    "peak_expiratory_flow": (metrics.PEAK_FLOW, "L/min"),
    "forced_expiratory_volume": (metrics.FEV1, "L"),
    "pulse": (metrics.HEART_RATE, "/min"),
}
_BY_SENSOR = Said("automatic", "hardware_uuid and sensor_code")
_BY_COUNT = Said("automatic", "hardware_uuid and filter_params.measurement_index")
_ABOUT_THE_DEVICE = frozenset({"battery_percentage", "signal_strength", "irregular_heartbeat"})


class _Metric(Struct):
    name: str | None = None
    primary_units: str | None = None


class _Filter(Struct):
    measurement_index: int | str | None = None


class Sent(Struct):
    """One measurement as Tenovi sends it, in any of its interfaces."""

    timestamp: str | None = None
    id: str | int | None = None
    metric: str | None = None
    metric_name_read_only: str | None = None
    measurement_metric: _Metric | None = None
    value_1: Raw = NULL
    value_2: Raw = NULL
    value: Raw = NULL
    secondary_value: Raw = NULL
    hwi_device_id: str | None = None
    device_name: str | None = None
    patient_id: str | int | None = None
    hardware_uuid: str | None = None
    sensor_code: str | int | None = None
    created: str | None = None
    timezone_offset: Raw = NULL
    estimated_timestamp: bool | None = None
    anomalous_timestamp: bool | None = None
    dummy_data: bool | None = None
    filter_params: _Filter | None = None
    webhook_responses: Raw = NULL
    tracking_link: Raw = NULL
    fulfillment_request: Raw = NULL
    device: Raw = NULL

    def is_of_the_device(self) -> bool:
        """Say whether it tells of the device or its parcel and not of a measurement."""
        told = (self.tracking_link, self.fulfillment_request, self.device)
        return any(one is not NULL for one in told) and self.value_1 is self.value is NULL


class _Page(Struct):
    results: Raw
    count: int | None = None
    next: str | None = None
    previous: str | None = None


SHAPES: tuple[type[Struct], ...] = (Sent, _Metric, _Filter, _Page)
_SENT = Shape(Sent, strict=False)  # yes or no may come as text
_PAGE = Shape(_Page)


def decode(payload: Payload, _options: Options) -> Iterator[Measurement | Trouble]:
    """Read the measurements of one message, list, page or NDJSON file."""
    return read_all(payload, _SENT, _read, _PAGES)


def _may_be_page(raw: bytes) -> bool:
    return b'"results"' in raw


def _document(document: Document) -> Iterator[Measurement | Trouble]:
    if _may_be_page(bytes(document.raw)):
        return read_each([document], _PAGE, _page)
    return read_each([document], _SENT, _read)


_PAGES = Others(_may_be_page, _document)


def _page(page: _Page, place: Place) -> Iterator[Measurement | Trouble]:
    if page.next:
        yield trouble(place, "more_pages", "next")
    results = Document(place, page.results)
    if not (yield from read_entries(results, "results", _SENT, _read)):
        yield trouble(place, "nothing_there", "results")


def _read(sent: Sent, place: Place) -> tuple[Measurement | Trouble]:
    path, name = _named(sent)
    metric = _METRICS.get(name.lower())
    if metric and sent.timestamp and (sent.hwi_device_id or sent.hardware_uuid or sent.patient_id):
        return (_measurement(sent, place, *metric),)
    if name in _ABOUT_THE_DEVICE:
        return (trouble(place, "not_a_reading", path, name),)
    if name and not metric:
        return (trouble(place, "metric_not_known", path, shown(name)),)
    if not name and sent.is_of_the_device():
        return (trouble(place, "not_a_reading", "", "where a device is"),)
    missing = path if not name else "hwi_device_id" if sent.timestamp else "timestamp"
    return (trouble(place, "missing", missing),)


def _named(sent: Sent) -> tuple[str, str]:
    """The field that names what was measured, and the name."""
    if sent.metric:
        return "metric", sent.metric
    if sent.metric_name_read_only:
        return "metric_name_read_only", sent.metric_name_read_only
    named = sent.measurement_metric
    return ("measurement_metric.name", named.name) if named and named.name else ("metric", "")


def _measurement(sent: Sent, place: Place, code: str, unit: str) -> Measurement | Trouble:
    named = sent.measurement_metric
    unit_sent = text(named.primary_units) if named else ""
    unit = metrics.ucum(unit_sent) if unit_sent else unit
    if not unit or not metrics.fits(code, unit):
        return trouble(place, "unit_unknown", "measurement_metric.primary_units", shown(unit_sent))
    measured = _moment(sent)
    if measured is None:
        return trouble(place, "bad_time", "timestamp")
    first_path, first, second = _values(sent, code, unit, unit_sent)
    if first is None or second is None:
        return trouble(place, "bad_number", first_path if first is None else "value_2")
    own_id = text(sent.id)
    return Measurement(
        place=place,
        key=own_id,
        message_id=own_id,
        series=_SERIES[
            code,
            sent.hwi_device_id or sent.hardware_uuid,
            sent.device_name,
            sent.patient_id,
            _entry(sent),
            sent.dummy_data,
        ],
        quantity=first,
        second=second if second.value else None,
        measured=measured,
        received_at=_received_at(sent),
    )


def _series(
    told: tuple[str, str | None, str | None, str | int | None, Said, bool | None],
) -> Series:
    metric, device, name, patient, entry, dummy = told
    return Series(
        metric=metric,
        instrument=Instrument(device or "", model=text(name)),
        patient_id=text(patient),
        entry=entry,
        test=dummy,
        test_said="" if dummy is None else f"dummy_data={str(dummy).lower()}",
    )


_SERIES = Once(_series)


def _values(
    sent: Sent, code: str, unit: str, unit_sent: str
) -> tuple[str, Quantity | None, Quantity | None]:
    """The field of the first value, both values; the second blank but with a pressure."""
    path, first, raw = "value_1", quantity(sent.value_1, unit, unit_sent), sent.value_2
    if first and not first.sent:
        path, first, raw = "value", quantity(sent.value, unit, unit_sent), sent.secondary_value
    nothing = code != metrics.BLOOD_PRESSURE or (path == "value" and not as_sent(raw).strip("0."))
    return path, first, Quantity("", unit, "") if nothing else quantity(raw, unit, unit_sent)


def _moment(sent: Sent) -> Moment | None:
    """When it was measured, with the offset that stands in a field of its own if it has one."""
    return instant(
        sent.timestamp or "",
        "device",
        offset_minutes=_OFFSETS[as_sent(sent.timezone_offset)],
        estimated=sent.estimated_timestamp or sent.anomalous_timestamp or False,
    )


def _offset(sent: str) -> int | None:
    """Minutes east of UTC; a number that would be no place on earth in hours counts minutes."""
    hours = offset_in_hours(sent)
    return offset_in_minutes(sent) if hours is None else hours


_OFFSETS = Once(_offset)


def _received_at(sent: Sent) -> str:
    if sent.created == sent.timestamp:
        return ""  # as webhooks have it
    created = instant(sent.created or "")
    return created.text if created and is_later(created.text, sent.timestamp or "") else ""


def _entry(sent: Sent) -> Said:
    if not sent.hardware_uuid:
        return UNSAID
    if sent.sensor_code not in {None, ""}:
        return _BY_SENSOR
    if sent.filter_params and sent.filter_params.measurement_index is not None:
        return _BY_COUNT
    return UNSAID
