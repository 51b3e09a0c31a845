"""The book of lines at the desk: opened in an act, every patient of a line looked at on record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from proofline.claims.book import Act as Said
from proofline.claims.book import Book as Lines
from proofline.claims.book import Standing
from proofline.claims.book.standing import Told
from proofline.desk.found import look
from proofline.desk.lists import Page, Place, page
from proofline.desk.roles import permit
from proofline.store.act import Act
from proofline.store.book import Book
from proofline.store.trouble import not_visible
from proofline.store.work.lines import LineLog


def lines_of(book: Book, act: Act | None = None) -> Lines:
    """Open the lines of a practice, to be read, or in an act to be written as well."""
    return Lines(LineLog(book.tenant_id, act))


def said(act: Act, why: str = "") -> Said:
    """Say who does it in the words of the book of lines."""
    who = "service" if act.person_id is None else f"person {act.person_id}"
    return Said(who, act.at, why or act.why)


def standing(book: Book, at: datetime) -> list[Standing]:
    """Say where every line stands. Errors: NotAllowed."""
    permit(book, "line.see")
    lines = lines_of(book)
    looked(book, "line.see", lines, lines.lines, at=at)
    return [*lines.lines.values()]


def page_of_lines(book: Book, place: Place, at: datetime) -> Page[Standing]:
    """Say where lines stand, page by page in the order of their first drawing. Errors: NotAllowed.

    Lines are only ever added, so a line's place in that order is its own for good.
    """
    permit(book, "line.see")
    lines = lines_of(book)
    until = place.after + place.most + 1
    some = list(enumerate(lines.lines.values(), start=1))[place.after : until]
    shown = page(some, place, lambda one: one[0])
    found = [one for _, one in shown.items]
    looked(book, "line.see", lines, [one.line_id for one in found], at=at)
    return Page(found, shown.after)


def story(book: Book, line_id: str, at: datetime) -> list[Told]:
    """Tell all that happened to a line. Errors: NotAllowed; NotVisible."""
    permit(book, "line.see")
    lines = lines_of(book)
    looked(book, "line.see", lines, [line_id], at=at)
    return [*lines.story(line_id)]


def looked(book: Book, act: str, lines: Lines, line_ids: Iterable[str], *, at: datetime) -> None:
    """Put on record whose lines these are. Errors: NotVisible if one of them is not there."""
    asked = dict.fromkeys(line_ids)
    if not asked.keys() <= lines.lines.keys():
        raise not_visible()
    claims = {lines.lines[one].claim_id for one in asked}
    for patient_id in sorted({lines.claims[one].patient_id for one in claims}):
        look(book, act, patient_id, at)
