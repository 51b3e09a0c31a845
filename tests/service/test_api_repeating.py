"""`Idempotency-Key`: done once, answered the same, and never one without the other."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from django.test import RequestFactory, override_settings

from api_callers import JSON, ask, machine, signed_in
from made_up_billing import ENDS_FILE, NOW, PAPERS, decided_practice, drafted, lines
from made_up_people import CUFF, OTHER, PATIENT, enrolled, with_patients
from proofline.api.repeating import key_of
from proofline.api.routes import ROUTES
from proofline.desk import people
from proofline.desk.billing import drafting
from proofline.store.feeding import messages
from proofline.store.models import Answer, Look, Machine, Person
from service_places import Place, made_once, place

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from made_up_practices import Practice

__all__ = ["decided_practice", "made_once", "place"]  # fixtures
PAIRING = {"device_id": CUFF, "patient_id": PATIENT, "since": "2026-03-01"}
ENROLMENT = {"patient_id": PATIENT, "program": "RPM", "billing_performer_id": "NORTH-BILLER"}


@pytest.fixture
def north(practice: Practice) -> Practice:
    return with_patients(practice)


def post(client: Client, north: Practice, path: str, body: object, key: str) -> Any:  # noqa: ANN401
    place = f"/api/practices/{north.tenant_id}/{path}"
    return client.post(place, body, content_type=JSON, headers={"Idempotency-Key": key})


def test_the_same_request_again_is_done_once_and_answered_the_same(north: Practice) -> None:
    client = signed_in("north-coordinator")
    first = post(client, north, "enrollments", ENROLMENT, "k-1")
    again = post(client, north, "enrollments", ENROLMENT, "k-1")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert (first.status_code, first.headers.get("Idempotency-Replayed")) == (201, None)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(north.opened("coordinator").shelf.rows("enrollments")) == 1
    # Without a key it is another request, and the episode is open already.
    assert post(client, north, "enrollments", ENROLMENT, "k-2").json()["code"] == (
        "desk.enrolled_before"
    )


def test_a_key_with_another_request_is_refused(north: Practice) -> None:
    client = signed_in("north-coordinator")
    post(client, north, "assignments", PAIRING, "k-1")
    other_body = post(client, north, "assignments", {**PAIRING, "patient_id": OTHER}, "k-1")
    other_path = post(client, north, f"devices/{CUFF}/return", {"until": "2026-03-02"}, "k-1")
    for answer in (other_body, other_path):
        assert (answer.status_code, answer.json()["code"]) == (409, "desk.key_reused")
    rows = north.opened("coordinator").shelf.rows("assignments")
    assert [(one["patient_id"], one["to_date"]) for one in rows] == [(PATIENT, None)]


@pytest.mark.slow
def test_a_key_is_its_senders_own(north: Practice, other_practice: Practice) -> None:
    first = post(signed_in("north-coordinator"), north, "assignments", PAIRING, "k-1")
    second = post(signed_in("north-clinician"), north, "assignments", PAIRING, "k-1")
    south = with_patients(other_practice)
    third = post(signed_in("south-coordinator"), south, "assignments", PAIRING, "k-1")
    assert (first.status_code, second.status_code, third.status_code) == (201, 409, 201)
    assert second.json()["code"] == "desk.device_taken"


def test_a_kept_answer_is_not_for_whom_the_act_is_closed_by_now(north: Practice) -> None:
    client, now = signed_in("north-coordinator"), datetime.now(UTC)
    assert post(client, north, "assignments", PAIRING, "k-1").status_code == 201
    admin = north.opened("administrator")
    coordinator = Person.objects.get(username="north-coordinator")
    people.give_role(admin, coordinator, "compliance", now)
    people.take_role(admin, coordinator, "coordinator", now)
    again = post(client, north, "assignments", PAIRING, "k-1")
    anew = ask(client, north, "POST", "assignments", PAIRING)
    assert (again.status_code, again.content) == (403, anew.content)
    assert again.json()["code"] == "desk.not_allowed"


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "k-1"}])
def test_who_may_not_do_it_is_on_record_as_refused_with_a_key_too(
    north: Practice, key: dict[str, str]
) -> None:
    place = f"/api/practices/{north.tenant_id}/enrollments/{enrolled(north)}/end"
    told = {"last": "2026-03-01", "reason": "made up"}
    answer = signed_in("north-biller").post(place, told, content_type=JSON, headers=key)
    assert answer.status_code == 403
    assert Look.objects.filter(patient_id=PATIENT, allowed=False).exists()


def test_no_password_can_be_guessed_from_what_is_kept(north: Practice) -> None:
    new = {"username": "a-newcomer", "password": "four made-up words", "role": "biller"}
    client = signed_in("north-administrator")
    answer = post(client, north, "people", new, "k-1")
    assert answer.status_code < 300, answer.content
    asked = f"POST {answer.wsgi_request.get_full_path()}\n".encode() + json.dumps(new).encode()
    kept = Answer.objects.get().request_sha256
    assert kept != sha256(asked).hexdigest()
    sent = RequestFactory().post(answer.wsgi_request.get_full_path(), new, content_type=JSON)
    assert key_of(sent, "k-1").request_mark == kept
    with override_settings(SECRET_KEY="another-one-that-is-made-up"):  # noqa: S106 - made up
        assert key_of(sent, "k-1").request_mark != kept


def test_a_refusal_is_not_kept_so_the_key_may_try_again(north: Practice) -> None:
    client = signed_in("north-coordinator")
    post(client, north, "assignments", PAIRING, "k-1")
    back = {**PAIRING, "patient_id": OTHER, "since": "2026-03-03"}
    looks = Look.objects.count()
    assert post(client, north, "assignments", back, "k-2").json()["code"] == "desk.device_taken"
    assert Look.objects.count() > looks  # who asked is on record though nothing was done
    assert Answer.objects.count() == 1
    post(client, north, f"devices/{CUFF}/return", {"until": "2026-03-02"}, "k-3")
    assert post(client, north, "assignments", back, "k-2").status_code == 201


@pytest.mark.parametrize("key", ["", " ", "a b", "\u00e9", "x" * 201])
def test_what_is_no_key_is_refused(north: Practice, key: str) -> None:
    answer = post(signed_in("north-coordinator"), north, "assignments", PAIRING, key)
    assert (answer.status_code, answer.json()["code"]) == (400, "api.idempotency_key")
    assert not north.opened("coordinator").shelf.rows("assignments")


def test_a_failure_between_act_and_answer_leaves_neither(
    north: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in("north-coordinator")
    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(messages, "keep_answers", lambda *_: 1 / 0)
        assert post(client, north, "assignments", PAIRING, "k-1").status_code == 500
    assert not north.opened("coordinator").shelf.rows("assignments")
    assert post(client, north, "assignments", PAIRING, "k-1").status_code == 201


def test_a_secret_is_shown_once_and_kept_nowhere(north: Practice) -> None:
    client = signed_in("north-administrator")
    body = {"name": "made-up", "role": "integrator", "scopes": ["read:devices"]}
    first = post(client, north, "machines", body, "k-1")
    again = post(client, north, "machines", body, "k-1")
    assert first.status_code == 201
    assert (again.status_code, again.json()["code"]) == (409, "api.shown_once")
    assert Machine.objects.count() == 1
    assert first.json()["client_secret"].encode() not in bytes(Answer.objects.get().body)


def test_what_gives_a_file_says_where_it_is_had_again() -> None:
    giving = {
        one.name
        for one in ROUTES
        if one.writes
        and isinstance(one.of, type)
        and "contentEncoding" in str(msgspec.json.schema(one.of))
    }
    assert giving == {one.name for one in ROUTES if one.again} >= {"sendClaims", "takeClaims"}


@pytest.mark.slow
def test_a_file_is_given_once_and_not_kept(decided_practice: Practice) -> None:
    desk = decided_practice
    drafted(desk)
    drafting.make_ready(desk.opened("biller"), PAPERS, NOW)
    paper = {"kind": "ends", "file": b64encode(ENDS_FILE).decode()}
    assert ask(signed_in("north-owner"), desk, "POST", "papers", paper).status_code == 200
    client, claim = signed_in("north-biller"), lines(desk).current("ready")[0].claim_id
    chosen = {"claim_ids": [claim]}
    for path, body in (("take", {"kind": "superbill", **chosen}), ("send", chosen)):
        first, again = (post(client, desk, f"claims/{path}", body, path) for _ in range(2))
        assert first.status_code == 200, first.content
        assert (again.status_code, again.json()["code"]) == (409, "api.given_once")
        assert again.headers["Idempotency-Replayed"] == "true"
    where = f"submissions/{first.json()['number']}"
    assert where in again.json()["remedy"]
    assert ask(client, desk, "GET", where).json() == first.json()
    kept = b"".join(bytes(one.body) for one in Answer.objects.all())
    assert b'file":' not in kept
    assert claim.encode() not in kept


def test_neither_the_key_nor_what_was_sent_is_kept(north: Practice) -> None:
    client = machine(north, "write:devices", role="coordinator")
    assert post(client, north, "assignments", PAIRING, "key-of-somebody").status_code == 201
    kept = Answer.objects.get()
    assert "key-of-somebody" not in kept.key
    assert json.loads(bytes(kept.body)) == {"done": True}


RACE = """
import sys, time
from pathlib import Path
from proofline.desk.requests.once import Key, Reply, once
from proofline.store.book import visible_to
from proofline.store.models import Person
me, go = sys.argv[1], Path(sys.argv[2])
first = Person.objects.get(username="first")
def do(book):
    with book.act("test", AT) as act:
        act.add("devices", [{"device_id": "D-" + me, "kind": "weight"}])
    return Reply(201, me.encode())
print("ready", flush=True)
while not go.exists():
    time.sleep(0.001)
with visible_to(first, TENANT, AT) as book:
    reply = once(book, Key("k-1", "0" * 64), lambda: do(book), AT)
print(reply.body.decode(), reply.repeated)
"""


@pytest.mark.slow
def test_of_four_at_once_one_is_done_and_all_are_answered_the_same(
    place: Place, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    racers = [place.start(RACE, number, go) for number in range(4)]
    for one in racers:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    go.touch()
    ended = [one.communicate(timeout=60) for one in racers]
    assert [one.returncode for one in racers] == [0] * 4, ended
    told = [out.split() for out, _ in ended]
    (done,) = [winner for winner, repeated in told if repeated == "False"]
    assert [winner for winner, _ in told] == [done] * 4
    kept = place.run("with by_ourselves(TENANT) as b: print(b.shelf.ids('devices', 'device_id'))")
    assert kept == str({f"D-{done}"})
