"""Overpayments: money paid for a line that no longer stands, and until when it may be kept.

A case counts from the day on which it was identified. Money is what remittances really brought, in
cents; nothing counts as returned that nobody returned. The numbers are law: packs/repayment.toml.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from msgspec import Struct, structs

from proofline.claims.claim import Cents
from proofline.claims.fees.pricing import dollars
from proofline.claims.trouble import ClaimsError
from proofline.packs.page import Policy
from proofline.packs.repayment import RepaymentRule, policy, rule_on

Status = Literal["open", "suspended", "overdue", "returned", "closed"]


class Suspension(Struct, frozen=True):
    """The clock stopped for a good-faith investigation: by whom, why, from one day to another.

    The clock stands still from `start` and runs on at `until`.
    """

    who: str
    why: str
    start: date
    until: date

    @property
    def days(self) -> int:
        """How many days the clock stood still."""
        return (self.until - self.start).days


class Returned(Struct, frozen=True):
    """Money given back: cents, on which day, by whom, and how it can be found again."""

    who: str
    on: date
    cents: Cents
    how: str


class Sibling(Struct, frozen=True):
    """Another paid line that shares the cause: the requirement, and what both of them rest on.

    `turned` says that its own finding turned too; else it stands today and is only to be looked at.
    """

    line_id: str
    code: str
    service_date: str
    paid: Cents
    cause: str
    turned: bool


class Case(Struct, frozen=True):
    """One overpaid line. `paid` is what the payer paid for it when the case was opened.

    `owed` is what is to be returned: all of it where nothing can be billed; None where less can be
    billed and the difference is not known yet, or where the line is held and it is not known yet
    whether anything is. `patient_share` is what the patient may have paid.
    `settled` says that all that is owed was returned; `closed` why it was closed without,
    `remark` what a person should look at before it is.
    """

    case_id: str
    amendment_id: str
    line_id: str
    kind: str
    identified_on: date
    paid: Cents
    paid_on: date
    patient_share: Cents = 0
    owed: Cents | None = None
    suspensions: tuple[Suspension, ...] = ()
    returns: tuple[Returned, ...] = ()
    settled: bool = False
    closed: str = ""
    remark: str = ""
    siblings: tuple[Sibling, ...] = ()
    payer_kind: str = "medicare_ffs"

    @property
    def rule(self) -> RepaymentRule:
        """The rule of the day on which it was identified."""
        return rule_on(self.identified_on)

    @property
    def due(self) -> date:
        """The last day to report and return."""
        return self.rule.due(self.identified_on, sum(one.days for one in self.suspensions))

    @property
    def returned(self) -> Cents:
        """What was given back so far."""
        return sum(one.cents for one in self.returns)

    @property
    def within_lookback(self) -> bool:
        """Whether it was identified within the look-back after the money was received."""
        return self.identified_on <= self.rule.last_lookback(self.paid_on)

    @property
    def policies(self) -> tuple[Policy, ...]:
        """What of it no source settles: when it counts as found, what of a held line, whose law."""
        names = ["identified_when_told"]
        names += ["paid_and_held"] if self.kind == "unsettled" else []
        names += ["other_payers"] if self.payer_kind != "medicare_ffs" else []
        return tuple(map(policy, names))

    @property
    def owed_words(self) -> str:
        """Say what is owed, in dollars where it is known."""
        if self.owed is not None:
            return dollars(self.owed)
        if self.kind == "unsettled":
            return f"nothing or {dollars(self.paid)}: not known before what it waits for is settled"
        return f"the difference to what is right, at most {dollars(self.paid)}"

    def status(self, day: date) -> Status:
        """Say where it stands on a day."""
        if self.closed:
            return "closed"
        if self.settled:
            return "returned"
        if any(one.start <= day < one.until for one in self.suspensions):
            return "suspended"
        return "overdue" if day > self.due else "open"


def suspended(case: Case, suspension: Suspension) -> Case:
    """Stop the clock. Errors: ClaimsError where the law or the case does not allow it."""
    last = case.rule.last_suspended(case.identified_on)
    if case.closed or case.settled:
        raise _refused(case, "is settled", "There is no clock left to stop.")
    if last is None:
        raise _refused(
            case,
            f"cannot be suspended: the rule of {case.rule.effective} knows no suspension",
            f"It is due on {case.due}.",
        )
    if not case.identified_on <= suspension.start <= case.due:
        raise _refused(
            case,
            f"cannot be suspended from {suspension.start}",
            f"The clock runs from {case.identified_on} to {case.due}.",
        )
    if not suspension.start < suspension.until <= last:
        raise _refused(
            case,
            f"cannot be suspended until {suspension.until}",
            f"Name a later day than its first, and none after {last}.",
        )
    if any(one.until > suspension.start for one in case.suspensions):
        raise _refused(case, "is suspended for these days already", "See `overpayments show`.")
    return structs.replace(case, suspensions=(*case.suspensions, suspension))


def resumed(case: Case, on: date) -> Case:
    """Let the clock run on from a day, for the investigation has ended."""
    if not case.suspensions or not case.suspensions[-1].start <= on < case.suspensions[-1].until:
        raise _refused(case, f"is not suspended on {on}", "See `overpayments show`.")
    ended = structs.replace(case.suspensions[-1], until=on)
    kept = (ended,) if ended.days else ()
    return structs.replace(case, suspensions=(*case.suspensions[:-1], *kept))


def paid_back(case: Case, back: Returned, *, final: bool) -> Case:
    """Note money that was returned; `final` says that it is all of an amount that is not known.

    Errors: ClaimsError for more than was paid, for nothing, on a settled case, or where it is final
    and less than what is known to be owed.
    """
    if case.closed or case.settled:
        raise _refused(case, "is settled", "See `overpayments show`.")
    if back.cents <= 0 or back.on < case.identified_on:
        raise _refused(
            case,
            "takes an amount above zero, on no day before it was identified",
            f"It was identified on {case.identified_on}.",
        )
    together = case.returned + back.cents
    most = case.paid if case.owed is None else case.owed
    if together > most:
        raise _refused(
            case,
            f"would be returned {dollars(together)} of {dollars(most)} that were paid too much",
            "Returned is never more than what was paid; look at the amount.",
        )
    if final and case.owed is not None and together < case.owed:
        raise _refused(
            case,
            f"owes {dollars(case.owed)}, and {dollars(together)} would be returned",
            "Note it without --final; if no more is owed, close the case and say why.",
        )
    done = final or together == most
    return structs.replace(case, returns=(*case.returns, back), settled=done)


def carried(case: Case, known: Iterable[Case]) -> Case:
    """Give a case of a line as it goes on from those that are known of the line.

    The clock does not begin anew because the line is seen otherwise: the first day, the suspensions
    and what was returned go along from a case that is open, or that this one is itself.
    """
    before = [one for one in known if not one.closed or one.case_id == case.case_id]
    if not before:
        return case
    first = min(before, key=lambda one: (one.identified_on, one.case_id))
    return structs.replace(
        case,
        identified_on=min(first.identified_on, case.identified_on),
        suspensions=first.suspensions,
        returns=first.returns,
    )


def closed(case: Case, why: str) -> Case:
    """Close a case of which nothing is owed; a person says why."""
    if case.closed or case.settled:
        raise _refused(case, "is settled", "See `overpayments show`.")
    return structs.replace(case, closed=why)


def identified_earlier(case: Case, on: date) -> Case:
    """Count from an earlier day, on which somebody knew already; never from a later one."""
    if on > case.identified_on:
        raise _refused(
            case, f"was identified on {case.identified_on}", "Only an earlier day may be named."
        )
    return structs.replace(case, identified_on=on)


def _refused(case: Case, what: str, remedy: str) -> ClaimsError:
    return ClaimsError("claims.overpayment", f"Case {case.case_id} {what}.", remedy)
