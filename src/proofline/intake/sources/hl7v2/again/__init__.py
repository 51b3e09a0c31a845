"""The short way for a message that says again what another said, with other values.

A hub sends the same message day after day, but for times, ids, the device and the values. Where
`reading.observed` has read such a message, the next one that is the same to the letter around these
fields is read by putting them where the others went. Which went where is not guessed: the long way
is asked a second time, of the same message with made-up fields, and what is built of either has to
be what it gave. Whatever is out of the ordinary (a value that is no number, a time without offset,
an escape, a field that is blank or is not) goes the long way.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from msgspec.structs import replace

from proofline.intake.measurements.measurement import Measurement, Quantity, Series
from proofline.intake.measurements.metrics import BLOOD_PRESSURE
from proofline.intake.report import Place, Trouble
from proofline.intake.sources.hl7v2.again.shape import DEVICE, NUMBER, Shape, shape_of
from proofline.intake.sources.hl7v2.er7 import USUAL
from proofline.intake.sources.hl7v2.messages import message_of
from proofline.intake.sources.hl7v2.pressures import METRICS
from proofline.intake.sources.hl7v2.reading import observed
from proofline.intake.sources.hl7v2.times import moment_of, zone_of
from proofline.intake.sources.hl7v2.values import kept_value_of
from proofline.intake.sources.hl7v2.whose import device_of, patient_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from proofline.intake.sources.hl7v2.header import Message

Told: TypeAlias = "list[Measurement | Trouble]"
_LONGEST = 16 * 1024
_MOST_KINDS, _MOST_SHAPES, _MOST_TRIES = 512, 8, 16
_PRESSURES = METRICS | {BLOOD_PRESSURE}
_NOWHERE = Place("")


class _Reading(NamedTuple):
    """A measurement but for its fields: which of those found are its values, time and device."""

    end: str
    said: Measurement
    value: int
    second: int
    time: int
    device: int


class _Note(NamedTuple):
    """A trouble that says nothing of the fields."""

    end: str
    said: Trouble


class _Known(NamedTuple):
    """A shape, and what is told by every message of it."""

    shape: Shape
    told: list[_Reading | _Note]


class Again:
    """The shapes seen so far; not many are kept."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], list[_Known]] = {}
        self._tries: dict[tuple[int, int], int] = {}

    def read(self, data: bytes, place: Place) -> Told | None:
        """Read one message if its shape is known, else give None."""
        if len(data) > _LONGEST or not data.isascii():
            return None
        known = self._known.get((data.count(b"|"), data.count(b"\r")))
        if not known:
            return None
        text = data.decode("ascii").rstrip("\r")
        for shape, told in known:
            if (match := shape.pattern.fullmatch(text)) is not None:
                return _built(told, match.groups(), shape, place)
        return None

    def learn(self, message: Message, told: Told) -> None:
        """Remember the shape of a message that the long way read, if it is the second like it."""
        data = message.data
        key = data.count(b"|"), data.count(b"\r")
        tries = self._tries.get(key, 0)
        if tries > _MOST_TRIES or len(data) > _LONGEST or not data.isascii():
            return
        if len(self._tries) >= _MOST_KINDS:
            self._tries.clear()
            self._known.clear()
        self._tries[key] = tries + 1
        if tries and message.marks == USUAL and (found := _learnt(message, told)):
            self._known.setdefault(key, [])[_MOST_SHAPES - 1 :] = []
            self._known[key].insert(0, found)


def _learnt(message: Message, told: Told) -> _Known | None:
    """Ask the long way where fields go; None if they do not simply go into measurements."""
    text = message.data.decode("ascii").rstrip("\r")
    shape = shape_of(text)
    match = shape.pattern.fullmatch(text) if shape else None
    if shape is None or match is None:
        return None
    others = shape.made_up(match.groups())
    again = message_of(shape.filled(match, others).encode(), message.place)
    if isinstance(again, Trouble):
        return None
    told_again = observed(again)
    if len(told) != len(told_again):
        return None
    found: list[_Reading | _Note] = []
    for one in told_again:
        seen = _source(one, others, shape, message.place)
        if seen is None:
            return None
        found.append(seen)
    # What is paired hangs on whose times and devices are the same.
    readings = [one for one in found if isinstance(one, _Reading)]
    halves = {(one.time, one.device) for one in readings if one.said.series.metric in _PRESSURES}
    is_one = bool(readings) and len(halves) <= 1
    for groups, given in ((match.groups(), told), (others, told_again)):
        is_one = is_one and _built(found, groups, shape, message.place) == given
    return _Known(shape, found) if is_one else None


def _source(
    said: Measurement | Trouble, fields: Sequence[str], shape: Shape, place: Place
) -> _Reading | _Note | None:
    """Tell which of the made-up fields are in what was told; None if they do not show there."""
    if isinstance(said, Trouble):
        return _Note(said.place.where.removeprefix(place.where), replace(said, place=_NOWHERE))
    numbers = {fields[at]: at for at in shape.of(NUMBER)}
    devices = {device_of(fields[at], USUAL).id: at for at in shape.of(DEVICE)}
    times = {fields[at]: at for at in shape.times}
    sent = said.measured.sent.partition(" ")[0]
    second = said.second.sent if said.second else ""
    if said.quantity.sent not in numbers or sent not in times or (second and second not in numbers):
        return None
    return _Reading(
        said.place.where.removeprefix(place.where),
        said,
        numbers[said.quantity.sent],
        numbers[second] if second else -1,
        times[sent],
        devices.get(said.series.instrument.id, -1),
    )


def _built(
    told: list[_Reading | _Note], fields: Sequence[str], shape: Shape, place: Place
) -> Told | None:
    """Put the fields of a message where they go; None if one of them is out of the ordinary."""
    sent = fields[shape.sent]
    zone = zone_of(sent)
    received = moment_of(sent, "") if zone else None
    patient = patient_of(fields[shape.patient], USUAL) if shape.patient >= 0 else ""
    if (zone and received is None) or (shape.patient >= 0 and not patient):
        return None
    file, where = place.file, place.where
    built: Told = []
    for one in told:
        at = Place(file, where + one.end)
        if isinstance(one, _Note):
            was = one.said
            built.append(Trouble(at, was.kind, was.code, was.path, was.reason, was.cure))
            continue
        _, said, value_at, second_at, time_at, device_at = one
        measured = moment_of(fields[time_at], zone)
        value = _quantity(fields[value_at], said.quantity)
        second = None if second_at < 0 else _quantity(fields[second_at], said.quantity)
        series = _series(said.series, "" if device_at < 0 else fields[device_at], patient)
        if (
            measured is None
            or measured.clock == "patient"
            or value is None
            or (second_at >= 0 and second is None)
            or not (series.instrument.id or device_at < 0)
        ):
            return None
        built.append(
            Measurement(
                place=at,
                key=said.key,
                message_id=fields[shape.control_id],
                series=series,
                quantity=value,
                second=second,
                measured=measured,
                received_at=received.text if received else "",
            )
        )
    return built


@lru_cache(maxsize=4096)
def _quantity(sent: str, like: Quantity) -> Quantity | None:
    value = kept_value_of("NM", sent, USUAL)
    if value.code or value.second or not value.first:
        return None
    return Quantity(value.first, like.unit, sent, like.unit_sent)


@lru_cache(maxsize=4096)
def _series(like: Series, device: str, patient_id: str) -> Series:
    """Give the same series of another patient, and of another device if one is named."""
    known = like.instrument
    instrument = replace(known, id=device_of(device, USUAL).id) if device else known
    return replace(like, instrument=instrument, patient_id=patient_id)
