"""Breaking the glass: seeing in an emergency what the role keeps closed, and answering for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from proofline.desk.roles import permit
from proofline.desk.trouble import DeskError, refuse_silence
from proofline.store.book import Book
from proofline.store.people import glass
from proofline.store.people.glass import Broken
from proofline.store.work import alerts

GLASS = timedelta(hours=1)
"""How long broken glass stays open. Policy of ours: no source states a time."""

ALERT = "glass_broken"
"""The kind of alert that waits for those who may review."""


def break_glass(book: Book, reason: str, at: datetime) -> datetime:
    """Open what the role keeps closed for a while; give until when.

    It holds for books opened after this. Compliance is told at once. Errors: NotAllowed; DeskError
    without a reason.
    """
    permit(book, "glass.break")
    refuse_silence(reason, "Breaking the glass")
    until = at + GLASS
    with book.act("glass.break", at, reason) as act:
        glass_id = glass.write(book, reason, at, until)
        act.vouch("glass.break", {"glass": glass_id, "until": until.isoformat()})
        alerts.raise_alert(book, "", ALERT, str(glass_id), at=at)
    return until


def broken(book: Book, *, unreviewed: bool = False) -> list[Broken]:
    """Give each time that the glass was broken, the latest first. Errors: NotAllowed."""
    permit(book, "glass.review")
    return glass.broken(book.tenant_id, unreviewed=unreviewed)


def review_glass(book: Book, glass_id: int, finding: str, at: datetime) -> None:
    """Say what came of looking at a time that the glass was broken; other eyes than who broke it.

    Glass that is open still is closed by it: whoever needs it longer breaks it again, for another
    review.

    Errors: NotAllowed; DeskError without a finding, for one's own, or if it was reviewed before.
    """
    permit(book, "glass.review")
    refuse_silence(finding, "A review")
    with book.act("glass.review", at, finding) as act:
        if not glass.review(book, glass_id, at):
            raise DeskError(
                "desk.glass_reviewed",
                "There is no such event, it was reviewed before, or it is your own.",
                "Take one from the list of those that wait; your own waits for somebody else.",
            )
        act.vouch("glass.review", {"glass": glass_id})
        alerts.close_all(book, ALERT, str(glass_id), finding, at=at)
