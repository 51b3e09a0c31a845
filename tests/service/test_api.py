"""The API: one shape of refusal, strict bodies, pages, and who may come in how."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest
from django.test import Client

from api_callers import JSON, ask, machine, signed_in
from made_up_people import CUFF, PATIENT, enrolled, put, with_patients
from made_up_practices import Practice
from proofline.api.described import openapi
from proofline.api.routes import ROUTES
from proofline.api.urls import API
from proofline.store.models import Look

CONSENT = {
    "patient_id": PATIENT,
    "program": "RPM",
    "text_version": "rpm-en-1",
    "modality": "verbal",
    "given_at": "2026-03-02T13:00:00Z",
    "cost_share_disclosed": True,
}


@pytest.fixture
def north(practice: Practice) -> Practice:
    return with_patients(practice)


@pytest.mark.slow
def test_an_enrollment_is_made_and_read(north: Practice) -> None:
    client = signed_in("north-coordinator")
    body = {"patient_id": PATIENT, "program": "RPM", "billing_performer_id": "NORTH-BILLER"}
    made = ask(client, north, "POST", "enrollments", body)
    assert made.status_code == 201
    found = ask(client, north, "GET", f"enrollments/{made.json()['id']}").json()
    assert {name: cell for name, cell in found.items() if cell} == {
        **body,
        "enrollment_id": made.json()["id"],
    }
    states = ask(client, north, "GET", f"enrollments/{made.json()['id']}/checklist").json()
    assert {one["name"]: one["state"] for one in states["items"]} == {
        "condition": "missing",
        "device": "missing",
        "established": "unknown",
        "consent": "missing",
        "order": "missing",
    }


@pytest.mark.parametrize(
    ("body", "status", "code", "where"),
    [
        ("{", 400, "api.not_json", "$"),
        ("[1]", 422, "api.body", "$"),
        ({**CONSENT, "nickname": "x"}, 422, "api.body", "$"),
        ({**CONSENT, "given_at": "2026-03-02T13:00:00"}, 422, "api.body", "$.given_at"),
        ({**CONSENT, "given_at": "0001-01-01T00:00:00+14:00"}, 409, "api.year", "$.given_at"),
        ({**CONSENT, "program": "XYZ"}, 422, "api.body", "$.program"),
        ({**CONSENT, "text_version": "rpm-en-0"}, 422, "api.body", "$.text_version"),
        ({**CONSENT, "modality": "sung"}, 422, "api.body", "$.modality"),
        ({**CONSENT, "patient_id": "a\u0000b"}, 422, "api.body", "$.patient_id"),
        ({**CONSENT, "patient_id": "x" * 2_001}, 422, "api.body", "$.patient_id"),
        ({**CONSENT, "cost_share_disclosed": "yes"}, 422, "api.body", "$.cost_share_disclosed"),
        ({**CONSENT, "patient_id": "P-NOWHERE"}, 404, "store.not_visible", None),
        ({**CONSENT, "given_at": "2099-01-01T00:00:00Z"}, 409, "desk.in_the_future", None),
    ],
)
def test_a_body_that_will_not_do_is_refused_with_its_place(
    north: Practice, body: object, status: int, code: str, where: str | None
) -> None:
    answer = ask(signed_in("north-coordinator"), north, "POST", "consents", body)
    said = answer.json()
    assert (answer.status_code, said["code"], said.get("where")) == (status, code, where)
    assert said["message"]
    assert said["remedy"]
    assert not north.opened("coordinator").shelf.rows("consents")


def test_pages_lead_to_every_row_once_while_rows_are_added(north: Practice) -> None:
    book = north.opened("coordinator")
    for number in range(5):
        put(book, "devices", {"device_id": f"D-{number}", "kind": "weight"})
    client, found, mark, turned = signed_in("north-biller"), [], "", 0
    while mark is not None:
        page = ask(client, north, "GET", f"devices?limit=2&cursor={mark}").json()
        found += [one["device_id"] for one in page["items"]]
        mark, turned = page["next"], turned + 1
        if turned == 1:
            put(book, "devices", {"device_id": "D-NEW", "kind": "weight"})
    assert sorted(found) == sorted({*found})
    assert {CUFF, "D-SCALE", "D-NEW", *(f"D-{n}" for n in range(5))} == {*found}


@pytest.mark.parametrize("mark", ["%00", "x", "bGlzdFRpbWUgMQ", "!", "bGlzdERldmljZXMgLTE"])
def test_a_cursor_of_another_list_or_of_nobody_is_refused(north: Practice, mark: str) -> None:
    answer = ask(signed_in("north-biller"), north, "GET", f"devices?cursor={mark}")
    assert answer.status_code in {400, 409}


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "name=x", "limit=1&limit=2"])
def test_an_unknown_parameter_is_refused(north: Practice, query: str) -> None:
    answer = ask(signed_in("north-biller"), north, "GET", f"devices?{query}")
    assert answer.status_code == 400


def test_nobody_is_let_in_and_told_how_to_come_in(practice: Practice) -> None:
    answer = ask(Client(), practice, "GET", "devices")
    assert (answer.status_code, answer.json()["code"]) == (401, "api.nobody")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_session_without_its_second_factor_is_refused(practice: Practice) -> None:
    client = signed_in("north-biller")
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 1}]
    session.save()
    assert ask(client, practice, "GET", "devices").json()["code"] == "api.second_factor"


def test_a_session_that_writes_shows_the_token_of_its_pages(north: Practice) -> None:
    client = signed_in("north-coordinator", csrf=True)
    assert ask(client, north, "POST", "consents", CONSENT).json()["code"] == "api.csrf"
    shown = client.get("/api/me").json()["csrf_token"]
    place = f"/api/practices/{north.tenant_id}/consents"
    body, headers = {**CONSENT, "patient_id": "P-NO"}, {"X-CSRFToken": shown}
    assert client.post(place, body, content_type=JSON, headers=headers).status_code == 404


def test_every_look_is_on_record(north: Practice) -> None:
    enrollment = enrolled(north)
    before = Look.objects.count()
    ask(signed_in("north-biller"), north, "GET", f"enrollments/{enrollment}/decisions")
    ask(signed_in("north-owner"), north, "GET", f"enrollments/{enrollment}/decisions")
    found = Look.objects.order_by("pk")[before:]
    assert [(one.patient_id, one.allowed) for one in found] == [(PATIENT, True), (PATIENT, False)]


def test_what_is_somewhere_else_is_answered_as_what_is_nowhere(
    north: Practice, other_practice: Practice
) -> None:
    enrollment = enrolled(north)
    client = signed_in("south-biller")
    elsewhere = ask(client, other_practice, "GET", f"enrollments/{enrollment}")
    nowhere = ask(client, other_practice, "GET", "enrollments/enr_nowhere")
    closed = ask(client, north, "GET", f"enrollments/{enrollment}")
    no_such = client.get("/api/practices/tnt_none/enrollments/enr_nowhere")
    told = [
        (one.status_code, one.content, sorted(one.headers.items()))
        for one in (elsewhere, nowhere, closed, no_such)
    ]
    assert told[0][0] == 404
    assert told[1:] == told[:1] * 3


def test_a_method_or_address_that_there_is_not(practice: Practice) -> None:
    client = signed_in("north-biller")
    answer = client.delete(f"/api/practices/{practice.tenant_id}/devices")
    assert (answer.status_code, answer["Allow"]) == (405, "GET")
    assert client.get("/api/nothing").json()["code"] == "store.not_visible"


@pytest.mark.slow
def test_every_answer_is_as_the_description_says(north: Practice) -> None:
    said = json.loads(Client().get("/api/openapi.json").content)
    assert said == json.loads(json.dumps(openapi(API, ROUTES)))
    enrollment = enrolled(north)
    client = signed_in("north-biller")
    for route in ROUTES:
        if route.method == "GET" and not route.fhir:
            path = route.path.replace("{enrollment_id}", enrollment).replace("{device_id}", CUFF)
            path = path.replace("{patient_id}", PATIENT)
            answer = ask(client, north, "GET", path)
            responses = said["paths"][f"/api/practices/{{tenant_id}}/{route.path}"]["get"][
                "responses"
            ]
            schema = responses[str(answer.status_code)]["content"]["application/json"]["schema"]
            whole = {**schema, "components": said["components"]}
            assert jsonschema_rs.is_valid(whole, answer.json()), (route.name, answer.json())


def test_a_frozen_book_can_be_read(north: Practice, settings: Any) -> None:  # noqa: ANN401
    client = signed_in("north-coordinator")
    settings.READ_ONLY = True
    assert ask(client, north, "GET", "devices").status_code == 200
    refused = ask(client, north, "POST", "consents", CONSENT)
    assert refused.json()["code"] == "api.frozen"
    assert refused.headers["Retry-After"] == "60", "as docs/runbook.md says of every write"


def test_only_people_sign_and_only_with_a_fresh_second_factor(north: Practice) -> None:
    enrollment = enrolled(north)
    body = {"enrollment_id": enrollment, "first": "2026-01-05", "last": "2026-02-03", "digest": "x"}
    assert ask(machine(north), north, "POST", "sign-offs", body).json()["code"] == "api.scope"
    client = signed_in("north-billing_practitioner")
    assert ask(client, north, "POST", "sign-offs", body).json()["code"] == "desk.evidence_changed"
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 1_700_000_000}]
    session.save()
    assert ask(client, north, "POST", "sign-offs", body).json()["code"] == "desk.second_factor"
