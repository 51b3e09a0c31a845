"""Patients: registered with their first episode, found by words, and one of them."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from proofline.api.route import Asked, route
from proofline.api.routes.made import Made
from proofline.desk.care import registering
from proofline.desk.care.episodes import Enrolment
from proofline.desk.care.registering import Newcomer
from proofline.desk.found import patient_for
from proofline.desk.showing import seeking
from proofline.desk.showing.seeking import SearchPage

Program = Literal["RPM", "RTM", "CCM", "PCM", "BHI", "APCM"]
"""Programs that an episode can be of; a test holds them to the evidence contract."""


class NewPatient(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who a new patient is, by the practice's own record number, and how their episode begins.

    What is not known is left out, and stays unknown. `time_zone` is an IANA zone.
    """

    record_number: str
    family_name: str
    given_name: str
    time_zone: str
    program: Program
    billing_performer_id: str
    birth_date: date | None = None
    sex: str = ""
    phone: str = ""
    member_id: str = ""
    order_date: date | None = None
    ordering_performer_id: str | None = None
    diagnoses: tuple[str, ...] = ()
    established_on: date | None = None
    established: bool | None = None
    payer_id: str | None = None
    setup_date: date | None = None

    @property
    def who(self) -> Newcomer:
        """Who is registered."""
        return Newcomer(
            *(self.record_number, self.family_name, self.given_name, self.time_zone),
            *(self.birth_date, self.sex, self.phone, self.member_id),
        )

    @property
    def enrolment(self) -> Enrolment:
        """The episode that begins."""
        return Enrolment(
            *(self.record_number, self.program, self.billing_performer_id, self.order_date),
            *(self.ordering_performer_id, self.diagnoses, self.established_on, self.established),
            *(self.payer_id, self.setup_date),
        )


class SoughtPatient(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words of a name, an id of a patient, or one of a device."""

    words: str


@route(
    "POST patients",
    "write:patients",
    "patient.enrol",
    of=Made,
    body=NewPatient,
    table="patients",
    status=201,
)
def register_patient(asked: Asked) -> object:
    """Register somebody new and begin their episode; give the enrollment's id."""
    said: NewPatient = asked.body
    return Made(registering.enrol_new(asked.book, said.who, said.enrolment, asked.at))


@route("POST patients/search", "read:patients", "patient.see", of=SearchPage, body=SoughtPatient)
def search_patients(asked: Asked) -> object:
    """Find patients by name, id or device; the words stand in no address."""
    return seeking.search(asked.book, asked.body.words, asked.at)


@route("GET patients/{patient_id}", "read:patients", "patient.see", of="patients")
def get_patient(asked: Asked) -> object:
    """One patient."""
    return patient_for(asked.book, "patient.see", asked.ids["patient_id"], asked.at)


PATIENTS = (register_patient, search_patients, get_patient)
