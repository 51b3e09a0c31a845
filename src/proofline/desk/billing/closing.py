"""What the worker does when decisions turn: lines are there without anybody typing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from proofline.claims.drawing import identity
from proofline.desk.billing.drafting import DECIDING, draft
from proofline.desk.billing.papers import missing, papers_of
from proofline.desk.deciding import Turn
from proofline.desk.roles import permit
from proofline.desk.trouble import DeskError
from proofline.store.book import Book
from proofline.store.decided import count_billable
from proofline.store.jobs import waits
from proofline.store.work import standings


def to_bill(book: Book, turn: Turn) -> set[str]:
    """Give the patients of whom a decision turned that is billable, or that a line rests on."""
    lines = {identity(one)[0]: one["patient_id"] for one in turn.changed}
    found = {lines[one] for one in standings.known(book.tenant_id, lines)}
    return found | {one["patient_id"] for one in turn.changed if one["outcome"] == "billable"}


def follow(book: Book, patients: Collection[str], at: datetime) -> bool:
    """Draw the lines of patients, and propose amendments; no if it has to wait for decisions.

    Without papers nothing is drawn, and `waits_for_papers` tells of it. Errors: NotAllowed.
    """
    permit(book, "claim.draft")
    if missing(book, at):
        return True
    if waits(book.tenant_id, "decide", set(patients)):
        return False
    try:
        draft(book, patients, papers_of(book, at), at)
    except DeskError as error:
        if error.code == DECIDING:
            return False
        raise
    return True


def waits_for_papers(book: Book, at: datetime) -> tuple[list[str], int]:
    """Say which papers are missing, and how many billable decisions wait for them.

    Both are nothing where all papers are there. Errors: NotAllowed.
    """
    lacking = missing(book, at)
    return lacking, count_billable(book.tenant_id) if lacking else 0
