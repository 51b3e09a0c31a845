"""The read-only pages: behind the same door, one practice at a time, nothing edited, looks kept."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.test import Client

from made_up_people import PATIENT, put, reading, with_patients
from made_up_practices import START, Practice
from proofline.desk import people
from proofline.store.models import Look, Person
from proofline.store.people import join
from signing_in import INLINE

EVIDENCE = ("patientsrow", "readingsrow", "consentsrow", "timeentriesrow")
PEOPLE = ("person", "membership", "breakglass")


def inside(role: str, practice: str = "north") -> Client:
    person = Person.objects.get(username=f"{practice}-{role}")
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    client = Client()
    client.force_login(person, settings.AUTHENTICATION_BACKENDS[1])
    return client


@pytest.fixture
def filled(practice: Practice) -> Practice:
    with_patients(practice)
    put(practice.opened("coordinator"), "readings", reading("R-1", "120", START))
    return practice


@pytest.mark.slow
@pytest.mark.parametrize(
    ("role", "evidence", "about_people"),
    [
        ("compliance", 200, 200),
        ("owner", 403, 200),
        ("administrator", 403, 200),
        ("biller", 403, 403),
        ("coordinator", 403, 403),
    ],
)
def test_who_sees_what(filled: Practice, role: str, evidence: int, about_people: int) -> None:
    assert filled.tenant_id
    client = inside(role)
    for name in EVIDENCE:
        assert client.get(f"/admin/store/{name}/").status_code == evidence, name
    for name in PEOPLE:
        assert client.get(f"/admin/store/{name}/").status_code == about_people, name


@pytest.mark.usefixtures("filled")
def test_nobody_comes_in_without_password_and_second_factor() -> None:
    asked = Client().get("/admin/", follow=True)
    assert asked.redirect_chain[-1][0] == "/account/login/?next=%2Fadmin%2F"
    client = Client()
    person = Person.objects.get(username="north-compliance")
    client.force_login(person, settings.AUTHENTICATION_BACKENDS[1])
    assert client.get("/admin/")["Location"] == "/account/2fa/totp/activate/"


@pytest.mark.slow
@pytest.mark.usefixtures("filled")
def test_nothing_can_be_added_changed_or_removed() -> None:
    client = inside("compliance")
    row = re.search(r"/admin/store/readingsrow/(\d+)/change/", _page(client, "readingsrow"))
    assert row is not None
    for address in (
        "readingsrow/add/",
        f"readingsrow/{row[1]}/delete/",
        f"readingsrow/{row[1]}/change/",
        "person/add/",
        f"person/{Person.objects.get(username='north-owner').pk}/change/",
        f"person/{Person.objects.get(username='north-owner').pk}/password/",
    ):
        answer = client.post(f"/admin/store/{address}", {"value": "1", "is_superuser": "on"})
        assert answer.status_code in {302, 403, 404}, address
    assert not Person.objects.filter(is_superuser=True).exists()
    shown = client.get(f"/admin/store/readingsrow/{row[1]}/change/").content.decode()
    assert "R-1" in shown
    assert '<input type="submit"' not in shown
    assert 'name="value"' not in shown


def _page(client: Client, name: str) -> str:
    return client.get(f"/admin/store/{name}/").content.decode()


def test_each_look_is_on_record(filled: Practice) -> None:
    client = inside("compliance")
    before = Look.objects.filter(act="evidence.see").count()
    _page(client, "readingsrow")
    _page(client, "consentsrow")  # there are none
    assert Look.objects.filter(act="evidence.see").count() == before + 1
    told = people.looks_at(filled.opened("compliance"), PATIENT, START)
    assert "evidence.see" in {one.act for one in told}


@pytest.mark.slow
def test_another_practice_is_not_there(filled: Practice, other_practice: Practice) -> None:
    assert filled.tenant_id != other_practice.tenant_id
    ours, theirs = inside("compliance"), inside("compliance", "south")
    row = re.search(r"/admin/store/patientsrow/(\d+)/change/", _page(ours, "patientsrow"))
    assert row is not None
    assert PATIENT in _page(ours, "patientsrow")
    assert PATIENT not in _page(theirs, "patientsrow")
    assert theirs.get(f"/admin/store/patientsrow/{row[1]}/change/").status_code in {302, 404}
    assert "north-" not in _page(theirs, "person")
    assert "south-owner" in _page(theirs, "person")


@pytest.mark.slow
@pytest.mark.usefixtures("filled")
def test_no_page_shows_a_secret_or_has_anything_inline() -> None:
    client = inside("compliance")
    person = Person.objects.get(username="north-owner")
    for address in ("", "store/person/", f"store/person/{person.pk}/change/", "store/look/"):
        text = client.get(f"/admin/{address}").content.decode()
        assert person.password not in text
        assert INLINE.findall(text) == [], address


@pytest.mark.slow
def test_what_is_inspected_is_of_the_practice_that_is_worked_for(
    practice: Practice, other_practice: Practice
) -> None:
    client, person = inside("owner"), Person.objects.get(username="north-owner")
    join(other_practice.tenant_id, person, "owner", START)
    for one, name in ((practice, "north"), (other_practice, "south"), (practice, "north")):
        client.post("/settings/practice/", {"practice": one.tenant_id})
        page = client.get("/admin/store/person/").content.decode()
        assert f"{name}-biller" in page
        assert page.count("-biller<") == 1
