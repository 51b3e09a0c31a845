"""The log-in pages: no way around the lock, no weapon in it, nothing that a strict page refuses."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.http import HttpRequest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from made_up_practices import PASSWORD
from proofline.store.models import Person
from proofline.store.people.accounts import make_alike
from proofline.store.trouble import StoreError
from proofline.web.accounts import client_address
from proofline.web.sessions import second_factor_at
from signing_in import (
    HERE,
    INLINE,
    biller,
    client_of,
    code,
    is_in,
    name_and_password,
    second_factor,
)

__all__ = ["biller"]  # the fixture


def signed_in() -> Client:
    client = Client()
    name_and_password(client)
    second_factor(client, code())
    assert is_in(client)
    return client


def fresh() -> str:
    """A code that was not used yet; the digits of this half minute were, to sign in."""
    person = Person.objects.get(username="north-biller")
    return str(RecoveryCodes.activate(person).get_unused_codes()[0])


def again(client: Client, digits: str, address: str = HERE) -> Any:  # noqa: ANN401
    return client.post("/account/2fa/reauthenticate/", {"code": digits}, REMOTE_ADDR=address)


# The second factor.


@pytest.mark.slow
@pytest.mark.usefixtures("biller")
def test_codes_cannot_be_tried_out() -> None:
    client = Client()
    name_and_password(client)
    for _ in range(5):
        second_factor(client, "000000")
    second_factor(client, code())
    assert not is_in(client)


@pytest.mark.slow
@pytest.mark.usefixtures("biller")
def test_who_tries_codes_elsewhere_does_not_lock_the_person_out_here() -> None:
    other = Client()
    name_and_password(other, address="198.51.100.7")
    for _ in range(9):
        sent = {"code": "000000"}
        other.post("/account/2fa/authenticate/", sent, REMOTE_ADDR="198.51.100.7")
    signed_in()


@pytest.mark.slow
@pytest.mark.usefixtures("biller")
def test_a_new_password_gives_no_more_tries_at_codes() -> None:
    """A stolen session and the password open nothing more than a stolen session does."""
    client, old, checked = client_of("north-biller"), PASSWORD, 0
    for number in range(3):
        for _ in range(5):
            checked += "Too many" not in again(client, "000000").content.decode()
        new = f"four made-up words {number}"
        said = {"oldpassword": old, "password1": new, "password2": new}
        client.post("/account/password/change/", said, REMOTE_ADDR=HERE)
        old = new
    assert Person.objects.get(username="north-biller").check_password(old)
    assert checked == 5


@pytest.mark.slow
@pytest.mark.usefixtures("biller")
def test_codes_are_counted_for_the_account_from_wherever_they_come() -> None:
    for number in range(20):
        client = Client()
        address = f"198.51.100.{number}"
        name_and_password(client, address=address)
        client.post("/account/2fa/authenticate/", {"code": "000000"}, REMOTE_ADDR=address)
    client = Client()
    name_and_password(client)
    second_factor(client, code())
    assert not is_in(client)


@pytest.mark.slow
def test_a_recovery_code_is_good_once(biller: Person) -> None:
    (first, *_) = RecoveryCodes.activate(biller).get_unused_codes()
    client = Client()
    name_and_password(client)
    second_factor(client, first)
    assert is_in(client)
    other = Client()
    name_and_password(other)
    second_factor(other, first)
    assert not is_in(other)


@pytest.mark.slow
@pytest.mark.usefixtures("biller")
def test_a_password_does_not_open_what_the_second_factor_keeps() -> None:
    client = signed_in()
    asked = client.get("/account/2fa/recovery-codes/generate/")
    assert asked["Location"].startswith("/account/reauthenticate/")
    answer = client.post("/account/reauthenticate/?next=/x/", {"password": PASSWORD})
    assert answer["Location"] == "/account/2fa/reauthenticate/?next=/x/"
    assert client.get("/account/2fa/totp/deactivate/").status_code == 302
    again(client, fresh())
    assert client.get("/account/2fa/totp/deactivate/").status_code == 200


@pytest.mark.slow
@pytest.mark.usefixtures("biller")
def test_the_session_knows_when_the_second_factor_was_shown_last() -> None:
    before = datetime.now(UTC)
    client = signed_in()
    request = client.get("/account/sessions/").wsgi_request
    first = second_factor_at(request)
    assert first is not None
    assert before <= first <= datetime.now(UTC)
    again(client, "000000")
    assert second_factor_at(client.get("/account/sessions/").wsgi_request) == first
    again(client, fresh())
    then = second_factor_at(client.get("/account/sessions/").wsgi_request)
    assert then is not None
    assert then > first


@pytest.mark.usefixtures("practice")
def test_a_password_alone_is_no_second_factor() -> None:
    client = Client()
    name_and_password(client)
    assert second_factor_at(client.get("/account/sessions/").wsgi_request) is None


@pytest.mark.slow
@pytest.mark.usefixtures("biller")
def test_who_gives_digits_at_the_end_of_a_half_minute_waits_for_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Or every test that signs in fails now and then: of a half minute that is over none hold."""
    now = 30 * 59_000_000 + 29.7
    monkeypatch.setattr(time, "time", lambda: now)
    client = Client()
    name_and_password(client)
    old = code(lasting=0)
    now += 0.4
    second_factor(client, old)
    assert not is_in(client)
    now += 29.3

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr(time, "sleep", sleep)
    digits = code()
    now += 0.4
    second_factor(client, digits)
    assert is_in(client)


# Ways around.


@pytest.mark.usefixtures("biller")
@pytest.mark.parametrize(
    "path",
    [
        "signup/",
        "password/reset/",
        "password/reset/key/1-abc/",
        "password/set/",
        "email/",
        "confirm-email/",
        "login/code/confirm/",
    ],
)
def test_what_this_service_keeps_closed(path: str) -> None:
    for client in (Client(), signed_in_slowly()):
        assert client.get(f"/account/{path}").status_code == 404
        assert client.post(f"/account/{path}", {"email": "a@example.com"}).status_code == 404


def test_no_page_leads_to_what_is_closed() -> None:
    page = Client().get("/account/login/").content
    assert b"password/reset" not in page
    assert b"administrator" in page


def signed_in_slowly() -> Client:
    client = Client()
    client.force_login(
        Person.objects.get(username="north-biller"), settings.AUTHENTICATION_BACKENDS[1]
    )
    return client


@pytest.mark.usefixtures("biller")
def test_the_next_page_is_one_of_ours() -> None:
    client = Client()
    sent = {"login": "north-biller", "password": PASSWORD, "next": "https://example.com/"}
    client.post("/account/login/", sent, REMOTE_ADDR=HERE)
    assert "example.com" not in second_factor(client, code())["Location"]


@pytest.mark.parametrize(
    ("behind", "header", "address"),
    [
        (False, "203.0.113.9", HERE),
        (True, "203.0.113.9", "203.0.113.9"),
        (True, "10.0.0.1, 203.0.113.9", "203.0.113.9"),
        (True, "", HERE),
    ],
)
def test_whose_failures_are_counted_is_not_for_the_caller_to_say(
    monkeypatch: pytest.MonkeyPatch, behind: bool, header: str, address: str
) -> None:
    monkeypatch.setattr(settings, "BEHIND_PROXY", behind)
    request = HttpRequest()
    request.META = {"REMOTE_ADDR": HERE, "HTTP_X_FORWARDED_FOR": header}
    assert client_address(request) == address


@pytest.mark.slow
@pytest.mark.usefixtures("biller")
def test_a_wrong_password_shown_again_locks_nobody_else() -> None:
    client = signed_in_slowly()
    for _ in range(6):
        client.post("/account/password/change/", {"oldpassword": "x"}, REMOTE_ADDR=HERE)
    other = Client()
    sent = {"login": "north-owner", "password": PASSWORD}
    assert other.post("/account/login/", sent, REMOTE_ADDR=HERE).status_code == 302


# The pages.

PAGES = (
    "/account/login/",
    "/account/logout/",
    "/account/password/change/",
    "/account/sessions/",
    "/account/2fa/",
    "/account/2fa/reauthenticate/",
    "/account/2fa/totp/deactivate/",
    "/account/2fa/recovery-codes/generate/",
    "/account/2fa/webauthn/",
    "/account/2fa/webauthn/add/",
)


@pytest.mark.slow
@pytest.mark.usefixtures("biller")
def test_no_page_has_what_its_own_policy_refuses() -> None:
    client = signed_in()
    again(client, fresh())
    for page in PAGES:
        who = Client() if page.endswith("login/") else client
        answer = who.get(page)
        text = answer.content.decode()
        assert answer.status_code == 200, page
        assert INLINE.findall(text) == [], page
        assert "web/house.css" in text, page
        policy = answer["Content-Security-Policy"]
        assert "unsafe-inline" not in policy, page
        assert "default-src 'self'" in policy, page


@pytest.mark.usefixtures("practice")
def test_the_pages_on_the_way_in_have_nothing_of_it_either() -> None:
    client = Client()
    name_and_password(client)
    for page in ("/account/2fa/totp/activate/",):
        assert INLINE.findall(client.get(page).content.decode()) == []


def test_the_search_for_inline_finds_it() -> None:
    for slip in ("<style>", '<p style="x">', '<a onclick="x">', "<script>alert(1)</script>"):
        assert INLINE.search(slip)
    assert not INLINE.search('<script type="application/json">{}</script><script src="/x.js">')


def addresses(resolver: URLResolver, before: str = "") -> list[str]:
    found = []
    for one in resolver.url_patterns:
        here = before + str(one.pattern)
        found += [here] if isinstance(one, URLPattern) else addresses(one, here)
    return found


@pytest.mark.usefixtures("practice")
def test_who_is_not_signed_in_sees_nothing_but_the_way_in() -> None:
    opened = []
    for address in addresses(get_resolver()):
        path = "/" + re.sub(r"<[^>]+>", "1", address).replace("^", "").replace("$", "")
        if "(?" in path:
            continue
        answer = Client().get(path)
        if answer.status_code == 200:
            opened.append(path)
    # What machines may send, for whoever asks (FHIR R4, http.html#capabilities): the same for all.
    open_to_all = {"/account/login/", "/healthz", "/readyz", "/metrics", "/fhir/metadata"}
    open_to_all |= {"/api/openapi.json"}
    open_to_all |= {"/account/inactive/"}  # fixed words, for whoever left and signs in again
    assert set(opened) <= open_to_all


@pytest.mark.django_db
def test_made_up_accounts_of_one_password_are_each_known_by_it_and_by_no_easy_one() -> None:
    made = make_alike({"made-up-one": "MADE-UP-RN", "made-up-two": ""}, PASSWORD)
    assert [one.performer_id for one in made] == ["MADE-UP-RN", ""]
    for one in Person.objects.filter(username__startswith="made-up-"):
        assert one.check_password(PASSWORD)
        assert not one.check_password(PASSWORD.upper())
    with pytest.raises(StoreError):
        make_alike({"made-up-three": ""}, "password")
