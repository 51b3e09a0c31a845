"""Traps of the papers: consent, set-up, devices, signatures, and what others report."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

from proofline.cli.demo.book import ELSEWHERE_NPI, PRACTICE_NPI, Book
from proofline.cli.demo.days import add_reading, add_readings
from proofline.cli.demo.papers import add_consent, add_enrollment, add_signature, add_signatures
from proofline.cli.demo.plan import Plan
from proofline.cli.demo.trap_days import mornings

FIRST_CYCLE = (date(2026, 1, 2), date(2026, 1, 31))
WHOLE = ("2026-01-02", "2026-01-31")
SIXTEEN = mornings(range(2, 18))
TWENTY = mornings(range(2, 22))
TWO_OF_THREE = mornings(day for day in range(1, 31) if day % 3)


def reported(book: Book, plan: Plan, *, code: str, days: tuple[str, str], npi: str) -> None:
    """Let somebody have billed a code for the patient."""
    book.add(
        "other_services",
        service_id=f"{plan.patient}-SVC-{code}",
        patient_id=plan.patient,
        code=code,
        from_date=days[0],
        to_date=days[1],
        billing_npi=npi,
        status="billed",
        source="demo",
    )


def stay(book: Book, plan: Plan, *, kind: str, days: tuple[str, str]) -> None:
    """Let the patient spend some days elsewhere."""
    book.add(
        "stays",
        stay_id=f"{plan.patient}-STAY",
        patient_id=plan.patient,
        kind=kind,
        from_date=days[0],
        to_date=days[1],
    )


def second_episode(book: Book, plan: Plan) -> None:
    """Enrol the patient anew on 10 March, after an end with its reason, with papers of its own."""
    again = replace(plan, anchor=date(2026, 3, 10), cycles=None, episode="-2")
    add_enrollment(book, again)
    add_consent(book, again)
    add_readings(book, again, start=0, readings=list(SIXTEEN))
    add_signatures(book, again)


def readings_after_death(book: Book, plan: Plan) -> None:
    """Let the cuff send twice more after the patient has died."""
    for day in (18, 19):
        add_reading(book, plan, moment=plan.at(day, "07:12"))


def signed_early(book: Book, plan: Plan) -> None:
    """Sign the first cycle two days before it ends."""
    add_signature(book, plan, span=FIRST_CYCLE, signed_at="2026-01-29T17:30:00-05:00")


PAPER_TRAPS = (
    Plan(
        name="CONSENT-WRITTEN-LATER",
        lesson="consent was given before the start and written down three weeks after it",
        readings=TWO_OF_THREE,
        change={"consents": {"captured_at": "2026-01-23T10:00:00-05:00"}},
    ),
    Plan(
        name="CONSENT-REVOKED",
        lesson="consent withdrawn on day 12: ten days before, ten after",
        readings=TWENTY,
        change={"consents": {"revoked_at": "2026-01-13T00:00:00-05:00"}},
    ),
    Plan(
        name="ORDER-AFTER-THE-START",
        lesson="the order is dated after the first cycle",
        readings=TWO_OF_THREE,
        change={"enrollments": {"order_date": "2026-02-05"}},
    ),
    Plan(
        name="SHORT-AND-FULL-SUPPLY",
        lesson="at sixteen days 99454 takes the cycle and 99445 does not come beside it",
        readings=SIXTEEN,
    ),
    Plan(
        name="BILLED-ALREADY",
        lesson="the same run again: supply of this cycle was billed before",
        readings=TWENTY,
        twist=partial(reported, code="99454", days=WHOLE, npi=PRACTICE_NPI),
    ),
    Plan(
        name="SETUP-TWICE",
        lesson="set-up was billed once in this episode, and is not billed again",
        readings=TWO_OF_THREE,
        twist=partial(reported, code="99453", days=("2026-01-02", ""), npi=PRACTICE_NPI),
    ),
    Plan(
        name="SETUP-NEVER",
        lesson="nobody recorded that the device was set up and taught",
        readings=TWO_OF_THREE,
        change={"enrollments": {"setup_date": "", "anchor_date": "2026-01-02"}},
    ),
    Plan(
        name="SETUP-AGAIN",
        lesson="a new episode, with an end and a reason on the old one, has a set-up of its own",
        readings=TWO_OF_THREE,
        cycles=2,
        twist=second_episode,
    ),
    Plan(
        name="ANOTHER-PRACTICE",
        lesson="another practice billed supply for days of the cycle",
        readings=TWO_OF_THREE,
        twist=partial(reported, code="99454", days=("2026-01-20", ""), npi=ELSEWHERE_NPI),
    ),
    Plan(
        name="RTM-BESIDE",
        lesson="therapeutic monitoring was billed for the same days",
        readings=TWO_OF_THREE,
        twist=partial(reported, code="98977", days=WHOLE, npi=ELSEWHERE_NPI),
    ),
    Plan(
        name="IN-HOSPITAL",
        lesson="eighteen days, three of them in hospital",
        readings=mornings(range(2, 20)),
        twist=partial(stay, kind="inpatient", days=("2026-01-10", "2026-01-12")),
    ),
    Plan(
        name="DIED",
        lesson="fifteen days, then death, then two readings more",
        readings=mornings(range(2, 17)),
        cycles=1,
        change={
            "patients": {"death_date": "2026-01-18"},
            "enrollments": {"end_date": "2026-01-18", "end_reason": "death"},
        },
        twist=readings_after_death,
    ),
    Plan(
        name="WELLNESS-GADGET",
        lesson="a gadget that is no medical device counts for nothing",
        readings=TWO_OF_THREE,
        change={"devices": {"fda_basis": "none", "fda_reference": ""}},
    ),
    Plan(
        name="CLEARANCE-WITHOUT-NUMBER",
        lesson="the cuff is said to be cleared, and its number is not on file",
        readings=TWO_OF_THREE,
        change={"devices": {"fda_reference": ""}},
    ),
    Plan(
        name="PATIENTS-OWN-CUFF",
        lesson="the patient bought the cuff: who supplied it?",
        readings=TWO_OF_THREE,
        change={"assignments": {"owner": "patient"}},
    ),
    Plan(
        name="NOBODY-SIGNED",
        lesson="everything earned, nothing signed",
        readings=TWO_OF_THREE,
        signed=False,
        constant=True,
    ),
    Plan(
        name="SIGNED-TOO-EARLY",
        lesson="signed two days before the cycle ended",
        readings=TWO_OF_THREE,
        signed=False,
        twist=signed_early,
    ),
    Plan(
        name="PAYER-ANNOUNCED",
        lesson="the plan announced a narrower policy and does not enforce it",
        readings=TWO_OF_THREE,
        change={"coverages": {"payer_id": "UHC", "kind": "medicare_advantage"}},
    ),
    Plan(
        name="CONSENT-NOT-ENTERED",
        lesson="the patient agreed, and nobody entered it: nothing counts until it is on file",
        readings=TWO_OF_THREE,
        consented=False,
        constant=True,
    ),
)
