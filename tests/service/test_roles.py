"""Every act against every role: done, or refused, as roles.toml says; no act without its row."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from made_up_people import CUFF, PATIENT, SYSTOLIC, at, enrolled, with_patients
from made_up_practices import START, Practice
from proofline import desk as room
from proofline.claims.sheets.charges import Charges
from proofline.claims.sheets.directory import Directory
from proofline.claims.x12.envelope import Party
from proofline.desk import people
from proofline.desk.billing import amending, answering, drafting, papers, sending, signing
from proofline.desk.billing import book as billing
from proofline.desk.billing.answering import Correction
from proofline.desk.billing.drafting import Papers
from proofline.desk.billing.sending import Ends
from proofline.desk.billing.signing import Shown
from proofline.desk.care import (
    alerts,
    calling,
    completing,
    consenting,
    episodes,
    limits,
    pairing,
    reviewing,
)
from proofline.desk.care.calling import Call
from proofline.desk.care.consenting import Capture
from proofline.desk.care.episodes import Enrolment
from proofline.desk.hours import correcting, timing
from proofline.desk.hours.timing import Stretch
from proofline.desk.moving.handing_over import hand_over
from proofline.desk.moving.taking_over import take_over
from proofline.desk.people import Newcomer
from proofline.desk.roles import NotAllowed, acts, permit
from proofline.errors import ProoflineError
from proofline.store.book import Book, by_ourselves
from proofline.store.models import Person
from proofline.store.people import ROLES
from proofline.store.work.alerts import Limits

DAY = date(2026, 3, 1)
NOBODY = Path("/nowhere/at/all")
LIMITS = Limits(PATIENT, SYSTOLIC, "value", "mm[Hg]", Decimal(90), None)
CONSENT = Capture(PATIENT, "RPM", "rpm-en-1", "verbal", START, cost_share_disclosed=True)
STRETCH = Stretch("enr_none", "review", at(9), at(9, 5))
PAPERS = Papers(Charges({}), Directory())
ENDS = Ends(Party("", ""), Party("", ""))
SHOWN = Shown("enr_none", DAY, DAY, "")


def other() -> Person:
    return Person.objects.get(username="north-integrator")


# What a door calls for each act. Where it makes no sense as things stand, it is refused with
# another error than NotAllowed, and that shows as well that the role was let through.
CALLS: dict[str, list[Callable[[Book], object]]] = {
    "patient.enrol": [lambda b: episodes.enrol(b, Enrolment(PATIENT, "RPM", "X"), START)],
    "enrollment.complete": [
        lambda b: completing.complete(b, "enr_none", completing.Filed(order_date=DAY), START)
    ],
    "patient.see": [
        lambda b: episodes.checklist(b, "enr_none", START),
        lambda b: correcting.history(b, "tim_none", START),
        lambda b: reviewing.last_review(b, PATIENT, START),
    ],
    "reading.see": [
        lambda b: reviewing.readings_of(b, PATIENT, START),
        lambda b: reviewing.unreviewed(b, PATIENT, START),
        lambda b: limits.limits_of(b, PATIENT, START),
    ],
    "reading.review": [lambda b: reviewing.review(b, PATIENT, START)],
    "practice.take_over": [lambda b: take_over(b, NOBODY, START)],
    "practice.hand_over": [lambda b: hand_over(b, Path(__file__).parent, START)],
    "consent.capture": [lambda b: consenting.capture(b, CONSENT, START)],
    "consent.revoke": [lambda b: consenting.revoke(b, "csn_none", START, START)],
    "device.pair": [lambda b: pairing.pair(b, CUFF, PATIENT, START, since=DAY)],
    "device.unpair": [
        lambda b: pairing.unpair(b, pairing.Mistaken(CUFF, PATIENT, DAY), "a reason", START)
    ],
    "device.return": [lambda b: pairing.take_back(b, CUFF, DAY, START)],
    "time.log": [
        lambda b: timing.start(b, "enr_none", "review", START),
        lambda b: timing.stop(b, "", START),
        lambda b: timing.discard(b, "enr_none", "a reason", START),
        lambda b: timing.type_in(b, STRETCH, "a reason", START),
    ],
    "time.correct": [
        lambda b: correcting.correct(b, "tim_none", STRETCH, START, reason="a reason"),
        lambda b: correcting.withdraw(b, "tim_none", "a reason", START),
    ],
    "call.log": [
        lambda b: calling.log(b, Call("enr_none", "phone", at(9), None, ""), START),
        lambda b: calling.withdraw(b, "cal_none", "a reason", START),
    ],
    "call.join": [lambda b: calling.join_records(b, b"", START)],
    "alert.raise": [
        lambda b: limits.watch(b, [], START),
        lambda b: alerts.listen_for_silence(b, START),
    ],
    "alert.handle": [
        lambda b: alerts.waiting(b, START),
        lambda b: alerts.waiting(b, START, PATIENT),
        lambda b: alerts.take(b, 0, START),
        lambda b: alerts.close(b, 0, "done", START),
        lambda b: alerts.reopen(b, 0, "a reason", START),
    ],
    "threshold.set": [lambda b: limits.set_limits(b, LIMITS, START)],
    "cycle.sign_off": [lambda b: signing.sign_off(b, SHOWN, START, START)],
    "episode.end": [lambda b: episodes.end(b, "enr_none", DAY, START, reason="a reason")],
    "person.manage": [
        lambda b: people.add_person(
            b, Newcomer("a-newcomer", "a made-up password", "biller"), START
        ),
        lambda b: people.disable(b, other(), START),
        lambda b: people.let_back_in(b, other(), "a made-up password", START),
    ],
    "role.manage": [
        lambda b: people.give_role(b, other(), "biller", START),
        lambda b: people.take_role(b, other(), "biller", START),
    ],
    "glass.break": [lambda b: people.break_glass(b, "an emergency", START)],
    "glass.review": [
        people.broken,
        lambda b: people.review_glass(b, 0, "looked at", START),
    ],
    "line.see": [
        lambda b: billing.standing(b, START),
        lambda b: billing.story(b, "PLNONE", START),
    ],
    "line.hold": [lambda b: sending.hold(b, ["PLNONE"], "a reason", START)],
    "line.release": [lambda b: sending.release(b, ["PLNONE"], "a reason", START)],
    "claim.draft": [
        lambda b: drafting.draft(b, {PATIENT}, PAPERS, START),
        lambda b: drafting.make_ready(b, PAPERS, START),
    ],
    "claim.take": [lambda b: sending.take(b, "superbill", (), START)],
    "claim.submit": [
        lambda b: sending.submit(b, ["PCNONE"], ENDS, START),
        lambda b: sending.file_again(b, 1, ENDS, START),
    ],
    "papers.keep": [
        lambda b: papers.keep_paper(b, "charges", b"", START),
    ],
    "papers.see": [
        lambda b: papers.held_papers(b, START),
        lambda b: papers.missing(b, START),
        lambda b: papers.directory_of(b, START),
    ],
    "remit.post": [
        lambda b: answering.post(b, b"", START),
        lambda b: answering.acknowledge(b, b"", START),
        lambda b: answering.try_again(b, "NONE", START),
    ],
    "amendment.settle": [
        lambda b: answering.correct(b, Correction("PCNONE", "new"), PAPERS, ("x", START)),
        lambda b: amending.accept(b, "AMNONE", ("x", START)),
        lambda b: amending.decline(b, "AMNONE", "x", START),
        lambda b: amending.close(b, "OPNONE", ("x", START)),
    ],
    "amendment.see": [
        lambda b: amending.listing(b, START),
        lambda b: amending.proposal(b, "AMNONE", START),
        lambda b: amending.overpayments(b, START),
    ],
    "look.see": [
        lambda b: people.looks_at(b, PATIENT, START),
        lambda b: people.looks_of(b, b.person_id or 0),
    ],
}

ELSEWHERE = frozenset(acts()) - CALLS.keys()
"""Acts of other doors: their own tests have them; here the file alone is held to."""


def test_no_act_of_the_desk_is_without_its_row() -> None:
    folder = Path(room.__file__).parent
    asked = {
        name
        for path in folder.rglob("*.py")
        for name in re.findall(r'"([a-z]+\.[a-z_]+)"', path.read_text("utf-8"))
        if name in acts()
    }
    assert asked <= CALLS.keys() | ELSEWHERE
    assert {name for name in CALLS if name not in asked} == set()


def done(call: Callable[[Book], object], book: Book) -> bool:
    """Whether an act was let through, whatever came of it then."""
    try:
        with suppress(OSError):
            call(book)
    except NotAllowed:
        return False
    except ProoflineError:
        return True
    return True


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_every_act_is_done_or_refused_as_the_file_says(practice: Practice, role: str) -> None:
    with_patients(practice)
    enrolled(practice)
    for act, calls in CALLS.items():
        for number, call in enumerate(calls):
            assert done(call, practice.opened(role)) == (role in acts()[act]), (act, number)


@pytest.mark.slow
def test_the_service_itself_does_no_work_of_people(practice: Practice) -> None:
    with_patients(practice)
    for act, calls in CALLS.items():
        for number, call in enumerate(calls):
            with by_ourselves(practice.tenant_id) as book:
                assert done(call, book) == ("machine" in acts()[act]), (act, number)


@pytest.mark.parametrize("act", sorted(acts()))
def test_permit_says_what_the_file_says(act: str) -> None:
    for role in [*ROLES, "machine", "break_glass"]:
        book = Book("tnt_none", None, "", frozenset({role}))
        if role in acts()[act]:
            permit(book, act)
        else:
            with pytest.raises(NotAllowed):
                permit(book, act)


def test_the_file_names_only_roles_that_there_are() -> None:
    named = {role for roles in acts().values() for role in roles}
    assert named <= {*ROLES, "machine", "break_glass"}


# What the law of the house asks of the file, whoever edits it.


@pytest.mark.parametrize(
    ("act", "roles"),
    [
        ("cycle.sign_off", {"billing_practitioner"}),
        ("decision.make", {"machine"}),
        ("alert.raise", {"machine"}),
        ("person.manage", {"administrator"}),
        ("role.manage", {"administrator"}),
    ],
)
def test_what_nobody_else_may_do(act: str, roles: set[str]) -> None:
    assert acts()[act] == roles


def test_compliance_and_owner_write_nothing_of_patients() -> None:
    written = {
        act
        for act, roles in acts().items()
        if roles & {"compliance", "owner"} and not act.endswith((".see", ".review"))
    }
    assert written <= {
        "call.join",
        "glass.break",
        "line.hold",
        "line.release",
        "amendment.settle",
        "papers.keep",  # charges and payers: nothing of a patient
        "practice.hand_over",  # to a folder; in the book, that it was done
    }


def test_who_administers_sees_no_patient() -> None:
    for act in ("patient.see", "reading.see", "alert.handle", "look.see"):
        assert "administrator" not in acts()[act]
