"""The API reads what is sent strictly, whatever the library under it would take."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from django.test import Client

from api_callers import JSON, ask, machine, signed_in
from canary import CANARY
from made_up_people import CUFF, PATIENT, with_patients
from made_up_practices import Practice
from proofline.api import bodies

CONSENT = {
    "patient_id": PATIENT,
    "program": "RPM",
    "text_version": "rpm-en-1",
    "modality": "verbal",
    "given_at": "2026-03-02T13:00:00Z",
    "cost_share_disclosed": True,
}
PAIRING = {"device_id": CUFF, "patient_id": PATIENT, "since": "2026-03-01"}

KEY = {"name": "x", "role": "integrator", "scopes": ["read:devices"]}


@pytest.fixture
def north(practice: Practice) -> Practice:
    return with_patients(practice)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        *(("cost_share_disclosed", one) for one in (1, "true", "on", None)),
        *(("given_at", one) for one in (1_772_456_400, "1772456400", "2026-03-02", None)),
        *(("given_at", f"2026-03-02{one}") for one in (" 13:00:00Z", "T13:00:00Z\n", "T13:00Z")),
        ("patient_id", 7),
        ("modality", ["verbal"]),
        ("modality", "Verbal"),
    ],
)
def test_nothing_is_taken_for_something_else(north: Practice, name: str, said: object) -> None:
    client = signed_in("north-coordinator")
    answer = ask(client, north, "POST", "consents", {**CONSENT, name: said})
    assert (answer.status_code, answer.json()["where"]) == (422, f"$.{name}")
    assert not north.opened("coordinator").shelf.rows("consents")


@pytest.mark.parametrize("day", ["2026-03-01T00:00:00", "2026-03-01\n", "20260301", 1_772_323_200])
def test_a_day_is_written_in_one_way(north: Practice, day: object) -> None:
    client = signed_in("north-coordinator")
    answer = ask(client, north, "POST", "assignments", {**PAIRING, "since": day})
    assert (answer.status_code, answer.json()["where"]) == (422, "$.since")
    assert "is no day, which is written as 2026-03-31" in answer.json()["message"]


def test_how_an_instant_is_written_is_said(north: Practice) -> None:
    client = signed_in("north-coordinator")
    answer = ask(client, north, "POST", "consents", {**CONSENT, "given_at": "2026-03-02"})
    assert (
        "is no instant, which is written as 2026-03-31T08:05:00-05:00" in answer.json()["message"]
    )


@pytest.mark.parametrize("limit", ["1_0", "%202", "%2B2", "2.0", "\u0662", "", "9" * 5_000])
def test_a_count_is_digits(north: Practice, limit: str) -> None:
    answer = ask(signed_in("north-biller"), north, "GET", f"devices?limit={limit}")
    assert (answer.status_code, answer.json()["code"]) == (400, "api.limit")


@pytest.mark.parametrize(
    ("raw", "kind", "status"),
    [
        (b" ", JSON, 400),
        (b'{"device_id": NaN}', JSON, 400),
        (json.dumps(PAIRING).encode("utf-16"), JSON, 400),
        (b'{"device_id": "\\ud800"}', JSON, 400),
        (b"[" * 100_000, JSON, 400),
        (json.dumps(PAIRING).encode(), "text/plain", 415),
    ],
)
def test_what_is_no_json_of_ours_is_not_read(
    north: Practice, raw: bytes, kind: str, status: int
) -> None:
    client = signed_in("north-coordinator")
    place = f"/api/practices/{north.tenant_id}/assignments"
    assert client.post(place, raw, content_type=kind).status_code == status


def test_a_name_that_the_sender_chose_is_not_told(north: Practice) -> None:
    client = signed_in("north-administrator")
    for said in ({CANARY: 7}, {CANARY: "\x07"}, {f"{CANARY}\x07": "x"}):
        answer = ask(client, north, "POST", "machines", {**KEY, "public_keys": [said]})
        assert (answer.status_code, answer.json()["where"]) == (422, "$.public_keys[0]")
        assert CANARY.encode() not in answer.content


@pytest.mark.parametrize(
    ("name", "path", "role", "body"),
    [
        ("HeldLines", "claim-lines/hold", "biller", {"line_ids": ["x"] * 201, "reason": "x"}),
        ("HeldLines", "claim-lines/hold", "biller", {"line_ids": ["\x07"], "reason": "x"}),
        ("LineSearch", "lines/search", "biller", {"limit": 201}),
        ("LineSearch", "lines/search", "biller", {"code": "x" * 2_001}),
        ("Registration", "machines", "administrator", KEY | {"public_keys": [{"a\x07": "b"}]}),
        ("Registration", "machines", "administrator", KEY | {"public_keys": [{"a": 1}]}),
        ("Registration", "machines", "administrator", KEY | {"more": "x"}),
        ("Capture", "consents", "coordinator", CONSENT | {"given_at": "2026-03-02 13:00:00Z"}),
        ("Capture", "consents", "coordinator", CONSENT | {"program": "XYZ"}),
    ],
)
def test_what_is_refused_is_described_so(
    north: Practice, name: str, path: str, role: str, body: dict[str, Any]
) -> None:
    said = Client().get("/api/openapi.json").json()
    whole = {"$ref": f"#/components/schemas/{name}", "components": said["components"]}
    assert not jsonschema_rs.is_valid(whole, body)
    assert ask(signed_in(f"north-{role}"), north, "POST", path, body).status_code == 422


def test_a_whole_number_may_be_written_with_a_point(north: Practice) -> None:
    client = signed_in("north-biller")
    assert ask(client, north, "POST", "lines/search", {"limit": 2.0}).status_code == 200
    for limit in (2.5, "2", True, 0, 201):
        assert ask(client, north, "POST", "lines/search", {"limit": limit}).status_code == 422


def test_who_calls_is_described_and_asked_alike(north: Practice) -> None:
    said = Client().get("/api/openapi.json").json()
    schema = said["components"]["schemas"]["Me"]
    for client in (signed_in("north-biller"), machine(north)):
        assert client.get("/api/me").json().keys() == schema["properties"].keys()
        assert client.head("/api/me").status_code == 200
        refused = client.delete("/api/me")
        assert (refused.status_code, refused["Allow"]) == (405, "GET")
    assert Client().delete("/api/me").status_code == 401


def test_a_form_where_nothing_is_taken_is_refused_with_a_key_too(north: Practice) -> None:
    client = signed_in("north-biller")
    place = f"/api/practices/{north.tenant_id}/claims/draft"
    answer = client.post(place, {"a": "made up"}, headers={"Idempotency-Key": "k-1"})
    assert (answer.status_code, answer.json()["code"]) == (415, "api.kind")


@pytest.mark.parametrize("place", ["", "docs", "docs/", "openapi", "redoc"])
def test_no_page_of_the_library_is_served(practice: Practice, place: str) -> None:  # noqa: ARG001
    answer = signed_in("north-biller").get(f"/api/{place}")
    assert (answer.status_code, answer.json()["code"]) == (404, "store.not_visible")


def test_two_classes_of_one_name_are_not_mixed_up() -> None:
    """The description names classes, and a second one of a name would be described as the first."""
    first: Any = msgspec.defstruct("MadeUp", [("a", str)])
    second: Any = msgspec.defstruct("MadeUp", [("b", str)])
    bodies.strict(first)
    with pytest.raises(AssertionError):
        bodies.strict(second)
