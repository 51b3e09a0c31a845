"""Enrollments, consents, devices and who has them."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from proofline.api.route import Asked, route
from proofline.api.routes.made import Done, Made
from proofline.desk.care import completing, consenting, episodes, pairing
from proofline.desk.care.completing import Filed
from proofline.desk.care.consenting import Capture
from proofline.desk.care.episodes import Enrolment, Item
from proofline.desk.care.pairing import Mistaken
from proofline.desk.found import device_for, enrollment_for, row_for
from proofline.desk.requests import lists
from proofline.packs.consents.checking import Remark


class EpisodeEnd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last day of an episode, and why it ends."""

    last: date
    reason: str


class Revocation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a patient took a consent back."""

    revoked_at: datetime


class Pairing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which device is given to which patient from which day on."""

    device_id: str
    patient_id: str
    since: date


class TakingBack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last day on which a device was with its patient."""

    until: date


class Unpairing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom a device was never given to from which day on, and why that stood on file."""

    patient_id: str
    since: date
    reason: str


@route("GET enrollments", "read:enrollments", "patient.see", of="enrollments", gives="page")
def list_enrollments(asked: Asked) -> object:
    """Enrollments of the practice."""
    return lists.enrollments(asked.book, asked.place, asked.at)


@route("GET enrollments/{enrollment_id}", "read:enrollments", "patient.see", of="enrollments")
def get_enrollment(asked: Asked) -> object:
    """One enrollment."""
    return enrollment_for(asked.book, "patient.see", asked.ids["enrollment_id"], asked.at)


@route(
    "GET enrollments/{enrollment_id}/checklist",
    "read:enrollments",
    "patient.see",
    of=Item,
    gives="list",
)
def get_checklist(asked: Asked) -> object:
    """What an enrollment lacks, and its cure."""
    return episodes.checklist(asked.book, asked.ids["enrollment_id"], asked.at)


@route(
    "POST enrollments",
    "write:enrollments",
    "patient.enrol",
    of=Made,
    body=Enrolment,
    table="enrollments",
    status=201,
)
def enrol(asked: Asked) -> object:
    """Begin an episode."""
    return Made(episodes.enrol(asked.book, asked.body, asked.at))


@route(
    "POST enrollments/{enrollment_id}/papers",
    "write:enrollments",
    "enrollment.complete",
    of=Done,
    body=Filed,
)
def complete_enrollment(asked: Asked) -> object:
    """File the order, condition, set-up or last visit, or correct them with a reason."""
    completing.complete(asked.book, asked.ids["enrollment_id"], asked.body, asked.at)
    return Done()


@route(
    "POST enrollments/{enrollment_id}/end",
    "write:enrollments",
    "episode.end",
    of=Done,
    body=EpisodeEnd,
)
def end_episode(asked: Asked) -> object:
    """End an episode on its last day."""
    said = asked.body
    episodes.end(asked.book, asked.ids["enrollment_id"], said.last, asked.at, reason=said.reason)
    return Done()


@route(
    "GET patients/{patient_id}/consents",
    "read:consents",
    "patient.see",
    of="consents",
    gives="page",
)
def list_consents(asked: Asked) -> object:
    """Consents of a patient."""
    whose = asked.ids["patient_id"]
    return lists.rows_of_patient(asked.book, "consents", whose, asked.place, at=asked.at)


@route("GET consents/{consent_id}", "read:consents", "patient.see", of="consents")
def get_consent(asked: Asked) -> object:
    """One consent."""
    row = ("consents", "consent_id", asked.ids["consent_id"])
    return row_for(asked.book, "patient.see", row, asked.at)


@route("GET consents/{consent_id}/doubts", "read:consents", "patient.see", of=Remark, gives="list")
def list_consent_doubts(asked: Asked) -> object:
    """What an auditor will ask of a consent; no outcome turns on it."""
    return consenting.doubts_of(asked.book, asked.ids["consent_id"], asked.at)


@route(
    "POST consents",
    "write:consents",
    "consent.capture",
    of=Made,
    body=Capture,
    table="consents",
    status=201,
)
def capture_consent(asked: Asked) -> object:
    """Record a consent that was given."""
    return Made(consenting.capture(asked.book, asked.body, asked.at))


@route(
    "POST consents/{consent_id}/revoke",
    "write:consents",
    "consent.revoke",
    of=Done,
    body=Revocation,
)
def revoke_consent(asked: Asked) -> object:
    """Record a revocation."""
    consenting.revoke(asked.book, asked.ids["consent_id"], asked.body.revoked_at, asked.at)
    return Done()


@route("GET devices", "read:devices", "device.see", of="devices", gives="page")
def list_devices(asked: Asked) -> object:
    """Devices of the practice."""
    return lists.devices(asked.book, asked.place)


@route("GET devices/{device_id}", "read:devices", "device.see", of="devices")
def get_device(asked: Asked) -> object:
    """One device."""
    return device_for(asked.book, "device.see", asked.ids["device_id"], asked.at)


@route(
    "GET devices/{device_id}/assignments",
    "read:devices",
    "patient.see",
    of="assignments",
    gives="page",
)
def list_assignments(asked: Asked) -> object:
    """Who had a device when."""
    return lists.assignments(asked.book, asked.ids["device_id"], asked.place, asked.at)


@route("POST assignments", "write:devices", "device.pair", of=Done, body=Pairing, status=201)
def pair_device(asked: Asked) -> object:
    """Give a device to a patient."""
    said = asked.body
    pairing.pair(asked.book, said.device_id, said.patient_id, asked.at, since=said.since)
    return Done()


@route(
    "POST devices/{device_id}/return", "write:devices", "device.return", of=Done, body=TakingBack
)
def take_device_back(asked: Asked) -> object:
    """Take a device back."""
    pairing.take_back(asked.book, asked.ids["device_id"], asked.body.until, asked.at)
    return Done()


@route("POST devices/{device_id}/unpair", "write:devices", "device.unpair", of=Done, body=Unpairing)
def unpair_device(asked: Asked) -> object:
    """Say that a device was never with a patient; its readings wait for whoever had it."""
    said = asked.body
    mistaken = Mistaken(asked.ids["device_id"], said.patient_id, said.since)
    pairing.unpair(asked.book, mistaken, said.reason, asked.at)
    return Done()


CARE = (
    list_enrollments,
    get_enrollment,
    get_checklist,
    enrol,
    complete_enrollment,
    end_episode,
    list_consents,
    get_consent,
    list_consent_doubts,
    capture_consent,
    revoke_consent,
    list_devices,
    get_device,
    list_assignments,
    pair_device,
    take_device_back,
    unpair_device,
)
