"""Sign-off: the billing practitioner attests to exactly the evidence that was shown."""

from __future__ import annotations

from datetime import date, datetime

from proofline.desk.cells import day, instant
from proofline.desk.found import enrollment_of, performer
from proofline.desk.ids import new_id
from proofline.desk.roles import permit
from proofline.desk.trouble import DeskError
from proofline.store.book import Book
from proofline.store.decided import digest_of


def sign_off(
    book: Book, enrollment_id: str, period: tuple[date, date], digest: str, at: datetime
) -> str:
    """Sign a closed period (its first and last day) by the digest of what was shown; give the id.

    The performer who signs is the one that bills for the enrollment; the door has asked for the
    second factor. Errors: NotAllowed; NotVisible; DeskError if the evidence is not what was shown.
    """
    permit(book, "cycle.sign_off")
    if enrollment_of(book, enrollment_id)["billing_performer_id"] != performer(book):
        raise DeskError(
            "desk.not_the_biller",
            "Somebody else bills for this patient, and only they can sign.",
            "Leave the period to the billing practitioner of the enrollment.",
        )
    first, last = period
    sign_off_id = new_id("sgn", at)
    with book.act("cycle.sign_off", at) as act:
        if digest_of(book.tenant_id, enrollment_id, first) != digest:
            raise DeskError(
                "desk.evidence_changed",
                "The evidence of this period is not what was shown: something changed meanwhile.",
                "Look at the period again, and sign what you see then.",
            )
        row = {
            "sign_off_id": sign_off_id,
            "enrollment_id": enrollment_id,
            "period_start": day(first),
            "period_end": day(last),
            "performer_id": book.performer_id,
            "signed_at": instant(at),
            "evidence_digest": digest,
        }
        act.add("sign_offs", [row])
    return sign_off_id
