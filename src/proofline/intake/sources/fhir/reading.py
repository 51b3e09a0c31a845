"""The second pass: every Observation of a file, one after the other, becomes rows or says why not.

Nothing is remembered from one to the next but what repeats, so that a file of any size takes no
more memory than a small one.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec.structs import replace

from proofline.intake.additions import CleanRow
from proofline.intake.report import Place, Trouble
from proofline.intake.sources.fhir.circumstances import Circumstances, Surroundings, Told
from proofline.intake.sources.fhir.decoding import Unreadable, decoded, elements, read_as
from proofline.intake.sources.fhir.device import Instrument, instrument
from proofline.intake.sources.fhir.files import ALONE, Found, Message, opened, stable
from proofline.intake.sources.fhir.forms import FORM
from proofline.intake.sources.fhir.nulls import NULL, without_nulls
from proofline.intake.sources.fhir.observation import Origin, Readings, is_withdrawn
from proofline.intake.sources.fhir.plain import Short
from proofline.intake.sources.fhir.primitives import instant, is_id
from proofline.intake.sources.fhir.references import Spot, Target
from proofline.intake.sources.fhir.shapes import ABSENT, Device, Head, Observation, Plain
from proofline.intake.sources.fhir.texts import Block, Input, Text, texts
from proofline.intake.sources.fhir.withdrawing import DELETED, Withdrawn
from proofline.intake.sources.fhir.words import trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.intake.identity import Known
    from proofline.intake.report import FileReport

_DECODER = msgspec.json.Decoder(Observation)
_PLAIN_DECODER = msgspec.json.Decoder(Plain)
_TRIES = 3  # blocks that may fail to be plain before a file is taken not to be
_TYPE = "Observation"
_Line = TypeVar("_Line", Observation, Plain)
_NOTHING = frozenset({b"[]", b"null"})


def payload_of(sent: Input) -> dict[str, str]:
    """Give the cells that provenance has of all that came in one input."""
    return {
        "source": "fhir",
        "payload_sha256": sent.sha256,
        "payload_name": sent.file_name,
        "authenticity": sent.authenticity,
    }


class Reader:
    """Reads the Observations of one file after the other."""

    def __init__(self, around: Surroundings, known: Known) -> None:
        self._around = around
        self._known = known
        self._readings = Readings()
        self._of_message: tuple[Message, Circumstances] | None = None
        self.contained: dict[str, Instrument] = {}
        self.withdrawn: list[Withdrawn] = []
        self.kinds = around.kinds

    def rows(self, sent: Input, report: FileReport) -> Iterator[list[CleanRow]]:
        """Give the rows of all Observations of a file, some at a time.

        What is to be said of them goes to the report.
        """
        payload = payload_of(sent)
        self._report = report
        self._origin = Origin(payload, ALONE)
        self._alone = Circumstances(self._around, Spot(), payload, mib=48)
        self._plain_tries = _TRIES
        measured = self._readings.measurements.often
        self._short = Short(self._alone.often, measured, report, self._not_plain)
        for text in texts(sent):
            if isinstance(text, Block):
                yield self._block(text)
            elif isinstance(text, Text) and (b"Observation" in text.data or b"\\u" in text.data):
                for found in opened(text.data, Place(sent.name, text.where)):
                    if isinstance(found, Found) and found.type == _TYPE:
                        yield self._one(found)

    def _block(self, block: Block) -> list[CleanRow]:
        """Read many lines at once, or one by one if any of them is no JSON, or has nulls."""
        if self._plain_tries:
            if plain := _all_lines(block, _PLAIN_DECODER):
                self._report.resources[_TYPE] += len(plain)
                return self._short.rows(plain, block)
            self._plain_tries -= NULL not in block.data
        rows: list[CleanRow] = []
        if NULL not in block.data and (observations := _all_lines(block, _DECODER)):
            for number, sent in enumerate(observations, block.first):
                rows += self._line(sent, f"line {number}")
            return rows
        for text in block.texts():
            rows += self._by_itself(text)
        return rows

    def _by_itself(self, text: Text) -> list[CleanRow]:
        try:
            sent = read_as(without_nulls(text.data), Observation)
        except Unreadable as error:
            self._report.tell(trouble(Place(self._report.file, text.where), *error.why))
            return []
        return self._line(sent, text.where)

    def _line(self, sent: Observation, where: str) -> list[CleanRow]:
        """Read a line that is an Observation by itself."""
        file, own_id = self._report.file, sent.id
        if sent.resource_type != _TYPE or (own_id and not is_id(own_id)):
            self._report.tell(trouble(Place(file, where), *_misnamed(sent)))
            return []
        self._report.resources[_TYPE] += 1
        return self._sound(sent, where)

    def _not_plain(self, sent: Observation | Text, where: str) -> list[CleanRow]:
        """Read a line that was counted already."""
        self._report.resources[_TYPE] -= 1
        return self._by_itself(sent) if isinstance(sent, Text) else self._line(sent, where)

    def _sound(self, sent: Observation, where: str) -> list[CleanRow]:
        file, own_id = self._report.file, sent.id
        place = Place(file, where, f"Observation/{own_id}" if own_id else _TYPE)
        if sent.contained is sent.modifier_extension is ABSENT:
            return self._read(sent, self._alone, self._origin, place)
        return self._special(sent, Found(place, _TYPE, own_id, b"", ALONE), self._origin)

    def _one(self, found: Found) -> list[CleanRow]:
        """Read an Observation that came in a Bundle, or in a form of its own."""
        self._report.resources[_TYPE] += 1
        origin = Origin(self._origin.payload, found.message, posted=found.posted)
        if found.deleted and not found.body:
            self._note_deleted(found, origin)
            return []
        sent = decoded(without_nulls(bytes(found.body)), Observation, found.place)
        if isinstance(sent, Trouble):
            self._report.tell(sent)
            return []
        if found.deleted:
            self._note_deleted(found, origin, sent)
            return []
        if not sent.contained is sent.modifier_extension is ABSENT:
            return self._special(sent, found, origin)
        return self._read(sent, self._circumstances(found.message), origin, found.place)

    def _special(self, sent: Observation, found: Found, origin: Origin) -> list[CleanRow]:
        """Read an Observation with resources in it, or refuse one whose meaning may be turned."""
        modifier = sent.modifier_extension
        if modifier is not ABSENT and bytes(modifier) not in _NOTHING:
            self._report.tell(trouble(found.place, "modifier", "modifierExtension"))
            return []
        self._enter_contained(sent, found)
        test = found.message.test
        around = Circumstances(self._around, found.spot, origin.payload, test=test)
        return self._read(sent, around, origin, found.place)

    def _read(
        self, sent: Observation, around: Circumstances, origin: Origin, place: Place
    ) -> list[CleanRow]:
        try:
            told = around.of(sent)
            came = self._readings.read(sent, told, origin, place)
        except Unreadable as error:
            self._report.tell(trouble(place, *error.why))
            return []
        for why in came.said:
            self._report.tell(trouble(place, *why))
        if not came.rows:
            self._note_withdrawn(sent, told, origin, place)
        elif told.device_id in self.kinds:
            self.kinds[told.device_id].update(one.kind for one in came.what if one.kind)
        return came.rows

    def _note_deleted(self, found: Found, origin: Origin, sent: Observation | None = None) -> None:
        if not found.id:
            self._report.tell(trouble(found.place, "deletes_some", "entry.request"))
            return
        self._report.tell(trouble(found.place, "deleted", "entry.request"))
        before: list[CleanRow] = []
        if sent is not None:
            with suppress(Unreadable):
                told = self._circumstances(found.message).of(sent)
                before = self._before(sent, told, origin, found.place)
        at = instant(found.deleted_at) or ""
        self.withdrawn.append(Withdrawn(found.id, at, DELETED, origin, found.place, before))

    def _note_withdrawn(self, sent: Observation, told: Told, origin: Origin, place: Place) -> None:
        if told.of_device or not is_withdrawn(sent):
            return
        at, said = instant(sent.meta.last_updated) or "", _status(sent)
        before = self._before(sent, told, origin, place)
        if own_id := stable(sent.id, posted=origin.posted):
            self.withdrawn.append(Withdrawn(own_id, at, said, origin, place, before))
            return
        # Without a lasting id it is known by what it still says.
        for row, came in zip(before[::2], before[1::2], strict=True):
            one = Withdrawn(row.cells["reading_id"], at, said, origin, place, [row, came])
            self.withdrawn.append(replace(one, named=False))
        if not before:
            self._report.tell(trouble(place, "withdraws_unknown", "id"))

    def _before(
        self, sent: Observation, told: Told, origin: Origin, place: Place
    ) -> list[CleanRow]:
        """Give the rows that it was before its sender took it back, as far as it still says so."""
        try:
            return self._readings.read(replace(sent, status="final"), told, origin, place).rows
        except Unreadable:
            return []

    def _circumstances(self, message: Message) -> Circumstances:
        """Give those of a message; the Observations of one come one after the other."""
        if message == ALONE:
            return self._alone
        if self._of_message is None or self._of_message[0] is not message:
            spot, payload = Spot(message.scope), self._origin.payload
            around = Circumstances(self._around, spot, payload, test=message.test)
            self._of_message = message, around
        return self._of_message[1]

    def _enter_contained(self, sent: Observation, found: Found) -> None:
        try:
            resources = elements(bytes(sent.contained), msgspec.Raw, "contained")
        except Unreadable:
            return
        for raw in resources:
            head = decoded(raw, Head, found.place)
            if not isinstance(head, Trouble) and head.resource_type == FORM:
                form = Target(FORM, head.id)
                self._around.directory.enter_contained(found, head.id, form)
            if isinstance(head, Trouble) or head.resource_type != "Device":
                continue
            device = decoded(raw, Device, found.place)
            if isinstance(device, Trouble):
                self._report.tell(device)
                continue
            place = Place(found.place.file, found.place.where, f"{found.place.resource}#{head.id}")
            inner = Found(place, "Device", head.id, raw, found.message, posted=True)
            one = instrument(inner, device, self._known)
            self.contained.setdefault(one.id, one)
            self._around.devices.setdefault(one.id, one.sign)
            self.kinds.setdefault(one.id, set())  # its readings will show its kind
            self._around.directory.enter_contained(found, head.id, Target("Device", one.id))


def _all_lines(block: Block, decoder: msgspec.json.Decoder[_Line]) -> list[_Line]:
    """Decode all lines of a block; none if any of them does not fit."""
    try:
        lines = decoder.decode_lines(block.data)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return []
    return lines if len(lines) == block.many else []


def _status(sent: Observation) -> str:
    return f"status={sent.status}"


def _misnamed(sent: Observation) -> tuple[str, ...]:
    if sent.resource_type != _TYPE:
        return "not_fhir", "resourceType", "it is given twice"
    return "bad_id", "id"
