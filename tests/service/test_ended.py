"""A session that ends while somebody types: they are told, and what they typed comes again."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from made_up_practices import PASSWORD, Practice
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


@pytest.mark.parametrize("how", ["used", "key", pytest.param("began", marks=pytest.mark.slow)])
def test_what_was_typed_comes_again_after_signing_in_and_is_not_sent(
    biller: Client, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    end(biller, how, monkeypatch)
    answer = biller.post(WHERE, {"reason": TYPED}, **PAGE)
    assert answer["Location"] == f"/account/login/?next={WHERE}"
    told = biller.get(answer["Location"], **PAGE).content.decode()
    assert ("session has ended" in told, TYPED in told) == (True, False)
    page = sign_in(biller, "north-biller", answer["Location"]).content.decode()
    assert (TYPED in page, "typed before" in page) == (True, True)
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


def test_secrets_are_not_kept_nor_what_is_too_long(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert practice.tenant_id
    client = client_of("north-administrator")
    end(client, "used", monkeypatch)
    said = {"username": "made-up-newcomer", "password": "four made-up words", "role": "owner"}
    client.post("/settings/people/add/", said, **PAGE)
    kept = client.session["typed before"]["body"]
    assert ("newcomer" in kept, "four" in kept) == (True, False)
    del kept
    client.post("/settings/people/add/", said | {"username": "x" * (65 << 10)}, **PAGE)
    assert "newcomer" in client.session["typed before"]["body"]


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
