"""Lines of one part of the biller's page, by their last day, each with its patient."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from proofline.claims.drawing import identity
from proofline.desk.roles import permit
from proofline.desk.showing.billing.stands import STANDS, Stand
from proofline.desk.showing.naming import names_of
from proofline.desk.showing.reasons import InTheWay, in_the_way
from proofline.store.book import Book
from proofline.store.counting import lines as counts
from proofline.store.counting import outcomes
from proofline.store.counting.lines import LineSeen, Where

PAGE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines: where they stand, of which month of service and payer; blank for any."""

    stand: Stand
    month: str = ""
    payer: str = ""
    after: int = 0


@dataclass(frozen=True, slots=True)
class NamedLine:
    """A line of the book with its patient's name."""

    line: LineSeen
    patient: str


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A line that its decision holds: whose, what, which period, and why."""

    line_id: str
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


def lines(book: Book, asked: Asked, at: datetime) -> LineList:
    """Give lines of one part. Errors: NotAllowed."""
    permit(book, "line.see")
    if asked.stand == "held":
        return _held(book, asked, at)
    where = Where(STANDS[asked.stand], held=False, month=asked.month, payer_id=asked.payer)
    found = counts.listed(book.tenant_id, where, (asked.after, PAGE + 1))
    shown = _named(book, found[:PAGE], at)
    return LineList(asked, shown, (), asked.after + PAGE if len(found) > PAGE else None)


def _held(book: Book, asked: Asked, at: datetime) -> LineList:
    where = Where(("drawn", "ready", "voided"), held=True, month=asked.month, payer_id=asked.payer)
    by_hand = [] if asked.after else counts.listed(book.tenant_id, where, (0, PAGE))
    place = (asked.after, PAGE + 1)
    found = outcomes.decided_lines(book.tenant_id, "held", asked.month, place)
    shown = found[:PAGE]
    names = names_of(book, "line.see", {one.patient_id for one in shown}, at)
    held = tuple(
        HeldLine(
            identity(one.record)[0],
            one.enrollment_id,
            names[one.patient_id],
            one.code,
            one.units,
            one.period_start,
            one.period_end,
            in_the_way(one.record["findings"]),
        )
        for one in shown
    )
    following = shown[-1].number if len(found) > PAGE else None
    return LineList(asked, _named(book, by_hand, at), held, following)


def _named(book: Book, found: list[LineSeen], at: datetime) -> tuple[NamedLine, ...]:
    names = names_of(book, "line.see", {one.patient_id for one in found}, at)
    return tuple(NamedLine(one, names.get(one.patient_id, one.patient_id)) for one in found)
