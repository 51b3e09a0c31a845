"""FHIR read: resources that referees accept, made from the rows, found by patient and date."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import given
from hypothesis import strategies as st

from api_callers import FORM, ask, machine, signed_in
from made_up_claims import claim
from made_up_people import CUFF, PATIENT, enrolled, put, reading, with_patients
from made_up_practices import START, Practice
from proofline.api.fhir.ids import fhir_id, is_digest, our_id
from proofline.claims.book.log import Act, Entry
from proofline.store.models import Line

SCHEMA = os.environ.get("FHIR_R4_SCHEMA", "")
KINDS = ("Observation", "Device", "Consent", "Provenance", "AuditEvent", "Claim")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def north(practice: Practice) -> Practice:
    """A practice with readings, a consent that was taken back, and a claim."""
    book = with_patients(practice).opened("coordinator")
    enrolled(practice)
    put(
        book,
        "readings",
        reading("r-1", "128", NOON) | {"value_2": "79", "received_at": "2026-03-01T12:00:01Z"},
    )
    put(book, "readings", reading("r_2", "131.50", NOON + timedelta(days=1)))
    put(book, "readings", reading("r-3", "", NOON + timedelta(days=2)) | {"value": None})
    put(
        book,
        "consents",
        {
            "consent_id": "csn_1",
            "patient_id": PATIENT,
            "program": "RPM",
            "text_version": "rpm-en-1",
            "language": "en",
            "given_at": "2026-01-02T15:00:00Z",
            "captured_by": "NORTH-COORDINATOR",
            "revoked_at": "2026-02-01T15:00:00Z",
        },
    )
    entry = Entry(1, "draft", Act("made up", START), claims=(claim(),))
    with practice.opened("biller").act("test", START):
        Line.objects.create(
            tenant_id=practice.tenant_id,
            log="book",
            number=1,
            digest="x",
            act=msgspec.json.encode(entry),
            at=START,
        )
    return practice


@pytest.fixture(scope="module")
def by_schema() -> Callable[[Any], bool]:
    """HL7's R4 schema, if FHIR_R4_SCHEMA names its file; else what the model classes say."""
    if not SCHEMA:
        return lambda _: True
    whole = json.loads(Path(SCHEMA).read_text("utf-8"))
    for missing in ("Resource", "integer64"):
        whole["definitions"].setdefault(missing, {})
    for key in ("discriminator", "oneOf", "id", "$id"):
        whole.pop(key, None)

    @cache
    def of(kind: str) -> Any:  # noqa: ANN401 - no types come with it
        return jsonschema_rs.validator_for({**whole, "$ref": f"#/definitions/{kind}"})

    return lambda one: bool(of(one["resourceType"]).is_valid(one))


def refereed(resource: dict[str, Any], by_schema: Callable[[Any], bool]) -> None:
    get_fhir_model_class(resource["resourceType"]).model_validate_json(json.dumps(resource))
    assert by_schema(resource), resource


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_referees_accept_every_resource_and_every_page(
    north: Practice, kind: str, by_schema: Callable[[Any], bool]
) -> None:
    client = signed_in("north-compliance")
    page = ask(client, north, "GET", f"fhir/{kind}").json()
    refereed(page, by_schema)
    found = [one["resource"] for one in page["entry"]]
    assert found
    for one in found:
        refereed(one, by_schema)
        alone = ask(client, north, "GET", f"fhir/{kind}/{one['id']}")
        assert alone["Content-Type"] == "application/fhir+json"
        assert alone.json() == one


def test_a_blood_pressure_has_its_parts_and_exact_numbers(north: Practice) -> None:
    client = signed_in("north-clinician")
    both = ask(client, north, "GET", "fhir/Observation/r-1")
    codes = [one["code"]["coding"][0]["code"] for one in both.json()["component"]]
    assert codes == ["8480-6", "8462-4"]
    assert both.json()["subject"] == {"reference": f"Patient/{PATIENT}"}
    assert both.json()["device"] == {"reference": f"Device/{CUFF}"}
    one = ask(client, north, "GET", f"fhir/Observation/{fhir_id('r_2')}")
    assert b'"value":131.50' in one.content
    none = ask(client, north, "GET", "fhir/Observation/r-3").json()
    assert none["dataAbsentReason"]["coding"][0]["code"] == "unknown"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (f"patient={PATIENT}", ["r-1", "r_2", "r-3"]),
        (f"patient=Patient/{PATIENT}&date=ge2026-03-02", ["r_2", "r-3"]),
        ("date=2026-03-02", ["r_2"]),
        ("date=lt2026-03-02", ["r-1"]),
        ("date=gt2026-03-02", ["r-3"]),
        ("date=le2026-03-01T12:00:00Z", ["r-1"]),
        ("patient=P-OTHER", []),
    ],
)
def test_readings_are_found_by_patient_and_date(
    north: Practice, query: str, found: list[str]
) -> None:
    client = signed_in("north-clinician")
    page = ask(client, north, "GET", f"fhir/Observation?{query}").json()
    assert [one["resource"]["identifier"][0]["value"] for one in page.get("entry", [])] == found
    place = f"/api/practices/{north.tenant_id}/fhir/Observation/_search"
    same = client.post(place, query, content_type="application/x-www-form-urlencoded").json()
    assert same.get("entry") == page.get("entry")


@pytest.mark.parametrize(
    "query", ["date=soon", "_count=0", "name=x", "_cursor=x", "date=2026-03-01T12:00:00"]
)
def test_what_cannot_be_searched_for_is_an_outcome(north: Practice, query: str) -> None:
    answer = ask(signed_in("north-clinician"), north, "GET", f"fhir/Observation?{query}")
    assert answer.status_code in {400, 409}
    get_fhir_model_class("OperationOutcome").model_validate_json(answer.content)


@pytest.mark.parametrize("by_key", [True, False])
@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("_count=1", f"{FORM}; charset=utf-16", 400),
        ("&".join(["_count=1"] * 2_100), FORM, 400),
        ("_cursor=" + "x" * (6 << 20), FORM, 413),
    ],
)
def test_a_form_that_cannot_be_read_is_an_outcome(
    north: Practice, body: str, kind: str, status: int, *, by_key: bool
) -> None:
    client = machine(north, "read:fhir") if by_key else signed_in("north-clinician")
    place = f"/api/practices/{north.tenant_id}/fhir/Observation/_search"
    answer = client.post(place, body, content_type=kind)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/fhir+json")
    get_fhir_model_class("OperationOutcome").model_validate_json(answer.content)


def test_pages_lead_on(north: Practice) -> None:
    client = signed_in("north-clinician")
    found, place = [], f"/api/practices/{north.tenant_id}/fhir/Observation?_count=2"
    while place:
        page = client.get(place).json()
        found += [one["resource"]["id"] for one in page["entry"]]
        place = next((one["url"] for one in page["link"] if one["relation"] == "next"), "")
    assert found == ["r-1", fhir_id("r_2"), "r-3"]


def test_a_corrected_row_is_there_once_as_it_is_now(north: Practice) -> None:
    book = north.opened("coordinator")
    put(book, "readings", reading("r-1", "118", NOON))
    page = ask(signed_in("north-clinician"), north, "GET", "fhir/Observation").json()
    (one,) = [entry["resource"] for entry in page["entry"] if entry["resource"]["id"] == "r-1"]
    assert one["valueQuantity"]["value"] == 118


def test_provenance_names_the_entry_that_vouches(north: Practice) -> None:
    client = signed_in("north-compliance")
    page = ask(client, north, "GET", f"fhir/Provenance?patient={PATIENT}").json()
    one = page["entry"][0]["resource"]
    assert one["target"] == [{"reference": "Observation/r-1"}]
    assert one["entity"][0]["what"]["identifier"]["value"].startswith("ledger entry ")


def test_an_audit_event_says_who_saw_whom(north: Practice) -> None:
    ask(signed_in("north-owner"), north, "GET", f"patients/{PATIENT}/consents")
    client = signed_in("north-compliance")
    page = ask(client, north, "GET", f"fhir/AuditEvent?patient={PATIENT}").json()
    (refused,) = [e["resource"] for e in page["entry"] if e["resource"]["outcome"] == "4"]
    assert refused["agent"][1]["requestor"] is True
    assert refused["entity"][1]["what"] == {"reference": f"Patient/{PATIENT}"}


def test_the_statement_names_what_can_be_searched(
    north: Practice, by_schema: Callable[[Any], bool]
) -> None:
    said = ask(machine(north, "read:fhir"), north, "GET", "fhir/metadata").json()
    refereed(said, by_schema)
    assert {one["type"] for one in said["rest"][0]["resource"]} == set(KINDS)


@pytest.mark.slow
@given(st.text(min_size=1, max_size=120))
def test_every_id_of_ours_has_one_of_fhir(ours: str) -> None:
    ours = ours.encode("utf-8", "ignore").decode()
    theirs = fhir_id(ours)
    assert 1 <= len(theirs) <= 64
    assert all(one.isascii() and (one.isalnum() or one in "-.") for one in theirs)
    assert our_id(theirs) == (None if is_digest(theirs) else ours)


def test_an_id_that_is_too_long_is_found_by_its_digest(north: Practice) -> None:
    long = "reading_" + "x" * 90
    put(north.opened("coordinator"), "readings", reading(long, "99", NOON))
    found = ask(
        signed_in("north-clinician"), north, "GET", f"fhir/Observation/{fhir_id(long)}"
    ).json()
    assert found["identifier"] == [{"value": long}]
