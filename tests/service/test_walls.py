"""Every route, by every role, in one's own practice and in another's: nothing leaks.

The matrix is made from the routes themselves, so a route without an answer here fails. What each
role may is read from desk/roles.toml; that the desk refuses by it is what is tested.
"""

from __future__ import annotations

import pytest
from django.test import Client

from api_callers import machine, signed_in
from made_up_calls import BODIES, called
from made_up_people import enrolled, with_patients
from made_up_practices import Practice
from proofline.api.routes import ROUTES
from proofline.desk.machines.scopes import scopes
from proofline.desk.roles import acts
from proofline.store.people.accounts import ROLES


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
    for route in sorted(ROUTES, key=lambda one: one.name == "breakGlass"):  # last: it opens others
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
