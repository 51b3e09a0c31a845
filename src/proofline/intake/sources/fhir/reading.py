"""The second pass: every Observation of a file, one after the other, becomes rows or says why not.

Nothing is remembered from one to the next but what repeats, so that a file of any size takes no
more memory than a small one.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from proofline.intake.additions import CleanRow
from proofline.intake.report import Place, Trouble
from proofline.intake.sources.fhir.circumstances import Circumstances, Surroundings, Told
from proofline.intake.sources.fhir.decoding import Unreadable, decoded, elements, read_as
from proofline.intake.sources.fhir.device import Instrument, instrument
from proofline.intake.sources.fhir.files import ALONE, Found, Message, opened
from proofline.intake.sources.fhir.observation import Origin, Readings, withdrawn_id
from proofline.intake.sources.fhir.primitives import instant, is_id
from proofline.intake.sources.fhir.references import Spot, Target
from proofline.intake.sources.fhir.shapes import ABSENT, Device, Head, Observation
from proofline.intake.sources.fhir.texts import Input, texts
from proofline.intake.sources.fhir.words import trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.intake.identity import Known
    from proofline.intake.report import FileReport

OPENINGS = (b'{"resourceType":"Observation"', b'{"resourceType": "Observation"')
"""How the lines of nearly all bulk exports begin, so that none is looked at twice."""

_DECODE = msgspec.json.Decoder(Observation).decode
_TYPE = "Observation"
_NOTHING = frozenset({b"[]", b"null"})


class Withdrawn(Struct, frozen=True):
    """A reading that its sender takes back: since when, and where that stood."""

    reading_id: str
    received_at: str
    origin: Origin
    place: Place


class Reader:
    """Reads the Observations of one file after the other."""

    def __init__(self, around: Surroundings, known: Known) -> None:
        self._around = around
        self._known = known
        self._readings = Readings()
        self._alone = Circumstances(around, Spot(), mib=48)
        self._of_message: tuple[Message, Circumstances] = (ALONE, self._alone)
        self.contained: dict[str, Instrument] = {}
        self.withdrawn: list[Withdrawn] = []
        self.kinds: defaultdict[str, set[str]] = defaultdict(set)
        """What the readings of each device measure that does not say it itself."""

    def rows(self, sent: Input, report: FileReport) -> Iterator[CleanRow]:
        """Give the rows of all Observations of a file; what is to be said goes to the report."""
        payload = {
            "source": "fhir",
            "payload_sha256": sent.sha256,
            "payload_name": sent.file_name,
            "authenticity": "file",
        }
        origin = Origin(payload, ALONE)
        for text in texts(sent):
            if isinstance(text, Trouble):
                continue  # told of in the first pass
            number, body = text
            where = f"line {number}" if number else ""
            if body.startswith(OPENINGS):
                yield from self._line(body, where, origin, report)
            elif b"Observation" in body or b"\\u" in body:
                for found in opened(body, Place(sent.name, where)):
                    if isinstance(found, Found) and found.type == _TYPE:
                        came_in = Origin(payload, found.message, posted=found.posted)
                        yield from self._one(found, came_in, report)

    def _line(
        self, body: bytes, where: str, origin: Origin, report: FileReport
    ) -> Iterator[CleanRow]:
        """Read a line that is an Observation by itself, as it seems."""
        try:
            sent = _DECODE(body)
        except (msgspec.MsgspecError, RecursionError, ValueError):
            report.tell(_broken(body, Place(report.file, where)))
            return
        if sent.resource_type != _TYPE or (sent.id and not is_id(sent.id)):
            place = Place(report.file, where)
            report.tell(trouble(place, *_misnamed(sent)))
            return
        report.resources[_TYPE] += 1
        place = Place(report.file, where, f"Observation/{sent.id}" if sent.id else _TYPE)
        if sent.contained is sent.modifier_extension is ABSENT:
            yield from self._read(sent, self._alone, origin, place, report=report)
        else:
            found = Found(place, _TYPE, sent.id, body, ALONE)
            yield from self._special(sent, found, origin, report)

    def _one(self, found: Found, origin: Origin, report: FileReport) -> Iterator[CleanRow]:
        """Read an Observation that came in a Bundle, or in a form of its own."""
        report.resources[_TYPE] += 1
        sent = decoded(found.body, Observation, found.place)
        if isinstance(sent, Trouble):
            report.tell(sent)
        elif not sent.contained is sent.modifier_extension is ABSENT:
            yield from self._special(sent, found, origin, report)
        else:
            around = self._circumstances(found.message)
            yield from self._read(sent, around, origin, found.place, report=report)

    def _special(
        self, sent: Observation, found: Found, origin: Origin, report: FileReport
    ) -> Iterator[CleanRow]:
        """Read an Observation with resources in it, or refuse one whose meaning may be turned."""
        modifier = sent.modifier_extension
        if modifier is not ABSENT and bytes(modifier) not in _NOTHING:
            report.tell(trouble(found.place, "modifier", "modifierExtension"))
            return
        self._enter_contained(sent, found, report)
        around = Circumstances(self._around, found.spot, test=found.message.test)
        yield from self._read(sent, around, origin, found.place, report=report)

    def _read(
        self,
        sent: Observation,
        around: Circumstances,
        origin: Origin,
        place: Place,
        *,
        report: FileReport,
    ) -> Iterator[CleanRow]:
        try:
            told = around.of(sent)
            came = self._readings.read(sent, told, origin, place.where)
        except Unreadable as error:
            report.tell(trouble(place, *error.why))
            return
        for why in came.said:
            report.tell(trouble(place, *why))
        for one in came.readings:
            if told.device_id in self.kinds and one.kind:
                self.kinds[told.device_id].add(one.kind)
            yield CleanRow("readings", one.row, place)
            yield CleanRow("provenance", one.provenance, place)
        if not came.readings:
            self._note_withdrawn(sent, told, origin, place)

    def _note_withdrawn(self, sent: Observation, told: Told, origin: Origin, place: Place) -> None:
        taken_back = "" if told.of_device else withdrawn_id(sent, origin)
        if taken_back:
            at = instant(sent.meta.last_updated) or ""
            self.withdrawn.append(Withdrawn(taken_back, at, origin, place))

    def _circumstances(self, message: Message) -> Circumstances:
        """Give those of a message; the Observations of one come one after the other."""
        if message == ALONE:
            return self._alone
        if self._of_message[0] is not message:
            spot = Spot(message.scope)
            self._of_message = message, Circumstances(self._around, spot, test=message.test)
        return self._of_message[1]

    def _enter_contained(self, sent: Observation, found: Found, report: FileReport) -> None:
        try:
            resources = elements(bytes(sent.contained), msgspec.Raw, "contained")
        except Unreadable:
            return
        for raw in resources:
            head = decoded(raw, Head, found.place)
            if isinstance(head, Trouble) or head.resource_type != "Device":
                continue
            device = decoded(raw, Device, found.place)
            if isinstance(device, Trouble):
                report.tell(device)
                continue
            place = Place(found.place.file, found.place.where, f"{found.place.resource}#{head.id}")
            inner = Found(place, "Device", head.id, raw, found.message, posted=True)
            one = instrument(inner, device, self._known)
            self.contained.setdefault(one.id, one)
            self._around.devices.setdefault(one.id, one.sign)
            self.kinds[one.id]
            self._around.directory.enter_contained(found, head.id, Target("Device", one.id))


def _broken(body: bytes, place: Place) -> Trouble:
    try:
        read_as(body, Observation)
    except Unreadable as error:
        return trouble(place, *error.why)
    return trouble(place, "not_json")


def _misnamed(sent: Observation) -> tuple[str, ...]:
    if sent.resource_type != _TYPE:
        return "not_fhir", "resourceType", "it is given twice"
    return "bad_id", "id"
