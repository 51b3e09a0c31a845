"""Amendments and overpayments at the desk: what was billed otherwise than it stands today.

The worker proposes; people accept or decline, and give back what was paid too much. Every patient
has a register of their own, which is the core's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from proofline.claims.amending.cases import (
    Case,
    Returned,
    Suspension,
    closed,
    paid_back,
    resumed,
    suspended,
)
from proofline.claims.amending.register import Proposal, Register
from proofline.claims.amending.ways import Correction, correction
from proofline.desk.billing.book import lines_of, said
from proofline.desk.billing.papers import directory_of
from proofline.desk.days import today
from proofline.desk.found import look_at_all
from proofline.desk.roles import permit
from proofline.desk.trouble import refuse_silence
from proofline.store.act import Act
from proofline.store.book import Book
from proofline.store.trouble import not_visible
from proofline.store.work import amendments
from proofline.store.work.amendments import AmendmentNow, CaseNow
from proofline.store.work.lines import amendment_log

MOST = 500
"""Rows of one list at most."""


@dataclass(frozen=True, slots=True)
class Settled:
    """An accepted amendment: how its line is corrected, and whether the claim was written down."""

    way: Correction
    written: bool


def listing(book: Book, at: datetime, standing: str = "proposed") -> list[AmendmentNow]:
    """List amendments that stand so (blank: all), the oldest first. Errors: NotAllowed."""
    permit(book, "amendment.see")
    found = amendments.listed(book.tenant_id, standing, MOST)
    look_at_all(book, "amendment.see", {one.patient_id for one in found}, at)
    return found


def proposal(book: Book, amendment_id: str, at: datetime) -> Proposal:
    """Show one amendment: what turned, on which rows. Errors: NotAllowed; NotVisible."""
    permit(book, "amendment.see")
    patient_id = _of_amendment(book, amendment_id)
    look_at_all(book, "amendment.see", {patient_id}, at)
    return Register(amendment_log(book.tenant_id, patient_id)).proposal(amendment_id)


def accept(
    book: Book,
    amendment_id: str,
    told: tuple[str, datetime],
    *,
    identified: date | None = None,
    correct: bool = False,
) -> Settled:
    """Accept an amendment; `told` are why, and when. With `correct` its claim is written down.

    `identified` is an earlier day on which somebody knew already. Errors: NotAllowed; NotVisible;
    DeskError without a reason; ClaimsError if it is decided, or the claim cannot be written.
    """
    why, at = told
    permit(book, "amendment.settle")
    refuse_silence(why, "Settling an amendment")
    patient_id = _of_amendment(book, amendment_id)
    look_at_all(book, "amendment.settle", {patient_id}, at)
    with book.act("amendment.settle", at, why) as act:
        lines, register = lines_of(book, act), _register(book, patient_id, act)
        amendment = register.proposal(amendment_id).amendment
        payer = lines.claims[lines.lines[amendment.line_id].claim_id].coverages[0].payer
        terms = directory_of(book, act.at).terms(payer)
        way = correction(lines, amendment, terms, today(book, patient_id, act.at))
        register.accept(amendment_id, said(act), identified)
        if correct and way.claim is not None:
            lines.correct(way.claim, said(act))
    return Settled(way, correct and way.claim is not None)


def decline(book: Book, amendment_id: str, why: str, at: datetime) -> None:
    """Decline an amendment, which closes its overpayment with the reason.

    Errors: NotAllowed; NotVisible; DeskError without a reason; ClaimsError if it is decided.
    """
    permit(book, "amendment.settle")
    refuse_silence(why, "Settling an amendment")
    patient_id = _of_amendment(book, amendment_id)
    look_at_all(book, "amendment.settle", {patient_id}, at)
    with book.act("amendment.settle", at, why) as act:
        _register(book, patient_id, act).decline(amendment_id, said(act))


def overpayments(book: Book, at: datetime, *, most: int = MOST, skip: int = 0) -> list[CaseNow]:
    """List overpayments that are open, those due first on top, `most` of them after so many.

    Errors: NotAllowed.
    """
    permit(book, "amendment.see")
    found = amendments.cases(book.tenant_id, most, skip)
    look_at_all(book, "amendment.see", {one.patient_id for one in found}, at)
    return found


def overpayment(book: Book, case_id: str, at: datetime) -> CaseNow:
    """Show one overpayment, also one that is settled. Errors: NotAllowed; NotVisible."""
    permit(book, "amendment.see")
    found = amendments.case_of(book.tenant_id, case_id)
    if found is None:
        raise not_visible()
    look_at_all(book, "amendment.see", {found.patient_id}, at)
    return found


def suspend(book: Book, case_id: str, days: tuple[date, date], told: tuple[str, datetime]) -> Case:
    """Stop the clock from one day until another, for an investigation. Errors: as for closing."""
    why = told[0]

    def how(case: Case, who: str) -> Case:
        """Stop the clock of the case as it is then."""
        return suspended(case, Suspension(who, why, *days))

    return _change(book, case_id, ("suspend", how), told)


def resume(book: Book, case_id: str, on: date, told: tuple[str, datetime]) -> Case:
    """Let the clock run on from a day. Errors: as for closing."""
    return _change(book, case_id, ("resume", lambda case, _: resumed(case, on)), told)


def give_back(
    book: Book, case_id: str, money: tuple[date, int], told: tuple[str, datetime], *, final: bool
) -> Case:
    """Note cents that were given back on a day; why says how they are found again.

    `final` says that it is all that is owed. Errors: as for closing.
    """
    (on, cents), how_found = money, told[0]

    def how(case: Case, who: str) -> Case:
        """Note the money on the case as it is then."""
        return paid_back(case, Returned(who, on, cents, how_found), final=final)

    return _change(book, case_id, ("return", how), told)


def close(book: Book, case_id: str, told: tuple[str, datetime]) -> Case:
    """Close an overpayment of which nothing is owed; `told` are why, and when.

    Errors: NotAllowed; NotVisible; DeskError without a reason; ClaimsError where it does not fit.
    """
    return _change(book, case_id, ("close", lambda case, _: closed(case, told[0])), told)


def _change(
    book: Book,
    case_id: str,
    how: tuple[str, Callable[[Case, str], Case]],
    told: tuple[str, datetime],
) -> Case:
    why, at = told
    permit(book, "amendment.settle")
    refuse_silence(why, "Changing an overpayment")
    patient_id = amendments.patient_of_case(book.tenant_id, case_id)
    if not patient_id:
        raise not_visible()
    look_at_all(book, "amendment.settle", {patient_id}, at)
    kind, change = how
    with book.act("amendment.settle", at, why) as act:
        who = said(act)
        register = _register(book, patient_id, act)
        return register.change(case_id, kind, who, lambda case: change(case, who.who))


def _of_amendment(book: Book, amendment_id: str) -> str:
    patient_id = amendments.patient_of_amendment(book.tenant_id, amendment_id)
    if not patient_id:
        raise not_visible()
    return patient_id


def _register(book: Book, patient_id: str, act: Act) -> Register:
    return Register(amendment_log(book.tenant_id, patient_id, act))
