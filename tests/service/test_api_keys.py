"""Keys of machines: shown once, short tokens, scopes, rotation, revocation at once, assertions."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA384
from django.test import Client

from api_callers import FORM, ask, form, machine, registered, signed_in
from made_up_practices import START, Practice
from proofline.desk.machines import keys
from proofline.desk.machines.assertions import TYPE
from proofline.desk.machines.keys import Registration
from proofline.desk.trouble import DeskError
from proofline.store.models import Machine, Membership, Person, Token

AUDIENCE = "http://testserver/api/token"
EC = ec.generate_private_key(ec.SECP384R1())
RSA = rsa.generate_private_key(65537, 2048)


def token(body: str) -> Any:  # noqa: ANN401
    return Client().post("/api/token", body, content_type=FORM)


def test_a_secret_opens_what_its_scopes_and_its_role_name(practice: Practice) -> None:
    client = machine(practice, "read:devices", "read:consents")
    assert ask(client, practice, "GET", "devices").status_code == 200
    assert ask(client, practice, "GET", "feeds").json()["code"] == "api.scope"
    assert ask(client, practice, "GET", "patients/P/consents").json()["code"] == "desk.not_allowed"
    assert ask(client, practice, "GET", "machines").json()["code"] == "api.scope"


def test_a_secret_is_kept_only_as_its_digest(practice: Practice) -> None:
    secret = registered(practice)
    given = token(form(secret)).json()
    assert given["token_type"] == "Bearer"  # noqa: S105 - the word of RFC 6750
    assert 0 < given["expires_in"] <= 15 * 60
    kept = json.dumps([*Machine.objects.values(), *Token.objects.values()], default=str)
    assert secret.client_secret not in kept
    assert given["access_token"] not in kept
    assert not Person.objects.get(username=secret.client_id).has_usable_password()


def test_a_token_is_for_one_practice(practice: Practice, other_practice: Practice) -> None:
    client = machine(practice)
    there = ask(client, other_practice, "GET", "devices")
    nowhere = client.get("/api/practices/tnt_none/devices")
    assert (there.status_code, there.content) == (404, nowhere.content)


def test_fewer_scopes_can_be_asked_for_and_no_more(practice: Practice) -> None:
    secret = registered(practice, "read:devices", "read:feeds")
    assert token(form(secret, scope="read:feeds")).json()["scope"] == "read:feeds"
    answer = token(form(secret, scope="read:calls"))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize("said", [{"client_secret": "guess"}, {"client_id": "mch_none"}])
def test_a_wrong_key_is_told_nothing(practice: Practice, said: dict[str, str]) -> None:
    answer = token(form(registered(practice), **said))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("body", "kind", "status", "word"),
    [
        ("grant_type=password", FORM, 400, "unsupported_grant_type"),
        ("grant_type=client_credentials&x=1", FORM, 400, "invalid_request"),
        ("grant_type=client_credentials&scope=a&scope=b", FORM, 400, "invalid_request"),
        ("grant_type=client_credentials&client_id=%00", FORM, 400, "invalid_request"),
        ("{}", "application/json", 415, "invalid_request"),
        ("grant_type=client_credentials", f"{FORM}; charset=utf-16", 400, "invalid_request"),
        ("&".join(["x=1"] * 2_100), FORM, 400, "invalid_request"),
    ],
)
def test_a_request_for_a_token_is_read_strictly(
    db: None,  # noqa: ARG001 - the database
    body: str,
    kind: str,
    status: int,
    word: str,
) -> None:
    answer = Client().post("/api/token", body, content_type=kind)
    assert (answer.status_code, answer.json()["error"]) == (status, word)


def test_basic_authentication_will_do(practice: Practice) -> None:
    secret = registered(practice)
    shown = base64.b64encode(f"{secret.client_id}:{secret.client_secret}".encode()).decode()
    client = Client(headers={"Authorization": f"Basic {shown}"})
    answer = client.post("/api/token", "grant_type=client_credentials", content_type=FORM)
    assert answer.status_code == 200


def test_a_rotated_secret_leaves_the_former_one_a_day(practice: Practice) -> None:
    secret = registered(practice)
    fresh = keys.rotate(practice.opened("administrator"), secret.client_id, START)
    at = START + keys.CHANGING
    for one in (secret, fresh):
        early = at.replace(microsecond=0) - (at - START) / 2
        assert keys.grant_for_secret(one.client_id, one.client_secret, "", early).access_token
    assert keys.grant_for_secret(fresh.client_id, fresh.client_secret, "", at).access_token
    with pytest.raises(keys.BadKey):
        keys.grant_for_secret(secret.client_id, secret.client_secret, "", at)


def test_a_revoked_key_opens_nothing_at_once(practice: Practice) -> None:
    secret = registered(practice)
    shown = {"Authorization": f"Bearer {token(form(secret)).json()['access_token']}"}
    client = Client(headers=shown)
    assert ask(client, practice, "GET", "devices").status_code == 200
    administrator = signed_in("north-administrator")
    assert (
        ask(administrator, practice, "POST", f"machines/{secret.client_id}/revoke").status_code
        == 200
    )
    assert ask(client, practice, "GET", "devices").status_code == 401
    assert token(form(secret)).status_code == 401
    assert not Membership.objects.filter(person__username=secret.client_id, until=None).exists()


def test_a_token_ends(practice: Practice) -> None:
    secret = registered(practice)
    granted = keys.grant_for_secret(secret.client_id, secret.client_secret, "", START)
    assert keys.who_shows(granted.access_token, START + keys.LIFE / 2)
    assert keys.who_shows(granted.access_token, START + keys.LIFE) is None


def test_it_is_known_when_a_key_was_last_used(practice: Practice) -> None:
    ask(machine(practice), practice, "GET", "devices")
    (shown,) = ask(signed_in("north-administrator"), practice, "GET", "machines").json()["items"]
    assert shown["used_at"] is not None
    assert "secret" not in json.dumps(shown)


@pytest.mark.parametrize("role", keys.FOR_PEOPLE)
def test_no_machine_signs_or_administers(practice: Practice, role: str) -> None:
    body = {"name": "x", "role": role, "scopes": ["read:devices"]}
    answer = ask(signed_in("north-administrator"), practice, "POST", "machines", body)
    assert answer.json()["code"] == "desk.key_unusual"


def part(said: object) -> str:
    return text(said if isinstance(said, bytes) else json.dumps(said).encode())


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def number(value: int, length: int) -> str:
    return text(value.to_bytes(length, "big"))


def jwks() -> tuple[dict[str, str], ...]:
    point, of = EC.public_key().public_numbers(), RSA.public_key().public_numbers()
    return (
        {
            "kty": "EC",
            "crv": "P-384",
            "kid": "e",
            "x": number(point.x, 48),
            "y": number(point.y, 48),
        },
        {"kty": "RSA", "kid": "r", "n": number(of.n, 256), "e": number(of.e, 3)},
    )


E, R = jwks()


@pytest.mark.parametrize(
    "public",
    [
        (E | {"d": "AAAA"},),
        (E | {"crv": "P-256"},),
        (E | {"y": E["x"]},),
        ({name: said for name, said in E.items() if name != "kid"},),
        (E | {"kty": "oct", "k": "AAAA"},),
        (R | {"n": number(2**1023 + 1, 128)},),
        (R | {"n": "not in base64!"},),
        (E, R | {"kid": "e"}),
    ],
)
def test_a_key_by_which_nothing_could_be_checked_is_refused(
    practice: Practice, public: tuple[dict[str, str], ...]
) -> None:
    """Before, it was taken, and every assertion opened nothing without a word why."""
    book, names = practice.opened("administrator"), ("read:devices",)
    with pytest.raises(DeskError, match="none by which an assertion could be checked"):
        keys.register(book, Registration("made-up", "integrator", names, public), START)
    good = Registration("made-up", "integrator", names, (E, R))
    assert keys.register(book, good, START).client_id.startswith("mch_")


def assertion(client_id: str, alg: str = "ES384", **more: object) -> str:
    now = int(time.time())
    said = {"iss": client_id, "sub": client_id, "aud": AUDIENCE, "exp": now + 240, "jti": f"{now}"}
    head = {"alg": alg, "kid": "r" if alg == "RS384" else "e", "typ": "JWT"}
    signed = f"{part(head)}.{part({**said, **more})}"
    if alg == "RS384":
        mark = RSA.sign(signed.encode(), padding.PKCS1v15(), SHA384())
    else:
        r, s = decode_dss_signature(EC.sign(signed.encode(), ec.ECDSA(SHA384())))
        mark = r.to_bytes(48, "big") + s.to_bytes(48, "big")
    return f"{signed}.{text(mark)}"


def shown(asserted: str) -> str:
    return f"grant_type=client_credentials&client_assertion_type={TYPE}&client_assertion={asserted}"


@pytest.fixture
def client_id(practice: Practice) -> str:
    who = Registration("made-up", "integrator", ("read:devices",), jwks())
    return keys.register(practice.opened("administrator"), who, START).client_id


@pytest.mark.parametrize("alg", ["ES384", "RS384"])
def test_a_signed_assertion_is_good_once(client_id: str, alg: str) -> None:
    made = assertion(client_id, alg)
    assert token(shown(made)).json()["scope"] == "read:devices"
    assert token(shown(made)).status_code == 401


@pytest.mark.parametrize(
    "more",
    [
        {"aud": "https://elsewhere.example/token"},
        {"sub": "somebody else"},
        {"exp": int(time.time()) - 1},
        {"exp": int(time.time()) + 3_600},
        {"exp": "soon"},
        {"jti": ""},
        {"iss": "mch_none"},
        {"alg": "none"},
        {"alg": "ES256"},
        {"alg": "HS384"},
    ],
)
def test_an_assertion_that_is_off_opens_nothing(client_id: str, more: dict[str, Any]) -> None:
    alg = more.pop("alg", "ES384")
    assert token(shown(assertion(client_id, alg, **more))).status_code == 401


def test_a_changed_assertion_opens_nothing(client_id: str) -> None:
    made = assertion(client_id)
    head, _, mark = made.split(".")
    later = part(
        {
            "iss": client_id,
            "sub": client_id,
            "aud": AUDIENCE,
            "exp": int(time.time()) + 200,
            "jti": "x",
        }
    )
    for broken in (f"{head}.{later}.{mark}", made[:-3], made + "A", "a.b.c", "", "\u00e4.b.c"):
        assert token(shown(broken)).status_code == 401
