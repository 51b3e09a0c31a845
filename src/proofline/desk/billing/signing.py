"""Sign-off: the billing practitioner attests to exactly the evidence that was shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from proofline.desk.cells import day, instant
from proofline.desk.days import today
from proofline.desk.found import enrollment_for, performer
from proofline.desk.ids import new_id
from proofline.desk.roles import permit
from proofline.desk.trouble import DeskError
from proofline.store.book import Book
from proofline.store.decided import digests_of

FRESH = timedelta(minutes=5)
"""How old the second factor of a signature may be. Policy of ours: no source states a time."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What was shown to who signs: a period by its first and last day, and the digest of it."""

    enrollment_id: str
    first: date
    last: date
    digest: str


@dataclass(frozen=True, slots=True)
class Signatures:
    """What came of signing several periods: the ids of signatures, and each refusal."""

    signed: tuple[str, ...]
    refused: tuple[tuple[Shown, DeskError], ...]


def sign_all(
    book: Book, those: Iterable[Shown], second_factor_at: datetime | None, at: datetime
) -> Signatures:
    """Sign several periods, each an act of its own; one that is refused keeps back no other.

    Errors: NotAllowed; NotVisible; DeskError if the second factor is not fresh, and then none is
    signed.
    """
    permit(book, "cycle.sign_off")
    _refuse_stale(second_factor_at, at)
    signed: list[str] = []
    refused: list[tuple[Shown, DeskError]] = []
    for shown in those:
        try:
            signed.append(sign_off(book, shown, second_factor_at, at))
        except DeskError as trouble:
            refused.append((shown, trouble))
    return Signatures(tuple(signed), tuple(refused))


def sign_off(book: Book, shown: Shown, second_factor_at: datetime | None, at: datetime) -> str:
    """Sign a closed period by the digest of what was shown; give the id.

    The performer who signs is the one that bills for the enrollment. `second_factor_at` is when the
    person last showed it, as the door knows. Errors: NotAllowed; NotVisible; DeskError if that is
    too long ago, the period is not over or signed already, or the evidence is not what was shown.
    """
    row = enrollment_for(book, "cycle.sign_off", shown.enrollment_id, at)
    _refuse_stale(second_factor_at, at)
    if row["billing_performer_id"] != performer(book):
        raise DeskError(
            "desk.not_the_biller",
            "Somebody else bills for this patient, and only they can sign.",
            "Leave the period to the billing practitioner of the enrollment.",
        )
    if shown.last >= today(book, row["patient_id"] or "", at):
        raise DeskError(
            "desk.period_open", "The period is not over.", "Sign it after its last day."
        )
    sign_off_id = new_id("sgn", at)
    with book.act("cycle.sign_off", at) as act:
        _refuse_other_evidence(book, shown)
        _refuse_second(book, shown)
        made = {
            "sign_off_id": sign_off_id,
            "enrollment_id": shown.enrollment_id,
            "period_start": day(shown.first),
            "period_end": day(shown.last),
            "performer_id": book.performer_id,
            "signed_at": instant(at),
            "evidence_digest": shown.digest,
        }
        act.add("sign_offs", [made])
    return sign_off_id


def _refuse_stale(second_factor_at: datetime | None, at: datetime) -> None:
    if second_factor_at is None or not timedelta(0) <= at - second_factor_at <= FRESH:
        raise DeskError(
            "desk.second_factor",
            "A signature needs the second factor anew.",
            "Show it again; it holds for five minutes.",
        )


def _refuse_other_evidence(book: Book, shown: Shown) -> None:
    span = (shown.first, shown.last)
    if shown.digest not in digests_of(book.tenant_id, shown.enrollment_id, span):
        raise DeskError(
            "desk.evidence_changed",
            "The evidence of this period is not what was shown: something changed meanwhile.",
            "Look at the period again, and sign what you see then.",
        )


def _refuse_second(book: Book, shown: Shown) -> None:
    for row in book.shelf.rows("sign_offs", enrollment_id={shown.enrollment_id}):
        said = (row["period_start"], row["evidence_digest"], row["performer_id"])
        if said == (day(shown.first), shown.digest, book.performer_id):
            raise DeskError(
                "desk.signed_before",
                "You have signed exactly this before.",
                "Nothing more is to be done; it is signed.",
            )
