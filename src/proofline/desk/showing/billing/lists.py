"""Lines of one part of the biller's page, by their last day, each with its patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from proofline.claims.answers.lists import Underpaid
from proofline.claims.book import Book as Lines
from proofline.claims.claim import Claim, ClaimLine
from proofline.claims.edits import Edit, Setting, edits
from proofline.claims.edits.setting import billed
from proofline.claims.sheets.directory import Directory
from proofline.desk.billing.papers import directory_of
from proofline.desk.roles import permit
from proofline.desk.showing.billing.going import ALONE, Beside, Going, all_that_goes
from proofline.desk.showing.billing.stands import PAID, STANDS, Stand
from proofline.desk.showing.naming import names_of, payers_in
from proofline.desk.showing.paging import among, following, place_of
from proofline.desk.showing.practice.money import ANSWERED
from proofline.desk.showing.reasons import InTheWay, in_the_way
from proofline.store.book import Book
from proofline.store.counting import outcomes
from proofline.store.work import standings
from proofline.store.work.some_lines import of_patients
from proofline.store.work.standings import LineNow

PAGE = 50
UNSENT = ("drawn", "ready", "voided")
"""The states in which a line can be held by hand."""

HELD_PAGE = 30
"""Lines of a page; those held by a decision tell their reasons, and are fewer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines: where they stand, of which month of service and payer; blank for any.

    `short` asks for those only that were allowed less than expected.
    """

    stand: Stand
    month: str = ""
    payer: str = ""
    after: str = ""
    short: bool = False


@dataclass(frozen=True, slots=True)
class NamedLine:
    """A line of the book with its patient's and payer's names, and its edits if it is drawn.

    `paid` is None where the payer has not answered. `behind` are lines of its claim that an edit
    blocks: a claim goes whole, so that this line waits for them. `short` is what was allowed less
    than expected of a line that was paid, None where that is nothing, or is not known. `beside` is,
    of a line that is ready, what its claim takes along, or why nothing of it is sent.
    """

    line: LineNow
    patient: str
    payer: str
    paid: int | None
    edits: tuple[Edit, ...] = ()
    behind: tuple[ClaimLine, ...] = ()
    short: Underpaid | None = None
    beside: Beside = ALONE


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A line that its decision holds: whose, what, which period, and why.

    `reasons` is None where what was decided cannot be read any more.
    """

    key: str
    enrollment_id: str
    patient_id: str
    patient: str
    code: str
    units: int
    first: date
    last: date
    reasons: tuple[InTheWay, ...] | None


@dataclass(frozen=True, slots=True)
class LineList:
    """A page of lines; of what is held first those held by hand. `after`: blank on the last.

    `going` is, of what is ready, how many lines of all pages would be sent now.
    """

    asked: Asked
    lines: tuple[NamedLine, ...]
    held: tuple[HeldLine, ...]
    after: str
    going: int = 0

    @property
    def alike(self) -> list[tuple[HeldLine, ...]]:
        """Give what a decision holds by patient and reasons: one cure mends all of a group."""
        groups: dict[tuple[str, tuple[InTheWay, ...] | None], list[HeldLine]] = {}
        for one in self.held:
            groups.setdefault((one.enrollment_id, one.reasons), []).append(one)
        return [tuple(those) for those in groups.values()]


def lines(book: Book, asked: Asked, at: datetime) -> LineList:
    """Give lines of one part; those that are drawn with their edits. Errors: NotAllowed.

    Those that are ready are given with what would be sent.
    """
    found = plain(book, asked, at)
    if asked.stand != "ready":
        return found
    goes = all_that_goes(book, {one.line.claim_id for one in found.lines}, at)
    return replace(found, lines=_with_others(found.lines, goes), going=goes.lines)


def plain(book: Book, asked: Asked, at: datetime) -> LineList:
    """Give lines of one part, without what would be sent: that asks of all pages.

    Errors: NotAllowed.
    """
    permit(book, "line.see")
    directory = directory_of(book, at)
    if asked.stand == "held":
        return _held(book, asked, directory, at)
    which = among(asked.month, states=STANDS[asked.stand], held=False, payer_id=asked.payer)
    which = replace(which, short=asked.short)
    found = standings.page(book.tenant_id, which, place_of(asked.after), PAGE + 1)
    shown = _named(book, found[:PAGE], directory, at)
    if asked.stand == "drawn":
        shown = _checked(book, shown, directory, at)
    if asked.stand in PAID:
        shown = tuple(replace(one, short=_below(one.line)) for one in shown)
    return LineList(asked, shown, (), following(found[:PAGE]) if len(found) > PAGE else "")


def _held(book: Book, asked: Asked, directory: Directory, at: datetime) -> LineList:
    which = among(asked.month, states=UNSENT, held=True, payer_id=asked.payer)
    by_hand = [] if asked.after else standings.page(book.tenant_id, which, None, PAGE)
    place = (int(asked.after) if asked.after.isdecimal() else 0, HELD_PAGE + 1)
    found = outcomes.decided_lines(book.tenant_id, "held", (asked.month, ""), place)
    shown = found[:HELD_PAGE]
    names = names_of(book, "line.see", {one.patient_id for one in shown}, at)
    held = tuple(
        HeldLine(
            " ".join(one.line),
            one.enrollment_id,
            one.patient_id,
            names[one.patient_id],
            one.code,
            one.units,
            one.period_start,
            one.period_end,
            in_the_way(one.record) if one.record else None,
        )
        for one in shown
    )
    after = str(shown[-1].number) if len(found) > HELD_PAGE else ""
    return LineList(asked, _named(book, by_hand, directory, at), held, after)


def _checked(
    book: Book, shown: tuple[NamedLine, ...], directory: Directory, at: datetime
) -> tuple[NamedLine, ...]:
    """Put the edits of a claim beside its lines; those of the whole claim beside each."""
    patients = {one.line.patient_id for one in shown}
    lines = Lines(of_patients(book.tenant_id, patients))
    setting = Setting(at.date(), directory, billed(lines))
    claims = {one.line.claim_id for one in shown}
    found = {one: edits(lines.claims[one], setting) for one in claims}
    return tuple(
        _beside(one, found[one.line.claim_id], lines.claims[one.line.claim_id]) for one in shown
    )


def _with_others(shown: tuple[NamedLine, ...], going: Going) -> tuple[NamedLine, ...]:
    """Put beside each line how many others go where it goes, for a claim is sent whole.

    A claim that was drawn anew since its lines were read carries none: nothing is said of it.
    """
    beside = going.beside
    return tuple(replace(one, beside=beside.get(one.line.claim_id, ALONE)) for one in shown)


def _below(line: LineNow) -> Underpaid | None:
    """Give what a payer allowed of a line, if that is known to be less than expected."""
    if line.short is None or line.expected is None:
        return None
    allowed = line.expected - line.short
    return Underpaid(line.line_id, line.code, line.expected, allowed, line.paid)


def _beside(one: NamedLine, told: Sequence[Edit], claim: Claim) -> NamedLine:
    """Put what is said of a line, and which others keep its claim back, beside it."""
    own = tuple(edit for edit in told if edit.line_id in {"", one.line.line_id})
    blocked = {edit.line_id for edit in told if edit.severity == "block"} - {"", one.line.line_id}
    behind = tuple(line for line in claim.lines if line.line_id in blocked)
    return replace(one, edits=own, behind=behind)


def _named(
    book: Book, found: list[LineNow], directory: Directory, at: datetime
) -> tuple[NamedLine, ...]:
    names = names_of(book, "line.see", {one.patient_id for one in found}, at)
    payers = payers_in(directory)
    return tuple(
        NamedLine(
            one,
            names.get(one.patient_id, one.patient_id),
            payers.get(one.payer_id, one.payer_id),
            one.paid if one.state in ANSWERED else None,
        )
        for one in found
    )
