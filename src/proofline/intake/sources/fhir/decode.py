"""All files of one intake at once: bytes to rows and troubles, with no clock and no network.

Together, because a reading in one file rests on a Device in another: the first pass enters in the
directory all that Observations point at, the second reads them, one after the other.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct, field

from proofline.intake.additions import CleanRow, NewRow
from proofline.intake.identity import Known
from proofline.intake.report import FileReport, Place, Report, Trouble
from proofline.intake.sources.fhir.circumstances import Surroundings
from proofline.intake.sources.fhir.consent import consent_row
from proofline.intake.sources.fhir.decoding import decoded
from proofline.intake.sources.fhir.device import Instrument, device_row, instrument, stated_kind
from proofline.intake.sources.fhir.files import Found, is_test, opened
from proofline.intake.sources.fhir.forms import FORM
from proofline.intake.sources.fhir.nulls import without_nulls
from proofline.intake.sources.fhir.patient import patient_id, patient_row
from proofline.intake.sources.fhir.primitives import is_id
from proofline.intake.sources.fhir.reading import Reader, payload_of
from proofline.intake.sources.fhir.references import Directory
from proofline.intake.sources.fhir.shapes import (
    ABSENT,
    Consent,
    Device,
    DeviceMetric,
    Observation,
    Patient,
)
from proofline.intake.sources.fhir.texts import Block, Input, Text, in_memory, texts
from proofline.intake.sources.fhir.withdrawing import Withdrawn
from proofline.intake.sources.fhir.words import trouble
from proofline.intake.tables.labels import Subject, label_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from proofline.intake.sources.fhir.entry import DeviceSign

# An Observation is decoded in the first pass only if it may be a coincident time stamp: the codes
# of absolute, relative, high-resolution and base-offset time.
_URN = "urn:"  # how a message points at what is in it
_IEEE = b"11073:10101"
_CLOCKS = (b'"67975"', b'"67983"', b'"68072"', b'"68226"', b"CoincidentTimeStampObservation")
_READ = frozenset({"Observation", "Device", "Patient", "Consent"})


class Options(Struct, frozen=True):
    """What the operator says of all files: patients' zone, consents' program; blank is unknown.

    What evidence knows already, by id: of `devices` whether with a serial number, and the `zones`
    of patients; `known` finds its devices by serial number, `tests` are there for tests only.
    """

    time_zone: str = ""
    program: str = ""
    devices: dict[str, bool] = {}
    zones: dict[str, str] = {}
    known: Known = field(default_factory=Known)
    tests: frozenset[Subject] = frozenset()


class Decoded(Struct):
    """The rows in the order found, what became of each file, and withdrawn readings."""

    rows: list[CleanRow] = field(default_factory=list)
    provenance: list[CleanRow] = field(default_factory=list)
    files: dict[str, FileReport] = field(default_factory=dict)
    withdrawn: list[Withdrawn] = field(default_factory=list)


def decode(files: Iterable[tuple[str, bytes]], options: Options | None = None) -> Decoded:
    """Decode files, each a name and its bytes, into rows for evidence and troubles.

    No bytes make it raise; what is wrong with them is in the troubles.
    """
    intake = Intake(options or Options(), Report())
    for name, data in files:
        intake.gather(in_memory(name, data))
    result = Decoded()
    for row in intake.rows():
        (result.provenance if row.table == "provenance" else result.rows).append(row)
    result.files = {one.file: one for one in intake.report.files}
    result.withdrawn = intake.withdrawn
    return result


class Intake:
    """Files on their way to rows: `gather` each, then take the `rows`."""

    def __init__(self, options: Options, report: Report) -> None:
        self.report = report
        self.withdrawn: list[Withdrawn] = []
        self._options = options
        self._directory = Directory(options.known)
        self._inputs: list[Input] = []
        self._instruments: list[Instrument] = []
        self._people: list[tuple[Found, Patient]] = []
        self._consents: list[tuple[Found, Consent]] = []
        self._clocks: dict[str, bool] | None = None
        self._tests: dict[Subject, Place] = {}

    def gather(self, sent: Input) -> None:
        """Look through one file and enter in the directory what others may point at."""
        self._inputs.append(sent)
        report = self.report.of(sent.name)
        for text in texts(sent):
            if isinstance(text, Trouble):
                report.tell(text)
                continue
            if isinstance(text, Block):
                continue
            for one in opened(text.data, Place(sent.name, text.where)):
                said = one if isinstance(one, Trouble) else self._enter(one, report)
                if said:
                    report.tell(said)

    def _enter(self, found: Found, report: FileReport) -> Trouble | None:
        """Enter a resource; gives the trouble if it is broken."""
        if found.type == "Observation":
            return None
        report.resources[found.type] += 1
        if found.type == FORM and found.full_url.startswith(_URN):
            self._directory.enter(found, found.full_url, [])
        shape = _SHAPES.get(found.type)
        if shape is None:
            return None
        resource = decoded(found.body, shape, found.place)
        if isinstance(resource, Trouble):
            return resource
        if isinstance(resource, Device):
            one = instrument(found, resource, self._options.known)
            self._instruments.append(one)
            self._enter_named(found, one.id, resource)
        elif isinstance(resource, Patient):
            self._people.append((found, resource))
            self._enter_named(found, patient_id(found, resource), resource)
        elif isinstance(resource, DeviceMetric) and resource.source:
            self._directory.enter_onward(found, resource.source)
        elif isinstance(resource, Consent):
            self._consents.append((found, resource))
        found.body = b""  # it is read, and its bytes may be those of a whole file
        return None

    def _enter_named(self, found: Found, own_id: str, resource: Device | Patient) -> None:
        self._directory.enter(found, own_id, resource.identifier)
        if is_test(resource):
            self._tests.setdefault((found.type, own_id), found.place)

    def _all_clocks(self) -> dict[str, bool]:
        """Look through all files for coincident time stamps, once somebody points at one."""
        if self._clocks is None:
            self._clocks = {}
            for sent in self._inputs:
                for text in texts(sent):
                    if isinstance(text, Trouble) or not _may_be_clock(text.data):
                        continue
                    for one in text.texts() if isinstance(text, Block) else [text]:
                        self._find_clock(one, sent.name)
        return self._clocks

    def _find_clock(self, text: Text, file: str) -> None:
        if _may_be_clock(text.data):
            for one in opened(text.data, Place(file, text.where)):
                if isinstance(one, Found) and one.type == "Observation":
                    self._enter_clock(one)

    def _enter_clock(self, found: Found) -> None:
        if self._clocks is None or not _may_be_clock(bytes(found.body)):
            return
        observation = decoded(without_nulls(bytes(found.body)), Observation, found.place)
        if isinstance(observation, Trouble):
            return  # told of in the second pass
        own_id = f"{found.home}\n{found.id}"
        self._directory.enter(found, own_id, [])
        self._clocks[own_id] = observation.data_absent_reason is not ABSENT

    def rows(self) -> Iterator[CleanRow]:
        """Read every resource, Observations first: what they measure tells the kind of a device."""
        return chain.from_iterable(self._rows())

    def _rows(self) -> Iterator[Iterable[CleanRow]]:
        reader = Reader(self._surroundings(), self._options.known)
        for sent in self._inputs:
            yield from reader.rows(sent, self.report.of(sent.name))
        self.withdrawn = reader.withdrawn
        for one in [*self._instruments, *reader.contained.values()]:
            row, said = device_row(one, reader.kinds.get(one.id, set()))
            yield self._kept("devices", one.place, row, said)
        for found, person in self._people:
            zone = self._options.zones.get(patient_id(found, person), self._options.time_zone)
            row, said = patient_row(found, person, time_zone=zone)
            yield self._kept("patients", found.place, row, said)
        for found, consent in self._consents:
            program = self._options.program
            row, said = consent_row(found, consent, self._directory, program=program)
            yield self._kept("consents", found.place, row, said)
        yield self._labels()
        self._count_unread()

    def _labels(self) -> Iterator[NewRow]:
        payloads = {sent.name: payload_of(sent) for sent in self._inputs}
        for subject, place in self._tests.items():
            if is_id(subject[1]):
                yield label_row(subject, place, payloads[place.file])

    def _surroundings(self) -> Surroundings:
        signs: dict[str, DeviceSign] = {
            own_id: "proven" if serial else "named"
            for own_id, serial in self._options.devices.items()
        }
        signs |= {one.id: one.sign for one in self._instruments}
        kinds: dict[str, set[str]] = {
            one.id: set() for one in self._instruments if not stated_kind(one.device)
        }
        tests = {*self._tests, *self._options.tests}
        return Surroundings(self._directory, signs, self._all_clocks, kinds, tests)

    def _kept(
        self, table: str, place: Place, row: dict[str, str] | None, said: list[Trouble]
    ) -> Iterator[NewRow]:
        for one in said:
            self.report.of(place.file).tell(one)
        if row:
            yield NewRow(table, row, place)

    def _count_unread(self) -> None:
        for report in self.report.files:
            for type_, count in report.resources.items():
                if type_ not in _READ:
                    place = Place(report.file, "", type_)
                    words = f"{count} {type_}"
                    report.tell(trouble(place, "type_without_table", "resourceType", words))


_SHAPES: dict[str, type[Device | DeviceMetric | Patient | Consent]] = {
    "Device": Device,
    "DeviceMetric": DeviceMetric,
    "Patient": Patient,
    "Consent": Consent,
}


def _may_be_clock(body: bytes) -> bool:
    return _IEEE in body and any(sign in body for sign in _CLOCKS)
