"""For which practice a session works: nobody is moved to another one in silence."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from made_up_practices import START, Practice
from proofline.store.models import Person
from proofline.store.people import join
from proofline.store.people.accounts import leave
from proofline.store.vouching import ledger
from signing_in import client_of

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@pytest.mark.slow
def test_nobody_is_moved_to_another_practice_in_silence(
    practice: Practice, other_practice: Practice
) -> None:
    assert practice.tenant_id
    person = Person.objects.get(username="north-owner")
    join(other_practice.tenant_id, person, "owner", START)
    signed_in = client_of("north-owner")
    signed_in.post("/settings/practice/", {"practice": other_practice.tenant_id})
    client = Client(enforce_csrf_checks=True, headers={"accept": "text/html"})
    client.cookies = signed_in.cookies
    (token, *_) = _TOKEN.findall(client.get("/settings/people/").content.decode())
    leave(other_practice.tenant_id, person, START + timedelta(days=1))

    for script in ("/settings/people/", "/practice/?as=csv"):  # nobody reads what it gets
        assert client.get(script, headers={"accept": "*/*"}).status_code == 403
    sent = {"username": "somebody", "role": "owner", "csrfmiddlewaretoken": token}
    told = client.post("/settings/people/add/", sent)
    text = told.content.decode()
    assert told.status_code == 403
    assert "You no longer work for Made-up south. From now on you work for Made-up north." in text
    late = client.post("/settings/people/add/", sent)  # from another tab of then
    assert (late.status_code, b"too old" in late.content) == (403, True)
    assert not Person.objects.filter(username="somebody").exists()
    page = client.get("/settings/people/").content.decode()
    assert ("north-biller" in page, "You no longer work" in page) == (True, False), "said once"


def test_a_practice_that_comes_beside_changes_nothing(
    practice: Practice, other_practice: Practice
) -> None:
    ours, theirs = sorted((practice, other_practice), key=lambda one: one.tenant_id)[::-1]
    name = Person.objects.get(
        username__in=("north-owner", "south-owner"), membership__tenant_id=ours.tenant_id
    ).username
    client = client_of(name)
    before = client.get("/settings/people/").content.decode()
    join(theirs.tenant_id, Person.objects.get(username=name), "owner", START)
    after = client.get("/settings/people/").content.decode()
    other = "south" if name.startswith("north") else "north"
    assert f"{other}-biller" not in before + after


def test_another_practice_is_chosen_while_nothing_can_be_written(
    practice: Practice, other_practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The choice is the session's, as a sign-in is, and no evidence."""
    assert practice.tenant_id
    join(other_practice.tenant_id, Person.objects.get(username="north-owner"), "owner", START)
    client = client_of("north-owner")
    client.post("/settings/practice/", {"practice": practice.tenant_id})
    size = ledger().size()
    monkeypatch.setattr(settings, "READ_ONLY", True)
    answer = client.post("/settings/practice/", {"practice": other_practice.tenant_id})
    assert (answer.status_code, ledger().size()) == (303, size)
    assert "south-biller" in client.get("/settings/people/").content.decode()
    assert client.post("/settings/people/add/", {"username": "somebody"}).status_code == 503
