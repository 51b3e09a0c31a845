"""Who lost the second factor is let in again: by an administrator, else by the operator."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from click.testing import CliRunner
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from made_up_practices import PASSWORD, START, Practice
from proofline.cli import main
from proofline.desk import people
from proofline.errors import ProoflineError
from proofline.store.book import visible_to
from proofline.store.models import Person
from proofline.store.people import join
from proofline.store.trouble import StoreError
from proofline.store.vouching import ledger
from signing_in import HERE, SECRET, client_of

WHY = "lost the telephone, came in person"
NEW = "five quite other words"


@pytest.fixture
def boss(practice: Practice) -> Person:
    assert practice.tenant_id
    found = Person.objects.get(username="north-administrator")
    TOTP.activate(found, SECRET)
    return found


def signed_in(name: str, password: str) -> tuple[Client, Any]:
    client = Client()
    sent = {"login": name, "password": password}
    return client, client.post("/account/login/", sent, REMOTE_ADDR=HERE, follow=True)


def guessed(client: Client) -> str:
    sent = {"code": "000000"}
    answer = client.post("/account/2fa/authenticate/", sent, REMOTE_ADDR=HERE)
    return str(answer.content.decode())


def test_the_operator_lets_an_administrator_in_again_and_it_is_on_record(
    practice: Practice, boss: Person
) -> None:
    key = client_of("north-administrator").session.session_key
    assert Session.objects.filter(session_key=key).exists()
    Person.objects.update(last_login=START - timedelta(days=1))
    before = ledger().size()
    people.let_in_by_operator(boss.username, NEW, WHY, START)
    assert not Authenticator.objects.filter(user=boss).exists()
    assert not Session.objects.filter(session_key=key).exists()
    kept = ledger().kept(before)
    assert (kept.entry.kind, kept.entry.actor) == ("person.let_in_by_operator", "service")
    assert kept.payload is not None
    told = json.loads(kept.payload)
    assert (told["tenant"], told["person"], told["why"]) == (practice.tenant_id, boss.pk, WHY)
    assert ledger().size() == before + 1
    _, page = signed_in(boss.username, PASSWORD)
    assert "let you in again" not in page.content.decode()
    _, page = signed_in(boss.username, NEW)
    assert "let you in again" in page.content.decode()


def test_it_is_on_record_in_every_practice_of_theirs(
    practice: Practice, other_practice: Practice, boss: Person
) -> None:
    """No administrator could do it then: each has a say over one practice alone."""
    join(other_practice.tenant_id, boss, "biller", START - timedelta(days=1))
    before = ledger().size()
    people.let_in_by_operator(boss.username, NEW, WHY, START)
    payloads = [ledger().kept(number).payload for number in (before, before + 1)]
    tenants = {json.loads(payload)["tenant"] for payload in payloads if payload}
    assert tenants == {practice.tenant_id, other_practice.tenant_id}


@pytest.mark.parametrize(
    ("account", "password", "reason", "code"),
    [
        ("north-administrator", NEW, " ", "desk.no_reason"),
        ("north-administrator", "short", WHY, "store.weak_password"),
        ("north-biller", NEW, WHY, "desk.no_administrator"),
        ("nobody-of-this-name", NEW, WHY, "desk.no_administrator"),
    ],
)
def test_who_is_not_let_in_by_the_operator_stays_as_they_are(
    boss: Person, account: str, password: str, reason: str, code: str
) -> None:
    before = ledger().size()
    with pytest.raises(ProoflineError) as refused:
        people.let_in_by_operator(account, password, reason, START)
    assert refused.value.code == code
    assert "nobody" not in str(refused.value)
    assert ledger().size() == before
    boss.refresh_from_db()
    assert boss.check_password(PASSWORD)
    assert Authenticator.objects.filter(user=boss).exists()


@pytest.mark.slow
def test_others_who_see_the_people_are_told_when_they_next_sign_in(boss: Person) -> None:
    Person.objects.update(last_login=START)
    people.let_in_by_operator(boss.username, NEW, WHY, START + timedelta(hours=1))
    for name, told in (("north-owner", True), ("north-biller", False), ("south-owner", False)):
        _, page = signed_in(name, PASSWORD)
        assert ("let the account north-administrator in again" in page.content.decode()) is told
    page = client_of("north-owner").get("/settings/people/").content.decode()
    assert WHY in page
    assert WHY not in client_of("south-owner").get("/settings/people/").content.decode()
    Person.objects.update(last_login=START + timedelta(hours=2))
    _, page = signed_in("north-first", PASSWORD)
    assert "let the account" not in page.content.decode()


def test_the_command_wants_a_reason_and_tells_what_it_did(
    boss: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proofline.cli.running.people.set_up", lambda: None)
    monkeypatch.setattr("proofline.store.opening.refuse_other_tables", lambda: None)
    words = ["people", "let-in", boss.username, "--password", NEW]
    assert CliRunner().invoke(main, words).exit_code == 2
    told = CliRunner().invoke(main, [*words, "--reason", WHY])
    assert (told.exit_code, "on record" in told.output) == (0, True), told.output
    boss.refresh_from_db()
    assert boss.check_password(NEW)


def test_a_frozen_service_lets_nobody_in_again(
    boss: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "READ_ONLY", True)
    with pytest.raises(StoreError, match="read-only"):
        people.let_in_by_operator(boss.username, NEW, WHY, START)
    boss.refresh_from_db()
    assert boss.check_password(PASSWORD)


@pytest.mark.parametrize("by", ["administrator", pytest.param("operator", marks=pytest.mark.slow)])
def test_guesses_at_codes_are_forgotten_with_the_password_they_were_made_with(
    practice: Practice, boss: Person, by: str
) -> None:
    client, _ = signed_in(boss.username, PASSWORD)
    for _ in range(5):
        assert "Too many" not in guessed(client)
    assert "Too many" in guessed(client)
    if by == "operator":
        people.let_in_by_operator(boss.username, NEW, WHY, START)
    else:
        first = Person.objects.get(username="north-first")
        with visible_to(first, practice.tenant_id, START) as book:
            people.let_back_in(book, boss, NEW, START)
    boss.refresh_from_db()
    TOTP.activate(boss, SECRET)
    client, _ = signed_in(boss.username, NEW)
    assert "Too many" not in guessed(client)


@pytest.mark.slow
def test_guesses_from_everywhere_end_and_are_forgotten_too(boss: Person) -> None:
    """Twenty in an hour for one account, from wherever; nobody waits for the hour to pass."""
    for number in range(4):
        client, _ = signed_in(boss.username, PASSWORD)
        for _ in range(5):
            sent = {"code": "000000"}
            client.post("/account/2fa/authenticate/", sent, REMOTE_ADDR=f"192.0.2.{10 + number}")
    client, _ = signed_in(boss.username, PASSWORD)
    assert "Too many" in guessed(client)
    people.let_in_by_operator(boss.username, NEW, WHY, START)
    boss.refresh_from_db()
    TOTP.activate(boss, SECRET)
    client, _ = signed_in(boss.username, NEW)
    assert "Too many" not in guessed(client)
