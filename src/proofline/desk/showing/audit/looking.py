"""Who saw whom and who changed what, by patient and by person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from proofline.desk import people
from proofline.desk.days import zone_of
from proofline.desk.found import look_at_all, patient_for
from proofline.desk.roles import may, permit
from proofline.desk.showing.seeking import name_of
from proofline.store.auditing.added import Batch, batches_of_patient, batches_of_person
from proofline.store.book import Book
from proofline.store.people.looks import Seen
from proofline.store.people.names import names_of, people_of

MOST = 200
"""Looks and changes that a page tells; the latest ones."""


@dataclass(frozen=True, slots=True)
class LooksPage:
    """The looks at a patient or of a person, and what was changed, the latest first.

    `names` has the accounts by number, `patients` the names by id. `whose` is the patient who is
    asked about, and `zone` that patient's; blank and UTC where somebody's own looks are.
    """

    whose: str
    looks: tuple[Seen, ...]
    changes: tuple[Batch, ...]
    names: dict[int, str]
    patients: dict[str, str]
    more: bool
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Everybody whose looks can be asked for, and how often broken glass waits for other eyes."""

    people: tuple[tuple[int, str], ...]
    glass: int


def at_patient(book: Book, enrollment_id: str, at: datetime, most: int = MOST) -> LooksPage:
    """Say who saw the patient of an enrollment, and who changed what of them; `most` of each.

    Errors: NotAllowed; NotVisible.
    """
    permit(book, "look.see")
    rows = book.shelf.rows("enrollments", enrollment_id={enrollment_id})
    patient_id = (rows[-1]["patient_id"] if rows else "") or ""
    patient = patient_for(book, "look.see", patient_id, at)
    looks = people.looks_at(book, patient_id, at, most + 1)
    ids = {
        "patient_id": {patient_id},
        "enrollment_id": book.shelf.ids("enrollments", "enrollment_id", patient_id={patient_id}),
        "device_id": book.shelf.ids("assignments", "device_id", patient_id={patient_id}),
    }
    changes = batches_of_patient(book.tenant_id, ids, most)
    found = _page(book, name_of(patient), looks, changes, most=most)
    return replace(found, zone=str(zone_of(book, patient_id)))


def of_person(book: Book, person_id: int, at: datetime, most: int = MOST) -> LooksPage:
    """Say whom a person saw and what they changed, `most` of each. Errors: NotAllowed."""
    permit(book, "look.see")
    looks = people.looks_of(book, person_id, most + 1)
    page = _page(book, "", looks, batches_of_person(book.tenant_id, person_id, most), most=most)
    look_at_all(book, "look.see", page.patients, at)
    return page


def _page(
    book: Book, whose: str, looks: Collection[Seen], changes: Collection[Batch], *, most: int
) -> LooksPage:
    shown = list(looks)[:most]
    acting = {one.person_id for one in shown} | {one.by for one in changes}
    patients = {one.patient_id for one in shown if one.patient_id} if not whose else set()
    rows = book.shelf.rows("patients", patient_id=patients) if patients else ()
    return LooksPage(
        whose,
        tuple(shown),
        tuple(changes),
        names_of(book.tenant_id, {one for one in acting if one is not None}),
        {row["patient_id"] or "": name_of(row) for row in rows},
        len(looks) > most or len(changes) >= most,
    )


def everybody(book: Book) -> PeoplePage:
    """Name everybody who works or worked here. Errors: NotAllowed."""
    permit(book, "look.see")
    waiting = people.broken(book, unreviewed=True) if may(book, "glass.review") else ()
    return PeoplePage(tuple(people_of(book.tenant_id)), len(waiting))
