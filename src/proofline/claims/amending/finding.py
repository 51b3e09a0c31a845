"""All lines of a book that left, against today's decisions: the amendments that there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from msgspec import structs

from proofline.claims.amending.amendment import Amendment, Turn, billed, named
from proofline.claims.amending.cases import Case, Sibling
from proofline.claims.amending.comparing import Codes, added, compared, turns
from proofline.claims.amending.kept import Clock, KeptDecision, PeriodKey, by_period
from proofline.claims.amending.register import Register
from proofline.claims.amending.rows import ChangedRows, Evidence
from proofline.claims.answers.details import denials, remitted, share
from proofline.claims.answers.reasons import named as matches
from proofline.claims.answers.reasons import reasons
from proofline.claims.book import Book
from proofline.claims.claim import ClaimLine, State
from proofline.claims.payers.terms import terms_of
from proofline.packs.repayment import policy

LEFT: frozenset[State] = frozenset(
    {"submitted", "accepted", "paid", "partly_paid", "denied", "appealed", "corrected"}
)
"""The states of a line that is with the payer; what was rejected is drafted anew."""


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
    book: Book, register: Register, clock: Clock, today: tuple[Iterable[KeptDecision], Evidence]
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
    book: Book, line: ClaimLine, basis: KeptDecision, now: tuple[Codes, Evidence]
) -> Amendment | None:
    today, evidence = now
    found = compared(basis, today)
    if found is None:
        return _contradicted(book, line, basis)
    kind, stands = found
    told = turns(basis, today.get(basis.code))
    said = ChangedRows(evidence.changed(basis))
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
        said = ChangedRows(evidence.changed(was))
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


def _contradicted(book: Book, line: ClaimLine, basis: KeptDecision) -> Amendment | None:
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


def case_of(
    book: Book, amendment: Amendment, identified: date, siblings: tuple[Sibling, ...] = ()
) -> Case | None:
    """Give the overpayment that an amendment means, None where nothing is paid or it stands.

    What of a paid line that is held now is policy: `paid_and_held` of packs/repayment.toml.
    """
    held = amendment.kind == "unsettled" and policy("paid_and_held").choice == "clock_runs"
    if not held and amendment.kind not in {"refund", "downgrade"}:
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
