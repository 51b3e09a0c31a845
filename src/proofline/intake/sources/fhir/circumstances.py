"""What the fields around the value tell: whose reading, from which device, and how it came to be.

Thousands of Observations say the same here, so it is interpreted once for all of them.

* `entry`: see the module of that name.
* `clock` is the device's where the coincident time stamp of the Personal Health Device guide shows
  that it worked. Where that shows a fault, or where a gateway passed on what carries no such stamp,
  the guide has the gateway tell the time; for all else FHIR does not say whose clock it was.
* `time_quality` is `estimated` with a faulted device clock, `device` with a working one, else
  blank.
* `test` and `ambiguous_person` are set only by what says so; FHIR has nothing that denies them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from proofline.evidence.provenance import EVERY_TABLE
from proofline.intake.measurements.once import Once
from proofline.intake.sources.fhir.by_hand import (
    control_noted,
    extended_by_hand,
    is_supplied_by_patient,
    sensed,
    typed_in,
)
from proofline.intake.sources.fhir.codes import A_STATISTIC
from proofline.intake.sources.fhir.decoding import element, elements
from proofline.intake.sources.fhir.entry import (
    GATEWAY_EXTENSION,
    DeviceSign,
    Signs,
    entry_of,
    method_token,
    passed_on,
)
from proofline.intake.sources.fhir.files import is_test_label
from proofline.intake.sources.fhir.forms import FORM, derived_from
from proofline.intake.sources.fhir.primitives import eui_64
from proofline.intake.sources.fhir.references import NOWHERE, Directory, Spot, Target
from proofline.intake.sources.fhir.shapes import (
    ABSENT,
    Coding,
    Concept,
    Extended,
    Extension,
    Reference,
)
from proofline.intake.tables.labels import TEST_LABEL

if TYPE_CHECKING:
    from proofline.evidence.contract import Table
    from proofline.intake.sources.fhir.shapes import Observation
    from proofline.intake.sources.fhir.words import Why
    from proofline.intake.tables.labels import Subject

Row = dict[str, str]
_OF_THE_READING = frozenset(
    {
        *("reading_id", "metric", "value", "value_2", "unit", "measured_at", "received_at"),
        "source_message_id",
    }
)
_OF_THE_ARRIVAL = frozenset(
    {
        *("reading_id", "received_at", "message_id", "payload_place", "value_sent"),
        *("value_2_sent", "unit_sent", "measured_sent", "offset_minutes"),
    }
)
_SELDOM = 11  # fields that few Observations have
_COINCIDENT = "http://hl7.org/fhir/uv/phd/StructureDefinition/CoincidentTimeStampReference"
_STATISTICS_CODE = "http://hl7.org/fhir/StructureDefinition/observation-statisticsCode"
_OF_SEVERAL = re.compile(r"/number-?of-?measurements(-?ext)?\Z", re.IGNORECASE)
_ALONE = b"1"  # one measurement is no average
_AN_AVERAGE = re.compile(r"/average[^/]*\Z", re.IGNORECASE)
"""Of HL7's guides on vital signs and on hypertension, which have both on averages alone."""
_FOCUS_CODE = "http://hl7.org/fhir/StructureDefinition/observation-focusCode"
_OF_DEVICES = frozenset({"Device", "DeviceMetric"})


class Surroundings(Struct):
    """What must be known around an Observation to read it.

    `devices`: by id, what naming one shows; `clocks` gives whether the device clock was faulted, by
    our id of a coincident time stamp. Most input has none, so they are only looked for when asked.
    `kinds`: what the readings of each device measure that does not say it itself.
    `tests`: the patients and devices of the input that are labelled as test data.
    """

    directory: Directory
    devices: dict[str, DeviceSign]
    clocks: Callable[[], dict[str, bool]]
    kinds: dict[str, set[str]]
    tests: set[Subject]


class Told(Struct, frozen=True, gc=False):
    """What is told around the value: the cells that it fills in both rows, and what is to be said.

    `reading` and `provenance` have all columns already, those of the value itself still blank.
    `is_plain`: nothing has to be decided of it any more; `of_device`: it is about a device;
    `refused`: why none of these is a patient's reading.
    """

    of_device: bool
    refused: Why
    notes: tuple[Why, ...]
    device_id: str
    reading: Row
    provenance: Row
    is_plain: bool


class Circumstances:
    """Tells of the Observations of one message, or of all that came in none."""

    def __init__(
        self,
        around: Surroundings,
        spot: Spot,
        payload: Row,
        *,
        test: bool = False,
        mib: int = 1,
    ) -> None:
        self._around = around
        self._payload = payload
        self._spot = spot
        self._test = test
        self.often: Once[tuple[bytes, ...], Told] = Once(self._tell, mib)
        self._patients: Once[bytes, tuple[Target, str]] = Once(self._patient, mib // 3 + 1)
        self._devices: Once[bytes, tuple[Target, str]] = Once(self._device, mib // 3 + 1)
        self._extended: Once[bytes, bytes] = Once(_extensions_of, mib // 3 + 1)

    def of(self, sent: Observation) -> Told:
        """Tell of one Observation.

        Errors: Unreadable if an element is not as FHIR has it.
        """
        meta = sent.meta
        often = (
            bytes(sent.subject),
            bytes(sent.device),
            bytes(sent.category),
            bytes(meta.profile),
        )
        if sent.performer is sent.extension is sent.method is meta.security is ABSENT and (
            sent.note is meta.tag is sent.focus is sent.derived_from is ABSENT
            and sent.comment is sent.comments is sent.related is ABSENT
        ):
            return self.often[often]
        return self.often[
            (
                *often,
                bytes(sent.performer),
                bytes(sent.extension),
                bytes(sent.method),
                bytes(sent.note),
                bytes(meta.security),
                bytes(meta.tag),
                bytes(sent.focus),
                bytes(sent.derived_from),
                bytes(sent.comment),
                bytes(sent.comments),
                bytes(sent.related),
            )
        ]

    def _tell(self, key: tuple[bytes, ...]) -> Told:
        seldom = key[4:] or (b"",) * _SELDOM
        patient, patient_sent = self._patients[key[0]]
        device, device_sent = self._devices[key[1]]
        sign = self._sign(device)
        extensions = elements(seldom[1], Extension, "extension")
        said = entry_of(self._signs(key, seldom, sign, extensions))
        quality, clock = self._clock(extensions)
        test_said = (
            self._test_said(seldom[4], seldom[5])
            or self._test_of(patient, device)
            or control_noted(seldom[3], seldom[8:10])
        )
        reading = {
            "device_id": device.id or f"not-named:{patient.id}",
            "patient_id": patient.id,
            "entry": said.word,
            "time_quality": quality,
            "test": "true" if test_said else "",
            "source": self._payload["source"],
            "authenticity": self._payload["authenticity"],
        }
        provenance = {
            **self._payload,
            "device_sent": device_sent,
            "patient_sent": patient_sent,
            "clock": clock,
            "entry_said": said.field,
            "test_said": test_said,
        }
        refused = (
            _refused(patient, device)
            or self._of_another(patient, seldom[6], extensions)
            or _statistic(extensions, elements(key[3], str, "meta.profile"))
        )
        notes = self._notes(device)
        of_device = patient.type in _OF_DEVICES
        return Told(
            of_device,
            refused,
            notes,
            device.id,
            _template(reading, EVERY_TABLE["readings"], _OF_THE_READING),
            _template(provenance, EVERY_TABLE["provenance"], _OF_THE_ARRIVAL),
            is_plain=not (of_device or refused or device.id in self._around.kinds),
        )

    def _signs(
        self,
        key: tuple[bytes, ...],
        seldom: tuple[bytes, ...],
        device: DeviceSign,
        extensions: list[Extension],
    ) -> Signs:
        """Gather what shows how it came to be."""
        performer, own, method, notes, security, tag, _, derived, *comments, related = seldom
        labels = {"meta.tag": tag, "category": key[2]}
        reference = self._extended[key[1]]
        supplied = is_supplied_by_patient(tag, security)
        return Signs(
            method=method_token(element(method, Concept, "method")),
            by_hand=typed_in(method, labels, notes, comments)
            or self._filled_in(derived, related)
            or extended_by_hand(own)
            or extended_by_hand(reference),
            sensed=sensed(own) or sensed(reference),
            supplied=supplied,
            device=device,
            passed_on=passed_on(
                [] if supplied else extensions,
                elements(key[3], str, "meta.profile"),
                elements(key[2], Concept, "category"),
            ),
            performers=self._performers(performer),
        )

    def _filled_in(self, derived: bytes, related: bytes) -> str:
        """Name the field that leads to a form that it was filled in on; blank if none does."""
        for one in derived_from(derived, related):
            if one.is_form or self._follow(Reference(one.reference), FORM)[0].type == FORM:
                return f"derivedFrom={FORM}"
        return ""

    def _of_another(self, patient: Target, focus: bytes, extensions: list[Extension]) -> Why:
        """Say by which field it tells of somebody or something else than its subject."""
        led = [self._follow(one, "Patient")[0] for one in elements(focus, Reference, "focus")]
        if any(one != patient or one == NOWHERE for one in led):  # of two unknown none is the other
            return "of_another", "focus"
        by_code = any(one.url == _FOCUS_CODE for one in extensions)
        return ("of_another", "extension(focusCode)") if by_code else ()

    def _patient(self, body: bytes) -> tuple[Target, str]:
        return self._follow(element(body, Reference, "subject"), "Patient")

    def _device(self, body: bytes) -> tuple[Target, str]:
        target, sent = self._follow(element(body, Reference, "device"), "Device")
        return self._around.directory.known_device(target), sent

    def _follow(self, reference: Reference | None, type_: str) -> tuple[Target, str]:
        if reference is None:
            return NOWHERE, ""
        sent = reference.reference or (reference.identifier.value if reference.identifier else "")
        return self._around.directory.leads_to(reference, self._spot, type_), sent.strip()

    def _performers(self, body: bytes) -> frozenset[str]:
        sent = elements(body, Reference, "performer")
        return frozenset(self._follow(one, "Patient")[0].type for one in sent)

    def _sign(self, device: Target) -> DeviceSign:
        if not device.id:
            return "none"
        return self._around.devices.get(device.id) or ("proven" if eui_64(device.id) else "named")

    def _notes(self, device: Target) -> tuple[Why, ...]:
        if not device.id:
            return (("no_device", "device"),)
        return () if device.id in self._around.devices else (("device_unknown", "device"),)

    def _clock(self, extensions: list[Extension]) -> tuple[str, str]:
        """Give `time_quality`, and whose clock told the time."""
        for one in extensions:
            if one.url == _COINCIDENT:
                clocks = self._around.clocks()
                stamp, _ = self._follow(one.value_reference, "Observation")
                faulted = clocks.get(stamp.id)
                if faulted is not None:
                    return ("estimated", "gateway") if faulted else ("device", "device")
                return "", "unknown"
        is_gateway = any(one.url == GATEWAY_EXTENSION for one in extensions)
        return "", "gateway" if is_gateway else "unknown"

    def _test_said(self, security: bytes, tag: bytes) -> str:
        """Name the field that labels this as test data, or give a blank."""
        if self._test:
            return f"Bundle.meta={TEST_LABEL}"
        for body, path in ((security, "meta.security"), (tag, "meta.tag")):
            if is_test_label(elements(body, Coding, path)):
                return f"{path}={TEST_LABEL}"
        return ""

    def _test_of(self, *named: Target) -> str:
        """Name the patient or device that is only there for tests, or give a blank."""
        types = (one.type for one in named if (one.type, one.id) in self._around.tests)
        return next((f"{type_}.meta={TEST_LABEL}" for type_ in types), "")


def _template(told: Row, table: Table, to_come: frozenset[str]) -> Row:
    """Bring cells into the order of the table, trimmed, with room for those that are to come."""
    clean = {column: cell.replace("\0", "").strip() for column, cell in told.items()}
    return {
        column: clean.get(column, "")
        for column in table.names
        if clean.get(column) or column in to_come
    }


def _extensions_of(device: bytes) -> bytes:
    return bytes((element(device, Extended, "device") or Extended()).extension)


def _statistic(extensions: list[Extension], profiles: list[str]) -> Why:
    for one in extensions:
        url = one.url
        of_several = _OF_SEVERAL.search(url) and bytes(one.value_integer) != _ALONE
        if url == _STATISTICS_CODE or of_several:
            path = "statisticsCode" if url == _STATISTICS_CODE else "NumberOfMeasurements"
            return "not_a_reading", f"extension({path})", A_STATISTIC
    if any(map(_AN_AVERAGE.search, profiles)):
        return "not_a_reading", "meta.profile", A_STATISTIC
    return ()


def _refused(patient: Target, device: Target) -> Why:
    if patient.type not in {"", "Patient"}:
        return "not_of_a_patient", "subject"
    return () if device.id or patient.id else ("about_nobody", "device")
