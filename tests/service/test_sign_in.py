"""Signing in: a lock that locks and is no weapon, a second factor, sessions that end."""

from __future__ import annotations

import itertools
import re
import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import is_mfa_enabled
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.test import Client, RequestFactory

from made_up_practices import PASSWORD, START, Practice
from proofline.desk import people
from proofline.store.models import Person
from proofline.web import accounts
from signing_in import (
    BEHIND,
    ELSEWHERE,
    HERE,
    PAGE,
    SECRET,
    biller,
    code,
    is_in,
    name_and_password,
    second_factor,
)

__all__ = ["biller"]  # the fixture


def test_a_password_alone_opens_nothing(biller: Person) -> None:
    client = Client()
    assert name_and_password(client)["Location"] == "/account/2fa/authenticate/"
    assert not is_in(client)
    second_factor(client, code())
    assert is_in(client)
    assert client.get(PAGE).wsgi_request.user == biller


@pytest.mark.slow
@pytest.mark.usefixtures("biller")
def test_a_code_is_good_once() -> None:
    digits = code()
    first, second = Client(), Client()
    name_and_password(first)
    second_factor(first, digits)
    name_and_password(second)
    second_factor(second, digits)
    assert is_in(first)
    assert not is_in(second)


@pytest.mark.usefixtures("practice")
def test_without_a_second_factor_there_is_one_page_to_set_it_up() -> None:
    client = Client()
    name_and_password(client)
    answer = client.get(BEHIND)
    assert answer["Location"] == "/account/2fa/totp/activate/"


@pytest.mark.usefixtures("practice")
def test_the_first_second_factor_is_set_up_without_the_password_twice() -> None:
    client = Client()
    name_and_password(client)
    page = client.get("/account/2fa/totp/activate/")
    secret = page.context["form"].secret
    done = client.post("/account/2fa/totp/activate/", {"code": code(secret)}, follow=True)
    assert done.redirect_chain == [("/account/2fa/recovery-codes/", 302)]
    assert len(re.findall(r"\b\d{8}\b", done.content.decode())) == 10
    assert is_mfa_enabled(Person.objects.get(username="north-biller"))


@pytest.mark.usefixtures("practice")
def test_a_password_that_is_old_or_comes_with_a_factor_changes_no_factor() -> None:
    client = Client()
    name_and_password(client)
    session = client.session
    for one in session["account_authentication_methods"]:
        one["at"] -= 301
    session.save()
    answers = [client.get("/account/2fa/totp/activate/")]
    answers.append(client.post("/account/2fa/totp/activate/", {"code": "000000"}))
    TOTP.activate(Person.objects.get(username="north-owner"), SECRET)
    client = Client()
    said = {"login": "north-owner", "password": PASSWORD}
    client.post("/account/login/", said, REMOTE_ADDR=HERE)
    second_factor(client, code())
    assert is_in(client)
    answers.append(client.get("/account/2fa/totp/deactivate/"))
    assert ["/reauthenticate/" in one["Location"] for one in answers] == [True] * 3


@pytest.mark.slow
@pytest.mark.usefixtures("biller")
def test_guessing_locks_the_address_out_even_with_the_right_password() -> None:
    for _ in range(5):
        name_and_password(Client(), "a wrong guess")
    assert name_and_password(Client()).status_code == 429


@pytest.mark.slow
@pytest.mark.usefixtures("biller")
def test_writing_a_name_in_another_case_gives_no_more_guesses() -> None:
    sent = {"login": "north-biller", "password": PASSWORD}
    for place in range(5):
        name = sent["login"][:place] + sent["login"][place:].upper()
        guess = {"login": name, "password": "a wrong guess"}
        Client().post("/account/login/", guess, REMOTE_ADDR=HERE)
    assert Client().post("/account/login/", sent, REMOTE_ADDR=HERE).status_code == 429
    spelled = sent | {"login": "North-Biller"}  # which is a way to sign in, elsewhere
    answer = Client().post("/account/login/", spelled, REMOTE_ADDR=ELSEWHERE)
    assert answer["Location"] == "/account/2fa/authenticate/"


@pytest.mark.slow
def test_who_is_locked_out_and_let_in_anew_is_in(practice: Practice, biller: Person) -> None:
    for _ in range(5):
        name_and_password(Client(), "a wrong guess")
    assert name_and_password(Client()).status_code == 429
    people.let_back_in(practice.opened("administrator"), biller, "four made-up words", START)
    assert name_and_password(Client(), "four made-up words").status_code == 302


def test_guesses_at_a_name_beyond_ascii_are_forgotten_as_well(
    practice: Practice, biller: Person
) -> None:
    """SQLite itself takes no other letters for the same in both cases."""
    Person.objects.filter(pk=biller.pk).update(username="ÁNGELA")
    biller.refresh_from_db()
    name = accounts.counted_name(HttpRequest(), {"login": "Ángela"})
    AccessAttempt.objects.create(username=name, ip_address=HERE, failures_since_start=5)
    people.let_back_in(practice.opened("administrator"), biller, "four made-up words", START)
    assert not AccessAttempt.objects.exists()


@pytest.mark.usefixtures("biller")
def test_who_left_is_told_so_by_their_own_password_alone() -> None:
    Person.objects.filter(username="north-biller").update(is_active=False)
    gone, wrong = Client(), Client()
    answer = gone.get(name_and_password(gone)["Location"])
    assert (answer.status_code, "inactive" in answer.content.decode()) == (200, True)
    assert not is_in(gone)
    assert "inactive" not in name_and_password(wrong, "a wrong guess").content.decode()


@pytest.mark.slow
@pytest.mark.usefixtures("biller")
def test_a_stranger_elsewhere_cannot_lock_anybody_out() -> None:
    for _ in range(20):
        name_and_password(Client(), "a wrong guess", ELSEWHERE)
    client = Client()
    name_and_password(client)
    second_factor(client, code())
    assert is_in(client)


@pytest.mark.parametrize("sent", [{}, {"X-Forwarded-For": "203.0.113.9"}])
def test_a_proxy_that_does_not_say_who_asks_is_told_of_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, sent: dict[str, str]
) -> None:
    """By it everybody has one address, and the lock on guesses is anybody's weapon."""
    monkeypatch.setattr(settings, "BEHIND_PROXY", True)
    accounts._tell_of_a_silent_proxy.cache_clear()  # noqa: SLF001 - another test's telling
    for _ in range(2):
        accounts.client_address(RequestFactory().post("/account/login/", headers=sent))
    told = [one for one in caplog.messages if "X-Forwarded-For" in one]
    assert len(told) == (0 if sent else 1)


@pytest.mark.usefixtures("biller")
def test_a_session_from_before_signing_in_is_worth_nothing() -> None:
    client = Client()
    client.get("/account/login/")
    name_and_password(client)
    before = client.session.session_key
    second_factor(client, code())
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


@pytest.mark.usefixtures("biller")
@pytest.mark.parametrize(("key", "seconds"), [("used", 15 * 60 + 1), ("began", 12 * 3600 + 1)])
def test_a_session_ends_unused_and_after_a_day(key: str, seconds: int) -> None:
    client = Client()
    name_and_password(client)
    second_factor(client, code())
    assert is_in(client)
    session = client.session
    session[key] = time.time() - seconds
    session.save()
    assert not is_in(client)


@pytest.mark.slow
def test_a_leaver_is_out_at_once(
    practice: Practice, biller: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A code is good once, so each try has a code of its own: the next half minute's.
    now = time.time()
    tries = itertools.count()

    def comes_back() -> Client:
        then = now + 30 * next(tries)
        monkeypatch.setattr(time, "time", lambda: then)
        client = Client()
        name_and_password(client)
        second_factor(client, code())
        return client

    client = comes_back()
    assert is_in(client)
    people.disable(practice.opened("administrator"), biller, START)
    assert not is_in(client)
    assert not is_in(comes_back())
    # Nothing else kept them out: with the account open again, the same steps let them in.
    Person.objects.filter(pk=biller.pk).update(is_active=True)
    assert is_in(comes_back())


@pytest.mark.usefixtures("practice")
def test_nobody_signs_themselves_up() -> None:
    sent = {"username": "new", "password1": "some words of mine", "password2": "some words of mine"}
    Client().post("/account/signup/", sent)
    assert not Person.objects.filter(username="new").exists()
