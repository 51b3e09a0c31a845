"""Messages into the book: once, as files are taken in, held where they cannot be read."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from made_up_messages import NOBODY, OBSERVATION, PRESSURE, pressure, sent
from made_up_practices import START, Practice
from proofline.desk.arriving import quarantine
from proofline.desk.arriving.messages import Outcome, Sent, id_of
from proofline.desk.arriving.taking import take
from proofline.desk.roles import NotAllowed
from proofline.desk.trouble import DeskError
from proofline.store.book import Book, by_ourselves
from proofline.store.feeding import messages
from proofline.store.models import Job
from proofline.store.trouble import NotVisible
from proofline.store.vouching import ledger


def take_one(book: Book, one: Sent, after: int = 0) -> Outcome:
    (outcome,) = take(book, [one], START + timedelta(seconds=after))
    return outcome


def values(book: Book) -> list[tuple[str | None, ...]]:
    rows = book.shelf.rows("readings")
    return [(row["value"], row["value_2"], row["authenticity"]) for row in rows]


def test_a_message_becomes_rows_and_is_kept_as_it_came(practice: Practice) -> None:
    book = practice.opened("integrator")
    before = ledger().size()
    outcome = take_one(book, sent(pressure()))
    assert (outcome.state, outcome.rows) == ("taken", 3)  # the reading, its provenance, its device
    assert values(book) == [("128", "84", "signed")]
    assert [row["device_id"] for row in book.shelf.rows("devices")] == ["made-up-hub-1"]
    (came,) = book.shelf.rows("provenance")
    kept = messages.message(book.tenant_id, messages.number_of(book.tenant_id, "tenovi", "m-1"))
    assert kept is not None
    assert (kept.body, kept.sha256) == (pressure(), came["payload_sha256"])
    kinds = [ledger().kept(n).entry.kind for n in range(before, ledger().size())]
    assert kinds == ["evidence.devices", "evidence.readings", "evidence.provenance", "message"]


def test_the_same_message_again_is_told_the_same_and_adds_nothing(practice: Practice) -> None:
    book = practice.opened("integrator")
    first = take_one(book, sent(pressure()))
    size = ledger().size()
    assert take_one(book, sent(pressure()), after=400 * 86_400) == first
    assert take(book, [sent(pressure()), sent(pressure())], START) == [first, first]
    assert len(values(book)) == 1
    assert ledger().size() == size


def test_an_arrival_counts_once_for_each_payload_that_told_it(practice: Practice) -> None:
    """Bytes that come again under another id add nothing; others of the same reading arrived."""
    book = practice.opened("integrator")
    take_one(book, sent(pressure()))
    again = take_one(book, sent(pressure(), "m-2"), after=1)
    other = take_one(book, sent(b" " + pressure(), "m-3"), after=2)
    assert (again.rows, other.rows) == (0, 1)
    assert len(values(book)) == 1
    assert [row["message_id"] or row["payload_name"] for row in book.shelf.rows("provenance")] == [
        "m-1",
        "m-3",
    ]


def test_an_id_with_other_bytes_is_held_and_told(practice: Practice) -> None:
    book = practice.opened("integrator")
    take_one(book, sent(pressure()))
    other = sent(pressure(value_1="199", timestamp="2026-03-02T12:00:00Z"))
    for _ in range(2):
        outcome = take_one(book, other)
        assert (outcome.status, outcome.told[0].code) == (409, "other_bytes")
    assert values(book) == [("128", "84", "signed")]
    (held,) = quarantine.waiting(book)
    assert held.message_id.startswith("m-1#")
    assert quarantine.show(book, held.number).body == other.body


def test_both_in_one_act_are_told_apart_too(practice: Practice) -> None:
    book = practice.opened("integrator")
    one, other = sent(pressure()), sent(pressure(value_1="199"))
    found = take(book, [one, other, one], START)
    assert [outcome.status for outcome in found] == [200, 409, 200]
    assert values(book) == [("128", "84", "signed")]


@pytest.mark.parametrize("body", [b"", b"not json", b'{"metric": 7}', b"\xff\xfe\x00", b"[" * 999])
def test_what_cannot_be_read_is_held_with_reason_and_cure(practice: Practice, body: bytes) -> None:
    book = practice.opened("integrator")
    outcome = take_one(book, sent(body))
    assert (outcome.state, outcome.status, outcome.rows) == ("held", 202, 0)
    (held,) = quarantine.waiting(book)
    assert held.held
    assert held.cure
    assert quarantine.show(book, held.number).body == body
    quarantine.drop(book, held.number, "A test of the vendor's.", START)
    assert quarantine.waiting(book) == []
    with pytest.raises(DeskError, match="dropped"):
        quarantine.release(book, held.number, START)


def test_the_readable_part_counts_and_the_message_waits(practice: Practice) -> None:
    book = practice.opened("integrator")
    body = json.dumps([PRESSURE, PRESSURE | {"value_1": "many", "created": "x"}]).encode()
    outcome = take_one(book, sent(body))
    assert outcome.state == "held"
    assert values(book) == [("128", "84", "signed")]
    (held,) = quarantine.waiting(book)
    again = quarantine.release(book, held.number, START)
    assert (again.state, again.rows) == ("held", 0)
    assert [one.number for one in quarantine.waiting(book)] == [held.number]


def test_a_release_decodes_anew_when_the_cure_is_applied(practice: Practice) -> None:
    book = practice.opened("integrator")
    body = json.dumps(NOBODY).encode()
    outcome = take_one(book, sent(body, source="fhir"))
    assert (outcome.state, outcome.told[0].kind) == ("held", "waiting")  # it names no time zone
    with book.act("test", START) as act:
        act.add("patients", [{"patient_id": "P-2", "time_zone": "America/Chicago"}])
    (held,) = quarantine.waiting(book)
    released = quarantine.release(book, held.number, START)
    assert released.told == () or all(one.kind != "waiting" for one in released.told)


def test_a_transaction_is_taken_whole_or_not_at_all(practice: Practice) -> None:
    book = practice.opened("integrator")
    entries = [{"resource": OBSERVATION, "request": {"method": "POST", "url": "Observation"}}]
    broken = {"resource": NOBODY, "request": {"method": "POST", "url": "Patient"}}
    for number, more in enumerate(([broken], [])):
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [*entries, *more]}
        body = json.dumps(bundle).encode()
        outcome = take_one(book, sent(body, f"b-{number}", source="fhir", whole=True))
        assert (outcome.rows > 0) == (not more)
        assert len(book.shelf.rows("readings")) == (0 if more else 1)


def test_a_later_version_corrects_and_an_undated_one_contradicts(practice: Practice) -> None:
    book = practice.opened("integrator")
    take_one(book, sent(pressure(id="r-1")))
    later = sent(pressure(id="r-1", value_1="131"), "m-2", after=60)
    assert take_one(book, later, after=60).state == "taken"
    assert [value for value, _, _ in values(book)] == ["128", "131"]  # both are kept
    told = take_one(book, sent(pressure(id="r-1", value_1="140"), "m-3", after=60))
    assert told.state == "held"
    assert told.told[0].code == "differs_undated"
    assert len(values(book)) == 2


def test_a_reading_of_somebody_asks_for_the_decision(practice: Practice) -> None:
    book = practice.opened("integrator")
    with book.act("test", START) as act:
        act.add("patients", [{"patient_id": "P-1", "time_zone": "America/Chicago"}])
        row = {"device_id": "made-up-hub-1", "patient_id": "P-1", "from_date": "2026-01-01"}
        act.add("assignments", [row | {"owner": "practice"}])
    Job.objects.all().delete()
    take_one(book, sent(pressure()))
    asked = {(job.kind, job.subject) for job in Job.objects.all()}
    assert asked == {("decide", "P-1"), ("watch", "readings")}


def test_a_notification_is_kept_and_a_pull_is_asked_for(practice: Practice) -> None:
    with by_ourselves(practice.tenant_id) as book:
        body = b"userid=1&appli=4&startdate=1&enddate=2"
        outcome = take_one(book, sent(body, id_of(body), source="withings"))
        assert (outcome.state, outcome.rows) == ("taken", 0)
        number = messages.number_of(book.tenant_id, "withings", id_of(body))
        assert [(job.kind, job.subject) for job in Job.objects.all()] == [("pull", str(number))]


def test_a_key_is_answered_once(practice: Practice) -> None:
    book = practice.opened("integrator")
    first = take_one(book, sent(pressure(), "m-1", key="k-1"))
    assert take_one(book, sent(pressure(), "another", key="k-1")) == first
    assert take_one(book, sent(pressure(value_1="1"), "m-2", key="k-1")).status == 409
    assert len(values(book)) == 1


def test_a_tenant_sees_its_own_messages_and_roles_are_asked(
    practice: Practice, other_practice: Practice
) -> None:
    with by_ourselves(practice.tenant_id) as book:
        take_one(book, sent(b"not json"))
        number = messages.number_of(book.tenant_id, "tenovi", "m-1")
    other = other_practice.opened("integrator")
    assert quarantine.waiting(other) == []
    with pytest.raises(NotVisible):
        quarantine.show(other, number)
    with pytest.raises(NotAllowed):
        take_one(other_practice.opened("biller"), sent(pressure()))
