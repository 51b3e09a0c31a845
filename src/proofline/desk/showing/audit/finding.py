"""Finding a line: by its id or its claim's, by enrollment, code, days, outcome or standing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from proofline.claims.book import Book as Lines
from proofline.claims.book import Standing
from proofline.claims.claim import State
from proofline.claims.drawing import identity
from proofline.desk.billing.book import lines_of
from proofline.desk.roles import permit
from proofline.desk.showing.naming import names_of
from proofline.store.auditing import decided
from proofline.store.auditing.decided import Asked, Found
from proofline.store.book import Book
from proofline.store.decided import Line

PAGE = 50
ANY = "any"
"""The state that asks for all lines; without one it is those that are billable or held."""

OUTCOMES = ("billable", "held", "open", "not_billable", "withdrawn")
STATES: tuple[State, ...] = (
    "drawn", "ready", "submitted", "accepted", "rejected", "paid", "partly_paid", "denied",
    "corrected", "voided", "appealed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked, as the address has it; blank asks nothing. `state` may be an outcome."""

    line: str = ""
    claim: str = ""
    enrollment: str = ""
    code: str = ""
    first: date | None = None
    last: date | None = None
    state: str = ""
    page: int = 1


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
    lines = lines_of(book)
    wanted = Asked(
        enrollment_id=asked.enrollment,
        code=asked.code.strip().upper(),
        first=asked.first,
        last=asked.last,
    )
    if (keys := _keys(book, asked, lines)) is not None:
        wanted = replace(wanted, lines=keys)
    elif asked.state != ANY:
        wanted = replace(wanted, outcomes=_outcomes(asked))
    skip = PAGE * (asked.page - 1)
    rows = decided.found(book.tenant_id, wanted, PAGE + 1, skip)
    shown = rows[:PAGE]
    names = names_of(book, "line.see", {one.patient_id for one in shown}, at)
    hits = tuple(_hit(one, names, lines) for one in shown)
    whose = hits[0].name if asked.enrollment and hits else ""
    return AuditPage(asked, hits, len(rows) > PAGE, whose)


def _outcomes(asked: Filters) -> tuple[str, ...]:
    return (asked.state,) if asked.state in OUTCOMES else ("billable", "held")


def _hit(one: Found, names: dict[str, str], lines: Lines) -> Hit:
    line_id = id_of(one.line)
    return Hit(one, names[one.patient_id], line_id, lines.lines.get(line_id))


def id_of(line: Line) -> str:
    """Give the id under which a line is billed, which follows from its natural key."""
    enrollment_id, kind, start, code = line
    period = {"kind": kind, "start": start}
    return identity({"enrollment_id": enrollment_id, "period": period, "code": code})[0]


def _keys(book: Book, asked: Filters, lines: Lines) -> list[Line] | None:
    """Give the natural keys of the lines that ids and states name; None where none is asked."""
    if line_id := asked.line.strip().upper():
        return [one for one in decided.keys(book.tenant_id) if id_of(one) == line_id]
    if claim_id := asked.claim.strip().upper():
        claim = lines.claims.get(claim_id)
        return [_key(one.decision_key) for one in claim.lines] if claim else []
    if asked.state in STATES:
        standing = [one for one in lines.lines.values() if one.state == asked.state]
        return [
            _key(line.decision_key)
            for one in standing
            for line in lines.claims[one.claim_id].lines
            if line.line_id == one.line_id
        ]
    return None


def _key(text: str) -> Line:
    enrollment_id, kind, start, code = text.rsplit(" ", 3)
    return enrollment_id, kind, start, code
