"""Tenovi: measurement webhooks, and the lists of its device interface.

Read from two public integrations; Tenovi's own reference is not public in full.

* `timestamp` is when the device measured. A webhook repeats it as `created`; a list says there when
  the measurement reached Tenovi. So `created` is a time of receipt only if it is the later one.
* The unit of `timezone_offset` is not documented. It is kept where it makes sense as minutes; the
  instant never rests on it, for both times carry their own offset.
* Nothing can be typed in at a hub: what names its sensor and its hardware came by itself. A message
  without them is of unknown entry.
* The values carry no unit. Those of the interface are mmHg, lb, mg/dL, % and degrees Fahrenheit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Raw, Struct

from proofline.intake import metrics
from proofline.intake.fields import offset_in_minutes, quantity, text
from proofline.intake.instants import is_later
from proofline.intake.measurement import UNSAID, Instrument, Measurement, Quantity, Said
from proofline.intake.moments import Moment, instant
from proofline.intake.payload import Document, decoded, documents
from proofline.intake.report import Trouble, shown
from proofline.intake.words import trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.intake.options import Options
    from proofline.intake.payload import Payload

TITLE = "Tenovi measurement webhooks and lists (JSON)"

# metric -> LOINC code, and the unit of both values
_METRICS = {
    "blood_pressure": (metrics.BLOOD_PRESSURE, "mm[Hg]"),
    "weight": (metrics.WEIGHT, "[lb_av]"),
    "glucose": (metrics.GLUCOSE_CAPILLARY["mg/dL"], "mg/dL"),
    "spO2": (metrics.OXYGEN_SATURATION, "%"),
    "body_temperature": (metrics.TEMPERATURE, "[degF]"),
    "peak_flow": (metrics.PEAK_FLOW, "L/min"),
    "pulse": (metrics.HEART_RATE, "/min"),
}
_ABOUT_THE_DEVICE = frozenset({"battery_percentage", "signal_strength", "irregular_heartbeat"})


class Sent(Struct):
    """One measurement as Tenovi sends it."""

    metric: str
    hwi_device_id: str
    timestamp: str
    value_1: Raw = Raw(b"null")
    value_2: Raw = Raw(b"null")
    id: str | int | None = None
    device_name: str | None = None
    patient_id: str | None = None
    hardware_uuid: str | None = None
    sensor_code: str | int | None = None
    created: str | None = None
    timezone_offset: Raw = Raw(b"null")
    estimated_timestamp: bool | None = None
    dummy_data: bool | None = None
    filter_params: Raw = Raw(b"null")


SHAPE = msgspec.json.Decoder(Sent)


def decode(payload: Payload, _options: Options) -> Iterator[Measurement | Trouble]:
    """Read the measurements of one message, list or NDJSON file."""
    for document in documents(payload):
        if isinstance(document, Trouble):
            yield document
        else:
            yield from _read(document)


def _read(document: Document) -> Iterator[Measurement | Trouble]:
    sent = decoded(document, SHAPE)
    if isinstance(sent, Trouble):
        yield sent
        return
    place = document.place
    if sent.metric in _ABOUT_THE_DEVICE:
        yield trouble(place, "not_a_reading", "metric", sent.metric)
        return
    if sent.metric not in _METRICS:
        yield trouble(place, "metric_not_known", "metric", shown(sent.metric))
        return
    moment = instant(sent.timestamp, "device", estimated=sent.estimated_timestamp or False)
    if moment is None:
        yield trouble(place, "bad_time", "timestamp")
        return
    metric, unit = _METRICS[sent.metric]
    first, second = quantity(sent.value_1, unit), quantity(sent.value_2, unit)
    if first is None or second is None:
        yield trouble(place, "bad_number", "value_1" if first is None else "value_2")
        return
    yield _measurement(sent, document, metric=metric, values=(first, second), measured=moment)


def _measurement(
    sent: Sent,
    document: Document,
    *,
    metric: str,
    values: tuple[Quantity, Quantity],
    measured: Moment,
) -> Measurement:
    first, second = values
    return Measurement(
        place=document.place,
        key=text(sent.id),
        message_id=text(sent.id),
        instrument=Instrument(sent.hwi_device_id, model=text(sent.device_name)),
        patient_id=text(sent.patient_id),
        metric=metric,
        quantity=first,
        second=second if second.value else None,
        measured=msgspec.structs.replace(
            measured, offset_minutes=offset_in_minutes(sent.timezone_offset)
        ),
        received_at=_received_at(sent),
        entry=_entry(sent),
        test=sent.dummy_data,
        test_said="" if sent.dummy_data is None else f"dummy_data={str(sent.dummy_data).lower()}",
    )


def _received_at(sent: Sent) -> str:
    created = instant(sent.created or "")
    return created.text if created and is_later(created.text, sent.timestamp) else ""


def _entry(sent: Sent) -> Said:
    if sent.hardware_uuid and sent.sensor_code not in {None, ""}:
        return Said("automatic", "hardware_uuid and sensor_code")
    return UNSAID
