"""The book of lines at the desk: opened in an act, every patient of a line looked at on record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from proofline.claims.book import Act as Said
from proofline.claims.book import Book as Lines
from proofline.claims.book import Standing
from proofline.claims.book.standing import Told
from proofline.desk.found import look_at_all
from proofline.desk.requests.lists import Page, Place, page
from proofline.desk.roles import may, not_allowed, permit
from proofline.store.act import Act
from proofline.store.book import Book
from proofline.store.trouble import not_visible
from proofline.store.work import standings
from proofline.store.work.lines import line_log
from proofline.store.work.standings import Asked, LineNow, Sums

ALL = Asked()


def lines_of(book: Book, act: Act | None = None) -> Lines:
    """Open the lines of a practice, to be read, or in an act to be written as well."""
    return Lines(line_log(book.tenant_id, act))


def said(act: Act, why: str = "") -> Said:
    """Say who does it in the words of the book of lines."""
    who = "service" if act.person_id is None else f"person {act.person_id}"
    return Said(who, act.at, why or act.why)


SENT_AS = "written as 837p"
"""Why lines that go out in a file are said to be sent."""


def sending_at(at: datetime) -> Said:
    """Give an act of sending, to ask the book beforehand what it would refuse.

    It says why, as every act of sending does: without that the book refuses every void.
    """
    return Said("", at, SENT_AS)


MOST = 500
"""Lines of one page at most."""


@dataclass(frozen=True, slots=True)
class LinesByDay:
    """Some lines in the order of their days, and where the next page begins; None: it was all."""

    lines: list[LineNow]
    after: tuple[date, str] | None


def listing(
    book: Book, at: datetime, asked: Asked = ALL, *, after: tuple[date, str] | None = None
) -> LinesByDay:
    """List lines by day of service and id, a page at a time, at the same cost on every page.

    Every patient of the page is looked at on record. Errors: NotAllowed.
    """
    permit(book, "line.see")
    found = standings.page(book.tenant_id, asked, after, MOST + 1)
    shown = found[:MOST]
    look_at_all(book, "line.see", {one.patient_id for one in shown}, at)
    last = shown[-1] if len(found) > MOST else None
    return LinesByDay(shown, None if last is None else (last.service_date, last.line_id))


def sums(book: Book, asked: Asked = ALL) -> list[Sums]:
    """Give how many lines stand in each state, with their money; no patient. Errors: NotAllowed."""
    if not (may(book, "line.see") or may(book, "practice.see")):
        raise not_allowed("line.see")
    return standings.sums(book.tenant_id, asked)


def line_now(book: Book, line_id: str, at: datetime) -> LineNow:
    """Say where one line stands. Errors: NotAllowed; NotVisible."""
    permit(book, "line.see")
    found = standings.of_line(book.tenant_id, line_id)
    if found is None:
        raise not_visible()
    look_at_all(book, "line.see", {found.patient_id}, at)
    return found


def standing(book: Book, at: datetime) -> list[Standing]:
    """Say where every line stands, as the core has it. Errors: NotAllowed."""
    permit(book, "line.see")
    look_at_all(book, "line.see", standings.patients(book.tenant_id), at)
    return standings.standings(book.tenant_id)


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
    line_now(book, line_id, at)
    return standings.story(book.tenant_id, line_id)


def patients_of(lines: Lines, line_ids: Iterable[str]) -> set[str]:
    """Give whose these lines are. Errors: NotVisible if one of them is not there."""
    asked = dict.fromkeys(line_ids)
    if not asked.keys() <= lines.lines.keys():
        raise not_visible()
    claims = {lines.lines[one].claim_id for one in asked}
    return {lines.claims[one].patient_id for one in claims}


def looked(book: Book, act: str, lines: Lines, line_ids: Iterable[str], *, at: datetime) -> None:
    """Put on record whose lines these are. Errors: NotVisible if one of them is not there."""
    look_at_all(book, act, patients_of(lines, line_ids), at)
