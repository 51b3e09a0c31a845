"""The search: patients by a name, an id or a device. Who was found is put on record as seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from proofline.desk.found import look_at_all
from proofline.desk.roles import permit
from proofline.store.book import Book
from proofline.store.work.seeking import patients_like

MOST = 50
"""Longer lists are not read; the search says that there are more."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One patient found. `enrollment_id` is that of the youngest episode, blank without one."""

    patient_id: str
    name: str
    born: str
    enrollment_id: str
    programs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What was asked, whom it found, and whether there are more than are shown."""

    asked: str
    hits: tuple[Hit, ...]
    more: bool


def search(book: Book, words: str, at: datetime) -> SearchPage:
    """Find patients. Errors: NotAllowed."""
    permit(book, "patient.see")
    rows = patients_like(book.tenant_id, words, MOST + 1)
    shown = rows[:MOST]
    ids = {row["patient_id"] or "" for row in shown}
    look_at_all(book, "patient.see", ids, at)
    enrolled: dict[str, list[dict[str, str | None]]] = {}
    for row in book.shelf.rows("enrollments", patient_id=ids) if ids else ():
        enrolled.setdefault(row["patient_id"] or "", []).append(row)
    hits = [_hit(row, enrolled.get(row["patient_id"] or "", [])) for row in shown]
    return SearchPage(words, tuple(sorted(hits, key=lambda hit: hit.name)), len(rows) > MOST)


def name_of(row: dict[str, str | None]) -> str:
    """Give a patient's name as lists have it, or the id where no name is on file."""
    parts = [cell for cell in (row["family_name"], row["given_name"]) if cell]
    return ", ".join(parts) or row["patient_id"] or ""


def _hit(row: dict[str, str | None], enrolled: list[dict[str, str | None]]) -> Hit:
    youngest = max(enrolled, key=lambda one: one["setup_date"] or "", default=None)
    return Hit(
        row["patient_id"] or "",
        name_of(row),
        row["birth_date"] or "",
        (youngest or {}).get("enrollment_id") or "",
        tuple(sorted({one["program"] or "" for one in enrolled})),
    )
