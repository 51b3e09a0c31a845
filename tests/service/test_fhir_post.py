"""FHIR from machine clients: created, refused with an OperationOutcome, Bundles by entry."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.operationoutcome import OperationOutcome

from made_up_fhir import KNOWN_CUFF
from made_up_messages import NOBODY, OBSERVATION, pressure, sent
from made_up_practices import START, Practice
from proofline.api.ingest import doors, fhir, writer
from proofline.api.ingest.limits import Buckets
from proofline.desk.arriving import feeds
from proofline.desk.arriving.feeds import Wanted
from proofline.desk.arriving.taking import take
from proofline.desk.arriving.together import take_together

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

FHIR_JSON = "application/fhir+json"
LATER = "2026-05-02T12:00:00Z"
PATIENT = {
    "resourceType": "Patient",
    "id": "P-1",
    "extension": [
        {
            "url": "http://hl7.org/fhir/StructureDefinition/timezone",
            "valueCode": "America/Chicago",
        }
    ],
}


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fhir, "DOORS", doors.Doors())
    monkeypatch.setattr(fhir, "BUCKETS", Buckets())
    monkeypatch.setattr(
        writer.WRITER, "put", lambda *one: take_together([one], datetime.now(UTC))[0]
    )


@pytest.fixture
def token(practice: Practice) -> str:
    made = feeds.add(practice.opened("integrator"), Wanted("fhir"), doors.seal(), START)
    return made.secret


def post(token: str, path: str, resource: dict[str, Any] | bytes, **headers: str) -> Answer:
    body = resource if isinstance(resource, bytes) else json.dumps(resource).encode()
    told = {"Authorization": f"Bearer {token}"} | headers
    found = Client().post(path, body, FHIR_JSON, headers=told)
    assert found["Content-Type"] == FHIR_JSON
    return found


def issues(answer: Answer) -> list[str]:
    """The referee reads the answer; give the severities of its issues."""
    said = OperationOutcome.model_validate_json(answer.content)
    return [one.severity or "" for one in said.issue]


def statuses(said: Bundle) -> list[str]:
    """Give what each entry of an answered Bundle is told; blank for one that is told nothing."""
    return [one.response.status or "" if one.response else "" for one in said.entry or ()]


def bundle(kind: str, *resources: dict[str, Any]) -> dict[str, Any]:
    entries = [
        {
            "resource": one,
            "request": {"method": "PUT", "url": f"{one['resourceType']}/{one['id']}"},
        }
        for one in resources
    ]
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


def test_an_observation_is_created_and_told_the_same_again(practice: Practice, token: str) -> None:
    first = post(token, "/fhir/Observation", OBSERVATION)
    assert first.status_code == 201
    assert "error" not in issues(first)
    again = post(token, "/fhir/Observation", OBSERVATION)
    assert (again.status_code, again.content) == (201, first.content)
    (row,) = practice.opened("integrator").shelf.rows("readings")
    assert (row["value"], row["unit"], row["authenticity"]) == ("70", "kg", "undated")
    assert row["received_at"]


def test_a_patient_labelled_for_tests_is_known_to_later_messages(
    practice: Practice, token: str
) -> None:
    label = {"meta": {"security": [{"code": "HTEST"}]}}
    post(token, "/fhir/Patient", PATIENT | label)
    post(token, "/fhir/Observation", OBSERVATION)
    (row,) = practice.opened("integrator").shelf.rows("readings")
    assert row["test"] == "true"


def test_a_patient_labelled_for_tests_is_known_to_what_vendors_send(
    practice: Practice, token: str
) -> None:
    post(token, "/fhir/Patient", PATIENT | {"meta": {"security": [{"code": "HTEST"}]}})
    book = practice.opened("integrator")
    take(book, [sent(pressure(patient_id="P-1")), sent(pressure(timestamp=LATER), "m-2")], START)
    assert [row["test"] for row in book.shelf.rows("readings")] == ["true", None]


def test_a_withdrawal_that_says_no_time_is_as_late_as_it_came(
    practice: Practice, token: str
) -> None:
    post(token, "/fhir/Observation", OBSERVATION)
    post(token, "/fhir/Observation", OBSERVATION | {"status": "entered-in-error"})
    rows = practice.opened("integrator").shelf.rows("readings")
    in_order = sorted(rows, key=lambda row: str(row["received_at"]))
    assert [row["value"] or "" for row in in_order] == ["70", ""]


def test_a_device_says_what_it_is_by_a_concept_and_is_taken(practice: Practice, token: str) -> None:
    """`Device.type` of R4 is a CodeableConcept, where `Bundle.type` is a code."""
    second = {"id": "cuff-2", "serialNumber": "MU-0002"}
    assert post(token, "/fhir/Device", KNOWN_CUFF).status_code == 201
    assert post(token, "/fhir", bundle("batch", KNOWN_CUFF | second)).status_code == 200
    rows = practice.opened("integrator").shelf.rows("devices")
    assert sorted(str(row["device_id"])[-6:] for row in rows) == ["cuff-1", "cuff-2"]


def test_a_key_with_another_body_is_a_conflict(practice: Practice, token: str) -> None:
    key = {"Idempotency-Key": "made-up-7"}
    assert post(token, "/fhir/Observation", OBSERVATION, **key).status_code == 201
    other = post(token, "/fhir/Observation", OBSERVATION | {"id": "o-2"}, **key)
    assert (other.status_code, issues(other)) == (409, ["error"])
    assert len(practice.opened("integrator").shelf.rows("readings")) == 1


def test_what_is_not_understood_is_refused_and_waits(practice: Practice, token: str) -> None:
    answer = post(token, "/fhir/Patient", NOBODY)
    assert (answer.status_code, issues(answer)) == (422, ["error"])
    (health,) = feeds.health(practice.opened("integrator"), datetime.now(UTC))
    assert health.heard.held == 1


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/fhir/Observation", b"not json", 422),
        ("/fhir/Observation", b'{"resourceType": "Patient"}', 422),
        ("/fhir/Claim", b'{"resourceType": "Claim"}', 404),
        ("/fhir", b'{"resourceType": "Bundle", "type": "searchset"}', 422),
        ("/fhir", b'{"resourceType": "Observation"}', 422),
        ("/fhir/Observation", b"[" * 9999, 422),
    ],
)
def test_what_is_no_resource_of_this_address(
    practice: Practice, token: str, path: str, body: bytes, status: int
) -> None:
    answer = post(token, path, body)
    assert (answer.status_code, issues(answer)) == (status, ["error"])
    assert practice.opened("integrator").shelf.rows("readings") == []


def test_without_the_token_of_a_feed_nothing_is_taken(token: str) -> None:
    for offered in ("", "nobody", token + "x", "é"):
        answer = post(offered, "/fhir/Observation", OBSERVATION)
        assert (answer.status_code, issues(answer)) == (401, ["error"])
        assert answer["WWW-Authenticate"] == "Bearer"


def test_a_reference_stays_in_the_house(token: str) -> None:
    far = OBSERVATION | {"subject": {"reference": "https://other.example/fhir/Patient/P-1"}}
    answer = post(token, "/fhir/Observation", far)
    assert (answer.status_code, issues(answer)) == (422, ["error"])


def test_a_transaction_answers_each_entry_or_refuses_all(practice: Practice, token: str) -> None:
    refused = post(token, "/fhir", bundle("transaction", OBSERVATION, NOBODY))
    assert refused.status_code == 422
    book = practice.opened("integrator")
    assert book.shelf.rows("readings") == []
    answer = post(token, "/fhir/", bundle("transaction", PATIENT, OBSERVATION))
    said = Bundle.model_validate_json(answer.content)
    assert (answer.status_code, said.type) == (200, "transaction-response")
    assert statuses(said) == ["201 Created"] * 2
    assert len(book.shelf.rows("readings")) == len(book.shelf.rows("patients")) == 1


def test_an_entry_of_which_nothing_came_is_not_told_created(practice: Practice, token: str) -> None:
    no_result = {one: cell for one, cell in OBSERVATION.items() if one != "status"}
    answer = post(token, "/fhir", bundle("batch", no_result, PATIENT))
    said = Bundle.model_validate_json(answer.content)
    assert statuses(said) == ["200 OK", "201 Created"]
    assert practice.opened("integrator").shelf.rows("readings") == []


def test_reading_changing_and_deleting_by_id_are_refused_in_the_words_of_fhir(token: str) -> None:
    for ask in (Client().get, Client().put, Client().delete):
        answer = ask("/fhir/Observation/o-1", headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer["Allow"]) == (405, "POST")
        OperationOutcome.model_validate_json(answer.content)


def test_a_batch_is_answered_entry_by_entry(practice: Practice, token: str) -> None:
    answer = post(token, "/fhir", bundle("batch", NOBODY, PATIENT, OBSERVATION))
    said = Bundle.model_validate_json(answer.content)
    assert [status[:3] for status in statuses(said)] == ["422", "201", "201"]
    assert len(practice.opened("integrator").shelf.rows("readings")) == 1


def test_the_capability_statement_says_what_is_there(practice: Practice) -> None:  # noqa: ARG001
    answer = Client().get("/fhir/metadata")
    said = CapabilityStatement.model_validate_json(answer.content)
    (rest,) = said.rest or []
    kinds = {one.type for one in rest.resource or ()}
    assert kinds == {"Observation", "Device", "Patient", "Consent"}
    assert {one.code for one in rest.interaction or ()} == {"transaction", "batch"}
    for kind in kinds:  # each is an address that asks for a token, and no other kind is
        assert Client().post(f"/fhir/{kind}", b"{}", FHIR_JSON).status_code == 401
    assert Client().post("/fhir/Claim", b"{}", FHIR_JSON).status_code == 404
