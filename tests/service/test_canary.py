"""A mark in every field that takes anything: it stays in the evidence and nowhere else."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from api_callers import FORM, ask, signed_in
from made_up_calls import BODIES, called, filled
from made_up_people import PATIENT, enrolled, put, with_patients
from made_up_practices import START, Practice
from proofline.api.routes import ROUTES
from proofline.site.logging import Lines
from proofline.store.models import Job

CANARY = "Zanzibar-Quill-1931"
PHI = {"family_name": CANARY, "given_name": CANARY, "member_id": CANARY, "birth_date": "1931-01-01"}
KEPT_ELSEWHERE = (
    *("evidence_", "ledger", "store_machine", "store_timer", "store_breakglass"),
    "store_look",
)
"""Where what somebody enters is kept on purpose: evidence, its ledger, names of machines, work,
and the record of whom somebody asked for."""


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    written = io.StringIO()
    to = logging.StreamHandler(written)
    to.setFormatter(Lines())
    logging.getLogger().addHandler(to)
    yield written
    logging.getLogger().removeHandler(to)


def marked(name: str, enrollment: str) -> list[Any]:
    """Give bodies of a route: one with the mark in each field, as its value and as its name."""
    whole = {
        key: filled(cell, enrollment) if isinstance(cell, str) else cell
        for key, cell in BODIES[name].items()
    }
    found: list[Any] = [{**whole, key: CANARY} for key in whole]
    found += [{**whole, key: [CANARY]} for key in whole]
    return [*found, {**whole, CANARY: CANARY}, CANARY, f'{{"{CANARY}": ', [CANARY]]


def texts() -> dict[str, str]:
    """Give everything that is kept in tables that are not there for what people enter."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if not table.startswith(KEPT_ELSEWHERE):
                cursor.execute(f'SELECT * FROM "{table}"')
                found[table] = repr(cursor.fetchall())
    return found


@pytest.mark.slow
def test_a_mark_in_any_input_stays_where_it_belongs(practice: Practice, lines: io.StringIO) -> None:
    enrollment = enrolled(with_patients(practice))
    row: dict[str, str | None] = {"patient_id": PATIENT, "time_zone": "America/Chicago", **PHI}
    put(practice.opened("coordinator"), "patients", row, when=START)
    leaks = []
    for role in ("coordinator", "billing_practitioner", "integrator", "administrator"):
        client = signed_in(f"north-{role}")
        for route in ROUTES:
            answers = [called(client, practice, route, enrollment)]
            if route.body:
                path = filled(route.path, enrollment)
                sent = marked(route.name, enrollment)
                answers += [ask(client, practice, "POST", path, body) for body in sent]
            place = (
                f"{filled(route.path, enrollment)}?name={CANARY}&cursor={CANARY}&patient={CANARY}"
            )
            answers.append(ask(client, practice, route.method, place, {}))
            for answer in answers:
                refused = answer.status_code >= 400
                if answer.status_code >= 500 or (refused and CANARY in answer.content.decode()):
                    leaks.append((route.name, answer.status_code, answer.content))
                if CANARY in json.dumps(dict(answer.headers)):
                    leaks.append((route.name, "headers", dict(answer.headers)))
    Client().post("/api/token", f"grant_type={CANARY}&client_id={CANARY}", content_type=FORM)
    Client(headers={"Authorization": f"Bearer {CANARY}"}).get("/api/me")
    assert leaks == []
    assert lines.getvalue().count("\n") > 100
    assert CANARY not in lines.getvalue()
    assert [table for table, kept in texts().items() if CANARY in kept] == []
    assert all(CANARY not in repr(one) for one in Job.objects.values())


def test_a_mistake_of_ours_says_nothing_of_what_was_sent(
    practice: Practice,
    lines: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: Any) -> Any:  # noqa: ANN401
        raise RuntimeError(CANARY)

    monkeypatch.setattr("proofline.desk.care.episodes.enrol", broken)
    client = signed_in("north-coordinator")
    client.raise_request_exception = False
    body = {"patient_id": CANARY, "program": "RPM", "billing_performer_id": "B"}
    answer = ask(client, practice, "POST", "enrollments", body)
    assert (answer.status_code, answer.json()["code"]) == (500, "api.mistake")
    assert CANARY not in answer.content.decode()
    assert "RuntimeError" in lines.getvalue()
    assert CANARY not in lines.getvalue()
