"""Who saw whom: the list that answers a patient who asks, and a practice that doubts somebody."""

from __future__ import annotations

from datetime import datetime

from proofline.desk.found import look
from proofline.desk.roles import permit
from proofline.store.book import Book
from proofline.store.models import Person
from proofline.store.people import accounts, looks
from proofline.store.people.looks import Seen


def looks_at(book: Book, patient_id: str, at: datetime, most: int = looks.MANY) -> list[Seen]:
    """Say who saw a patient or was refused, the latest first; that one asked is a look itself.

    Errors: NotAllowed.
    """
    permit(book, "look.see")
    found = looks.of_patient(book.tenant_id, patient_id, most)
    look(book, "look.see", patient_id, at)
    return found


def looks_of(book: Book, person_id: int, most: int = looks.MANY) -> list[Seen]:
    """Say whom a person saw or was refused, the latest first. Errors: NotAllowed."""
    permit(book, "look.see")
    return looks.of_person(book.tenant_id, person_id, most)


def works_for(person: Person, at: datetime) -> dict[str, tuple[str, ...]]:
    """Say for which tenants somebody works at an instant, and in which roles."""
    return accounts.works_for(person, at)
