"""What the API does at the desk: alerts, lines of claims, the telephone's records."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, get_args

import pytest

from api_callers import ask, machine, signed_in
from made_up_claims import claim
from made_up_people import CUFF, PATIENT, at, enrolled, put, reading, with_patients
from made_up_practices import START
from proofline.api.routes.watching import Loinc
from proofline.claims.book import Act as Said
from proofline.desk.billing.book import lines_of
from proofline.desk.care.alerts import SILENT_AFTER
from proofline.desk.care.limits import limits_of
from proofline.desk.working import Worker
from proofline.intake.measurements.metrics import DEVICE_KIND, DIASTOLIC, SYSTOLIC
from proofline.store.book import by_ourselves
from proofline.store.models import Alert, Event

if TYPE_CHECKING:
    from made_up_practices import Clock, Practice

CLAIM = claim()


@pytest.fixture
def north(practice: Practice) -> Practice:
    return with_patients(practice)


@pytest.fixture
def silent(north: Practice, clock: Clock) -> Practice:
    """A practice whose cuff has been silent for too long, found by the worker that listens."""
    book = north.opened("coordinator")
    put(book, "assignments", {"device_id": CUFF, "patient_id": PATIENT, "from_date": "2026-01-05"})
    put(book, "readings", reading("r-1", "120", START - SILENT_AFTER))
    wish = {"url": "https://hooks.example/x", "kinds": ["device.silent"]}
    assert (
        ask(signed_in("north-integrator"), north, "POST", "subscriptions", wish).status_code == 201
    )
    worker = Worker("w", clock)
    worker.begin([north.tenant_id])
    while worker.round():
        pass
    return north


@pytest.mark.slow
def test_the_worker_that_listens_finds_silent_devices_and_tells(silent: Practice) -> None:
    (alert,) = Alert.objects.filter(tenant_id=silent.tenant_id)
    assert (alert.kind, alert.patient_id) == ("device_silent", PATIENT)
    (event,) = Event.objects.filter(tenant_id=silent.tenant_id)
    assert b'"device_id":"D-CUFF"' in bytes(event.body)


@pytest.mark.slow
def test_an_alert_is_taken_and_closed_by_whoever_took_it(silent: Practice) -> None:
    nurse, doctor = signed_in("north-coordinator"), signed_in("north-clinician")
    (waiting,) = ask(nurse, silent, "GET", "alerts").json()["items"]
    place = f"alerts/{waiting['alert_id']}"
    done = {"outcome": "called; the battery was empty"}
    assert ask(nurse, silent, "POST", f"{place}/take", {}).status_code == 200
    taken = ask(doctor, silent, "POST", f"{place}/take", {})
    assert (taken.status_code, taken.json()["code"]) == (409, "desk.alert_taken")
    theirs = ask(doctor, silent, "POST", f"{place}/close", done)
    assert (theirs.status_code, theirs.json()["code"]) == (409, "desk.alert_not_yours")
    assert ask(nurse, silent, "POST", f"{place}/close", done).status_code == 200
    assert ask(nurse, silent, "GET", "alerts").json()["items"] == []
    again = ask(nurse, silent, "POST", f"{place}/close", done)
    assert (again.status_code, again.json()["code"]) == (409, "desk.alert_closed")


@pytest.mark.slow
def test_an_alert_that_there_is_not_is_not_visible(silent: Practice) -> None:
    caller = signed_in("north-coordinator")
    for which in ("0", "999999", "-1", "x", "9" * 19, "\u0661"):
        answer = ask(caller, silent, "POST", f"alerts/{which}/take", {})
        assert (answer.status_code, answer.json()["code"]) == (404, "store.not_visible"), which


@pytest.fixture
def drawn(north: Practice) -> Practice:
    with by_ourselves(north.tenant_id) as book, book.act("test", START) as act:
        lines_of(book, act).draw([CLAIM], Said("made up", START))
    return north


def test_lines_are_held_and_let_go_with_reasons(drawn: Practice) -> None:
    biller = signed_in("north-biller")
    line_ids = [one.line_id for one in CLAIM.lines]
    found: list[dict[str, object]] = []
    mark: str | None = ""
    while mark is not None:
        page = ask(biller, drawn, "GET", f"claim-lines?limit=1&cursor={mark}").json()
        found, mark = [*found, *page["items"]], page["next"]
    assert [one["line_id"] for one in found] == line_ids
    assert {one["state"] for one in found} == {"drawn"}
    body = {"line_ids": line_ids[:1], "reason": " "}
    assert ask(biller, drawn, "POST", "claim-lines/hold", body).json()["code"] == "desk.no_reason"
    body = {"line_ids": line_ids[:1], "reason": "a paper is looked for"}
    assert ask(biller, drawn, "POST", "claim-lines/hold", body).status_code == 200
    assert ask(biller, drawn, "POST", "claim-lines/hold", body).status_code == 409
    first, *_ = ask(biller, drawn, "GET", "claim-lines").json()["items"]
    assert first["held"] == "a paper is looked for"
    let_go = body | {"reason": "it was found"}
    key = machine(drawn, "write:lines", role="biller")
    assert ask(key, drawn, "POST", "claim-lines/release", let_go).status_code == 200
    told = ask(biller, drawn, "GET", f"claim-lines/{line_ids[0]}/story").json()["items"]
    assert [one["kind"] for one in told] == ["draw", "hold", "release"]
    nowhere = {"line_ids": [line_ids[0], "PLNONE"], "reason": "x"}
    assert ask(biller, drawn, "POST", "claim-lines/hold", nowhere).status_code == 404


def test_call_records_are_joined_by_number_and_time(north: Practice) -> None:
    call = {
        "enrollment_id": enrolled(north),
        "channel": "phone",
        "started_at": "2026-03-01T09:00:00Z",
        "ended_at": "2026-03-01T09:10:00Z",
        "reached": "patient",
    }
    client = signed_in("north-coordinator")
    assert ask(client, north, "POST", "calls", call).status_code == 201
    begun = at(9, day=1)
    numbers = {  # minutes after the logged call, what was dialled
        "near": (4, "555-010-0001"),
        "another": (0, "555 010 9999"),
        "late": (6, "+1 555 010 0001"),
    }
    records = [
        {
            "record_id": name,
            "number": said,
            "started_at": f"{begun + timedelta(minutes=after):%FT%TZ}",
        }
        for name, (after, said) in numbers.items()
    ]
    joined = ask(client, north, "POST", "call-records", {"records": records})
    assert joined.json() == {"joined": [1], "ambiguous": [], "unmatched": [2, 3]}
    (row,) = north.opened("coordinator").shelf.rows("interactions")
    assert row["call_record_id"] == "near"


@pytest.mark.parametrize(
    ("more", "status", "code", "where"),
    [
        ({"number": "none"}, 409, "desk.call_records", None),
        ({"record_id": " "}, 409, "desk.call_records", None),
        ({"started_at": "2026-03-01T09:00:00"}, 422, "api.body", "$.records[0].started_at"),
        ({"started_at": "2026-02-30T09:00:00Z"}, 409, "api.year", "$.records[0].started_at"),
        ({"started_at": "0000-01-01T00:00:00Z"}, 409, "api.year", "$.records[0].started_at"),
        ({"started_at": "1899-12-31T09:00:00Z"}, 409, "api.year", "$.records[0].started_at"),
        ({"nickname": "x"}, 422, "api.body", "$.records[0]"),
        ({"number": 5550100001}, 422, "api.body", "$.records[0].number"),
    ],
)
def test_a_record_that_will_not_do_is_refused_with_its_place(
    north: Practice, more: dict[str, object], status: int, code: str, where: str | None
) -> None:
    record = {"record_id": "r-1", "number": "5550100001", "started_at": "2026-03-01T09:00:00Z"}
    body = {"records": [record | more]}
    answer = ask(signed_in("north-coordinator"), north, "POST", "call-records", body)
    said = answer.json()
    assert (answer.status_code, said["code"], said.get("where")) == (status, code, where)


def test_limits_are_set_of_all_that_is_kept_but_halves_of_a_pressure() -> None:
    assert {*get_args(Loinc)} == DEVICE_KIND.keys() - {SYSTOLIC, DIASTOLIC}


def test_limits_are_set_and_readings_reviewed_as_on_the_page(north: Practice) -> None:
    put(north.opened("coordinator"), "readings", reading("r-1", "120", START))
    doctor, nurse = signed_in("north-clinician"), signed_in("north-coordinator")
    place = f"patients/{PATIENT}/limits"
    said = {"metric": "85354-9", "unit": "mm[Hg]", "low": "90", "high": "180.5"}
    refused = ask(nurse, north, "POST", place, said)
    assert (refused.status_code, refused.json()["code"]) == (403, "desk.not_allowed")
    assert ask(doctor, north, "POST", place, said | {"low": "190"}).json()["code"] == "desk.limits"
    for number in ("NaN", "1E9", "", "Infinity", 90):
        assert ask(doctor, north, "POST", place, said | {"low": number}).status_code == 422, number
    for nothing in ("8480-6", "8462-4", "1-8"):  # a cuff's readings are kept as 85354-9
        assert ask(doctor, north, "POST", place, said | {"metric": nothing}).status_code == 422
    assert ask(doctor, north, "POST", place, said).status_code == 200
    (held,) = limits_of(north.opened("clinician"), PATIENT, START)
    assert (str(held.low), str(held.high), held.unit) == ("90", "180.5", "mm[Hg]")
    (shown,) = ask(nurse, north, "GET", place).json()["items"]
    assert (shown["metric"], shown["low"], shown["high"]) == ("85354-9", "90", "180.5")
    looked = f"patients/{PATIENT}/reviews"
    assert ask(nurse, north, "POST", looked).json() == {"new": 1}
    assert ask(nurse, north, "POST", looked).json() == {"new": 0}
    assert ask(nurse, north, "POST", "patients/nobody/reviews").status_code == 404
