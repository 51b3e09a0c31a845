"""People: roles given and taken on record, ends of access, broken glass, and who saw whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.sessions.models import Session
from django.test import Client

from made_up_people import OTHER, PATIENT, enrolled, with_patients
from made_up_practices import START, Practice
from proofline.desk import people
from proofline.desk.care import episodes, reviewing
from proofline.desk.people import Newcomer
from proofline.desk.roles import NotAllowed
from proofline.desk.trouble import DeskError
from proofline.errors import ProoflineError
from proofline.store.book import visible_to
from proofline.store.models import Alert, Look, Person
from proofline.store.people import join
from proofline.store.trouble import NotVisible, StoreError
from proofline.store.vouching import ledger

LATER = START + timedelta(minutes=30)


def person(role: str, practice: str = "north") -> Person:
    return Person.objects.get(username=f"{practice}-{role}")


# Accounts and roles.


def test_somebody_new_may_do_what_their_role_says_and_no_more(practice: Practice) -> None:
    before = ledger().size()
    who = Newcomer("made-up-nurse", "four made-up words", "coordinator", "NORTH-NURSE")
    nurse = people.add_person(practice.opened("administrator"), who, START)
    assert ledger().size() == before + 1
    with visible_to(nurse, practice.tenant_id, START) as book:
        assert book.roles == {"coordinator"}
        assert book.performer_id == "NORTH-NURSE"


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (Newcomer("north-biller", "four made-up words", "biller"), "store.name_taken"),
        (Newcomer("new", "short", "biller"), "store.weak_password"),
        (Newcomer("new", "password1234", "biller"), "store.weak_password"),
        (Newcomer("somebody-new", "somebody-new", "biller"), "store.weak_password"),
        (Newcomer("new", "four made-up words", "king"), "desk.no_role"),
    ],
)
def test_an_account_that_cannot_be(practice: Practice, who: Newcomer, code: str) -> None:
    with pytest.raises(ProoflineError) as refused:
        people.add_person(practice.opened("administrator"), who, START)
    assert refused.value.code == code
    assert not Person.objects.filter(username__in=("new", "somebody-new")).exists()


def test_a_role_holds_from_when_it_is_given_until_it_is_taken(practice: Practice) -> None:
    admin, owner = practice.opened("administrator"), person("owner")
    people.give_role(admin, owner, "biller", START)
    with visible_to(owner, practice.tenant_id, START) as book:
        assert book.roles == {"owner", "biller"}
    people.take_role(admin, owner, "biller", LATER)
    with visible_to(owner, practice.tenant_id, LATER) as book:
        assert book.roles == {"owner"}


def test_somebody_is_left_to_administer(practice: Practice) -> None:
    admin = practice.opened("administrator")
    people.disable(admin, Person.objects.get(username="north-first"), START)
    with pytest.raises(DeskError, match="Nobody would be left"):
        people.take_role(admin, person("administrator"), "administrator", START)
    with pytest.raises(DeskError, match="Nobody would be left"):
        people.disable(admin, person("administrator"), START)


@pytest.mark.parametrize("act", ["disable", "give", "take", "let_back_in"])
def test_an_administrator_has_no_say_over_people_of_another_practice(
    practice: Practice, other_practice: Practice, act: str
) -> None:
    assert other_practice.tenant_id
    admin, stranger = practice.opened("administrator"), person("biller", "south")
    calls = {
        "disable": lambda: people.disable(admin, stranger, START),
        "give": lambda: people.give_role(admin, stranger, "owner", START),
        "take": lambda: people.take_role(admin, stranger, "biller", START),
        "let_back_in": lambda: people.let_back_in(admin, stranger, "four made-up words", START),
    }
    with pytest.raises(NotVisible):
        calls[act]()
    stranger.refresh_from_db()
    assert stranger.is_active
    assert stranger.check_password("a made-up password")


def test_disabling_ends_every_session_at_once_and_only_theirs(practice: Practice) -> None:
    keys: dict[str, list[str | None]] = {}
    for role in ("biller", "owner"):
        for _ in range(2):
            client = Client()
            client.force_login(person(role), "allauth.account.auth_backends.AuthenticationBackend")
            keys.setdefault(role, []).append(client.session.session_key)
    people.disable(practice.opened("administrator"), person("biller"), START)
    assert not Session.objects.filter(session_key__in=keys["biller"]).exists()
    assert Session.objects.filter(session_key__in=keys["owner"]).count() == 2
    with pytest.raises(NotVisible), visible_to(person("biller"), practice.tenant_id, START):
        pass


def test_who_works_for_two_practices_leaves_one(
    practice: Practice, other_practice: Practice
) -> None:
    biller = person("biller")
    join(other_practice.tenant_id, biller, "biller", START)
    people.disable(practice.opened("administrator"), biller, START)
    biller.refresh_from_db()
    with visible_to(biller, other_practice.tenant_id, LATER) as book:
        assert book.roles == {"biller"}
    with pytest.raises(NotVisible), visible_to(biller, practice.tenant_id, LATER):
        pass


def test_who_lost_the_second_factor_is_let_back_in_by_an_administrator(practice: Practice) -> None:
    biller = person("biller")
    TOTP.activate(biller, "JBSWY3DPEHPK3PXP")
    before = ledger().size()
    people.let_back_in(practice.opened("administrator"), biller, "four other words", START)
    biller.refresh_from_db()
    assert biller.check_password("four other words")
    assert not Authenticator.objects.filter(user=biller).exists()
    assert ledger().size() == before + 1
    admin = practice.opened("administrator")
    with pytest.raises(DeskError, match="your own"):
        people.let_back_in(admin, person("administrator"), "four other words", START)


def test_a_weak_password_is_no_way_back(practice: Practice) -> None:
    with pytest.raises(StoreError):
        people.let_back_in(practice.opened("administrator"), person("biller"), "short", START)
    assert person("biller").check_password("a made-up password")


# Broken glass.


def test_broken_glass_opens_readings_for_an_hour_and_tells_compliance(practice: Practice) -> None:
    with_patients(practice)
    biller = person("biller")
    with pytest.raises(NotAllowed):
        reviewing.readings_of(practice.opened("biller"), PATIENT, START)
    until = people.break_glass(practice.opened("biller"), "the nurse is not to be found", START)
    assert until == START + timedelta(hours=1)
    assert Alert.objects.get(kind="glass_broken").closed_at is None
    with visible_to(biller, practice.tenant_id, until - timedelta(seconds=1)) as book:
        reviewing.readings_of(book, PATIENT, LATER)
    with visible_to(biller, practice.tenant_id, until) as book, pytest.raises(NotAllowed):
        reviewing.readings_of(book, PATIENT, until)
    told = [
        (one.allowed, one.purpose)
        for one in people.looks_at(practice.opened("compliance"), PATIENT, until)
    ]
    assert told[:3] == [(False, ""), (True, "broken glass"), (False, "")]


def test_broken_glass_needs_a_reason_and_other_eyes(practice: Practice) -> None:
    people.give_role(practice.opened("administrator"), person("owner"), "biller", START)
    owner, compliance = practice.opened("owner"), practice.opened("compliance")
    with pytest.raises(DeskError, match="reason"):
        people.break_glass(owner, " ", START)
    people.break_glass(owner, "an emergency", START)
    (broken,) = people.broken(compliance, unreviewed=True)
    with pytest.raises(DeskError, match="your own"):
        people.review_glass(owner, broken.glass_id, "it was right", START)
    with pytest.raises(DeskError, match="reason"):
        people.review_glass(compliance, broken.glass_id, " ", START)
    people.review_glass(compliance, broken.glass_id, "one patient, as was said", START)
    assert people.broken(compliance, unreviewed=True) == []
    assert Alert.objects.get(kind="glass_broken").outcome == "one patient, as was said"
    with pytest.raises(DeskError, match="reviewed before"):
        people.review_glass(compliance, broken.glass_id, "again", START)


def test_a_review_closes_glass_that_is_open_still(practice: Practice) -> None:
    """Else what is looked at after a review, in what is left of the hour, nobody reviews."""
    with_patients(practice)
    people.break_glass(practice.opened("biller"), "the nurse is not to be found", START)
    (broken,) = people.broken(practice.opened("compliance"))
    soon = START + timedelta(minutes=5)
    with visible_to(person("biller"), practice.tenant_id, soon) as book:
        reviewing.readings_of(book, PATIENT, soon)
    people.review_glass(practice.opened("compliance"), broken.glass_id, "as was said", soon)
    with (
        visible_to(person("biller"), practice.tenant_id, soon) as book,
        pytest.raises(NotAllowed),
    ):
        reviewing.readings_of(book, PATIENT, soon)
    people.break_glass(practice.opened("biller"), "she still is not to be found", soon)
    with visible_to(person("biller"), practice.tenant_id, soon) as book:
        reviewing.readings_of(book, PATIENT, soon)
    assert len(people.broken(practice.opened("compliance"), unreviewed=True)) == 1


# Who saw whom.


def test_every_read_leaves_a_look_and_refusals_too(practice: Practice) -> None:
    with_patients(practice)
    enrollment = enrolled(practice)
    before = Look.objects.count()
    nurse, owner = practice.opened("coordinator"), practice.opened("owner")
    episodes.checklist(nurse, enrollment, START)
    with pytest.raises(NotAllowed):
        episodes.checklist(owner, enrollment, START)
    with pytest.raises(NotVisible):
        reviewing.readings_of(nurse, "P-NONE", START)
    assert Look.objects.count() == before + 3
    compliance = practice.opened("compliance")
    told = [
        (one.person_id, one.act, one.allowed) for one in people.looks_at(compliance, PATIENT, START)
    ]
    assert told[:2] == [
        (owner.person_id, "patient.see", False),
        (nurse.person_id, "patient.see", True),
    ]
    assert people.looks_at(compliance, OTHER, START) == []
    seen = people.looks_of(compliance, owner.person_id or 0)
    assert [(one.patient_id, one.allowed) for one in seen] == [(PATIENT, False)]
    # That compliance asked is a look as well.
    assert people.looks_of(compliance, compliance.person_id or 0)[0].act == "look.see"


def test_a_look_stays_where_the_request_fails(practice: Practice) -> None:
    with_patients(practice)
    nurse = person("coordinator")
    before = _looks(practice)
    with pytest.raises(ZeroDivisionError), visible_to(nurse, practice.tenant_id, START) as book:
        _ = len(reviewing.readings_of(book, PATIENT, START)) // 0
    owner = person("owner")
    with pytest.raises(NotAllowed), visible_to(owner, practice.tenant_id, START) as book:
        reviewing.readings_of(book, PATIENT, START)
    assert _looks(practice) == before + 3  # these two, and the first asking


def _looks(practice: Practice) -> int:
    with visible_to(person("compliance"), practice.tenant_id, START) as book:
        return len(people.looks_at(book, PATIENT, START))


def test_looks_are_of_one_practice(practice: Practice, other_practice: Practice) -> None:
    with_patients(practice)
    reviewing.readings_of(practice.opened("coordinator"), PATIENT, START)
    assert people.looks_at(other_practice.opened("compliance"), PATIENT, START) == []
