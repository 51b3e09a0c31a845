"""The biller's round: what is earned is drawn, what is drawn is checked, what is clean is ready."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from proofline.claims.book import Book as Lines
from proofline.claims.book.book import UNSENT
from proofline.claims.drawing import identity
from proofline.claims.edits import Edit
from proofline.desk.billing.book import lines_of
from proofline.desk.billing.drafting import Papers, draft, make_ready
from proofline.desk.billing.papers import ends_of, papers_of
from proofline.desk.billing.sending import Sent, file_again, sendable, submit
from proofline.desk.roles import permit
from proofline.store.book import Book
from proofline.store.counting.lines import instant_of
from proofline.store.counting.outcomes import billable_keys
from proofline.store.trouble import not_visible

AT_ONCE = 200
"""Patients whose claims are drawn in one act; who has more asks again."""


@dataclass(frozen=True, slots=True)
class Round:
    """What came of a round: lines drawn new, decisions not drawn with why, edits, patients left.

    `ready` counts the claims that may be sent now.
    """

    drawn: int
    undrawn: tuple[Edit, ...]
    edits: tuple[Edit, ...]
    ready: int
    left: int


def draw_all(book: Book, at: datetime) -> Round:
    """Draw what is earned from the papers that the book keeps.

    Errors: NotAllowed; DeskError if a paper is missing, or decisions are being made anew.
    """
    permit(book, "claim.draft")
    return draw_earned(book, papers_of(book, at), at)


def send(book: Book, chosen: Collection[str], at: datetime) -> Sent:
    """Send chosen claims, or all that nothing keeps back, to the receiver whom the book names.

    Errors: NotAllowed; NotVisible; DeskError if none is ready or nobody said who receives them;
    ClaimsError if one cannot be sent or written.
    """
    permit(book, "claim.submit")
    return submit(book, chosen or sendable(book, at), ends_of(book, at), at)


def file_of(book: Book, number: int, at: datetime) -> Sent:
    """Give the file of a submission again, between the ends that were named when it was sent.

    Errors: NotAllowed; NotVisible if there is no such submission.
    """
    permit(book, "claim.submit")
    then = instant_of(book.tenant_id, number)
    if then is None:
        raise not_visible()
    return file_again(book, number, ends_of(book, then), at)


def draw_earned(book: Book, papers: Papers, at: datetime) -> Round:
    """Draw what is billable and not sent, make ready what no edit blocks.

    Errors: NotAllowed; DeskError while decisions are being made anew.
    """
    permit(book, "claim.draft")
    lines = lines_of(book)
    before = len(lines.lines)
    patients = sorted(_waiting(book, lines))
    drawn = draft(book, patients[:AT_ONCE], papers, at)
    found = make_ready(book, papers, at)
    lines = lines_of(book)
    ready = len(lines.current("ready")) + len(lines.current("corrected"))
    added = len(lines.lines) - before
    return Round(added, drawn.undrawn, tuple(found), ready, max(0, len(patients) - AT_ONCE))


def _waiting(book: Book, lines: Lines) -> Collection[str]:
    """Give the patients of whom something is to be drawn, or is drawn and not sent."""
    found = set()
    for patient, enrollment, kind, start, code in billable_keys(book.tenant_id):
        period = {"kind": kind, "start": str(start)}
        key = {"enrollment_id": enrollment, "period": period, "code": code}
        if identity(key)[0] not in lines.lines:
            found.add(patient)
    unsent = (one for one in lines.lines.values() if one.state in {*UNSENT, "rejected"})
    return found | {lines.claims[one.claim_id].patient_id for one in unsent}
