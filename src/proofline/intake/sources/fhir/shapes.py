"""The parts of FHIR R4 resources that Proofline reads; all else in them is skipped.

A field that is absent holds an empty string or list. Numbers stay the bytes that were sent, so that
72.10 never becomes 72.1. Names are FHIR's own (https://hl7.org/fhir/R4), in Python's spelling.

No shape can hold itself, so the garbage collector need not look at any (`gc=False`).
"""

from __future__ import annotations

from typing import Literal

from msgspec import Raw, Struct, field

ABSENT = Raw()
Status = Literal[
    "registered",
    "preliminary",
    "final",
    "amended",
    "corrected",
    "cancelled",
    "entered-in-error",
    "unknown",
]
"""FHIR's ObservationStatus."""


class _Shape(Struct, rename="camel", frozen=True, gc=False):
    pass


class Head(_Shape, frozen=True, gc=False):
    """What says which kind of resource this is."""

    resource_type: str = ""
    id: str = ""


class Coding(_Shape, frozen=True, gc=False):
    """A code and the system it belongs to."""

    system: str = ""
    code: str = ""


class Concept(_Shape, frozen=True, gc=False):
    """A CodeableConcept: the same thing in several code systems."""

    coding: list[Coding] = []


class Identifier(_Shape, frozen=True, gc=False):
    """A name that somebody gave to a thing."""

    system: str = ""
    value: str = ""
    type: Concept | None = None


class Reference(_Shape, frozen=True, gc=False):
    """A pointer to another resource, literal or by identifier."""

    reference: str = ""
    identifier: Identifier | None = None


class Quantity(_Shape, frozen=True, gc=False):
    """A measured amount; `value` is the JSON number as sent."""

    value: Raw = ABSENT
    comparator: str = ""
    unit: str = ""
    system: str = ""
    code: str = ""


class Period(_Shape, frozen=True, gc=False):
    """A span of time with offset kept."""

    start: str = ""
    end: str = ""


class Timing(_Shape, frozen=True, gc=False):
    """The times at which something was done, or by which rule it is."""

    event: list[str] = []
    repeat: Raw = ABSENT
    code: Raw = ABSENT


class Extension(_Shape, frozen=True, gc=False):
    """An extension, as far as Proofline knows any."""

    url: str = ""
    value_reference: Reference | None = None
    value_code: str = ""
    value_string: str = ""
    value_integer: Raw = ABSENT


class Extended(_Shape, frozen=True, gc=False):
    """An element of which only the extensions are of interest, not decoded."""

    extension: Raw = ABSENT


class ExtendedValue(Extended, frozen=True, gc=False):
    """A Quantity of which only the extensions are of interest: its own and its number's."""

    of_number: Raw = field(default=ABSENT, name="_value")


class Meta(_Shape, frozen=True, gc=False):
    """About the resource itself."""

    version_id: str = ""
    last_updated: str = ""
    profile: list[str] = []
    security: list[Coding] = []
    tag: list[Coding] = []


class Resource(_Shape, frozen=True, gc=False):
    """What all resources have."""

    id: str = ""
    meta: Meta = Meta()
    identifier: list[Identifier] = []
    extension: list[Extension] = []
    modifier_extension: list[Raw] = []
    contained: list[Raw] = []


class Component(_Shape, frozen=True, gc=False):
    """One part of a compound Observation."""

    code: Concept = Concept()
    value_quantity: Quantity | None = None
    value_integer: Raw = ABSENT
    data_absent_reason: Concept | None = None
    interpretation: list[Concept] = []


class SaidOfPart(_Shape, frozen=True, gc=False):
    """What of a component may say how its value came to be, undecoded.

    FHIR has no `note`, `comment` or `method` there, nor `value_code` and `value_coding`; some
    senders do.
    """

    code: Raw = ABSENT
    extension: Raw = ABSENT
    modifier_extension: Raw = ABSENT
    note: Raw = ABSENT
    comment: Raw = ABSENT
    method: Raw = ABSENT
    value_quantity: Raw = ABSENT
    value_string: Raw = ABSENT
    value_boolean: Raw = ABSENT
    value_integer: Raw = ABSENT
    of_integer: Raw = field(default=ABSENT, name="_valueInteger")
    value_codeable_concept: Raw = ABSENT
    value_code: Raw = ABSENT
    value_coding: Raw = ABSENT


class ObservationMeta(_Shape, frozen=True, gc=False):
    """About an Observation: what changes from one to the next, and what repeats undecoded."""

    last_updated: str = ""
    profile: Raw = ABSENT
    security: Raw = ABSENT
    tag: Raw = ABSENT


class Observation(_Shape, frozen=True, gc=False):
    """One measurement, or what a device says of itself.

    Millions of these repeat the same code, patient and device, so those parts stay bytes and each
    is interpreted once. `comment` and `related` are of STU3, `comments` is of DSTU2.
    """

    resource_type: str = ""
    id: str = ""
    meta: ObservationMeta = ObservationMeta()
    identifier: Raw = ABSENT
    status: str = ""
    category: Raw = ABSENT
    code: Raw = ABSENT
    subject: Raw = ABSENT
    focus: Raw = ABSENT
    performer: Raw = ABSENT
    effective_date_time: str = ""
    effective_instant: str = ""
    effective_period: Raw = ABSENT
    effective_timing: Raw = ABSENT
    issued: str = ""
    method: Raw = ABSENT
    device: Raw = ABSENT
    note: Raw = ABSENT
    value_quantity: Raw = ABSENT
    component: Raw = ABSENT
    extension: Raw = ABSENT
    modifier_extension: Raw = ABSENT
    contained: Raw = ABSENT
    has_member: Raw = ABSENT
    derived_from: Raw = ABSENT
    comment: Raw = ABSENT
    comments: Raw = ABSENT
    related: Raw = ABSENT
    data_absent_reason: Raw = ABSENT
    interpretation: Raw = ABSENT
    value_integer: Raw = ABSENT
    of_integer: Raw = field(default=ABSENT, name="_valueInteger")
    value_string: Raw = ABSENT
    value_boolean: Raw = ABSENT
    value_codeable_concept: Raw = ABSENT
    value_sampled_data: Raw = ABSENT
    value_range: Raw = ABSENT
    value_ratio: Raw = ABSENT
    value_time: Raw = ABSENT
    value_date_time: Raw = ABSENT
    value_period: Raw = ABSENT


class Plain(_Shape, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True):
    """An Observation that has nothing but what every vital sign of a server has.

    What is not read (`text`, `encounter`) is named, for anything else is not plain. The order is
    that in which FHIR has them: they are found faster so.
    """

    resource_type: Literal["Observation"]
    id: str
    meta: ObservationMeta = ObservationMeta()
    text: Raw = ABSENT
    status: Status
    category: Raw = ABSENT
    code: Raw
    subject: Raw = ABSENT
    encounter: Raw = ABSENT
    effective_date_time: str
    issued: str = ""
    value_quantity: Raw = ABSENT
    device: Raw = ABSENT
    component: Raw = ABSENT


class UdiCarrier(_Shape, frozen=True, gc=False):
    """The unique device identifier."""

    device_identifier: str = ""


class Specialization(_Shape, frozen=True, gc=False):
    """What kind of instrument a device is, in IEEE 11073 words."""

    system_type: Concept = Concept()


class Device(Resource, frozen=True, gc=False):
    """An instrument, or a gateway that passes on what instruments measure."""

    status: str = ""
    udi_carrier: list[UdiCarrier] = []
    manufacturer: str = ""
    serial_number: str = ""
    model_number: str = ""
    type: Concept | None = None
    specialization: list[Specialization] = []
    patient: Reference | None = None


class DeviceMetric(Resource, frozen=True, gc=False):
    """One channel of a device; only its way back to the device matters."""

    source: Reference | None = None


class HumanName(_Shape, frozen=True, gc=False):
    """A name; FHIR writes a missing part as null."""

    use: str = ""
    family: str = ""
    given: list[str | None] = []


class Telecom(_Shape, frozen=True, gc=False):
    """A way to reach somebody."""

    system: str = ""
    value: str = ""


class Address(_Shape, frozen=True, gc=False):
    """A postal address."""

    use: str = ""
    line: list[str | None] = []
    city: str = ""
    state: str = ""
    postal_code: str = ""


class Patient(Resource, frozen=True, gc=False):
    """A person."""

    name: list[HumanName] = []
    telecom: list[Telecom] = []
    gender: str = ""
    birth_date: str = ""
    deceased_boolean: bool | None = None
    deceased_date_time: str = ""
    address: list[Address] = []


class Provision(_Shape, frozen=True, gc=False):
    """What a consent permits or denies, and how long."""

    type: str = ""
    period: Period | None = None
    code: list[Concept] = []


class Consent(Resource, frozen=True, gc=False):
    """An agreement."""

    status: str = ""
    language: str = ""
    scope: Concept | None = None
    category: list[Concept] = []
    patient: Reference | None = None
    date_time: str = ""
    policy_rule: Concept | None = None
    provision: Provision | None = None


class EntryRequest(_Shape, frozen=True, gc=False):
    """What a transaction asks the server to do, or what one has asked it to do before."""

    method: str = ""
    url: Raw = ABSENT


class Entry(_Shape, frozen=True, gc=False):
    """One resource of a Bundle."""

    full_url: str = ""
    resource: Raw = ABSENT
    request: EntryRequest | None = None
    response: Raw = ABSENT


class EntryResponse(_Shape, frozen=True, gc=False):
    """What a server did about an entry."""

    last_modified: str = ""


class Link(_Shape, frozen=True, gc=False):
    """Where more of the same is."""

    relation: str = ""


class Bundle(Resource, frozen=True, gc=False):
    """Several resources in one message; each entry is decoded by itself."""

    # In a Bundle the identifier is one object, not a list, and nothing here reads it.
    identifier: Raw = ABSENT  # type: ignore[assignment]
    type: str = ""
    timestamp: Raw = ABSENT
    link: list[Link] = []
    entry: list[Raw] = []
