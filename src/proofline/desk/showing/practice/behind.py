"""The lines behind a number of the practice: which they are, without whose they are.

The owner sees that a line is there, what it is worth and why it is held; the patient's page is for
those who may open it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import get_args

from proofline.claims.drawing import identity
from proofline.desk.found import look_all
from proofline.desk.roles import permit
from proofline.desk.showing.practice.money import STATES, UNSENT, What
from proofline.desk.showing.reasons import InTheWay, in_the_way
from proofline.store.book import Book
from proofline.store.counting import lines as counts
from proofline.store.counting import outcomes
from proofline.store.counting.lines import LineSeen
from proofline.store.counting.outcomes import DecidedLine

PAGE = 50
DECIDED_PAGE = 30
"""Lines of a page; those of decisions tell their reasons, and are fewer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines: what they count as, of which month of service and payer, blank for any."""

    what: str = "earned"
    month: str = ""
    payer: str = ""
    after: int = 0


@dataclass(frozen=True, slots=True)
class BehindRow:
    """One line: where it stands, what it is worth in cents if that is known, why it is held.

    `key` is that of its decision: enrollment, kind and first day of the period, and code.
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
    reasons: tuple[InTheWay, ...]


@dataclass(frozen=True, slots=True)
class Behind:
    """A page of lines, what was asked, and where the next page begins; None: the last."""

    asked: Asked
    rows: tuple[BehindRow, ...]
    after: int | None


def lines(book: Book, asked: Asked, at: datetime) -> Behind:
    """Give the lines that a number of the practice counts. Errors: NotAllowed."""
    permit(book, "figures.see")
    what = asked.what if asked.what in get_args(What) else "earned"
    asked = Asked(what, asked.month[:7], asked.payer, asked.after)
    if what in {"earned", "leaking"}:
        return _decided(book, asked, at)
    found = [
        one
        for one in counts.seen(book.tenant_id)
        if one.state in STATES[what]  # type: ignore[index]  # one of them, as was just asked
        and one.last_day.isoformat().startswith(asked.month)
        and asked.payer in {"", one.payer_id}
    ]
    found.sort(key=lambda one: (one.last_day, one.line_id))
    shown = found[asked.after : asked.after + PAGE]
    look_all(book, "figures.see", {one.patient_id for one in shown}, at)
    following = asked.after + PAGE if len(found) > asked.after + PAGE else None
    return Behind(asked, tuple(_line(one) for one in shown), following)


def _decided(book: Book, asked: Asked, at: datetime) -> Behind:
    outcome = "billable" if asked.what == "earned" else "held"
    place = (asked.after, DECIDED_PAGE + 1)
    found = outcomes.decided_lines(book.tenant_id, outcome, asked.month, place)
    shown = found[:DECIDED_PAGE]
    look_all(book, "figures.see", {one.patient_id for one in shown}, at)
    ids = {identity(one.record)[0] for one in shown}
    drawn = {one.line_id: one for one in counts.of(book.tenant_id, ids)}
    rows = [_outcome(one, drawn) for one in shown]
    if asked.what == "leaking" and not asked.after:
        rows = [*_by_hand(book, asked, at), *rows]
    return Behind(asked, tuple(rows), shown[-1].number if len(found) > DECIDED_PAGE else None)


def _by_hand(book: Book, asked: Asked, at: datetime) -> Sequence[BehindRow]:
    """Give the lines that somebody holds back; they come first."""
    found = [
        one
        for one in counts.seen(book.tenant_id)
        if one.held and one.state in UNSENT and one.last_day.isoformat().startswith(asked.month)
    ]
    look_all(book, "figures.see", {one.patient_id for one in found}, at)
    return [_line(one) for one in found]


def _line(one: LineSeen) -> BehindRow:
    return BehindRow(
        one.decision_key,
        one.enrollment_id,
        one.code,
        one.units,
        one.last_day,
        one.payer,
        one.state,
        one.expected,
        one.paid,
        one.held,
        (),
    )


def _outcome(one: DecidedLine, drawn: dict[str, LineSeen]) -> BehindRow:
    line_id, key = identity(one.record)
    line = drawn.get(line_id)
    return BehindRow(
        key,
        one.enrollment_id,
        one.code,
        one.units,
        one.service_date or one.period_end,
        line.payer if line else "",
        line.state if line else one.outcome,
        line.expected if line else None,
        line.paid if line else None,
        "",
        in_the_way(one.record) if one.outcome == "held" else (),
    )
