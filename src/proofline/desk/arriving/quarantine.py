"""Messages that wait: seen by people, released when the cure is applied, dropped with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from proofline.desk.arriving.decoding import take_rows
from proofline.desk.arriving.evidence import BookEvidence
from proofline.desk.arriving.messages import Outcome, Sent
from proofline.desk.arriving.standing import standing
from proofline.desk.arriving.taking import outcome_of, stored
from proofline.desk.roles import permit
from proofline.desk.trouble import DeskError
from proofline.store.book import Book
from proofline.store.feeding import feeds, messages
from proofline.store.feeding.messages import Stored
from proofline.store.trouble import not_visible


def waiting(book: Book) -> list[Stored]:
    """Give the messages that wait, the oldest first, without their bytes. Errors: NotAllowed."""
    permit(book, "message.release")
    return messages.held(book.tenant_id)


def show(book: Book, number: int) -> Stored:
    """Give one message with its bytes. Errors: NotAllowed; NotVisible."""
    permit(book, "message.release")
    found = messages.message(book.tenant_id, number)
    if found is None:
        raise not_visible()
    return found


def release(book: Book, number: int, at: datetime) -> Outcome:
    """Decode a message anew, add what is new, and let it go if nothing holds it any more.

    What still holds it is told, and it goes on waiting. Errors: NotAllowed; NotVisible; DeskError.
    """
    with book.act("message.release", at) as act:
        one = _waiting(book, number)
        sent = Sent(
            *(one.source, one.message_id, one.body, one.authenticity, one.received_at),  # type: ignore[arg-type]
            feed_id=one.feed_id,
            digest=one.sha256,
            mapping=feeds.mapping_of(book.tenant_id, one.feed_id),
        )
        report = take_rows(one.source, [sent], BookEvidence(act), standing(book.tenant_id))
        outcome = outcome_of(one.message_id, report.of(one.message_id))
        now = stored(sent, outcome)
        state = "released" if outcome.state == "taken" else "held"
        rows = one.rows + outcome.rows
        settled = replace(one, state=state, held=now.held, cure=now.cure, rows=rows)
        act.vouch("message.release", {"message": number, "sha256": one.sha256, "state": state})
        messages.settle(book.tenant_id, settled, at, "released")
    return outcome


def drop(book: Book, number: int, reason: str, at: datetime) -> None:
    """Let a message go for good; its bytes stay. Errors: NotAllowed; NotVisible; DeskError."""
    if not reason.strip():
        raise DeskError("desk.no_reason", "Dropping a message needs a reason.", "Say why.")
    with book.act("message.drop", at, reason) as act:
        one = _waiting(book, number)
        act.vouch("message.drop", {"message": number, "sha256": one.sha256})
        messages.settle(book.tenant_id, replace(one, state="dropped"), at, reason)


def _waiting(book: Book, number: int) -> Stored:
    found = show(book, number)
    if found.state != "held":
        raise DeskError(
            "desk.message_settled",
            f"Message {number} does not wait: it is {found.state}.",
            "`proofline quarantine list` names those that wait.",
        )
    return found
