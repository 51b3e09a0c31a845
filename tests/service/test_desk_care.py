"""The desk for patients: enrolled, consented, paired, called; done whole or refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from made_up_people import (
    CUFF,
    OTHER,
    PATIENT,
    SCALE,
    at,
    enrolled,
    the_book,
)
from made_up_practices import START, Practice
from proofline.cli import main
from proofline.desk.care import alerts, calling, consenting, episodes, pairing, reviewing
from proofline.desk.care.calling import Call
from proofline.desk.care.consenting import Capture
from proofline.desk.care.episodes import Enrolment
from proofline.desk.roles import NotAllowed
from proofline.desk.trouble import DeskError
from proofline.errors import ProoflineError
from proofline.store.charts import chart
from proofline.store.trouble import NotVisible
from proofline.store.work.versions import versions


def capture(practice: Practice, **said: object) -> str:
    whole = {"patient_id": PATIENT, "program": "RPM", "text_version": "rpm-en-1"} | said
    told = Capture(modality="verbal", given_at=START, cost_share_disclosed=True, **whole)  # type: ignore[arg-type]
    return consenting.capture(the_book(practice), told, START)


# Episodes.


def test_the_check_list_says_what_is_there_missing_and_unknown(desk: Practice) -> None:
    enrollment = enrolled(desk)
    found = {one.name: one.state for one in episodes.checklist(the_book(desk), enrollment, START)}
    assert found == {
        "condition": "missing",
        "device": "missing",
        "established": "unknown",
        "consent": "missing",
        "order": "missing",
    }


def test_the_check_list_follows_what_is_done(desk: Practice) -> None:
    said = Enrolment(
        PATIENT,
        "RPM",
        "NORTH-BILLING_PRACTITIONER",
        order_date=date(2026, 1, 2),
        diagnoses=("I10",),
        established_on=date(2025, 12, 1),
    )
    enrollment = episodes.enrol(the_book(desk), said, START)
    pairing.pair(the_book(desk), SCALE, PATIENT, START, since=date(2026, 1, 5))
    unknown = {one.name: one.state for one in episodes.checklist(the_book(desk), enrollment, START)}
    assert unknown["device"] == "unknown"
    pairing.pair(the_book(desk), CUFF, PATIENT, START, since=date(2026, 1, 5))
    capture(desk)
    found = episodes.checklist(the_book(desk), enrollment, START)
    assert {one.state for one in found} == {"there"}
    assert {one.cure for one in found} == {""}


def test_one_episode_of_a_program_at_a_time(desk: Practice) -> None:
    enrollment = enrolled(desk)
    with pytest.raises(DeskError, match="open episode"):
        enrolled(desk)
    episodes.end(the_book(desk), enrollment, date(2026, 3, 1), START, reason="moved away")
    (row,) = the_book(desk).shelf.rows("enrollments")
    assert (row["end_date"], row["end_reason"]) == ("2026-03-01", "moved away")
    assert enrolled(desk) != enrollment


@pytest.mark.parametrize(
    ("last", "reason", "code"),
    [
        (date(2026, 3, 1), " ", "desk.no_reason"),
        (date(2026, 1, 4), "before it began", "desk.end_unusual"),
    ],
)
def test_an_end_needs_a_reason_and_a_day_after_the_beginning(
    desk: Practice, last: date, reason: str, code: str
) -> None:
    enrollment = enrolled(desk)
    with pytest.raises(DeskError) as refused:
        episodes.end(the_book(desk), enrollment, last, START, reason=reason)
    assert refused.value.code == code


def test_an_episode_ends_once(desk: Practice) -> None:
    enrollment = enrolled(desk)
    episodes.end(the_book(desk), enrollment, date(2026, 3, 1), START, reason="moved away")
    with pytest.raises(DeskError, match="ended before"):
        episodes.end(the_book(desk), enrollment, date(2026, 3, 2), START, reason="again")


# Consent.


def test_a_consent_names_the_text_the_way_and_who_read_it(desk: Practice) -> None:
    consent_id = capture(desk)
    (row,) = the_book(desk).shelf.rows("consents")
    assert row == {
        "consent_id": consent_id,
        "patient_id": PATIENT,
        "program": "RPM",
        "text_version": "rpm-en-1",
        "language": "en",
        "modality": "verbal",
        "given_at": "2026-03-02T14:00:00Z",
        "captured_at": "2026-03-02T14:00:00Z",
        "captured_by": "NORTH-COORDINATOR",
        "cost_share_disclosed": "true",
        "revoked_at": None,
    }


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"text_version": "ccm-en-1"}, "desk.other_text"),
        ({"given_at": START + timedelta(minutes=6)}, "desk.in_the_future"),
        ({"patient_id": "P-NOBODY"}, "store.not_visible"),
    ],
)
def test_a_consent_that_cannot_be(desk: Practice, said: dict[str, object], code: str) -> None:
    told = {"patient_id": PATIENT, "text_version": "rpm-en-1", "given_at": START} | said
    with pytest.raises(ProoflineError) as refused:
        consenting.capture(
            the_book(desk),
            Capture(program="RPM", modality="verbal", cost_share_disclosed=True, **told),  # type: ignore[arg-type]
            START,
        )
    assert refused.value.code == code
    assert the_book(desk).shelf.rows("consents") == []


def test_a_consent_is_revoked_once_and_not_before_it_was_given(desk: Practice) -> None:
    consent_id = capture(desk)
    with pytest.raises(DeskError, match="before it was given"):
        consenting.revoke(the_book(desk), consent_id, START - timedelta(hours=1), START)
    consenting.revoke(the_book(desk), consent_id, START, START)
    (row,) = the_book(desk).shelf.rows("consents")
    assert row["revoked_at"] == "2026-03-02T14:00:00Z"
    with pytest.raises(DeskError, match="revoked before"):
        consenting.revoke(the_book(desk), consent_id, START, START)


# Devices.


def test_a_device_is_with_one_patient_at_a_time_and_comes_back(desk: Practice) -> None:
    book = the_book(desk)
    pairing.pair(book, CUFF, PATIENT, START, since=date(2026, 1, 5))
    with pytest.raises(DeskError, match="with a patient"):
        pairing.pair(book, CUFF, OTHER, START, since=date(2026, 2, 1))
    pairing.take_back(book, CUFF, date(2026, 1, 31), START)
    with pytest.raises(DeskError, match="with nobody"):
        pairing.take_back(book, CUFF, date(2026, 2, 1), START)
    with pytest.raises(DeskError, match="with a patient"):
        pairing.pair(book, CUFF, OTHER, START, since=date(2026, 1, 31))
    pairing.pair(book, CUFF, OTHER, START, since=date(2026, 2, 1))


def test_the_engine_sees_a_device_that_was_taken_back_as_taken_back(desk: Practice) -> None:
    book = the_book(desk)
    pairing.pair(book, CUFF, PATIENT, START, since=date(2026, 1, 5))
    pairing.take_back(book, CUFF, date(2026, 1, 31), START)
    rows = chart(book.shelf, {PATIENT})["assignments"]
    assert [(row["from_date"], row["to_date"]) for row in rows] == [("2026-01-05", "2026-01-31")]


def test_a_device_cannot_come_back_before_it_was_given(desk: Practice) -> None:
    pairing.pair(the_book(desk), CUFF, PATIENT, START, since=date(2026, 1, 5))
    with pytest.raises(DeskError, match="with nobody"):
        pairing.take_back(the_book(desk), CUFF, date(2026, 1, 4), START)


# Calls.


def test_a_call_is_logged_when_it_is_over(desk: Practice) -> None:
    enrollment = enrolled(desk)
    with pytest.raises(DeskError, match="not over"):
        calling.log(the_book(desk), Call(enrollment, "phone", at(13), at(15), "patient"), START)
    calling.log(the_book(desk), Call(enrollment, "phone", at(13), at(13, 9), "patient"), START)
    (row,) = the_book(desk).shelf.rows("interactions")
    assert (row["performer_id"], row["reached"]) == ("NORTH-COORDINATOR", "patient")
    assert (row["started_at"], row["ended_at"]) == ("2026-03-02T13:00:00Z", "2026-03-02T13:09:00Z")


RECORDS = """record_id,number,started_at
R-1,+15550100001,2026-03-02T07:02:00-06:00
R-2,(555) 010-0002,2026-03-02T13:05:01+00:00
R-3,5550100009,2026-03-02T13:00:00+00:00
"""


def test_a_call_logged_by_mistake_is_taken_back_and_stays_to_be_seen(desk: Practice) -> None:
    said = Call(enrolled(desk), "phone", at(13), at(13, 9), "patient")
    call_id = calling.log(the_book(desk), said, START)
    with pytest.raises(DeskError, match="reason"):
        calling.withdraw(the_book(desk), call_id, " ", START)
    with pytest.raises(DeskError) as refused:
        calling.withdraw(desk.opened("clinician"), call_id, "not mine", START)
    assert refused.value.code == "desk.not_your_call"
    assert len(_calls(desk)) == 1
    calling.withdraw(the_book(desk), call_id, "another patient's", START)
    assert _calls(desk) == []
    kept = versions(desk.tenant_id, "interactions", {"interaction_id": call_id})
    assert [(one.withdrawn, one.reason) for one in kept] == [
        (False, ""),
        (True, "another patient's"),
    ]
    with pytest.raises(NotVisible):
        calling.withdraw(the_book(desk), call_id, "again", START)


def test_records_of_the_telephone_join_calls_to_that_number_at_that_time(desk: Practice) -> None:
    first, second = enrolled(desk), enrolled(desk, OTHER)
    for one in (first, second):
        calling.log(the_book(desk), Call(one, "phone", at(13), at(13, 4), "patient"), START)
    found = calling.join_records(the_book(desk), RECORDS.encode(), START)
    # Two minutes away joins; five minutes and a second do not; a number of nobody's does not.
    assert (found.joined, found.ambiguous, found.unmatched) == ((2,), (), (3, 4))
    joined = {row["enrollment_id"]: row["call_record_id"] for row in _calls(desk)}
    assert joined == {first: "R-1", second: None}


def test_a_record_that_fits_two_calls_is_left_to_a_person(desk: Practice) -> None:
    enrollment = enrolled(desk)
    for minute in (0, 4):
        calling.log(
            the_book(desk),
            Call(enrollment, "phone", at(13, minute), at(13, minute + 1), "patient"),
            START,
        )
    found = calling.join_records(the_book(desk), RECORDS.encode(), START)
    assert (found.joined, found.ambiguous) == ((), (2,))


def test_a_call_that_several_records_fit_is_left_to_a_person(desk: Practice) -> None:
    """Which of them it was nobody knows; before, the first in the file had it."""
    calling.log(the_book(desk), Call(enrolled(desk), "phone", at(13), None, "patient"), START)
    told = RECORDS.splitlines()[:2]
    twice = "\n".join([*told, told[1].replace("R-1", "R-9")])
    found = calling.join_records(the_book(desk), twice.encode(), START)
    assert (found.joined, found.ambiguous, found.unmatched) == ((), (2, 3), ())
    assert [row["call_record_id"] for row in _calls(desk)] == [None]


def test_a_record_that_comes_again_backs_no_second_call(desk: Practice) -> None:
    enrollment, file = enrolled(desk), "\n".join(RECORDS.splitlines()[:2]).encode()
    for minute in (0, 4):
        call = Call(enrollment, "phone", at(13, minute), at(13, minute + 1), "patient")
        calling.log(the_book(desk), call, START)
        found = calling.join_records(the_book(desk), file, START)
        assert (found.joined, found.ambiguous, found.unmatched) == ((2,), (), ())
    assert sorted(str(row["call_record_id"]) for row in _calls(desk)) == ["None", "R-1"]


def test_a_record_that_stands_twice_in_a_file_backs_one_call(desk: Practice) -> None:
    calling.log(the_book(desk), Call(enrolled(desk), "phone", at(13), None, "patient"), START)
    head, line = RECORDS.splitlines()[:2]
    found = calling.join_records(the_book(desk), f"{head}\n{line}\n{line}".encode(), START)
    assert (found.joined, found.ambiguous, found.unmatched) == ((2, 3), (), ())
    assert [row["call_record_id"] for row in _calls(desk)].count("R-1") == 1


def test_a_file_of_records_is_joined_by_a_command(
    desk: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calling.log(the_book(desk), Call(enrolled(desk), "phone", at(13), None, "patient"), START)
    file = tmp_path / "records.csv"
    file.write_text(RECORDS)
    monkeypatch.setattr("proofline.cli.running.calls.set_up", lambda: None)
    told = CliRunner().invoke(main, ["calls", "join", str(file), "--as", "north-coordinator"])
    assert told.exit_code == 0, told.output
    assert "joined, now or before   1" in told.output
    assert "line 3: " in told.output
    assert "555" not in told.output
    assert [row["call_record_id"] for row in _calls(desk)] == ["R-1"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("record_id,number\nR-1,5550100001\n", 2),
        (RECORDS + "R-4,5550100001,2026-03-02T13:00:00\n", 5),
        (RECORDS + "R-4,,2026-03-02T13:00:00Z\n", 5),
    ],
)
def test_a_file_of_records_is_taken_whole_or_not_at_all(
    desk: Practice, text: str, line: int
) -> None:
    calling.log(the_book(desk), Call(enrolled(desk), "phone", at(13), None, "patient"), START)
    with pytest.raises(DeskError, match=f"Line {line} "):
        calling.join_records(the_book(desk), text.encode(), START)
    assert [row["call_record_id"] for row in _calls(desk)] == [None]


def _calls(practice: Practice) -> list[dict[str, str | None]]:
    return the_book(practice).shelf.rows("interactions")


# What every act does.


def test_what_is_not_there_is_not_visible(desk: Practice) -> None:
    book = the_book(desk)
    asked: list[Callable[[], object]] = [
        lambda: episodes.checklist(book, "enr_none", START),
        lambda: episodes.end(book, "enr_none", START.date(), START, reason="moved"),
        lambda: consenting.revoke(book, "csn_none", START, START),
        lambda: pairing.pair(book, "D-NONE", PATIENT, START, since=START.date()),
        lambda: pairing.pair(book, CUFF, "P-NONE", START, since=START.date()),
        lambda: calling.log(book, Call("enr_none", "phone", at(13), None, "nobody"), START),
        lambda: alerts.take(book, 10**6, START),
        lambda: reviewing.review(book, "P-NONE", START),
    ]
    for act in asked:
        with pytest.raises(NotVisible):
            act()


def test_who_may_not_learns_nothing_of_what_is_there(desk: Practice) -> None:
    owner = desk.opened("owner")
    told = []
    for patient in (PATIENT, "P-NONE"):
        with pytest.raises(NotAllowed) as refused:
            reviewing.readings_of(owner, patient, START)
        told.append(str(refused.value))
    assert told[0] == told[1]
