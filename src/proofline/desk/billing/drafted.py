"""The claims as the book of lines has them."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from proofline.claims.book.log import Entry
from proofline.claims.book.standing import RECORD, Ledger
from proofline.claims.claim import Claim
from proofline.desk.found import look
from proofline.desk.roles import permit
from proofline.store.book import Book
from proofline.store.outside import lists
from proofline.store.trouble import not_visible

_read = msgspec.json.Decoder(Entry).decode


def claims(book: Book, at: datetime, patient_id: str | None = None) -> list[tuple[Claim, date]]:
    """Give the claims, of all patients or of one, each with the day on which it was last drawn.

    In the order of their ids. Errors: NotAllowed.
    """
    permit(book, "practice.see")
    found = [
        (claim, drawn)
        for claim, drawn in _all(book).values()
        if patient_id is None or claim.patient_id == patient_id
    ]
    for whose in sorted({claim.patient_id for claim, _ in found if claim.patient_id}):
        look(book, "practice.see", whose, at)
    return sorted(found, key=lambda one: one[0].claim_id)


def claim_of(book: Book, claim_id: str, at: datetime) -> tuple[Claim, date]:
    """Give one claim and the day on which it was last drawn. Errors: NotAllowed; NotVisible."""
    permit(book, "practice.see")
    found = _all(book).get(claim_id)
    look(book, "practice.see", found[0].patient_id if found else "", at, allowed=found is not None)
    if found is None:
        raise not_visible()
    return found


def _all(book: Book) -> dict[str, tuple[Claim, date]]:
    ledger, drawn = Ledger(), {}
    for act in lists.acts_of(book.tenant_id):
        entry = _read(act)
        ledger.take(entry)
        if entry.kind != RECORD:  # which names the claims that lines go back to, and draws none
            drawn.update(dict.fromkeys((one.claim_id for one in entry.claims), entry.act.at.date()))
    return {name: (claim, drawn[name]) for name, claim in ledger.claims.items()}
