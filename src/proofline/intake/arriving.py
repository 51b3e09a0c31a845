"""A measurement becomes rows: the reading, where it came from, and its device if that is new.

* `reading_id` is the source's name and its own id of the reading; where it has none, a digest of
  device, metric and time as sent, so that the same measurement told twice is one reading. A source
  whose times come in several notations names the one by which it is known; `tables.known_before`
  has those that are kept under another.
* `device_id` is that of the device in evidence which carries the identifier; an unknown device
  comes in under the identifier that was sent. Where none was sent it is a stand-in, of the patient
  whom the source names, that no device has.
* `patient_id` is filled only if the sender's id is one of ours, or somebody here said whose all of
  the payload is; else the assignment says whose.
* A value of zero or less is none that a living body has: the reading comes in without a value, as a
  heartbeat does, and what was sent stays in its provenance. Such a row never counts.
* `time_quality` is `estimated` where the source calls the time a guess, `device` where the device's
  own clock told it; a local time is marked by evidence itself.

Device, metric, unit and entry repeat from reading to reading and from payload to payload. What
follows from them is worked out once, as a Form, and only ids, times and values are filled in.
"""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from msgspec import Struct

from proofline.evidence.provenance import EVERY_TABLE
from proofline.intake.measurements.metrics import BLOOD_PRESSURE, DEVICE_KIND, is_shown, shown_range
from proofline.intake.measurements.numbers import is_living
from proofline.intake.report import Place
from proofline.intake.tables.staged import CleanRow, NewRow
from proofline.intake.words import trouble

if TYPE_CHECKING:
    from proofline.intake.identity import Known
    from proofline.intake.measurements.measurement import Instrument, Measurement, Series
    from proofline.intake.payloads.payload import Payload
    from proofline.intake.report import Trouble

Row = dict[str, str]
_NOT_NAMED = "not-named:"
_LONGEST_ID = 128
_DIGEST_LENGTH = 32  # hex digits: 128 bits
_MOST_FORMS = 8192
# What is another in every reading; a form keeps the places of these columns.
_READING = ("reading_id", "value", "value_2", "measured_at", "received_at", "source_message_id")
_CAME = ("reading_id", "received_at", "message_id", "payload_place", "value_sent", "value_2_sent")
# What is another in every payload.
_PAYLOAD = ("payload_sha256", "payload_name", "authenticity")
_NOWHERE = Place("")
# Of these some sources have nothing: with no second value, time of receipt, id of the message.
_SELDOM = (("value_2", "value_2_sent"), ("received_at",), ("source_message_id", "message_id"))
_FILLED = {
    "readings": frozenset((*_READING, "authenticity")),
    "provenance": frozenset((*_CAME, *_PAYLOAD, "measured_sent")),
}


class Repeated(NamedTuple):
    """All that a form follows from: what sources say again and again, and whose we know it to be.

    `known_as` is the id that the instrument has in evidence, or will have, blank if it is not
    named; of `several` that it can be the first. `ours` is the patient named if we know that id,
    `whose` whom somebody here named for all of the payload. `has_second`, `is_received` and
    `has_message`: there is a second value, a time of receipt, an id of the message.
    """

    source: str
    series: Series
    unit: str
    unit_sent: str
    clock: str
    offset_minutes: int | None
    estimated: bool
    has_second: bool
    is_received: bool
    has_message: bool
    known_as: str
    several: bool
    ours: str
    whose: str


class Form(Struct, frozen=True, gc=False):
    """What readings of one device, metric and entry have in common.

    `doubt` (of the device) and `note` (of the patient) are the codes of what is to be known of each
    of them; what is `refused` makes no rows. Where it `tells_device`, a row of a device that is new
    comes first. Of a value from `least` to `most` nothing is to be told, unless it is one of a pair
    (`is_pair`) and the other is not there or not below it.
    """

    device: str
    reading: Row
    provenance: Row
    least: float = math.inf
    most: float = math.inf
    is_pair: bool = False
    doubt: str = ""
    refused: str = ""
    note: str = ""
    tells_device: bool = False

    def is_plain(self, value: str, value_2: str) -> bool:
        """Whether a reading with these values comes in as it is, and nothing is told of them."""
        if self.refused or not value:
            return False
        first = float(value)
        if not value_2:
            return not self.is_pair and self.least <= first <= self.most
        return self.least <= float(value_2) < first <= self.most


class Arrivals:
    """The measurements of one payload of a source on their way to rows."""

    def __init__(self, source: str, payload: Payload, known: Known) -> None:
        self._source = source
        self._payload = payload
        self._known = known
        came = (payload.sha256, payload.name, payload.authenticity)
        clean = NewRow("", dict(zip(_PAYLOAD, came, strict=True)), _NOWHERE).cells
        self._digest, self._name, self._authenticity = (clean.get(one, "") for one in _PAYLOAD)
        self._is_odd = len(clean) < len(_PAYLOAD)
        self._forms: dict[_Same, Form] = {}
        self._devices = len(known.devices)

    def rows(self, said: Measurement) -> list[CleanRow | Trouble]:
        """Give the rows of one measurement, and what is to be known of it.

        A row of `devices` comes before the first reading of a device that evidence does not know.
        """
        if not _are_ids(said.key, said.message_id):
            return [trouble(said.place, "bad_id", "")]
        told: list[CleanRow | Trouble] = []
        quantity, second = said.quantity, said.second
        if by := quantity.bound or (second.bound if second else ""):
            told.append(trouble(said.place, "bound", "", by))
        form = self._form(said, told)
        values = quantity.value, second.value if second else ""
        if not form.is_plain(*values):
            if not _is_taken(said, form, values, told):
                return told
            if not _is_living(values):
                values = "", ""
        if form.note:
            told.append(trouble(said.place, form.note, ""))
        told += self._filled(form, said, values)
        return told

    def _filled(
        self, form: Form, said: Measurement, values: tuple[str, str]
    ) -> tuple[CleanRow, CleanRow]:
        """Give both rows, with what is another in every reading filled in."""
        place, measured, message_id = said.place, said.measured, said.message_id
        reading_id = self._reading_id(said, form.device)
        received_at = said.received_at or self._payload.received_at
        sent, second_sent = said.quantity.sent, said.second.sent if said.second else ""
        reading, came = form.reading.copy(), form.provenance.copy()
        reading["reading_id"] = came["reading_id"] = reading_id
        reading["measured_at"], came["measured_sent"] = measured.text, measured.sent
        reading["value"], came["value_sent"] = values[0], sent
        if said.second:
            reading["value_2"], came["value_2_sent"] = values[1], second_sent
        if received_at:
            reading["received_at"] = came["received_at"] = received_at
        if message_id:
            reading["source_message_id"] = came["message_id"] = message_id
        came["payload_place"] = place.where
        came["payload_sha256"], came["payload_name"] = self._digest, self._name
        reading["authenticity"] = came["authenticity"] = self._authenticity
        told = f"|{reading_id}|{message_id}|{sent}|{second_sent}|{measured.sent}|{received_at}|"
        if "| " in told or " |" in told or not told.isprintable() or self._is_odd:
            return NewRow("readings", reading, place), NewRow("provenance", came, place)
        if not (values[0] and sent and place.where) or (
            said.second and not (values[1] and second_sent)
        ):
            _leave_out_blanks(reading, came)
        return CleanRow("readings", reading, place), CleanRow("provenance", came, place)

    def _reading_id(self, said: Measurement, device_id: str) -> str:
        if said.key:
            return f"{self._source}:{said.key}"
        time = said.known_by or said.measured.sent
        return id_of(self._source, device_id, said.series.metric, time)

    def _form(self, said: Measurement, told: list[CleanRow | Trouble]) -> Form:
        """Give what repeats of a reading; a device that is new, or none at all, is told of.

        What was found is found again, for as long as no device becomes known.
        """
        series, measured, quantity, known = said.series, said.measured, said.quantity, self._known
        clock, offset, estimated = measured.clock, measured.offset_minutes, measured.estimated
        received_at = said.received_at or self._payload.received_at
        there = said.second is not None, bool(received_at), bool(said.message_id)
        same = (series, quantity.unit, quantity.unit_sent, clock, offset, estimated, there)
        if self._devices != len(known.devices) or len(self._forms) >= _MOST_FORMS:
            self._forms.clear()
            self._devices = len(known.devices)
        elif (kept := self._forms.get(same)) is not None:
            if kept.doubt:
                told.append(trouble(said.place, kept.doubt, ""))
            return kept
        instrument, patient_id = series.instrument, series.patient_id
        devices = known.device(instrument)
        form = _form_of(
            (
                self._source,
                series,
                quantity.unit,
                quantity.unit_sent,
                clock,
                offset,
                estimated,
                *there,
                devices[0] if devices else instrument.id,
                len(devices) > 1,
                patient_id if patient_id in known.patients else "",
                self._payload.patient_id,
            )
        )
        if form.doubt:
            told.append(trouble(said.place, form.doubt, ""))
        elif form.tells_device and not devices:
            known.add(instrument)
            told.append(
                NewRow("devices", _device(instrument, DEVICE_KIND[series.metric]), said.place)
            )
            return form
        self._forms[same] = form
        return form


def id_of(source: str, device_id: str, metric: str, time: str) -> str:
    """Give the id of a reading that has none of its own."""
    told = f"{device_id}\x1f{metric}\x1f{time}"
    return f"{source}:{hashlib.sha256(told.encode()).hexdigest()[:_DIGEST_LENGTH]}"


# A plain tuple, because it is made and looked up for every reading.
_There: TypeAlias = "tuple[bool, bool, bool]"
_Same: TypeAlias = "tuple[Series, str, str, str, int | None, bool, _There]"
_Repeats: TypeAlias = (
    "tuple[str, Series, str, str, str, int | None, bool, bool, bool, bool, str, bool, str, str]"
)


@lru_cache(_MOST_FORMS)
def _form_of(repeats: _Repeats) -> Form:
    """Make a form; a pulse does not tell what counted it, so its device waits for what does."""
    said = Repeated._make(repeats)
    series = said.series
    named = series.instrument.id
    device = named or f"{_NOT_NAMED}{series.patient_id or said.whose}"
    if not _is_id(device):
        return Form(device, {}, {}, refused="bad_id")
    doubt = "" if named and not said.several else "device_twice" if named else "no_device"
    least, most = shown_range(said.unit)
    return Form(
        device,
        _template("readings", _reading(said, said.known_as or device), said),
        _template("provenance", _provenance(said), said),
        least if least > 0 else math.inf,
        most,
        is_pair=series.metric == BLOOD_PRESSURE,
        doubt=doubt,
        refused="two_patients" if said.ours and said.whose not in {"", said.ours} else "",
        note="other_patients_id" if series.patient_id and not said.ours else "",
        tells_device=not doubt and bool(DEVICE_KIND[series.metric]),
    )


def _reading(said: Repeated, device_id: str) -> Row:
    series, quality = said.series, "estimated" if said.estimated else ""
    return {
        "device_id": device_id,
        "patient_id": said.ours or said.whose,
        "metric": series.metric,
        "unit": said.unit,
        "entry": series.entry.word,
        "time_quality": quality or ("device" if said.clock == "device" else ""),
        "ambiguous_person": _yes_no(series.ambiguous),
        "test": _yes_no(series.test),
        "source": said.source,
    }


def _provenance(said: Repeated) -> Row:
    series, offset = said.series, said.offset_minutes
    return {
        "source": said.source,
        "device_sent": series.instrument.id,
        "patient_sent": series.patient_id,
        "unit_sent": said.unit_sent,
        "clock": said.clock,
        "offset_minutes": "" if offset is None else str(offset),
        "entry_said": series.entry.field,
        "ambiguous_said": series.ambiguous_said,
        "test_said": series.test_said,
    }


def _is_taken(
    said: Measurement, form: Form, values: tuple[str, str], told: list[CleanRow | Trouble]
) -> bool:
    """Tell what is to be told of values that are not plain; False if no rows come of them."""
    place, living = said.place, _is_living(values)
    if form.refused != "bad_id" and not (values[0] and living):
        told.append(trouble(place, "no_value" if living else "not_living", ""))
    elif not form.refused and (doubt := _doubt(said, *values)):
        told.append(trouble(place, doubt, ""))
        if doubt == "unlikely_unit":
            return False
    if form.refused:
        told.append(trouble(place, form.refused, ""))
    return not form.refused


def _is_living(values: tuple[str, str]) -> bool:
    return all(not value or is_living(value) for value in values)


def _doubt(said: Measurement, value: str, value_2: str) -> str:
    """The code of what is doubtful about a pair of values; blank if nothing is."""
    quantity = said.quantity
    if not is_shown(value, value_2, quantity.unit):
        return "unlikely" if quantity.unit_sent or value_2 else "unlikely_unit"
    return "no_diastolic" if said.series.metric == BLOOD_PRESSURE and not value_2 else ""


def _template(table: str, cells: Row, said: Repeated) -> Row:
    """Put the cells of a row in the order of the contract, with places for what is filled in."""
    clean = NewRow(table, cells, _NOWHERE).cells
    there = said.has_second, said.is_received, said.has_message
    absent = [names for is_there, names in zip(there, _SELDOM, strict=True) if not is_there]
    filled = _FILLED[table].difference(*absent)
    names = EVERY_TABLE[table].names
    return {name: clean.get(name, "") for name in names if name in clean or name in filled}


def _leave_out_blanks(*rows: Row) -> None:
    """Leave out what is blank in a few readings, a value for the most part."""
    for row in rows:
        for column in [column for column, cell in row.items() if not cell]:
            del row[column]


def _are_ids(key: str, message_id: str) -> bool:
    """Whether both are ids, or blank; most often they are the same."""
    if key and not _is_id(key):
        return False
    return not message_id or message_id is key or _is_id(message_id)


def _is_id(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_ID and text.isascii() and text.isprintable()


def _device(instrument: Instrument, kind: str) -> Row:
    return {
        "device_id": instrument.id,
        "kind": kind,
        "manufacturer": instrument.manufacturer,
        "model": instrument.model,
        "serial": instrument.serial,
        "udi_di": instrument.udi_di,
    }


def _yes_no(said: bool | None) -> str:  # noqa: FBT001 - it is what is said
    return "" if said is None else "true" if said else "false"
