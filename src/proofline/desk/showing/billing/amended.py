"""Lines that stand otherwise than they were billed, and money that was paid too much."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from proofline.claims.amending.amendment import MEANS, Kind
from proofline.claims.amending.cases import Case, Sibling
from proofline.claims.amending.register import Proposal
from proofline.desk.billing import amending
from proofline.desk.days import zone_of, zones
from proofline.desk.showing.naming import names_of
from proofline.store.book import Book
from proofline.store.counting.amended import amended as counts
from proofline.store.counting.lines import of
from proofline.store.work.amendments import AmendmentNow
from proofline.store.work.standings import LineNow

PAGE = 50
FIRST = ("refund", "downgrade", "unsettled", "upgrade", "redate", "information")
"""In which order kinds are shown: what may have to be given back comes first."""


@dataclass(frozen=True, slots=True)
class AmendmentSeen:
    """One amendment of the list, with the name of its patient and its line as it stands.

    `zone` names the clock by which its patient lives, UTC where that is not known.
    """

    amendment: AmendmentNow
    patient: str
    line: LineNow | None
    zone: str

    @property
    def means(self) -> str:
        """Say what its kind means."""
        kind: Kind = self.amendment.kind  # type: ignore[assignment]  # one of them, as it was kept
        return MEANS[kind]


@dataclass(frozen=True, slots=True)
class OverpaymentSeen:
    """One overpayment with the name of its patient and the days left until it is due.

    `siblings` are the other paid lines of its case, each as it stands; a list has none of them.
    """

    case: Case
    patient: str
    line: LineNow | None
    status: str
    days_left: int
    siblings: tuple[tuple[Sibling, LineNow | None], ...] = ()

    @property
    def left(self) -> int | None:
        """The cents that are still to be given back; None where what is owed is not known yet."""
        return None if self.case.owed is None else max(0, self.case.owed - self.case.returned)

    @property
    def source(self) -> str:
        """The key of the source that says within how many days."""
        return self.case.rule.return_cite.partition(" ")[0]


@dataclass(frozen=True, slots=True)
class AmendedPage:
    """What waits for a person: amendments proposed, and overpayments, those due first on top.

    `more` are amendments beyond those shown; overpayments come in `pages`, of which this is the
    `number`th, `open` of them in all.
    """

    amendments: tuple[AmendmentSeen, ...]
    overpayments: tuple[OverpaymentSeen, ...]
    more: int
    open: int
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class AmendmentPage:
    """One amendment whole: what turned, on which rows of evidence, and the line that it is of.

    `zone` names the clock by which its patient lives.
    """

    proposal: Proposal
    patient: str
    line: LineNow | None
    zone: str

    @property
    def means(self) -> str:
        """Say what its kind means."""
        return MEANS[self.proposal.amendment.kind]


def amended(book: Book, at: datetime, number: int = 1) -> AmendedPage:
    """Give what waits, and a page of the overpayments. Errors: NotAllowed."""
    counted = counts(book.tenant_id)
    pages = max(1, -(-counted.open // PAGE))
    number = min(max(number, 1), pages)
    found = amending.listing(book, at)
    cases = amending.overpayments(book, at, most=PAGE, skip=PAGE * (number - 1))
    patients = {one.patient_id for one in found} | {one.patient_id for one in cases}
    names = names_of(book, "amendment.see", patients, at)
    ids = {one.line_id for one in found} | {one.case.line_id for one in cases}
    lines = {one.line_id: one for one in of(book.tenant_id, ids)}
    shown = sorted(found, key=lambda one: FIRST.index(one.kind))[:PAGE]
    clocks = zones(book, {one.patient_id for one in shown})
    return AmendedPage(
        tuple(
            AmendmentSeen(
                *(one, names[one.patient_id], lines.get(one.line_id)),
                clocks.get(one.patient_id, "UTC"),
            )
            for one in shown
        ),
        tuple(
            _overpaid(one.case, names[one.patient_id], lines.get(one.case.line_id), at.date())
            for one in cases
        ),
        max(0, counted.proposed - PAGE),
        counted.open,
        number,
        pages,
    )


def amendment(book: Book, amendment_id: str, at: datetime) -> AmendmentPage:
    """Give one amendment. Errors: NotAllowed; NotVisible."""
    proposal = amending.proposal(book, amendment_id, at)
    line = next(iter(of(book.tenant_id, {proposal.amendment.line_id})), None)
    if line is None:
        return AmendmentPage(proposal, "", None, "UTC")
    names = names_of(book, "amendment.see", {line.patient_id}, at)
    zone = str(zone_of(book, line.patient_id))
    return AmendmentPage(proposal, names.get(line.patient_id, ""), line, zone)


def overpayment(book: Book, case_id: str, at: datetime) -> OverpaymentSeen:
    """Give one overpayment, also one that is settled. Errors: NotAllowed; NotVisible."""
    one = amending.overpayment(book, case_id, at)
    names = names_of(book, "amendment.see", {one.patient_id}, at)
    ids = {one.case.line_id, *(other.line_id for other in one.case.siblings)}
    lines = {line.line_id: line for line in of(book.tenant_id, ids)}
    line = lines.get(one.case.line_id)
    siblings = tuple((other, lines.get(other.line_id)) for other in one.case.siblings)
    return replace(_overpaid(one.case, names[one.patient_id], line, at.date()), siblings=siblings)


def _overpaid(case: Case, patient: str, line: LineNow | None, today: date) -> OverpaymentSeen:
    return OverpaymentSeen(case, patient, line, case.status(today), (case.due - today).days)
