"""All files of one intake at once: bytes to rows and troubles, with no clock and no network.

Together, because a reading in one file rests on a Device in another: first everything that others
point at is entered in the directory, then each resource is read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct, field

from proofline.intake.additions import NewRow
from proofline.intake.metrics import DEVICE_KIND
from proofline.intake.report import FileReport, Place, Trouble
from proofline.intake.sources.fhir.consent import consent_row
from proofline.intake.sources.fhir.device import Instrument, device_row, instrument
from proofline.intake.sources.fhir.files import Found, decoded, resources
from proofline.intake.sources.fhir.observation import Surroundings, read
from proofline.intake.sources.fhir.patient import patient_id, patient_row
from proofline.intake.sources.fhir.references import Directory, Target
from proofline.intake.sources.fhir.shapes import (
    Consent,
    Device,
    DeviceMetric,
    Head,
    Observation,
    Patient,
    Resource,
)
from proofline.intake.sources.fhir.words import trouble

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from proofline.intake.sources.fhir.entry import DeviceSign

# An Observation is decoded in the first pass only if it may be a coincident time stamp: the codes
# of absolute, relative, high-resolution and base-offset time.
_IEEE = b":11073:"
_CLOCKS = (b'"67975"', b'"67983"', b'"68072"', b'"68226"', b"CoincidentTimeStampObservation")


class Options(Struct, frozen=True):
    """What the operator says of all files: patients' zone, consents' program; blank is unknown.

    What evidence knows already, by id: of `devices` whether with a serial number, and the `zones`
    of patients.
    """

    time_zone: str = ""
    program: str = ""
    devices: dict[str, bool] = {}
    zones: dict[str, str] = {}


class Decoded(Struct):
    """The rows in the order found, what became of each file, and withdrawn reading ids."""

    rows: list[NewRow] = field(default_factory=list)
    files: dict[str, FileReport] = field(default_factory=dict)
    withdrawn: list[tuple[Place, str]] = field(default_factory=list)


def decode(files: Iterable[tuple[str, bytes]], options: Options | None = None) -> Decoded:
    """Decode files, each a name and its bytes, into rows for evidence and troubles.

    No bytes make it raise; what is wrong with them is in the troubles.
    """
    intake = _Intake(options or Options())
    for name, data in files:
        intake.gather(name, data)
    return intake.settle()


class _Intake:
    def __init__(self, options: Options) -> None:
        self._options = options
        self._directory = Directory()
        self._found: list[Found] = []
        self._instruments: dict[int, Instrument] = {}
        self._contained: list[Instrument] = []
        self._people: dict[int, Patient] = {}
        self._clocks: dict[str, bool] = {}
        self._measured_kinds: defaultdict[str, set[str]] = defaultdict(set)
        self._result = Decoded()

    def gather(self, name: str, data: bytes) -> None:
        """Split one file and enter in the directory what others may point at."""
        report = self._result.files[name] = FileReport(name)
        for one in resources(data, name):
            if isinstance(one, Trouble):
                report.troubles.append(one)
                continue
            report.resources[one.type] += 1
            if self._enter(one, report):
                self._found.append(one)

    def _enter(self, found: Found, report: FileReport) -> bool:
        """Enter a resource; False if it is broken, which the report then says."""
        shape = _POINTED_AT.get(found.type)
        is_clock = found.type == "Observation" and _may_be_clock(found)
        if shape is None and not is_clock:
            return True
        resource = decoded(found.body, shape or Observation, found.place)
        if isinstance(resource, Trouble):
            report.troubles.append(resource)
            return False
        if isinstance(resource, Device):
            one = self._instruments[len(self._found)] = instrument(found, resource)
            self._directory.enter(found, one.id, resource.identifier)
        elif isinstance(resource, Patient):
            self._people[len(self._found)] = resource
            self._directory.enter(found, patient_id(found, resource), resource.identifier)
        elif isinstance(resource, DeviceMetric) and resource.source:
            self._directory.enter_onward(found, resource.source)
        elif isinstance(resource, Observation):
            own_id = f"{found.home}\n{found.id}"
            self._directory.enter(found, own_id, [])
            self._clocks[own_id] = resource.data_absent_reason is not None
        return True

    def settle(self) -> Decoded:
        """Read every resource, readings first: what they measure tells the kind of a device."""
        for found in self._found:
            if found.type == "Observation":
                self._enter_contained(found)
        around = self._surroundings()
        for found in self._found:
            if found.type == "Observation":
                self._read_observation(found, around)
        for number, found in enumerate(self._found):
            if found.type != "Observation":
                self._read_other(number, found)
        for one in self._contained:
            self._read_device(one)
        self._count_unread()
        return self._result

    def _surroundings(self) -> Surroundings:
        signs: dict[str, DeviceSign] = {
            own_id: "proven" if serial else "named"
            for own_id, serial in self._options.devices.items()
        }
        signs |= {one.id: one.sign for one in [*self._instruments.values(), *self._contained]}
        return Surroundings(self._directory, signs, self._clocks)

    def _enter_contained(self, found: Found) -> None:
        if b'"contained"' not in bytes(found.body):
            return
        whole = decoded(found.body, Resource, found.place)
        if isinstance(whole, Trouble):
            return  # said again, and reported, when it is read
        for raw in whole.contained:
            head = decoded(raw, Head, found.place)
            if isinstance(head, Trouble) or head.resource_type != "Device":
                continue
            device = decoded(raw, Device, found.place)
            if isinstance(device, Trouble):
                self._result.files[found.place.file].troubles.append(device)
                continue
            place = Place(found.place.file, found.place.where, f"{found.place.resource}#{head.id}")
            inner = Found(place, "Device", head.id, raw, found.message, posted=True)
            one = instrument(inner, device)
            self._contained.append(one)
            self._directory.enter_contained(found, head.id, Target("Device", one.id))

    def _read_observation(self, found: Found, around: Surroundings) -> None:
        reading = read(found, around)
        self._result.files[found.place.file].troubles.extend(reading.troubles)
        if reading.withdrawn_id:
            self._result.withdrawn.append((found.place, reading.withdrawn_id))
        if reading.row:
            kind = DEVICE_KIND[reading.row["metric"]]
            if kind:
                self._measured_kinds[reading.row["device_id"]].add(kind)
            self._result.rows.append(NewRow("readings", reading.row, found.place))

    def _read_other(self, number: int, found: Found) -> None:
        if number in self._instruments:
            self._read_device(self._instruments[number])
        elif number in self._people:
            person = self._people[number]
            zone = self._options.zones.get(patient_id(found, person), self._options.time_zone)
            row, said = patient_row(found, person, time_zone=zone)
            self._keep("patients", found, row, said)
        elif found.type == "Consent":
            consent = decoded(found.body, Consent, found.place)
            if isinstance(consent, Trouble):
                self._keep("consents", found, None, [consent])
                return
            program = self._options.program
            row, said = consent_row(found, consent, self._directory, program=program)
            self._keep("consents", found, row, said)

    def _read_device(self, one: Instrument) -> None:
        row, said = device_row(one, self._measured_kinds[one.id])
        self._keep("devices", one.found, row, said)

    def _keep(
        self, table: str, found: Found, row: dict[str, str] | None, said: list[Trouble]
    ) -> None:
        self._result.files[found.place.file].troubles.extend(said)
        if row:
            self._result.rows.append(NewRow(table, row, found.place))

    def _count_unread(self) -> None:
        for report in self._result.files.values():
            for type_, count in _unread(report.resources):
                place = Place(report.file, "", type_)
                words = f"{count} {type_}"
                report.troubles.append(trouble(place, "type_without_table", "resourceType", words))


_POINTED_AT: dict[str, type[Resource]] = {
    "Device": Device,
    "DeviceMetric": DeviceMetric,
    "Patient": Patient,
}
_READ = frozenset({"Observation", "Device", "Patient", "Consent"})


def _may_be_clock(found: Found) -> bool:
    body = bytes(found.body)
    return _IEEE in body and any(sign in body for sign in _CLOCKS)


def _unread(resources_by_type: Counter[str]) -> Iterator[tuple[str, int]]:
    return ((type_, count) for type_, count in resources_by_type.items() if type_ not in _READ)
