"""Callers of the API in tests: signed-in people, machines with a token."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from made_up_practices import START, Practice
from proofline.desk.machines import keys
from proofline.desk.machines.keys import Registration
from proofline.desk.machines.scopes import scopes
from proofline.store.models import Person

SECRET = "JBSWY3DPEHPK3PXP"  # noqa: S105 - made up
JSON = "application/json"


def signed_in(username: str, *, csrf: bool = False) -> Client:
    """Give a browser in which somebody has signed in and shown a second factor just now."""
    person = Person.objects.get(username=username)
    TOTP.activate(person, SECRET)
    client = Client(enforce_csrf_checks=csrf)
    client.force_login(person)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time()},
        {"method": "mfa", "type": "totp", "at": time.time()},
    ]
    session.save()
    return client


def registered(practice: Practice, *wanted: str, role: str = "integrator") -> keys.Secret:
    """Register a machine of a practice for some scopes, all of them if none is named."""
    who = Registration("made-up system", role, wanted or tuple(scopes()))
    return keys.register(practice.opened("administrator"), who, START)


def machine(practice: Practice, *wanted: str, role: str = "integrator") -> Client:
    """Give a client that shows a good token."""
    secret = registered(practice, *wanted, role=role)
    answer = Client().post("/api/token", form(secret), content_type=FORM)
    return Client(headers={"Authorization": f"Bearer {answer.json()['access_token']}"})


FORM = "application/x-www-form-urlencoded"


def form(secret: keys.Secret, **more: str) -> str:
    """Write what a client sends to get a token."""
    said = {"client_id": secret.client_id, "client_secret": secret.client_secret, **more}
    return "&".join(
        f"{name}={value}" for name, value in {"grant_type": "client_credentials", **said}.items()
    )


def ask(client: Client, practice: Practice, method: str, path: str, body: Any = None) -> Any:  # noqa: ANN401
    """Ask a route of a practice."""
    place = f"/api/practices/{practice.tenant_id}/{path}"
    if method == "GET":
        return client.get(place)
    return client.post(place, body, content_type=JSON)
