"""Lines of one part of the biller's page, by their last day, each with its patient."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from proofline.claims.drawing import identity
from proofline.claims.edits import Edit, Setting, edits
from proofline.claims.edits.setting import billed
from proofline.desk.billing.book import lines_of
from proofline.desk.billing.drafting import Papers
from proofline.desk.roles import permit
from proofline.desk.showing.billing.stands import STANDS, Stand
from proofline.desk.showing.naming import names_of
from proofline.desk.showing.reasons import InTheWay, in_the_way
from proofline.store.book import Book
from proofline.store.counting import lines as counts
from proofline.store.counting import outcomes
from proofline.store.counting.lines import LineSeen, Where

PAGE = 50
HELD_PAGE = 30
"""Lines of a page; those held by a decision tell their reasons, and are fewer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines: where they stand, of which month of service and payer; blank for any."""

    stand: Stand
    month: str = ""
    payer: str = ""
    after: int = 0


@dataclass(frozen=True, slots=True)
class NamedLine:
    """A line of the book with its patient's name, and the edits on it if it is drawn."""

    line: LineSeen
    patient: str
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A line that its decision holds: whose, what, which period, and why."""

    key: str
    enrollment_id: str
    patient: str
    code: str
    units: int
    first: date
    last: date
    reasons: tuple[InTheWay, ...]


@dataclass(frozen=True, slots=True)
class LineList:
    """A page of lines; of what is held first those held by hand. `after`: None on the last."""

    asked: Asked
    lines: tuple[NamedLine, ...]
    held: tuple[HeldLine, ...]
    after: int | None


def lines(book: Book, asked: Asked, papers: Papers, at: datetime) -> LineList:
    """Give lines of one part; those that are drawn with their edits. Errors: NotAllowed."""
    permit(book, "line.see")
    if asked.stand == "held":
        return _held(book, asked, at)
    where = Where(STANDS[asked.stand], held=False, month=asked.month, payer_id=asked.payer)
    found = counts.listed(book.tenant_id, where, (asked.after, PAGE + 1))
    shown = _named(book, found[:PAGE], at)
    if asked.stand == "drawn":
        shown = _checked(book, shown, papers, at)
    return LineList(asked, shown, (), asked.after + PAGE if len(found) > PAGE else None)


def _held(book: Book, asked: Asked, at: datetime) -> LineList:
    where = Where(("drawn", "ready", "voided"), held=True, month=asked.month, payer_id=asked.payer)
    by_hand = [] if asked.after else counts.listed(book.tenant_id, where, (0, PAGE))
    place = (asked.after, HELD_PAGE + 1)
    found = outcomes.decided_lines(book.tenant_id, "held", asked.month, place)
    shown = found[:HELD_PAGE]
    names = names_of(book, "line.see", {one.patient_id for one in shown}, at)
    held = tuple(
        HeldLine(
            identity(one.record)[1],
            one.enrollment_id,
            names[one.patient_id],
            one.code,
            one.units,
            one.period_start,
            one.period_end,
            in_the_way(one.record),
        )
        for one in shown
    )
    following = shown[-1].number if len(found) > HELD_PAGE else None
    return LineList(asked, _named(book, by_hand, at), held, following)


def _checked(
    book: Book, shown: tuple[NamedLine, ...], papers: Papers, at: datetime
) -> tuple[NamedLine, ...]:
    """Put the edits of a claim beside its lines; those of the whole claim beside each."""
    lines = lines_of(book)
    setting = Setting(at.date(), papers.directory, billed(lines))
    claims = {one.line.claim_id for one in shown}
    found = {one: edits(lines.claims[one], setting) for one in claims}
    return tuple(
        replace(
            one,
            edits=tuple(
                edit for edit in found[one.line.claim_id] if edit.line_id in {"", one.line.line_id}
            ),
        )
        for one in shown
    )


def _named(book: Book, found: list[LineSeen], at: datetime) -> tuple[NamedLine, ...]:
    names = names_of(book, "line.see", {one.patient_id for one in found}, at)
    return tuple(NamedLine(one, names.get(one.patient_id, one.patient_id)) for one in found)
