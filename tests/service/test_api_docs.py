"""docs/api.md: every request on the page is made, and answered as the page says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from django.test import Client

from api_callers import registered
from made_up_people import with_patients
from made_up_practices import Practice
from proofline.api.routes import ROUTES
from proofline.site.acting.naming import at_the_terminal, name_of

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
PAIRS = re.findall(r"```http\n(.*?)```\n\n```json\n(.*?)```", PAGE, re.DOTALL)


def table() -> str:
    """Give the page's table of addresses, made from the routes."""
    head = ["| address | scope | act | `proofline act` | what it does |", "|---|---|---|---|---|"]
    there = at_the_terminal()
    rows = [
        f"| `{one.method} {one.path}` | {code(one.scope)} | {code(one.act)} |"
        f" {code(name_of(one) if name_of(one) in there and not one.form else '')} | {one.says} |"
        for one in ROUTES
    ]
    return "\n".join([*head, *rows])


def code(word: str) -> str:
    return f"`{word}`" if word else ""


def test_the_page_has_every_address() -> None:
    assert table() in PAGE


def alike(said: Any, found: Any) -> bool:  # noqa: ANN401
    """Whether an answer is as the page says; a star stands for anything but nothing."""
    if said == "*":
        return found is not None
    if isinstance(said, dict):
        return said.keys() == found.keys() and all(alike(said[one], found[one]) for one in said)
    if isinstance(said, list):
        return len(said) == len(found) and all(map(alike, said, found))
    return bool(said == found)


def test_the_page_does_what_it_says(practice: Practice) -> None:
    secret = registered(with_patients(practice), "read:devices", "read:enrollments")
    known = {"client_id": secret.client_id, "client_secret": secret.client_secret}
    known["tenant_id"] = practice.tenant_id
    client, narrow = Client(), "&scope=read:devices"
    assert len(PAIRS) == 3
    for asked, said in PAIRS:
        for name, value in known.items():
            asked = asked.replace(f"{{{name}}}", value)  # noqa: PLW2901 - the same request, filled in
        first, _, rest = asked.partition("\n")
        method, path = first.split(" ")
        kind, body = "application/x-www-form-urlencoded", rest.strip().rpartition("\n")[2]
        answer = client.generic(method, path, body, content_type=kind)
        assert alike(json.loads(said), answer.json()), (asked, answer.content)
        if path == "/api/token":
            every = client.post(path, body.replace(narrow, ""), content_type=kind)
            client = Client(headers={"Authorization": f"Bearer {every.json()['access_token']}"})
