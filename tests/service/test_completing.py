"""What an enrollment rests on, filed after its beginning: added, corrected, every version kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from made_up_monitoring import PAGE, monitored
from made_up_people import PATIENT, desk, enrolled, put, the_book
from made_up_practices import START, Practice
from proofline.desk.care import episodes
from proofline.desk.care.completing import Filed, complete, performer_called
from proofline.desk.roles import NotAllowed
from proofline.desk.trouble import DeskError
from proofline.store.auditing.added import added
from proofline.store.jobs import waits
from signing_in import client_of

__all__ = ["desk", "monitored"]

ORDERED = Filed(order_date=date(2026, 1, 4), ordering_performer_id=None)
LATER = START + timedelta(hours=1)


def row(practice: Practice, enrollment_id: str) -> dict[str, str | None]:
    (found,) = the_book(practice).shelf.rows("enrollments", enrollment_id={enrollment_id})
    return found


def test_what_was_not_known_is_added_and_the_check_list_follows(desk: Practice) -> None:
    one = enrolled(desk)
    said = Filed(order_date=date(2026, 1, 4), diagnoses=("i10", "E11.9"))
    named = complete(the_book(desk), one, said, LATER)
    assert set(named) == {"order_date", "order_kind", "diagnoses"}
    found = {item.name: item.state for item in episodes.checklist(the_book(desk), one, LATER)}
    assert (found["order"], found["condition"]) == ("there", "there")
    assert row(desk, one)["diagnoses"] == "I10|E11.9"
    assert row(desk, one)["setup_date"] == "2026-01-05"  # what is left blank stays as it is
    assert waits(desk.tenant_id, "decide", {PATIENT})


def test_a_correction_needs_a_reason_and_keeps_what_stood_there(desk: Practice) -> None:
    one = enrolled(desk)
    other = Filed(setup_date=date(2026, 1, 7))
    with pytest.raises(DeskError) as refused:
        complete(the_book(desk), one, other, LATER)
    assert refused.value.code == "desk.no_reason"
    why = "the nurse's note says the 7th"
    complete(the_book(desk), one, Filed(setup_date=date(2026, 1, 7), reason=why), LATER)
    kept = added(desk.tenant_id, "enrollments", "enrollment_id", {one})
    assert [(each.cells["setup_date"], each.reason) for each in kept] == [
        ("2026-01-05", ""),
        ("2026-01-07", why),
    ]


def test_a_code_beside_those_on_file_takes_nothing_away(desk: Practice) -> None:
    one = enrolled(desk)
    complete(the_book(desk), one, Filed(diagnoses=("I10",)), LATER)
    complete(the_book(desk), one, Filed(diagnoses=("I10", "I50.9")), LATER)
    assert row(desk, one)["diagnoses"] == "I10|I50.9"
    for fewer in (("I50.9",), ("I50.9", "I10")):
        with pytest.raises(DeskError, match="needs a reason"):
            complete(the_book(desk), one, Filed(diagnoses=fewer), LATER)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (Filed(), "desk.nothing_new"),
        (Filed(setup_date=date(2026, 1, 5)), "desk.nothing_new"),
        (Filed(order_date=date(2100, 1, 1)), "desk.in_the_future"),
        (Filed(diagnoses=("high blood pressure",)), "desk.no_code"),
        (Filed(ordering_performer_id="NOBODY"), "desk.nobody_known"),
    ],
)
def test_what_cannot_be_filed(desk: Practice, said: Filed, code: str) -> None:
    one = enrolled(desk)
    with pytest.raises(DeskError) as refused:
        complete(the_book(desk), one, said, LATER)
    assert refused.value.code == code
    assert len(added(desk.tenant_id, "enrollments", "enrollment_id", {one})) == 1


def test_an_entry_in_the_plan_stays_one_when_its_day_is_corrected(desk: Practice) -> None:
    one = enrolled(desk)
    said = Filed(order_date=date(2026, 1, 4), order_kind="plan_entry")
    complete(the_book(desk), one, said, LATER)
    complete(the_book(desk), one, Filed(order_date=date(2026, 1, 3), reason="misread"), LATER)
    assert row(desk, one)["order_kind"] == "plan_entry"


@pytest.mark.slow
def test_a_stranger_finds_the_cure_on_the_page_and_uses_it(monitored: Practice) -> None:
    client = client_of("north-coordinator")
    text = client.get(PAGE).content.decode()
    assert "do=onfile#onfile" in text
    opened = client.get(f"{PAGE}?do=onfile").content.decode()
    assert '<details id="onfile" open>' in opened
    said = {"panel": "onfile", "order_date": "2026-01-04", "ordered_by": "D-1", "diagnoses": "I10"}
    said["setup_by"] = "NORTH-COORDINATOR"
    assert client.post(f"{PAGE}papers/", said).status_code == 303
    found = row(monitored, "E-1")
    assert (found["order_date"], found["ordering_performer_id"], found["diagnoses"]) == (
        *("2026-01-04", "D-1", "I10"),
    )
    assert found["setup_performer_id"] == "NORTH-COORDINATOR"
    again = client.post(f"{PAGE}papers/", {"panel": "onfile", "setup_date": "2026-01-06"})
    assert again.status_code == 422
    assert "needs a reason" in again.content.decode()
    assert client_of("north-biller").post(f"{PAGE}papers/", said).status_code == 403


def crowd(practice: Practice, many: int) -> None:
    rows: list[dict[str, str | None]] = []
    for n in range(many):
        of: dict[str, str | None] = {"performer_id": f"X-{n}", "name": f"Made-up X{n}"}
        rows.append({**of, "role": "physician"})
    put(the_book(practice), "performers", *rows)


@pytest.mark.slow
def test_of_many_performers_the_likely_ones_are_offered_and_others_typed(
    monitored: Practice,
) -> None:
    client = client_of("north-coordinator")
    few = client.get(PAGE).content.decode()
    assert "setup_by_other" not in few
    crowd(monitored, 500)
    many = client.get(PAGE).content.decode()
    assert len(many) < len(few) + 2_000
    assert ">Made-up Ned</option>" in many  # who worked for the patient
    assert many.count(">Made-up Dora</option>") == 2  # who bills
    assert "Made-up X7" not in many
    said = {"panel": "onfile", "ordered_by_other": "Made-up X7", "setup_by_other": "X-8"}
    said |= {"order_date": "2026-01-04"}
    assert client.post(f"{PAGE}papers/", said).status_code == 303
    found = row(monitored, "E-1")
    assert (found["ordering_performer_id"], found["setup_performer_id"]) == ("X-7", "X-8")


def test_a_name_that_two_have_names_nobody(monitored: Practice) -> None:
    book = the_book(monitored)
    twin: dict[str, str | None] = {"performer_id": "D-2", "name": "Made-up Dora"}
    assert performer_called(book, "Made-up Dora") == "D-1"
    put(book, "performers", {**twin, "role": "physician"})
    assert performer_called(book, "D-1") == "D-1"
    for words in ("Made-up Dora", "Made-up Nobody"):
        with pytest.raises(DeskError) as refused:
            performer_called(book, words)
        assert refused.value.code == "desk.nobody_known"
    with pytest.raises(NotAllowed):  # and tells nobody else who is on file
        performer_called(monitored.opened("biller"), "Made-up Nobody")
