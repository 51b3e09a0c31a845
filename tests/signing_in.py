"""What tests do to sign in: a name, a password, the six digits of now."""

from __future__ import annotations

import base64
import hmac
import re
import struct
import time
from typing import TYPE_CHECKING, Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP

from made_up_practices import PASSWORD, Practice
from proofline.store.models import Person

if TYPE_CHECKING:
    from django.test import Client

SECRET = "JBSWY3DPEHPK3PXP"  # noqa: S105 - made up
HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"
PAGE = "/account/sessions/"
INLINE = re.compile(
    r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*(?:\ssrc=|application/json))",
    re.IGNORECASE,
)
BEHIND = "/"


def code(secret: str = SECRET, *, lasting: float = 1) -> str:
    """Say six digits, by RFC 6238, that hold for so many seconds more: else the next half minute's.

    The service takes no digits of a half minute that is over, and a busy machine comes late.
    """
    if (left := 30 - time.time() % 30) < lasting:
        time.sleep(left)
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    (number,) = struct.unpack_from(">I", digest, digest[-1] & 15)
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"


@pytest.fixture
def biller(practice: Practice) -> Person:
    assert practice.tenant_id
    person = Person.objects.get(username="north-biller")
    TOTP.activate(person, SECRET)
    return person


def name_and_password(client: Client, password: str = PASSWORD, address: str = HERE) -> Any:  # noqa: ANN401
    sent = {"login": "north-biller", "password": password}
    return client.post("/account/login/", sent, REMOTE_ADDR=address)


def second_factor(client: Client, digits: str) -> Any:  # noqa: ANN401
    return client.post("/account/2fa/authenticate/", {"code": digits}, REMOTE_ADDR=HERE)


def is_in(client: Client) -> bool:
    return bool(client.get(PAGE).status_code == 200)


def client_of(username: str) -> Client:
    """Give a browser that somebody has signed in with, second factor and all."""
    from django.conf import settings  # noqa: PLC0415 - it wants settings
    from django.test import Client  # noqa: PLC0415 - the same

    person = Person.objects.get(username=username)
    if not Authenticator.objects.filter(user_id=person.pk).exists():
        TOTP.activate(person, SECRET)
    client = Client()
    client.force_login(person, settings.AUTHENTICATION_BACKENDS[1])
    return client
