"""Every route, by every role, in one's own practice and in another's: nothing leaks.

The matrix is made from the routes themselves, so a route without an answer here fails. What each
role may is read from desk/roles.toml; that the desk refuses by it is what is tested.
"""

from __future__ import annotations

from typing import Any

import pytest
from callers import ask, machine, signed_in
from django.test import Client
from made_up import CUFF, PATIENT, enrolled, with_patients

from conftest import Practice
from proofline.api.route import Route
from proofline.api.routes import ROUTES
from proofline.desk.machines.keys import scopes
from proofline.desk.roles import acts
from proofline.store.people.accounts import ROLES

ABSENT = "absent-1"
BODIES: dict[str, dict[str, Any]] = {
    "enrol": {"patient_id": PATIENT, "program": "CCM", "billing_performer_id": "B"},
    "endEpisode": {"last": "2026-03-01", "reason": "moved away"},
    "captureConsent": {
        "patient_id": PATIENT,
        "program": "RPM",
        "text_version": "rpm-en-1",
        "modality": "verbal",
        "given_at": "2026-03-01T12:00:00Z",
        "cost_share_disclosed": True,
    },
    "revokeConsent": {"revoked_at": "2026-03-01T12:00:00Z"},
    "pairDevice": {"device_id": CUFF, "patient_id": PATIENT, "since": "2026-03-01"},
    "takeDeviceBack": {"until": "2026-03-01"},
    "typeTime": {
        "enrollment_id": "{enrollment_id}",
        "activity": "review",
        "started_at": "2026-03-01T12:00:00Z",
        "ended_at": "2026-03-01T12:10:00Z",
        "reason": "no timer",
    },
    "withdrawTime": {"reason": "a mistake"},
    "startTimer": {"enrollment_id": "{enrollment_id}", "activity": "review"},
    "stopTimer": {},
    "logCall": {
        "enrollment_id": "{enrollment_id}",
        "channel": "phone",
        "started_at": "2026-03-01T12:00:00Z",
        "ended_at": "2026-03-01T12:10:00Z",
        "reached": "patient",
    },
    "signOff": {
        "enrollment_id": "{enrollment_id}",
        "first": "2026-01-05",
        "last": "2026-02-03",
        "digest": "x",
    },
    "searchLines": {},
    "registerMachine": {"name": "x", "role": "integrator", "scopes": ["read:devices"]},
    "subscribe": {"url": "https://hooks.example/x", "kinds": ["line.ready"]},
}
BODIES["correctTime"] = BODIES["typeTime"]


def filled(text: str, enrollment: str) -> str:
    """Put ids that are there into a path; what is made by others is not there."""
    known = {"enrollment_id": enrollment, "patient_id": PATIENT, "device_id": CUFF}
    known["period_start"] = "2026-01-05"
    for name in (
        *("consent_id", "entry_id", "client_id", "subscription_id", "period_kind", "code", "id"),
        *known,
    ):
        text = text.replace(f"{{{name}}}", known.get(name, ABSENT))
    return text


def called(client: Client, practice: Practice, route: Route, enrollment: str) -> Any:  # noqa: ANN401
    """Call a route with what it takes."""
    path = filled(route.path, enrollment)
    if route.form:
        place = f"/api/practices/{practice.tenant_id}/{path}"
        return client.post(place, "_count=1", content_type="application/x-www-form-urlencoded")
    body = {
        name: filled(cell, enrollment) if isinstance(cell, str) else cell
        for name, cell in BODIES.get(route.name, {}).items()
    }
    return ask(client, practice, route.method, path, body)


def test_every_route_has_what_the_matrix_needs() -> None:
    assert {route.name for route in ROUTES if route.body} == set(BODIES)
    assert len({route.name for route in ROUTES}) == len(ROUTES)
    assert {route.act for route in ROUTES} - {""} <= set(acts())
    assert {route.scope for route in ROUTES} - {""} <= set(scopes())


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_a_role_does_what_it_may_and_is_refused_the_rest(practice: Practice, role: str) -> None:
    enrollment = enrolled(with_patients(practice))
    client = signed_in(f"north-{role}")
    wrong = []
    for route in ROUTES:
        answer = called(client, practice, route, enrollment)
        may = not route.act or role in acts()[route.act]
        refused = answer.status_code == 403 and b"desk.not_allowed" in answer.content
        if refused == may or answer.status_code >= 500:
            wrong.append((route.name, role, answer.status_code, answer.content))
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_nobody_sees_from_another_practice_whether_anything_is_there(
    practice: Practice, other_practice: Practice, role: str
) -> None:
    enrollment = enrolled(with_patients(practice))
    with_patients(other_practice)
    client = signed_in(f"south-{role}")
    nowhere = Practice("tnt_none", practice.opened)
    for route in ROUTES:
        there = called(client, practice, route, enrollment)
        none = called(client, nowhere, route, "enr-nowhere")
        assert (there.status_code, there.content) == (none.status_code, none.content), route.name
        assert there.status_code == 404, route.name
        if "{enrollment_id}" in route.path and not route.body:
            theirs = called(client, other_practice, route, enrollment)
            absent = called(client, other_practice, route, "enr-nowhere")
            assert theirs.content == absent.content, route.name
            assert theirs.status_code in {403, 404}


@pytest.mark.slow
def test_a_token_opens_the_routes_of_its_scope_and_no_other(practice: Practice) -> None:
    enrollment = enrolled(with_patients(practice))
    for scope in scopes():
        client = machine(practice, scope, role="coordinator")
        for route in ROUTES:
            answer = called(client, practice, route, enrollment)
            closed = answer.status_code == 403 and b"api.scope" in answer.content
            assert closed == (route.scope != scope), (scope, route.name, answer.content)


def test_nobody_gets_past_any_route(practice: Practice) -> None:
    for route in ROUTES:
        for client in (Client(), Client(headers={"Authorization": "Bearer guess"})):
            assert called(client, practice, route, "x").status_code == 401, route.name
