"""The lines behind a number of the practice: which they are, without whose they are.

The owner sees that a line is there, what it is worth and why it is held; the patient's page is for
those who may open it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from proofline.claims.drawing import line_id_of
from proofline.desk.billing.papers import directory_of
from proofline.desk.found import look_at_all
from proofline.desk.roles import permit
from proofline.desk.showing.naming import key_of, payers_in
from proofline.desk.showing.paging import among, following, place_of
from proofline.desk.showing.practice.money import ANSWERED, DENIED, STATES, UNSENT
from proofline.desk.showing.reasons import InTheWay, in_the_way
from proofline.store.book import Book
from proofline.store.counting import lines as counts
from proofline.store.counting import outcomes
from proofline.store.counting.outcomes import DecidedLine
from proofline.store.work import standings
from proofline.store.work.standings import LineNow

PAGE = 50
DECIDED_PAGE = 30
"""Lines of a page; those of decisions tell their reasons, and are fewer."""
BROUGHT = "brought"
"""Lines that hold money of a payer, wherever they stand: one under appeal may, or one corrected."""
SENT: Mapping[str, tuple[str, ...]] = {
    **STATES,
    "answered": ANSWERED,
    "denied": DENIED,
    BROUGHT: STATES["billed"],
}
"""What lines that were drawn can count as, and in which states; the last three are of payers."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines: what they count as, of which month of service and payer, blank for any.

    `after` is where the page before ended, as that page said it; `since` is the first month of any.
    """

    what: str = "earned"
    month: str = ""
    payer: str = ""
    after: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class BehindRow:
    """One line: where it stands, what it is worth in cents if that is known, why it is held.

    `key` is that of its decision: enrollment, kind and first day of the period, and code.
    `reasons` is None where what was decided cannot be read any more.
    """

    key: str
    enrollment_id: str
    code: str
    units: int
    served: date
    payer: str
    state: str
    expected: int | None
    paid: int | None
    by_hand: str
    reasons: tuple[InTheWay, ...] | None


@dataclass(frozen=True, slots=True)
class Behind:
    """A page of lines, what was asked, and after what the next page begins; blank: the last."""

    asked: Asked
    rows: tuple[BehindRow, ...]
    after: str

    @property
    def told(self) -> bool:
        """Whether a line of the page says why it is held, or that this cannot be read."""
        return any(one.by_hand or one.reasons is None or one.reasons for one in self.rows)


def lines(book: Book, asked: Asked, at: datetime) -> Behind:
    """Give the lines that a number of the practice counts. Errors: NotAllowed."""
    permit(book, "figures.see")
    what = asked.what if asked.what in {*SENT, "leaking"} else "earned"
    asked = Asked(what, asked.month[:7], asked.payer, asked.after, asked.since[:7])
    if what == "earned":
        return _decided(book, asked, at)
    if what == "leaking":
        return _leaking(book, asked, at)
    which = among(asked.month, states=SENT[what], payer_id=asked.payer, since=asked.since)
    which = replace(which, brought=what == BROUGHT)
    return Behind(asked, *_lines(book, which, asked.after, at))


def _leaking(book: Book, asked: Asked, at: datetime) -> Behind:
    """Give the lines that somebody holds, then those that their decision holds.

    The places of both cannot be taken for each other: that of a decision is a number alone.
    """
    if asked.after.isdecimal():
        return _decided(book, asked, at)
    by_hand = among(asked.month, states=UNSENT, held=True, since=asked.since)
    rows, after = _lines(book, by_hand, asked.after, at)
    if after:
        return Behind(asked, rows, after)
    rest = _decided(book, asked, at)
    return replace(rest, rows=(*rows, *rest.rows))


def _lines(
    book: Book, which: standings.Asked, after: str, at: datetime
) -> tuple[tuple[BehindRow, ...], str]:
    found = standings.page(book.tenant_id, which, place_of(after), PAGE + 1)
    shown = found[:PAGE]
    look_at_all(book, "figures.see", {one.patient_id for one in shown}, at)
    names = payers_in(directory_of(book, at))
    rows = tuple(_line(one, names) for one in shown)
    return rows, following(shown) if len(found) > PAGE else ""


def _decided(book: Book, asked: Asked, at: datetime) -> Behind:
    outcome = "billable" if asked.what == "earned" else "held"
    place = (int(asked.after) if asked.after.isdecimal() else 0, DECIDED_PAGE + 1)
    found = outcomes.decided_lines(book.tenant_id, outcome, (asked.month, asked.since), place)
    shown = found[:DECIDED_PAGE]
    look_at_all(book, "figures.see", {one.patient_id for one in shown}, at)
    ids = {line_id_of(one.line) for one in shown}
    drawn = {one.line_id: one for one in counts.of(book.tenant_id, ids)}
    names = payers_in(directory_of(book, at))
    rows = tuple(_outcome(one, drawn, names) for one in shown)
    return Behind(asked, rows, str(shown[-1].number) if len(found) > DECIDED_PAGE else "")


def _line(one: LineNow, names: Mapping[str, str]) -> BehindRow:
    return BehindRow(
        key_of(one),
        one.enrollment_id,
        one.code,
        one.units,
        one.service_date,
        names.get(one.payer_id, one.payer_id),
        one.state,
        one.expected,
        one.paid if one.paid or one.state in ANSWERED else None,
        one.held,
        (),
    )


def _outcome(one: DecidedLine, drawn: Mapping[str, LineNow], names: Mapping[str, str]) -> BehindRow:
    line = drawn.get(line_id_of(one.line))
    return BehindRow(
        " ".join(one.line),
        one.enrollment_id,
        one.code,
        one.units,
        one.service_date or one.period_end,
        names.get(line.payer_id, line.payer_id) if line else "",
        line.state if line else one.outcome,
        one.worth,
        line.paid if line and (line.paid or line.state in ANSWERED) else None,
        "",
        _why(one),
    )


def _why(one: DecidedLine) -> tuple[InTheWay, ...] | None:
    if one.record is None:
        return None
    return in_the_way(one.record) if one.outcome == "held" else ()
