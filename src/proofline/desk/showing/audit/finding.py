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
    """The lines that fit, of one page; whether there are more; and by whom one filters, named."""

    asked: Filters
    hits: tuple[Hit, ...]
    more: bool
    whose: str


def find(book: Book, asked: Filters, at: datetime) -> AuditPage:
    """Find lines. Errors: NotAllowed."""
    permit(book, "line.see")
    skip = PAGE * (asked.page - 1)
    rows = _by_book(book, asked, skip) if _asks_the_book(asked) else _by_decision(book, asked, skip)
    shown = sorted(rows[:PAGE], key=_order)
    names = names_of(book, "line.see", {one.patient_id for one in shown}, at)
    ids = {line_id_of(one.line) for one in shown}
    now = {one.line_id: one for one in standings.standings(book.tenant_id, ids)}
    hits = tuple(_hit(one, names, now) for one in shown)
    whose = hits[0].name if asked.enrollment and hits else ""
    return AuditPage(asked, hits, len(rows) > PAGE, whose)


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


def _by_book(book: Book, asked: Filters, skip: int) -> list[Found]:
    """Find by ids, or by where lines stand; days are then those of service."""
    if line_id := asked.line.strip().upper():
        keys = _keys_of(book, line_id)
    elif claim_id := asked.claim.strip().upper():
        keys = [_key(one) for one in standings.of_claim(book.tenant_id, claim_id)]
    else:
        went = standings.sent_in(book.tenant_id, asked.submission) if asked.submission else None
        wanted = standings.Asked(
            states=(asked.state,) if asked.state in STATES else (),
            enrollment_id=asked.enrollment,
            code=asked.code.strip().upper(),
            since=asked.first,
            until=asked.last,
            line_ids=went,
        )
        rows = standings.latest(book.tenant_id, wanted, PAGE + 1, skip)
        keys = [_key(one) for one in rows]
    return decided.found(book.tenant_id, Asked(lines=keys), PAGE + 1)


def _keys_of(book: Book, line_id: str) -> list[Line]:
    """Give the natural key of a line by its id; one that was never drawn is looked for by hand."""
    one = standings.of_line(book.tenant_id, line_id)
    if one is not None:
        return [_key(one)]
    return [key for key in decided.keys(book.tenant_id) if line_id_of(key) == line_id]


def _key(one: LineNow) -> Line:
    return one.enrollment_id, one.period_kind, one.period_start.isoformat(), one.code
