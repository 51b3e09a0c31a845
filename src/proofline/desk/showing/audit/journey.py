"""One line as a walk: what was measured and done, decided, asked, answered, and came since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from proofline.claims.amending.cases import Case
from proofline.claims.amending.register import Proposal
from proofline.claims.book import Act
from proofline.claims.book import Standing as Stands
from proofline.claims.claim import Claim, ClaimLine
from proofline.claims.detaching import by_hand
from proofline.decide.chart import Reading, Work
from proofline.decide.records.today import page as page_named
from proofline.decide.records.turning import turns
from proofline.desk.found import look
from proofline.desk.roles import may
from proofline.desk.showing.audit.bearing import Bearing, bearing
from proofline.desk.showing.seeking import name_of
from proofline.explain.explanation import (
    Explanation,
    Finding,
    Left,
    Standing,
    against,
    grounds,
    standing,
    standing_in,
    warnings,
)
from proofline.explain.reasons import reason
from proofline.packet.law import law_of
from proofline.packs import shelf
from proofline.store.auditing.added import Added
from proofline.store.auditing.decided import Version
from proofline.store.book import Book
from proofline.store.decided import Line
from proofline.store.people.names import names_of

PAPERS = ("enrollments", "consents", "assignments", "devices", "coverages", "stays", "sign_offs")
SAYS = {
    "enrollments": ("order_date", "setup_date", "end_date"),
    "consents": ("given_at", "captured_at", "revoked_at"),
    "assignments": ("device_id", "from_date", "to_date"),
    "devices": ("kind", "serial", "fda_basis"),
    "coverages": ("kind", "from_date", "to_date"),
    "stays": ("kind", "from_date", "to_date"),
    "sign_offs": ("period_start", "period_end", "signed_at"),
}
"""The cells by which a paper is told."""


@dataclass(frozen=True, slots=True)
class Record:
    """Who put something on record, when and why, and the entry that vouches for it."""

    who: str
    at: datetime
    why: str
    entry: int | None


@dataclass(frozen=True, slots=True)
class Measured:
    """One reading: its value as sent, on which day it falls, and whether it counts or why not."""

    reading: Reading
    standing: Standing
    why: str
    record: Record | None


@dataclass(frozen=True, slots=True)
class Done:
    """One stretch of work or one call: what, by whom, how long, and whether it counts.

    `reached` is, of a call, whom it reached.
    """

    at: datetime
    what: str
    who: str
    length: timedelta | None
    standing: Standing
    why: str
    record: Record | None
    reached: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """One version of a paper: its table, key, cells (table, column, text), who put it there."""

    table: str
    key: str
    says: tuple[tuple[str, str, str], ...]
    withdrawn: bool
    record: Record


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision: as of which day, what it came to, and what turned it since the one before.

    `outcome` is blank where the bytes cannot be read any more.
    """

    version: Version
    outcome: str
    units: int
    turned: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def record(self) -> Record:
        """When it was put on record; the service decides."""
        return Record("", self.version.decided_at, "", self.version.entry)


@dataclass(frozen=True, slots=True)
class Step:
    """One act of the line in the book of lines, in its own words, and what an answer said.

    `key` names an answer that who looks may take off the line again; blank where there is none.
    """

    kind: str
    state: str
    detail: tuple[tuple[str, str], ...]
    held: str | None
    record: Record
    key: str = ""


@dataclass(frozen=True, slots=True)
class Amended:
    """One amendment of the line: who proposed and decided it, and what was paid too much for it."""

    proposal: Proposal
    proposed: Record
    decided: Record | None
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Journey:
    """A line with every step of its way; lists are in time.

    `readings` is None where the role of who looks includes none. `claim`, `claim_line` and `now`
    are None before the line is drawn. `since` is how the
    decision of now differs from the one that was sent last, empty where it does not.
    """

    bearing: Bearing
    name: str
    zone: str
    title: str
    told: Explanation | None
    readings: tuple[Measured, ...] | None
    work: tuple[Done, ...]
    calls: tuple[Done, ...]
    left: tuple[Left, ...]
    papers: tuple[Paper, ...]
    decisions: tuple[Decided, ...]
    earned: tuple[Finding, ...]
    against: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    claim: Claim | None
    claim_line: ClaimLine | None
    now: Stands | None
    steps: tuple[Step, ...]
    amendments: tuple[Amended, ...]
    since: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def decision(self) -> dict[str, Any]:
        """The decision that holds, as of the patient's today."""
        return self.bearing.decision

    @property
    def sent(self) -> bool:
        """Whether the line was ever sent."""
        return self.now is not None and self.now.sent > 0


def journey(book: Book, line: Line, at: datetime) -> Journey:
    """Walk a line. Errors: NotAllowed; NotVisible; Damaged if its decision cannot be read."""
    found = bearing(book, line, at)
    if may(book, "reading.see"):
        look(book, "reading.see", found.patient_id, at)
    on_record = _OnRecord(book, found)
    told, decision = found.told, found.decision
    now = found.lines.lines.get(found.line_id)
    claim = found.lines.claims[now.claim_id] if now else None
    decisions = tuple(_decisions(found.versions))
    return Journey(
        found, name_of(found.patient), found.patient["time_zone"] or "UTC",
        law_of(decision).titles.get(line[3], ""), told,
        tuple(on_record.readings(told)) if may(book, "reading.see") else None,
        tuple(on_record.work(told)), tuple(on_record.calls(told)), told.left if told else (),
        tuple(on_record.papers()), decisions,
        tuple(grounds(decision)), tuple(against(decision)), tuple(warnings([decision]).values()),
        claim, _line_of(found, claim), now, tuple(on_record.steps()),
        tuple(on_record.amendments()),
        _since(found, decisions),
    )  # fmt: skip


class _OnRecord:
    """The things of a line, each with who put it on record."""

    def __init__(self, book: Book, found: Bearing) -> None:
        self._found = found
        self._settles = may(book, "remit.post")
        self._rows = {(one.table, one.key): one for one in found.rows}
        numbers = {one.by for one in found.rows if one.by is not None}
        acts = (*(one.act for one in found.story), *_settling(found))
        acting = (one.who.removeprefix("person ") for one in acts)
        numbers |= {int(who) for who in acting if who.isdecimal()}
        self._names = names_of(book.tenant_id, numbers)
        self._people = {
            row["performer_id"]: row["name"] or row["performer_id"] or ""
            for row in book.shelf.rows("performers")
        }

    def readings(self, told: Explanation | None) -> Iterator[Measured]:
        """Yield the readings of the period in time."""
        for one in told.chart.readings if told else ():
            if told and told.period.holds(one.day):
                record = self._record("readings", one.reading_id)
                yield Measured(one, standing(one), _why(one.refused or one.unsettled), record)

    def work(self, told: Explanation | None) -> Iterator[Done]:
        """Yield the work of the period in time."""
        for one in told.work if told else ():
            assert told is not None
            found = standing_in(told.chart, one)
            who = self._people.get(one.performer_id, one.performer_id)
            yield Done(
                one.started_at, one.activity or "", who,
                one.ended_at - one.started_at, found, _why_work(one, found),
                self._record("time_entries", one.entry_id),
            )  # fmt: skip

    def calls(self, told: Explanation | None) -> Iterator[Done]:
        """Yield the attempts to communicate of the period in time."""
        for one in told.calls if told else ():
            who = self._people.get(one.performer_id or "", one.performer_id or "")
            record = self._record("interactions", one.interaction_id)
            why = _why(one.refused or one.unsettled)
            reached = one.reached or "unknown"
            yield Done(
                one.started_at, one.channel or "", who, None, standing(one), why, record, reached
            )

    def papers(self) -> Iterator[Paper]:
        """Yield every version of every paper, by table and in the order in which they came."""
        for table in PAPERS:
            for one in self._found.rows:
                if one.table == table:
                    said = ((table, name, one.cells.get(name) or "") for name in SAYS[table])
                    told = tuple(cell for cell in said if cell[2])
                    yield Paper(table, one.key, told, one.withdrawn, self._of(one))

    def steps(self) -> Iterator[Step]:
        """Yield the acts of the line in the book of lines."""
        there = self._found.line_id in self._found.lines.lines
        keys = by_hand(self._found.lines, self._found.line_id) if self._settles and there else {}
        for told in self._found.story:
            record = replace(self._said(told.act), entry=self._found.entries.get(told.number))
            detail = tuple((name, value) for name, value in told.change.detail.items() if value)
            state, key = told.change.to or "", keys.get(told.number, "")
            yield Step(told.kind, state, detail, told.change.held, record, key)

    def amendments(self) -> Iterator[Amended]:
        """Yield the amendments of the line, each with the overpayments that it opened."""
        kept = self._found.register
        for one in kept.proposals.values():
            about = one.amendment
            if about.line_id == self._found.line_id:
                named = about.amendment_id
                cases = (case for case in kept.cases.values() if case.amendment_id == named)
                decided = self._said(one.decided) if one.decided else None
                yield Amended(one, self._said(one.proposed), decided, tuple(cases))

    def _said(self, act: Act) -> Record:
        who = act.who.removeprefix("person ")
        named = self._names.get(int(who), act.who) if who.isdecimal() else ""
        return Record(named, act.at, act.why, None)

    def _record(self, table: str, key: str) -> Record | None:
        one = self._rows.get((table, key))
        return self._of(one) if one else None

    def _of(self, one: Added) -> Record:
        who = "" if one.by is None else self._names.get(one.by, f"person {one.by}")
        return Record(who, one.at, one.reason, one.entry)


def _settling(found: Bearing) -> Iterator[Act]:
    """Yield the acts that proposed and decided amendments of the line."""
    for one in found.register.proposals.values():
        if one.amendment.line_id == found.line_id:
            yield from filter(None, (one.proposed, one.decided))


def _line_of(found: Bearing, claim: Claim | None) -> ClaimLine | None:
    lines = claim.lines if claim else ()
    return next((one for one in lines if one.line_id == found.line_id), None)


def _why(token: str | None) -> str:
    return "" if token is None else reason(token).words


def _why_work(one: Work, found: Standing) -> str:
    if one.refused is None and one.unsettled is None and found == "unsettled":
        return _why("contested_by_patient")
    return _why(one.refused or one.unsettled)


def _decisions(versions: Sequence[Version]) -> Iterator[Decided]:
    """Yield the decisions in time, each with what turned since the one before."""
    before: Version | None = None
    for one in versions:
        if not one.readable:
            yield Decided(one, "", 0, ())
            continue
        told = one.decision
        since = turned(before.decision, told) if before else ()
        yield Decided(one, told["outcome"], told["units"], since)
        before = one


def turned(then: dict[str, Any], now: dict[str, Any]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Say what turned between two decisions of a line, with what the law cites for it."""
    pages = (page_named(then["pack"], shelf.ROOT), page_named(now["pack"], shelf.ROOT))
    return tuple((one.what, one.because) for one in turns(then, now, pages))


def _since(found: Bearing, decisions: Sequence[Decided]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Say how the decision of now differs from the one that held when the line was sent last."""
    sent = [one.act.at for one in found.story if one.kind == "submit"]
    then = [one for one in decisions if sent and one.version.decided_at <= sent[-1]][-1:]
    readable = [one for one in then if one.outcome]
    return turned(readable[0].version.decision, found.current.decision) if readable else ()
