"""The beginning and the end of an episode, and what an enrollment still lacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from proofline.desk import days
from proofline.desk.cells import day, yes
from proofline.desk.found import Cells, enrollment_for, patient_for
from proofline.desk.ids import new_id
from proofline.desk.trouble import DeskError, refuse_silence
from proofline.store.book import Book


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What is known when a patient is enrolled; what is not known stays None, never "no"."""

    patient_id: str
    program: str
    billing_performer_id: str
    order_date: date | None = None
    ordering_performer_id: str | None = None
    diagnoses: tuple[str, ...] = ()
    established_on: date | None = None
    established: bool | None = None
    payer_id: str | None = None
    setup_date: date | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the check list: what it is, whether it is there, and what would mend it."""

    name: Literal["condition", "device", "established", "consent", "order", "time_zone"]
    state: Literal["there", "missing", "unknown"]
    cure: str = ""


def enrol(book: Book, said: Enrolment, at: datetime) -> str:
    """Begin an episode; give the enrollment's id.

    What is missing does not keep anybody from being enrolled: the check list says so, and so does
    every decision. Errors: NotAllowed; NotVisible; DeskError while one of the program is open.
    """
    patient_for(book, "patient.enrol", said.patient_id, at)
    row = beginning(said, at)
    with book.act("patient.enrol", at) as act:
        _refuse_second(book, said)
        act.add("enrollments", [row])
    return row["enrollment_id"] or ""


def beginning(said: Enrolment, at: datetime) -> Cells:
    """Give the row that an episode begins with, under a new id."""
    return {
        "enrollment_id": new_id("enr", at),
        "patient_id": said.patient_id,
        "program": said.program,
        "billing_performer_id": said.billing_performer_id,
        "order_date": day(said.order_date),
        "ordering_performer_id": said.ordering_performer_id,
        "order_kind": "order" if said.order_date else None,
        "setup_date": day(said.setup_date),
        "diagnoses": "|".join(said.diagnoses) or None,
        "established_on": day(said.established_on),
        "established": yes(said.established),
        "payer_id": said.payer_id,
    }


def _refuse_second(book: Book, said: Enrolment) -> None:
    for row in book.shelf.rows("enrollments", patient_id={said.patient_id}):
        if row["program"] == said.program and not row["end_date"]:
            raise DeskError(
                "desk.enrolled_before",
                f"The patient has an open episode of {said.program} ({row['enrollment_id']}).",
                "End it with its reason before a new one begins.",
            )


def end(book: Book, enrollment_id: str, last: date, at: datetime, *, reason: str) -> None:
    """End an episode on its last day.

    Errors: NotAllowed; NotVisible; DeskError without a reason, or if it ended before.
    """
    enrollment_for(book, "episode.end", enrollment_id, at)
    refuse_silence(reason, "The end of an episode")
    with book.act("episode.end", at, reason) as act:
        (row,) = book.shelf.rows("enrollments", enrollment_id={enrollment_id})
        begun = row["setup_date"] or row["order_date"] or ""
        if row["end_date"] or last.isoformat() < begun:
            raise DeskError(
                "desk.end_unusual",
                "The episode has ended before, or would end before it began.",
                "Look at its beginning and its end; a new episode needs a new enrollment.",
            )
        act.add("enrollments", [row | {"end_date": day(last), "end_reason": reason}])


def checklist(book: Book, enrollment_id: str, at: datetime) -> tuple[Item, ...]:
    """Say what an enrollment has of what billing will ask for, and what would mend the rest."""
    return lacking(book, enrollment_for(book, "patient.see", enrollment_id, at))


def lacking(book: Book, row: Cells) -> tuple[Item, ...]:
    """Give the check list of an enrollment's row, for who has found it already."""
    return (
        _item("condition", bool(row["diagnoses"]), "Enter the condition that is monitored."),
        _device(book, row),
        _established(row),
        _item("consent", _has_consent(book, row), "Read the consent text and record the answer."),
        _item("order", bool(row["order_date"]), "Enter the day of the order and who ordered."),
        *_zone(book, row),
    )


def _item(name: str, there: bool, cure: str) -> Item:  # noqa: FBT001 - it is the item's state
    return Item(name, "there") if there else Item(name, "missing", cure)  # type: ignore[arg-type]


def _device(book: Book, row: Cells) -> Item:
    given = book.shelf.ids("assignments", "device_id", patient_id={row["patient_id"] or ""})
    papers = {one["fda_basis"] for one in book.shelf.rows("devices", device_id=given)}
    if papers - {None, "none"}:
        return Item("device", "there")
    if None in papers:
        return Item(
            "device", "unknown", "Check the device's FDA papers: `proofline devices check`."
        )
    return Item("device", "missing", "Pair a device that the FDA has cleared or exempts.")


def _established(row: Cells) -> Item:
    if row["established_on"]:
        return Item("established", "there")
    cure = "Enter the day of the last visit before the start."
    return Item("established", "missing" if row["established"] == "false" else "unknown", cure)


def _zone(book: Book, row: Cells) -> tuple[Item, ...]:
    """Tell of a zone that nobody knows: none of the patient's days can be counted without it."""
    if days.has_zone(book, row["patient_id"] or ""):
        return ()
    cure = "Enter the IANA time zone of where the patient lives, such as America/Chicago."
    return (Item("time_zone", "unknown", cure),)


def _has_consent(book: Book, row: Cells) -> bool:
    return any(
        one["program"] == row["program"] and not one["revoked_at"]
        for one in book.shelf.rows("consents", patient_id={row["patient_id"] or ""})
    )
