"""A session that ends while somebody types: they are told, and what they typed comes again."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from made_up_practices import PASSWORD, Practice
from proofline.desk.working import Worker
from proofline.store.models import BreakGlass
from signing_in import HERE, SECRET, client_of, code

WHERE = "/settings/glass/break/"
TYPED = "a made-up emergency, typed at length"
PAGE: dict[str, Any] = {"HTTP_ACCEPT": "text/html", "REMOTE_ADDR": HERE}


@pytest.fixture
def biller(practice: Practice) -> Client:
    assert practice.tenant_id
    return client_of("north-biller")


def end(client: Client, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """End a session as disuse, a day's work or another secret.key does."""
    if how == "key":
        monkeypatch.setattr(settings, "SECRET_KEY", "another made-up key " * 4)
        return
    session = client.session
    session[how] = time.time() - settings.SESSION_COOKIE_AGE - 1
    session.save()


def sign_in(client: Client, name: str, to: str) -> Any:  # noqa: ANN401
    sent = {"login": name, "password": PASSWORD}
    answer = client.post(to, sent, **PAGE)
    if "authenticate" in answer["Location"]:
        answer = client.post(answer["Location"], {"code": code(SECRET)}, **PAGE)
    return client.get(answer["Location"], **PAGE)


@pytest.mark.parametrize("how", ["used", pytest.param("began", marks=pytest.mark.slow)])
def test_what_was_typed_comes_again_after_signing_in_and_is_not_sent(
    biller: Client, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    end(biller, how, monkeypatch)
    answer = biller.post(WHERE, {"reason": TYPED}, **PAGE)
    assert answer["Location"] == f"/account/login/?next={WHERE}"
    told = biller.get(answer["Location"], **PAGE).content.decode()
    assert ("session has ended" in told, TYPED in told) == (True, False)
    assert biller.session.get_expiry_age() == 900
    page = sign_in(biller, "north-biller", answer["Location"]).content.decode()
    assert (TYPED in page, "typed before" in page) == (True, True)
    assert biller.session.get_expiry_age() == settings.SESSION_COOKIE_AGE
    assert not BreakGlass.objects.exists()
    assert TYPED not in biller.get(WHERE, **PAGE).content.decode()
    biller.post(WHERE, {"reason": TYPED}, **PAGE)
    assert BreakGlass.objects.get().reason == TYPED


@pytest.mark.parametrize("why", ["another person", "too late"])
def test_nobody_else_sees_it_and_nobody_for_long(
    biller: Client, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    end(biller, "used", monkeypatch)
    answer = biller.post(WHERE, {"reason": TYPED}, **PAGE)
    client_of("north-owner")  # who has a second factor from now on
    if why == "too late":
        session = biller.session
        session["typed before"] |= {"at": time.time() - 901}
        session.save()
    name = "north-owner" if why == "another person" else "north-biller"
    page = sign_in(biller, name, answer["Location"])
    assert (page.status_code, TYPED in page.content.decode()) == (200, False)


def opened(client: Client) -> str:
    key = client.cookies["typed"].value
    return Fernet(key).decrypt(client.session["typed before"]["body"]).decode()


def test_secrets_are_not_kept_nor_what_is_too_long(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert practice.tenant_id
    client = client_of("north-administrator")
    end(client, "used", monkeypatch)
    said = {"username": "made-up-newcomer", "password": "four made-up words", "role": "owner"}
    client.post("/settings/people/add/", said, **PAGE)
    kept = opened(client)
    assert ("newcomer" in kept, "four" in kept) == (True, False)
    long = client_of("north-administrator")
    end(long, "used", monkeypatch)
    long.post("/settings/people/add/", said | {"username": "x" * (65 << 10)}, **PAGE)
    assert "typed before" not in long.session


def test_it_lies_in_the_book_so_that_only_the_browser_can_read_it(
    biller: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    end(biller, "used", monkeypatch)
    answer = biller.post(WHERE, {"reason": TYPED}, **PAGE)
    assert "typed" in opened(biller)
    (key,) = (answer.cookies["typed"],)
    assert (key["max-age"], key["httponly"], key["samesite"]) == (900, True, "Lax")
    kept = str(dict(biller.session))
    assert "made-up" not in kept
    assert key.value not in kept
    del biller.cookies["typed"]
    assert TYPED not in sign_in(biller, "north-biller", answer["Location"]).content.decode()


@pytest.mark.parametrize("who", ["stranger", "who signed out", "whose session was dropped"])
def test_where_nobody_knows_whose_it_was_nothing_is_kept_nor_written(
    biller: Client, who: str
) -> None:
    """A cookie is anybody's to make up; were a row written for each, strangers filled the disk."""
    strict = Client(enforce_csrf_checks=True)
    strict.get("/account/login/", **PAGE)
    token = {"csrfmiddlewaretoken": strict.cookies[settings.CSRF_COOKIE_NAME].value}
    shown = biller.cookies[settings.SESSION_COOKIE_NAME].value
    if who == "who signed out":
        biller.post("/account/logout/", **PAGE)
    Session.objects.all().delete()
    for number in range(30):
        made_up = shown if who != "stranger" else f"made-up-session-{number}"
        strict.cookies[settings.SESSION_COOKIE_NAME] = made_up
        answer = strict.post(WHERE, {"reason": TYPED, **token}, **PAGE)
        assert answer["Location"].startswith("/account/login/")
        assert "typed" not in answer.cookies
    assert not Session.objects.exists()
    told = strict.get(answer["Location"], **PAGE).content.decode()
    assert ("Nothing was written" in told, "will be there again" in told) == (True, False)


def test_another_person_or_a_quarter_of_an_hour_leaves_nothing_of_it(
    biller: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    end(biller, "used", monkeypatch)
    biller.post(WHERE, {"reason": TYPED}, **PAGE)
    client_of("north-owner")
    sign_in(biller, "north-owner", "/account/login/")  # and looks at no page of it
    assert "typed before" not in biller.session
    late = client_of("north-biller")
    end(late, "used", monkeypatch)
    late.post(WHERE, {"reason": TYPED}, **PAGE)
    monkeypatch.setattr("proofline.web.watching.ended._SECONDS", -1)
    late.get("/account/login/", **PAGE)
    assert "typed before" not in late.session


def test_what_nobody_came_back_to_is_dropped_from_the_book(
    biller: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    end(biller, "used", monkeypatch)
    before = datetime.now(UTC)
    biller.post(WHERE, {"reason": TYPED}, **PAGE)
    there = client_of("north-owner").session.session_key
    for minutes, left in ((14, 2), (16, 1)):
        later = before + timedelta(minutes=minutes)
        Worker("w", lambda at=later: at).begin([])  # type: ignore[misc]  # its default
        assert Session.objects.count() == left
    assert Session.objects.get().session_key == there


def test_another_key_of_sessions_is_told(biller: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    end(biller, "key", monkeypatch)
    answer = biller.post(WHERE, {"reason": TYPED}, **PAGE)
    told = biller.get(answer["Location"], **PAGE).content.decode()
    assert ("session has ended" in told, "will be there again" in told) == (True, False)
    page = sign_in(biller, "north-biller", answer["Location"]).content.decode()
    assert TYPED not in page


def test_who_only_looks_is_told_and_a_form_that_is_no_page_leads_back(
    biller: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    end(biller, "used", monkeypatch)
    answer = biller.get("/settings/glass/", **PAGE)
    told = biller.get(answer["Location"], **PAGE).content.decode()
    assert "session has ended" in told
    end_again = client_of("north-biller")
    end(end_again, "used", monkeypatch)
    back: dict[str, Any] = {"HTTP_REFERER": "http://testserver/settings/"}
    answer = end_again.post("/settings/practice/", {"practice": "tnt"}, **PAGE, **back)
    assert answer["Location"] == "/account/login/?next=/settings/"
    elsewhere: dict[str, Any] = {"HTTP_REFERER": "http://elsewhere.example/settings/"}
    answer = end_again.post("/settings/practice/", {"practice": "tnt"}, **PAGE, **elsewhere)
    assert answer["Location"] == "/account/login/?next=/"


def test_a_forged_form_of_a_stranger_puts_nothing_into_a_session(biller: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = biller.cookies
    strict.session.flush()
    answer = strict.post(WHERE, {"reason": TYPED}, **PAGE)
    assert answer.status_code == 403
    assert "typed before" not in strict.session


def test_who_was_never_there_is_told_nothing_of_a_session() -> None:
    client = Client()
    answer = client.post(WHERE, {"reason": TYPED}, **PAGE)
    assert answer["Location"].startswith("/account/login/")
    assert "session has ended" not in client.get(answer["Location"], **PAGE).content.decode()
