"""One claim: its lines, where each stands and how it came there, what an edit says, its answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from proofline.claims.answers.details import remitted
from proofline.claims.answers.lists import Underpaid, shortfall
from proofline.claims.book import Book as Lines
from proofline.claims.book import Standing
from proofline.claims.book.standing import BESIDE, Told
from proofline.claims.claim import Claim, ClaimLine
from proofline.claims.edits import Edit, Setting, edits
from proofline.claims.edits.setting import billed
from proofline.claims.payers.terms import Terms
from proofline.desk.billing.papers import directory_of
from proofline.desk.days import zone_of
from proofline.desk.roles import permit
from proofline.desk.showing.naming import names_of
from proofline.store.book import Book
from proofline.store.people.roster import names_of as names_of_people
from proofline.store.trouble import not_visible
from proofline.store.work.some_lines import of_claim

_CHECKED = {"drawn", "ready", "corrected"}


@dataclass(frozen=True, slots=True)
class ClaimStep:
    """One step in the story of a line: when, by whom, what it became, and why.

    `kept` are cents that the payer kept back beside its claim, below 0: that it added; None: none.
    """

    at: datetime
    who: str
    kind: str
    became: str
    why: str
    kept: int | None = None


@dataclass(frozen=True, slots=True)
class ClaimLineSeen:
    """One line with its standing and its story; what was paid of it in cents, None unanswered.

    `short` is what was allowed less than expected, None where that is nothing, or is not known.
    """

    line: ClaimLine
    standing: Standing
    enrollment_id: str
    paid: int | None
    story: tuple[ClaimStep, ...]
    short: Underpaid | None


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """A claim as the biller looks at it; `here` says whether its lines are still carried by it.

    `zone` names the clock by which its patient lives, UTC where that is not known.
    """

    claim: Claim
    patient: str
    zone: str
    lines: tuple[ClaimLineSeen, ...]
    edits: tuple[Edit, ...]
    terms: Terms
    here: bool

    @property
    def unsent(self) -> bool:
        """Whether something of it may be held back."""
        return any(one.standing.state in {"drawn", "ready"} for one in self.lines)

    @property
    def only_drawn(self) -> bool:
        """Whether something of it is not ready yet, so that only a superbill is written of it."""
        return any(one.standing.state == "drawn" for one in self.lines)

    @property
    def unsent_correction(self) -> tuple[ClaimLineSeen, ...]:
        """The lines that it corrects and that are not sent yet: that can be given up."""
        ours = self.claim.claim_id
        now = [(one, one.standing) for one in self.lines]
        return tuple(one for one, at in now if (at.claim_id, at.state) == (ours, "corrected"))

    @property
    def denied(self) -> tuple[ClaimLineSeen, ...]:
        """The lines that a new claim may carry."""
        return tuple(one for one in self.lines if one.standing.state == "denied")

    @property
    def ways(self) -> tuple[str, ...]:
        """How it can be corrected: what is unknown of the payer is not offered."""
        new = ("new",) if self.denied else ()
        replacement = ("replacement",) if self.terms.replacement else ()
        return (*new, *replacement, *(("void",) if self.terms.void else ()))

    @property
    def answered(self) -> bool:
        """Whether the payer has adjudicated some line of it."""
        states = {one.standing.state for one in self.lines}
        return self.here and bool(states & {"paid", "partly_paid", "denied", "appealed"})


def claim(book: Book, claim_id: str, at: datetime) -> ClaimPage:
    """Give a claim that carries lines. Errors: NotAllowed; NotVisible."""
    permit(book, "line.see")
    lines, directory = Lines(of_claim(book.tenant_id, claim_id)), directory_of(book, at)
    found = lines.claims.get(claim_id)
    if found is None:
        raise not_visible()
    names = names_of(book, "line.see", {found.patient_id}, at)
    who = names_of_people(book.tenant_id)
    shown = tuple(_line(lines, line, who) for line in found.lines)
    here = all(one.standing.claim_id == claim_id for one in shown)
    told: Sequence[Edit] = ()
    if here and {one.standing.state for one in shown} <= _CHECKED:
        paid = {one.line.line_id: one.paid for one in shown if one.paid is not None}
        again = {one.line.line_id for one in shown if one.standing.state == "corrected"}
        setting = Setting(at.date(), directory, billed(lines), paid, again)
        told = edits(found, setting)
    terms = directory.terms(found.coverages[0].payer)
    name = names.get(found.patient_id, found.patient_id)
    zone = str(zone_of(book, found.patient_id))
    return ClaimPage(found, name, zone, shown, tuple(told), terms, here)


def _line(lines: Lines, line: ClaimLine, who: Mapping[str, str]) -> ClaimLineSeen:
    standing = lines.lines[line.line_id]
    answers = remitted(lines, line.line_id)
    story = tuple(_step(one, who) for one in lines.story(line.line_id))
    enrollment = line.decision_key.rsplit(" ", 3)[0]
    paid = int(answers[-1]["total"]) if answers else None
    short = shortfall(lines, line)
    return ClaimLineSeen(line, standing, enrollment, paid, story, short)


def _step(told: Told, who: Mapping[str, str]) -> ClaimStep:
    change = told.change
    became: str = change.to or ""
    if change.held is not None:
        became = "held" if change.held else "released"
    beside = change.detail.get("kind") == BESIDE
    kept = int(change.detail["kept"]) if beside else None
    name = who.get(told.act.who, told.act.who)
    return ClaimStep(told.act.at, name, told.kind, became, told.act.why, kept)
