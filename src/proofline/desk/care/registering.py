"""A patient whom the practice did not know yet: registered and enrolled in one act."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from proofline.desk.care.episodes import Enrolment, beginning
from proofline.desk.cells import day
from proofline.desk.found import look
from proofline.desk.roles import permit
from proofline.desk.trouble import DeskError
from proofline.evidence.zones import zone_names
from proofline.store.book import Book


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who a new patient is. `record_number` is the practice's own; blank or None is not known."""

    record_number: str
    family_name: str
    given_name: str
    time_zone: str
    birth_date: date | None = None
    sex: str = ""
    phone: str = ""
    member_id: str = ""


def enrol_new(book: Book, who: Newcomer, said: Enrolment, at: datetime) -> str:
    """Register a patient and begin an episode; give the enrollment's id.

    Errors: NotAllowed; DeskError if the record number is taken, or zone or name are missing.
    """
    permit(book, "patient.enrol")
    _refuse_unusable(who)
    enrolment = beginning(replace(said, patient_id=who.record_number), at)
    patient = {
        "patient_id": who.record_number,
        "family_name": who.family_name,
        "given_name": who.given_name,
        "time_zone": who.time_zone,
        "birth_date": day(who.birth_date),
        "sex": who.sex or None,
        "phone": who.phone or None,
        "member_id": who.member_id or None,
    }
    with book.act("patient.enrol", at) as act:
        _refuse_known(book, who)
        act.add("patients", [patient])
        act.add("enrollments", [enrolment])
    look(book, "patient.enrol", who.record_number, at)
    return enrolment["enrollment_id"] or ""


def _refuse_unusable(who: Newcomer) -> None:
    if not who.record_number or not who.family_name or who.time_zone not in zone_names():
        raise DeskError(
            "desk.newcomer",
            "A new patient needs a record number, a family name and a time zone.",
            "Days are counted by the patient's clock: choose the zone of where they live.",
        )


def _refuse_known(book: Book, who: Newcomer) -> None:
    if book.shelf.rows("patients", patient_id={who.record_number}):
        raise DeskError(
            "desk.patient_known",
            "A patient with this record number is on file.",
            "Find them by the number and enrol them from there; nothing was written.",
        )
