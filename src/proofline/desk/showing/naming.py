"""Names of patients for lists, in one question, whoever looked on record."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from proofline.desk.found import look_all
from proofline.desk.showing.seeking import name_of
from proofline.store.book import Book


def names_of(book: Book, act: str, patients: Collection[str], at: datetime) -> dict[str, str]:
    """Give the names of patients as lists have them, and put the look on record."""
    ids = {one for one in patients if one}
    if not ids:
        return {}
    look_all(book, act, ids, at)
    rows = book.shelf.rows("patients", patient_id=ids)
    return {one: one for one in ids} | {row["patient_id"] or "": name_of(row) for row in rows}
