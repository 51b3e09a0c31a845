"""The same mark through the doors beside the API's routes: vendors, FHIR, tokens, keys, sign-in."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from api_callers import FORM, signed_in
from canary import CANARY, got_out, leaks, lines
from made_up_messages import OBSERVATION, PRESSURE
from made_up_people import CUFF, PATIENT, with_patients
from made_up_practices import START, Practice
from proofline.api.ingest import doors, fhir, webhooks, writer
from proofline.api.ingest.limits import Buckets
from proofline.desk.arriving import feeds
from proofline.desk.arriving.feeds import Wanted
from proofline.desk.arriving.together import take_together

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator

__all__ = ["lines"]  # a fixture
TOKEN = "a made-up token of a vendor"  # noqa: S105 - made up
pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """No feed of another test at hand, no rate, and no writer's thread."""
    monkeypatch.setattr(doors, "DOORS", doors.Doors())
    for door in (webhooks, fhir):
        monkeypatch.setattr(door, "DOORS", doors.DOORS)
        monkeypatch.setattr(door, "BUCKETS", Buckets(rate=1e9, burst=1e9))
    monkeypatch.setattr(
        writer.WRITER, "put", lambda *one: take_together([one], datetime.now(UTC))[0]
    )


def marked(whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Put the mark in the place of each cell, and beside them as a cell's name."""
    for name, cell in whole.items():
        if isinstance(cell, dict):
            for inner in marked(cell):
                yield {**copy.deepcopy(whole), name: inner}
        yield {**copy.deepcopy(whole), name: CANARY}
    yield {**copy.deepcopy(whole), CANARY: CANARY}


def test_what_vendors_send_stays_where_it_belongs(practice: Practice, lines: io.StringIO) -> None:
    book = with_patients(practice).opened("integrator")
    tenovi = feeds.add(
        book,
        Wanted("tenovi", scheme="token", secrets=(TOKEN,), header="X-Token"),
        doors.seal(),
        START,
    )
    resources = feeds.add(book, Wanted("fhir"), doors.seal(), START)
    client = Client(raise_request_exception=False)
    bearer = {"Authorization": f"Bearer {resources.secret}"}
    answers = []
    bodies = [json.dumps([one]) for one in marked(PRESSURE)] + [CANARY, f'{{"{CANARY}": ']
    for number, body in enumerate(bodies):
        key = {"Idempotency-Key": f"{CANARY}-{number}", "X-Token": TOKEN}
        answers.append(client.post(tenovi.path, body, "application/json", headers=key))
    for resource in marked(OBSERVATION):
        place = f"/fhir/{resource['resourceType']}".replace(CANARY, "Observation")
        kind = "application/fhir+json"
        answers.append(client.post(place, json.dumps(resource), kind, headers=bearer))
    assert any(one.status_code < 300 for one in answers)
    found = [one for answer in answers for one in leaks(answer, refusals_only=True)]
    assert found == []
    assert got_out(client, lines) == []


def test_what_is_shown_at_the_doors_stays_there(practice: Practice, lines: io.StringIO) -> None:
    north = with_patients(practice)
    client = Client(raise_request_exception=False)
    anybody = {"Authorization": f"Bearer {CANARY}"}
    token = f"grant_type=client_credentials&client_id={CANARY}&client_secret={CANARY}"
    answers = [
        client.post("/api/token", f"grant_type={CANARY}&client_id={CANARY}", content_type=FORM),
        client.post("/api/token", token, content_type=FORM),
        client.get("/api/me", headers=anybody),
        client.get(f"/api/{CANARY}"),
        client.get(f"/api/practices/{CANARY}/devices", headers=anybody),
        client.post(f"/ingest/tenovi/{CANARY}", b"[]", content_type="application/json"),
        client.post(f"/fhir/{CANARY}", b"{}", "application/fhir+json", headers=anybody),
        client.post("/account/login/", {"login": "x", "password": CANARY}),
    ]
    nurse, place = signed_in("north-coordinator"), f"/api/practices/{north.tenant_id}/"
    pairing = {"device_id": CUFF, "patient_id": PATIENT, "since": "2026-03-01"}
    key = {"Idempotency-Key": CANARY}
    answers += [  # done, repeated, refused
        nurse.post(f"{place}assignments", body, content_type="application/json", headers=key)
        for body in (pairing, pairing, pairing | {"since": "2026-03-02"})
    ]
    assert [one.status_code for one in answers[-3:]] == [201, 201, 409]
    assert [one for answer in answers for one in leaks(answer)] == []
    assert got_out(client, lines) == []
