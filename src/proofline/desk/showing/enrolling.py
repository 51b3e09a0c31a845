"""The page on which a patient is enrolled: who it is, if known, and what can be chosen."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from proofline.desk.found import Cells, patient_for
from proofline.desk.roles import permit
from proofline.desk.showing.seeking import name_of
from proofline.evidence import TABLES
from proofline.store.book import Book

ZONES = (
    *("America/New_York", "America/Chicago", "America/Denver", "America/Phoenix"),
    *("America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico"),
    "Pacific/Guam",
)
"""The zones of the states and territories, each by its largest city."""
PROGRAMS = next(one for one in TABLES if one.name == "enrollments").column("program").choices
_BILLS = {"physician", "npp"}
FEW = 40
"""As many people as a list is read through; of more only the likely ones are offered by name."""


@dataclass(frozen=True, slots=True)
class Offered:
    """Whom a form offers, id and name, by name; with `more` there are others, who are typed."""

    people: tuple[tuple[str, str], ...]
    more: bool


@dataclass(frozen=True, slots=True)
class EnrolPage:
    """Whom to enrol, blank for somebody new; the programs, and who can bill or order."""

    patient_id: str
    name: str
    programs: tuple[str, ...]
    practitioners: tuple[tuple[str, str], ...]
    zones: tuple[str, ...]


def enrol_page(book: Book, patient_id: str, at: datetime) -> EnrolPage:
    """Show the form. Errors: NotAllowed; NotVisible."""
    permit(book, "patient.enrol")
    name = name_of(patient_for(book, "patient.enrol", patient_id, at)) if patient_id else ""
    return EnrolPage(
        patient_id, name, PROGRAMS, practitioners(book.shelf.rows("performers")), ZONES
    )


def practitioners(performers: Iterable[Cells]) -> tuple[tuple[str, str], ...]:
    """Give id and name of those who can bill or order, by name."""
    rows = [row for row in performers if row["role"] in _BILLS]
    found = {row["performer_id"] or "": row["name"] or row["performer_id"] or "" for row in rows}
    return tuple(sorted(found.items(), key=lambda one: one[1]))


def offered(people: Iterable[tuple[str, str]], likely: Collection[str]) -> Offered:
    """Offer all people where they are few, otherwise those of `likely` ids alone."""
    by_name = sorted(people, key=lambda one: (one[1], one[0]))
    if len(by_name) <= FEW:
        return Offered(tuple(by_name), more=False)
    return Offered(tuple(one for one in by_name if one[0] in likely)[:FEW], more=True)
