"""Amendments accepted or declined, and overpayments given back."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from proofline.api.route import Asked, route
from proofline.api.routes.made import Done, Reason
from proofline.claims.amending.cases import Case
from proofline.desk.billing import amending
from proofline.store.work.amendments import AmendmentNow, CaseNow

MOST_CENTS = 10**9
"""Ten million dollars: more than any line was ever paid."""


class AmendmentSeen(msgspec.Struct, frozen=True):
    """An amendment: what was billed, what stands today, and each requirement that turned.

    `last_filing_day` is the last day on which a claim of more may arrive, blank where not known.
    """

    amendment_id: str
    line_id: str
    kind: str
    standing: str
    was: str
    now: str
    turned: tuple[str, ...]
    note: str
    last_filing_day: str


class Overpayment(msgspec.Struct, frozen=True):
    """An overpaid line, whose it is; cents. `owed` is null where it is not known yet."""

    case_id: str
    patient_id: str
    case: Case


class Accepting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why an amendment is accepted; `correct` writes its claim down.

    `identified` is an earlier day on which somebody knew already.
    """

    reason: str
    correct: bool = False
    identified: date | None = None


class AmendmentSettled(msgspec.Struct, frozen=True):
    """How the line is corrected, in words, and the claim that was written down, blank for none."""

    way: str
    words: str
    claim_id: str


class MoneyBack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Cents that were given back on a day, and how they are found again; `final`: all is."""

    on: date
    cents: Annotated[int, msgspec.Meta(ge=1, le=MOST_CENTS)]
    reason: str
    final: bool = False


class ClockStopped(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From which day until which the clock of an overpayment stands still, and why."""

    start: date
    until: date
    reason: str


class ClockRuns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From which day the clock runs on, and why."""

    on: date
    reason: str


@route("GET amendments", "read:amendments", "amendment.see", of=AmendmentNow, gives="list")
def list_amendments(asked: Asked) -> object:
    """Amendments that wait for a person, the oldest first."""
    return amending.listing(asked.book, asked.at)


@route("GET amendments/{amendment_id}", "read:amendments", "amendment.see", of=AmendmentSeen)
def get_amendment(asked: Asked) -> object:
    """One amendment: what turned."""
    found = amending.proposal(asked.book, asked.ids["amendment_id"], asked.at)
    one = found.amendment
    return AmendmentSeen(
        *(one.amendment_id, one.line_id, one.kind, found.standing, one.was.words, one.now.words),
        *(tuple(turn.words for turn in one.turns), one.note, one.last_filing_day),
    )


@route(
    "POST amendments/{amendment_id}/accept",
    "write:amendments",
    "amendment.settle",
    of=AmendmentSettled,
    body=Accepting,
)
def accept_amendment(asked: Asked) -> object:
    """Accept an amendment; say what follows from it."""
    said: Accepting = asked.body
    made = amending.accept(
        asked.book,
        asked.ids["amendment_id"],
        (said.reason, asked.at),
        identified=said.identified,
        correct=said.correct,
    )
    claim = made.way.claim.claim_id if made.written and made.way.claim else ""
    return AmendmentSettled(made.way.way, made.way.words, claim)


@route(
    "POST amendments/{amendment_id}/decline",
    "write:amendments",
    "amendment.settle",
    of=Done,
    body=Reason,
)
def decline_amendment(asked: Asked) -> object:
    """Decline an amendment, which closes its overpayment."""
    amending.decline(asked.book, asked.ids["amendment_id"], asked.body.reason, asked.at)
    return Done()


@route("GET overpayments", "read:amendments", "amendment.see", of=Overpayment, gives="list")
def list_overpayments(asked: Asked) -> object:
    """Overpayments that are open, those due first on top."""
    return [_overpaid(one) for one in amending.overpayments(asked.book, asked.at)]


@route("GET overpayments/{case_id}", "read:amendments", "amendment.see", of=Overpayment)
def get_overpayment(asked: Asked) -> object:
    """One overpayment, settled or not."""
    return _overpaid(amending.overpayment(asked.book, asked.ids["case_id"], asked.at))


@route(
    "POST overpayments/{case_id}/return",
    "write:amendments",
    "amendment.settle",
    of=Overpayment,
    body=MoneyBack,
)
def return_overpayment(asked: Asked) -> object:
    """Note money that was given back."""
    said: MoneyBack = asked.body
    money, told = (said.on, said.cents), (said.reason, asked.at)
    amending.give_back(asked.book, asked.ids["case_id"], money, told, final=said.final)
    return get_overpayment.do(asked)


@route(
    "POST overpayments/{case_id}/suspend",
    "write:amendments",
    "amendment.settle",
    of=Overpayment,
    body=ClockStopped,
)
def suspend_overpayment(asked: Asked) -> object:
    """Stop the clock of an overpayment while it is looked into."""
    said: ClockStopped = asked.body
    days, told = (said.start, said.until), (said.reason, asked.at)
    amending.suspend(asked.book, asked.ids["case_id"], days, told)
    return get_overpayment.do(asked)


@route(
    "POST overpayments/{case_id}/resume",
    "write:amendments",
    "amendment.settle",
    of=Overpayment,
    body=ClockRuns,
)
def resume_overpayment(asked: Asked) -> object:
    """Let the clock run on."""
    said: ClockRuns = asked.body
    amending.resume(asked.book, asked.ids["case_id"], said.on, (said.reason, asked.at))
    return get_overpayment.do(asked)


@route(
    "POST overpayments/{case_id}/close",
    "write:amendments",
    "amendment.settle",
    of=Overpayment,
    body=Reason,
)
def close_overpayment(asked: Asked) -> object:
    """Close an overpayment of which nothing is owed."""
    amending.close(asked.book, asked.ids["case_id"], (asked.body.reason, asked.at))
    return get_overpayment.do(asked)


def _overpaid(one: CaseNow) -> Overpayment:
    return Overpayment(one.case.case_id, one.patient_id, one.case)


AMENDMENTS = (
    list_amendments,
    get_amendment,
    accept_amendment,
    decline_amendment,
    list_overpayments,
    get_overpayment,
    return_overpayment,
    suspend_overpayment,
    resume_overpayment,
    close_overpayment,
)
