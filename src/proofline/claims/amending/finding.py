"""All lines of a book that left, against today's decisions: the amendments that there are."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path

from msgspec import structs

from proofline.claims.amending.amendment import Amendment, Turn, billed, named
from proofline.claims.amending.basis import Basis, Clock, PeriodKey, by_period
from proofline.claims.amending.cases import Case, Sibling
from proofline.claims.amending.comparing import Codes, added, compared, turns
from proofline.claims.amending.register import Register
from proofline.claims.answers.details import denials, remitted, share
from proofline.claims.answers.reasons import named as matches
from proofline.claims.answers.reasons import reasons
from proofline.claims.book import Book
from proofline.claims.claim import ClaimLine, State
from proofline.claims.payers.terms import terms_of
from proofline.decide.snapshots import Change, Row, Snapshot, changes, in_words

LEFT: frozenset[State] = frozenset(
    {"submitted", "accepted", "paid", "partly_paid", "denied", "appealed", "corrected"}
)
"""The states of a line that is with the payer; what was rejected is drafted anew."""
PAID: frozenset[State] = frozenset({"paid", "partly_paid", "appealed", "corrected"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KNOWN_AT = ("received_at", "captured_at", "entered_at")
_BEYOND = "no row of this period changed that it is counted from: look at those beside it"
_JUDGED = {"refused", "unsettled"}
_SHARED = ("device_id", "performer_id", "consent_id", "service_id", "stay_id")


@dataclass(frozen=True, slots=True)
class Evidence:
    """The rows of periods then (by the digest that a basis names) and now, where they differ.

    `digests` are today's of every period; `enrollments` all that the evidence holds.
    """

    then: Mapping[str, Snapshot]
    now: Mapping[PeriodKey, Snapshot]
    digests: Mapping[PeriodKey, str]
    enrollments: frozenset[str]

    def changed(self, basis: Basis) -> tuple[Change, ...] | None:
        """Give the rows that differ; None where the rows of then were not kept."""
        if self.digests.get(basis.period) == basis.evidence_digest:
            return ()
        before, after = self.then.get(basis.evidence_digest), self.now.get(basis.period)
        if before is None or after is None:
            return None
        return changes(before, after)


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of comparing: amendments, and lines that could not be compared.

    Of those `without_basis` no decision was kept; the enrollments of those `absent` are not in the
    evidence at all, which says nothing of them.
    """

    amendments: tuple[Amendment, ...]
    without_basis: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


def sent_lines(book: Book) -> Iterator[ClaimLine]:
    """Give every line that is with the payer, as the claim that carries it now has it."""
    for one in book.lines.values():
        if one.state in LEFT and one.sent:
            carried = book.claims[one.claim_id].lines
            yield next(line for line in carried if line.line_id == one.line_id)


def find(
    book: Book, register: Register, clock: Clock, today: tuple[Iterable[Basis], Evidence]
) -> Compared:
    """Compare every line that left, and was decided on this clock, with today's decisions.

    `today` are the decisions of all periods in question on that clock, and the rows that changed.
    Lines without a basis are told on the clock `cycle` alone, so that each is told once.
    """
    decided, evidence = today
    periods = by_period(decided)
    found: list[Amendment] = []
    without: list[str] = []
    absent: list[str] = []
    left: dict[PeriodKey, dict[str, ClaimLine]] = {}
    for line in sent_lines(book):
        basis = register.basis(line.line_id)
        if basis is None:
            without += [line.line_id] if clock == "cycle" else []
            continue
        if basis.clock != clock:
            continue
        if basis.period[0] not in evidence.enrollments:
            absent.append(line.line_id)
            continue
        left.setdefault(basis.period, {})[line.code] = line
        one = _of_line(book, line, basis, (periods.get(basis.period, {}), evidence))
        found += [] if one is None else [one]
    for period, lines in left.items():
        found += _added(book, register, lines, (periods.get(period, {}), evidence))
    return Compared(tuple(found), tuple(without), tuple(absent))


def _of_line(
    book: Book, line: ClaimLine, basis: Basis, now: tuple[Codes, Evidence]
) -> Amendment | None:
    today, evidence = now
    found = compared(basis, today)
    if found is None:
        return _contradicted(book, line, basis)
    kind, stands = found
    told = turns(basis, today.get(basis.code))
    said = _Rows(evidence.changed(basis))
    was = structs.replace(
        billed(basis), code=line.code, units=line.units, service_date=line.last_day.isoformat()
    )
    amendment = Amendment(
        amendment_id="",
        line_id=line.line_id,
        decision_key=basis.decision_key,
        kind=kind,
        state=book.lines[line.line_id].state,
        was=was,
        now=billed(stands),
        turns=tuple(structs.replace(one, rows=said.of(one)) for one in told),
        causes=said.causes(told),
        note="" if told or today else "the period is no longer there",
        last_filing_day=_filing(book, line) if kind == "upgrade" else "",
        was_digest=basis.digest,
        now_digest=stands.digest if stands else "",
        today=tuple(today.values()),
    )
    return named(amendment, basis.digest)


def _added(
    book: Book,
    register: Register,
    lines: Mapping[str, ClaimLine],
    now: tuple[Codes, Evidence],
) -> Iterator[Amendment]:
    """Give what a period earns today beside the lines that left."""
    today, evidence = now
    before = {
        code: basis
        for code, one in today.items()
        if (basis := register.basis(one.line_id)) is not None
    }
    for beside, stands in added(before, today, lines):
        known = book.lines.get(stands.line_id)
        if known is not None and known.state != "voided":
            continue
        was, line = before[stands.code], lines[beside]
        told = turns(was, stands)
        said = _Rows(evidence.changed(was))
        yield named(
            Amendment(
                amendment_id="",
                line_id=line.line_id,
                decision_key=stands.decision_key,
                kind="upgrade",
                state=book.lines[line.line_id].state,
                was=billed(None),
                now=billed(stands),
                turns=tuple(structs.replace(one, rows=said.of(one)) for one in told),
                causes=said.causes(told),
                note=f"earned beside {line.code}",
                last_filing_day=_filing(book, line),
                was_digest=was.digest,
                now_digest=stands.digest,
                today=tuple(today.values()),
            ),
            was.digest,
        )


def _contradicted(book: Book, line: ClaimLine, basis: Basis) -> Amendment | None:
    """Tell of an answer that refuses a line for what is met here; the outcome stands."""
    posted = remitted(book, line.line_id)
    if not posted or basis.outcome != "billable":
        return None
    last = posted[-1]
    remarks = tuple(last["remarks"].split())
    codes = [code for _, code, _ in denials(last)]
    questioned = [
        held
        for code in codes
        for held in basis.findings
        if matches(held.requirement, reasons().questioned(code, remarks)) and held.status == "met"
    ]
    if not questioned:
        return None
    told = tuple(
        Turn(one.requirement, one.fact, "met", "met", one.value, one.value, one.needs)
        for one in dict.fromkeys(questioned)
    )
    note = f"the payer's answer of {last['paid_on']} refuses it ({' '.join(codes)})"
    amendment = Amendment(
        amendment_id="",
        line_id=line.line_id,
        decision_key=basis.decision_key,
        kind="information",
        state=book.lines[line.line_id].state,
        was=billed(basis),
        now=billed(basis),
        turns=told,
        note=f"{note}, and what it questions is met here",
        was_digest=basis.digest,
        now_digest=basis.digest,
    )
    return named(amendment, f"{basis.digest} {last['answer']}")


def _filing(book: Book, line: ClaimLine) -> str:
    claim = book.claims[book.lines[line.line_id].claim_id]
    last = terms_of(claim.coverages[0].payer.kind).last_filing_day(line.first_day)
    return last.isoformat() if last else ""


class _Rows:
    """The rows that changed between two decisions, told by the facts that are counted from them."""

    def __init__(self, changed: tuple[Change, ...] | None) -> None:
        self._changed = changed

    def of(self, turn: Turn) -> tuple[str, ...]:
        """Say the rows that a fact is counted from."""
        if self._changed is None:
            return ("the rows of that day were not kept",)
        found = self._of(turn.fact)
        first = _first_hand(found)
        follow = Counter(one.row.kind for one in found if one not in first)
        said = [_words(one) for one in first] or [_BEYOND]
        return (*said, *(f"{count} rows of kind {kind} followed" for kind, count in follow.items()))

    def causes(self, told: Iterable[Turn]) -> tuple[str, ...]:
        """Name what other lines may share: requirement, and device, performer, consent, stay."""
        found: dict[str, None] = {}
        for turn in told:
            for one in _first_hand(self._of(turn.fact)):
                found |= dict.fromkeys(f"{turn.requirement} {tag}" for tag in tags(one.row))
        return tuple(found)

    def _of(self, fact: str) -> list[Change]:
        kinds = bears_on(fact)
        return [one for one in self._changed or () if kinds is None or one.row.kind in kinds]


def _first_hand(found: list[Change]) -> list[Change]:
    """Give the rows that say something else, without those that only count otherwise for it."""
    first = [one for one in found if one.before is None or set(one.columns) - _JUDGED]
    return first or found


def tags(row: Row) -> list[str]:
    """Name what a row shares with others: its device, performer, consent, service or stay."""
    named_ = [
        f"{name.removesuffix('_id')} {row.cells[name]}" for name in _SHARED if row.cells.get(name)
    ]
    if row.kind == "claimed_twice":
        named_.append(f"time {row.cells['from_s']}-{row.cells['to_s']}")
    return named_


def _words(change: Change) -> str:
    """Say a row that changed, with when it was known where the row tells it."""
    for name in _KNOWN_AT:
        cell = change.row.cells.get(name)
        if cell is not None:
            at = _EPOCH + timedelta(microseconds=int(cell))
            return f"{in_words(change)}, {name.removesuffix('_at')} {at.isoformat()}"
    return in_words(change)


@cache
def _bearing() -> Mapping[str, frozenset[str]]:
    raw = tomllib.loads((Path(__file__).parent / "bearing.toml").read_text("utf-8"))
    return {start: frozenset(kinds) for start, kinds in raw.items()}


def bears_on(fact: str) -> frozenset[str] | None:
    """Give the kinds of rows that a fact is counted from; None is any."""
    starts = [start for start in _bearing() if fact.startswith(start)]
    return _bearing()[max(starts, key=len)] if starts else None


def case_of(
    book: Book, amendment: Amendment, identified: date, siblings: tuple[Sibling, ...] = ()
) -> Case | None:
    """Give the overpayment that an amendment means, None where nothing is paid or it stands."""
    if amendment.kind not in {"refund", "downgrade"}:
        return None
    posted = remitted(book, amendment.line_id)
    paid = int(posted[-1]["total"]) if posted else 0
    if paid <= 0:
        return None
    payer = book.claims[book.lines[amendment.line_id].claim_id].coverages[0].payer
    mark = sha256(amendment.amendment_id.encode()).hexdigest()[:12].upper()
    return Case(
        case_id=f"OP{mark}",
        amendment_id=amendment.amendment_id,
        line_id=amendment.line_id,
        kind=amendment.kind,
        identified_on=identified,
        paid=paid,
        paid_on=date.fromisoformat(posted[-1]["paid_on"]),
        patient_share=max(share(posted[-1]), 0),
        owed=paid if amendment.kind == "refund" else None,
        siblings=siblings,
        payer_kind=payer.kind,
    )
