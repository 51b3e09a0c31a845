"""A mark in every field that takes anything: it stays in the evidence and nowhere else."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client

from api_callers import ask, signed_in
from canary import CANARY, got_out, leaks, lines
from made_up_calls import BODIES, called, filled
from made_up_people import PATIENT, enrolled, put, with_patients
from made_up_practices import START, Practice
from proofline.api.routes import ROUTES

if TYPE_CHECKING:
    import io

    from django.http import HttpResponseBase

__all__ = ["lines"]  # a fixture
PHI = {"family_name": CANARY, "given_name": CANARY, "member_id": CANARY, "birth_date": "1931-01-01"}
KEPT_ELSEWHERE = (
    *("evidence_", "ledger", "store_machine", "store_timer", "store_breakglass"),
    *("store_look", "store_person", "store_message"),
)
"""Where what somebody enters is kept on purpose: evidence, its ledger, names of machines, work,
the record of whom somebody asked for, names of accounts, and bytes that senders' files came as."""

IDS = {"record_number"}
"""What somebody enters to be a patient's id from then on: by ids jobs name whom they are for."""


def marked(name: str, enrollment: str) -> list[Any]:
    """Give bodies of a route: one with the mark in each field, as its value and as its name."""
    whole = {
        key: filled(cell, enrollment) if isinstance(cell, str) else cell
        for key, cell in BODIES[name].items()
    }
    found: list[Any] = [{**whole, key: CANARY} for key in whole if key not in IDS]
    found += [{**whole, key: [CANARY]} for key in whole]
    found += [{**whole, "file": b64encode(CANARY.encode()).decode()}] if "file" in whole else []
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
    found = []
    for role in ("coordinator", "billing_practitioner", "biller", "integrator", "administrator"):
        client = signed_in(f"north-{role}")
        client.raise_request_exception = False
        for route in ROUTES:
            answers = [called(client, practice, route, enrollment)]
            path = filled(route.path, enrollment)
            bodies = marked(route.name, enrollment) if route.body else []
            answers += [ask(client, practice, "POST", path, body) for body in bodies]
            place = f"{path}?name={CANARY}&cursor={CANARY}&patient={CANARY}"
            answers.append(ask(client, practice, route.method, place, {}))
            found += [(route.name, one) for answer in answers for one in told(answer)]
    assert found == []
    assert lines.getvalue().count("\n") > 100
    assert got_out(Client(), lines) == []
    assert [table for table, kept in texts().items() if CANARY in kept] == []


def told(answer: HttpResponseBase) -> list[str]:
    """What an answer tells of the mark: who may read it may read it, but no refusal has it."""
    return leaks(answer, refusals_only=True)


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
