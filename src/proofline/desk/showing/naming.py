"""Names for lists: of patients, in one question and on record; of payers; keys of lines."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from proofline.claims.sheets.directory import Directory
from proofline.desk.found import look_at_all
from proofline.desk.showing.seeking import name_of
from proofline.store.book import Book
from proofline.store.work.standings import LineNow


def names_of(book: Book, act: str, patients: Collection[str], at: datetime) -> dict[str, str]:
    """Give the names of patients as lists have them, and put the look on record."""
    ids = {one for one in patients if one}
    if not ids:
        return {}
    look_at_all(book, act, ids, at)
    rows = book.shelf.rows("patients", patient_id=ids)
    return {one: one for one in ids} | {row["patient_id"] or "": name_of(row) for row in rows}


def payers_in(directory: Directory) -> dict[str, str]:
    """Give the names of payers by their identifiers on claims."""
    return {one.id: one.name for one in directory.payer.values() if one.id and one.name}


def key_of(line: LineNow) -> str:
    """Give the key of a line: enrollment, kind and first day of its period, and code."""
    return f"{line.enrollment_id} {line.period_kind} {line.period_start} {line.code}"
