"""Finding a line: by its id or its claim's, by enrollment, code, days, outcome or standing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from proofline.claims.book import Standing
from proofline.claims.claim import State
from proofline.claims.drawing import line_id_of
from proofline.desk.roles import permit
from proofline.desk.showing.naming import names_of
from proofline.store.auditing import decided
from proofline.store.auditing.decided import OUTCOMES, Asked, Found
from proofline.store.book import Book
from proofline.store.decided import Line
from proofline.store.work import standings
from proofline.store.work.standings import LineNow

PAGE = 50
ANY = "any"
"""The state that asks for all lines; without one it is those that are billable or held."""

STATES: tuple[State, ...] = (
    "drawn", "ready", "submitted", "accepted", "rejected", "paid", "partly_paid", "denied",
    "corrected", "voided", "appealed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked, as the address has it; blank asks nothing. `state` may be an outcome.

    `submission` is the number of a file that was sent, 0 for any.
    """

    line: str = ""
    claim: str = ""
    enrollment: str = ""
    code: str = ""
    first: date | None = None
    last: date | None = None
    state: str = ""
    page: int = 1
    submission: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """One line: whose it is, what was decided, and where it stands in the book of lines, if so."""

    found: Found
    name: str
    line_id: str
    now: Standing | None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """The lines that fit, of one page; whether there are more; and by whom one filters, named.

    `unsent` tells that no submission has the number that is asked for.
    """

    asked: Filters
    hits: tuple[Hit, ...]
    more: bool
    whose: str
    unsent: bool = False


def find(book: Book, asked: Filters, at: datetime) -> AuditPage:
    """Find lines. Errors: NotAllowed."""
    permit(book, "line.see")
    skip = PAGE * (asked.page - 1)
    went = standings.sent_in(book.tenant_id, asked.submission) if asked.submission else None
    if _asks_the_book(asked):
        rows = _by_book(book, asked, went, skip)
    else:
        rows = _by_decision(book, asked, skip)
    shown = sorted(rows[:PAGE], key=_order)
    names = names_of(book, "line.see", {one.patient_id for one in shown}, at)
    ids = {line_id_of(one.line) for one in shown}
    now = {one.line_id: one for one in standings.standings(book.tenant_id, ids)}
    hits = tuple(_hit(one, names, now) for one in shown)
    whose = hits[0].name if asked.enrollment and hits else ""
    return AuditPage(asked, hits, len(rows) > PAGE, whose, unsent=went == [])


def _order(one: Found) -> tuple[int, str, str]:
    """Order the lines of a page: the latest period first, those of one patient together."""
    return (-one.last.toordinal(), one.enrollment_id, one.code)


def _hit(one: Found, names: dict[str, str], now: dict[str, Standing]) -> Hit:
    line_id = line_id_of(one.line)
    return Hit(one, names[one.patient_id], line_id, now.get(line_id))


def _by_decision(book: Book, asked: Filters, skip: int) -> list[Found]:
    state = (asked.state,) if asked.state in OUTCOMES else ("billable", "held")
    wanted = Asked(
        enrollment_id=asked.enrollment,
        code=asked.code.strip().upper(),
        outcomes=() if asked.state == ANY else state,
        first=asked.first,
        last=asked.last,
    )
    return decided.found(book.tenant_id, wanted, PAGE + 1, skip)


def _asks_the_book(asked: Filters) -> bool:
    """Whether lines are asked for by what the book of lines knows: ids and states."""
    ids = asked.line.strip() or asked.claim.strip() or asked.submission
    return bool(ids or asked.state in STATES)


def _by_book(book: Book, asked: Filters, went: list[str] | None, skip: int) -> list[Found]:
    """Find by ids, or by where lines stand; days are then those of service."""
    ids = _ids(book, asked, went)
    wanted = standings.Asked(
        states=(asked.state,) if asked.state in STATES else (),
        enrollment_id=asked.enrollment,
        code=asked.code.strip().upper(),
        since=asked.first,
        until=asked.last,
        line_ids=ids,
    )
    outcomes = (asked.state,) if asked.state in OUTCOMES else ()
    if outcomes and ids is not None:
        every = [_key(one) for one in standings.latest(book.tenant_id, wanted, len(ids))]
        rows = decided.found(book.tenant_id, Asked(lines=every, outcomes=outcomes), PAGE + 1, skip)
    else:
        keys = [_key(one) for one in standings.latest(book.tenant_id, wanted, PAGE + 1, skip)]
        rows = decided.found(book.tenant_id, Asked(lines=keys), PAGE + 1)
    return rows or _undrawn(book, asked, outcomes)


def _ids(book: Book, asked: Filters, went: list[str] | None) -> set[str] | None:
    """Give the ids of the lines that all the ids asked for name; None where none is asked for."""
    found = [] if went is None else [{*went}]
    if line_id := asked.line.strip().upper():
        found.append({line_id})
    if claim_id := asked.claim.strip().upper():
        found.append({one.line_id for one in standings.of_claim(book.tenant_id, claim_id)})
    return set.intersection(*found) if found else None


def _undrawn(book: Book, asked: Filters, outcomes: tuple[str, ...]) -> list[Found]:
    """Find a line by its id that was never drawn, so that no claim and no file has it."""
    line_id = asked.line.strip().upper()
    of_book = asked.claim.strip() or asked.submission or asked.state in STATES
    if not line_id or of_book or asked.page > 1:
        return []
    if standings.of_line(book.tenant_id, line_id) is not None:
        return []
    wanted = Asked(
        enrollment_id=asked.enrollment,
        code=asked.code.strip().upper(),
        outcomes=outcomes,
        first=asked.first,
        last=asked.last,
        lines=[key for key in decided.keys(book.tenant_id) if line_id_of(key) == line_id],
    )
    return decided.found(book.tenant_id, wanted, PAGE + 1)


def _key(one: LineNow) -> Line:
    return one.enrollment_id, one.period_kind, one.period_start.isoformat(), one.code
