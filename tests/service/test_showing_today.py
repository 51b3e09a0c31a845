"""Today: the order of the work list, what narrows it, alerts on it, and what it costs."""

from __future__ import annotations

import csv
import io
import zlib
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from made_up_outlooks import also, foreseen, keep, outlook
from made_up_people import CUFF, PATIENT, at, put, reading, the_book
from made_up_practices import START, Practice
from proofline.desk.care import alerts
from proofline.desk.care.aging import LAST_DAYS, LATER, NOTHING, THIS_WEEK
from proofline.desk.deciding import decide_patients
from proofline.desk.roles import NotAllowed
from proofline.desk.showing.today import Asked, Due, today
from proofline.insight import Rung, Suggestion
from proofline.insight.outlook import read_outlook
from proofline.store.ahead import outlooks
from proofline.store.book import by_ourselves
from proofline.store.models import Alert, Foreseen, Look, Placed
from proofline.store.people import ROLES
from signing_in import INLINE, client_of

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

OPEN_TO = {"coordinator", "clinician", "billing_practitioner"}


def shown(practice: Practice, **asked: str | int) -> list[str]:
    """Give the enrollments of the list, in its order."""
    page = today(practice.opened("coordinator"), Asked(**asked), START)  # type: ignore[arg-type]
    return [one.enrollment_id for row in page.rows for one in row.programs]


def test_who_loses_something_soon_comes_first_then_what_is_worth_most(practice: Practice) -> None:
    foreseen(
        practice.tenant_id,
        outlook(1, days=9, gain=9_000),
        outlook(2, days=2, gain=500),
        outlook(3, days=2, gain=4_000),
        outlook(4, days=5, gain=None),
    )
    assert shown(practice) == ["E-3", "E-2", "E-4", "E-1"]


def test_a_warning_weighs_as_much_as_a_gain(practice: Practice) -> None:
    foreseen(practice.tenant_id, outlook(1, gain=1_000), outlook(2, gain=-4_000, kind="less"))
    assert shown(practice) == ["E-2", "E-1"]
    assert shown(practice, show="warnings") == ["E-2"]


def test_a_patient_with_a_reading_to_look_at_comes_before_any_money(practice: Practice) -> None:
    foreseen(practice.tenant_id, outlook(1, gain=9_000), outlook(2, days=9, gain=0))
    _alert(practice, "P-2", alerts.BEYOND)
    _alert(practice, "P-1", alerts.SILENT)
    assert shown(practice) == ["E-2", "E-1"]
    assert shown(practice, show="due") == ["E-2"]


def _alert(practice: Practice, patient_id: str, kind: str, subject: str = "R-1 value") -> int:
    made = Alert.objects.create(
        tenant_id=practice.tenant_id, patient_id=patient_id, kind=kind,
        subject=f"{subject} {kind}", raised_at=START,
    )  # fmt: skip
    return int(made.pk)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["E-1", "E-2", "E-3"]),
        ({"show": "days"}, ["E-1"]),
        ({"show": "week"}, ["E-1", "E-2"]),
        ({"show": "all"}, ["E-1", "E-2", "E-3", "E-4"]),
        ({"act": "call"}, ["E-2"]),
        ({"act": "call", "show": "days"}, []),
        ({"program": "CCM"}, []),
        ({"page": 2}, []),
    ],
)
def test_the_address_narrows_the_list(
    practice: Practice, asked: dict[str, str | int], found: list[str]
) -> None:
    foreseen(
        practice.tenant_id,
        outlook(1, days=1),
        outlook(2, "call", days=6),
        outlook(3, days=7),
        outlook(4, "none"),
    )
    assert shown(practice, **asked) == found


def test_each_way_says_how_many_it_leaves(practice: Practice) -> None:
    foreseen(practice.tenant_id, outlook(1), outlook(2, "call", days=5), outlook(3, "none"))
    page = today(practice.opened("coordinator"), Asked(), START)
    assert [way.rows for way in page.shows] == [2, 0, 1, 2, 0, 3]
    assert {way.word: way.rows for way in page.acts} == {"remind": 1, "call": 1}
    assert page.total == 2


def test_a_row_says_what_is_missing_and_what_is_at_stake(practice: Practice) -> None:
    foreseen(practice.tenant_id, outlook(1, days=2, gain=4_703))
    (whose,) = today(practice.opened("clinician"), Asked(), START).rows
    (row,) = whose.programs
    assert isinstance(row, Due)
    assert (whose.name, row.so_far, row.needed, row.missing) == ("Madeup-P-1", 12, 16, 4)
    assert (row.chance, row.stake_cents, row.last_day) == (0.5, 4_703, date(2026, 3, 4))


@pytest.mark.slow
def test_a_way_beside_another_says_what_both_leave(practice: Practice) -> None:
    foreseen(
        practice.tenant_id,
        outlook(1, days=1),
        outlook(2, "call", days=5),
        outlook(3, "call", days=20),
        outlook(4, "none"),
    )
    ways = {}
    for asked in (Asked("week"), Asked("week", "call"), Asked("days", "call"), Asked("all")):
        page = today(practice.opened("coordinator"), asked, START)
        for way in page.acts:  # what a way promises is what its address gives
            after = Asked(asked.show, way.word, asked.program)
            assert today(practice.opened("coordinator"), after, START).total == way.rows
        ways[asked] = {way.word: way.rows for way in page.acts}
        for way in page.shows:
            after = Asked(way.word, asked.act, asked.program)
            assert today(practice.opened("coordinator"), after, START).total == way.rows
    assert ways[Asked("week")] == {"remind": 1, "call": 1}
    assert ways[Asked("days", "call")] == {"remind": 1, "call": 0}
    assert ways[Asked("all")] == {"remind": 1, "call": 2, "none": 1}


def test_a_call_brings_all_the_rungs_that_wait_for_it(practice: Practice) -> None:
    """21 minutes without a call: both the short code and the full one wait, each for its part."""
    made = outlook(1, "call", gain=5_177)
    last = date(2026, 3, 11)
    short = Rung(
        *("99470", "treatment_minutes", 21, 0, 10, None, 1, 0.6, 2_605, True),
        *(None, last, "at_risk", 0, False, (), "words"),
    )
    full = replace(short, code="99457", needed=20, stake_cents=2_572)
    said = Suggestion("more", "call", ("99470", "99457"), 5_177, last, "words")
    foreseen(practice.tenant_id, replace(made, rungs=(short, full), next_act=said))
    (whose,) = today(practice.opened("coordinator"), Asked(), START).rows
    (row,) = whose.programs
    assert isinstance(row, Due)
    assert (row.code, row.stake_cents, row.missing) == ("99457", 2_605 + 2_572, 0)


def test_everybody_on_the_page_is_put_on_record_as_seen(practice: Practice) -> None:
    foreseen(practice.tenant_id, outlook(1), outlook(2))
    book = practice.opened("coordinator")
    today(book, Asked(), START)
    seen = Look.objects.filter(person_id=book.person, act="patient.see")
    assert set(seen.values_list("patient_id", flat=True)) == {"P-1", "P-2"}


def test_nobody_sees_the_patients_of_another_practice(
    practice: Practice, other_practice: Practice
) -> None:
    foreseen(other_practice.tenant_id, outlook(1))
    _alert(other_practice, "P-1", alerts.BEYOND)
    page = today(practice.opened("coordinator"), Asked(show="all"), START)
    assert (page.rows, page.alarms, page.total) == ((), (), 0)


@pytest.mark.parametrize("role", sorted(set(ROLES) - OPEN_TO))
def test_no_other_role_opens_it(practice: Practice, role: str) -> None:
    with pytest.raises(NotAllowed):
        today(practice.opened(role), Asked(), START)


@pytest.mark.slow
@pytest.mark.parametrize("patients", [3, 60])
def test_the_number_of_questions_does_not_grow(
    practice: Practice, django_assert_num_queries: DjangoAssertNumQueries, patients: int
) -> None:
    foreseen(practice.tenant_id, *(outlook(number) for number in range(patients)))
    foreseen(practice.tenant_id, *(also(number) for number in range(patients)))
    for number in range(5):
        _alert(practice, f"P-{number}", alerts.BEYOND, f"R-{number}")
    book = practice.opened("coordinator")
    # List, rows, counts, alerts, look, patients, enrollments; what was taught, how long all holds.
    with django_assert_num_queries(9):
        page = today(book, Asked(), START)
    assert len(page.rows) == min(patients, 50)
    assert page.more is (patients > 50)


# What the worker keeps.


@pytest.mark.slow
def test_the_worker_keeps_an_outlook_with_the_decisions(desk: Practice) -> None:
    _monitored(desk, days=10)
    with by_ourselves(desk.tenant_id) as book:
        decide_patients(book, {PATIENT}, date(2026, 2, 27), at(12))
        kept = outlooks.of_enrollment(desk.tenant_id, "E-1")
    cycle = next(row for row in kept if row.period_kind == "cycle" and row.listed)
    # Set up on 5 January: the second cycle is 4 February to 5 March.
    assert (cycle.period_start, cycle.period_end) == (date(2026, 2, 4), date(2026, 3, 5))
    said = read_outlook(cycle.record)
    rungs = {rung.code: rung for rung in said.rungs}
    assert (rungs["99454"].so_far, rungs["99454"].needed) == (10, 16)
    # Six days are missing; 27 February may still bring one, and six follow it until 5 March.
    assert rungs["99454"].last_day_reading == date(2026, 2, 28)
    assert said.days_left == 7


@pytest.mark.slow
def test_an_outlook_takes_the_place_of_the_one_before(desk: Practice) -> None:
    _monitored(desk, days=10)
    with by_ourselves(desk.tenant_id) as book:
        for day in (date(2026, 2, 26), date(2026, 2, 27)):
            decide_patients(book, {PATIENT}, day, at(12))
    kept = Foreseen.objects.filter(tenant_id=desk.tenant_id, period_kind="cycle")
    assert [one.as_of for one in kept] == [date(2026, 2, 27)]


@pytest.mark.slow
def test_no_outlook_stays_when_the_episode_is_over(desk: Practice) -> None:
    _monitored(desk, days=10)
    with by_ourselves(desk.tenant_id) as book:
        decide_patients(book, {PATIENT}, date(2026, 2, 27), at(12))
        (row,) = book.shelf.rows("enrollments", enrollment_id={"E-1"})
        put(book, "enrollments", row | {"end_date": "2026-02-20"})
        decide_patients(book, {PATIENT}, date(2026, 4, 2), at(12))
    assert not Foreseen.objects.filter(tenant_id=desk.tenant_id).exists()


@pytest.mark.parametrize(
    ("act", "days", "urgency"),
    [
        ("call", 0, LAST_DAYS),
        ("call", 2, LAST_DAYS),
        ("call", 3, THIS_WEEK),
        ("call", 6, THIS_WEEK),
        ("call", 7, LATER),
        ("none", 0, NOTHING),
    ],
)
def test_the_days_that_are_left_make_it_urgent(
    practice: Practice, act: str, days: int, urgency: int
) -> None:
    with by_ourselves(practice.tenant_id) as book:
        keep(book, outlook(1, act, days=days))
    assert Placed.objects.get(tenant_id=practice.tenant_id).urgency == urgency


def _monitored(practice: Practice, days: int) -> None:
    """Put the patient on the cuff from 5 January, with readings on some days from 5 February on."""
    book = the_book(practice)
    made = {"enrollment_id": "E-1", "patient_id": PATIENT, "program": "RPM"}
    put(book, "enrollments", {**made, "billing_performer_id": "D-1", "setup_date": "2026-01-05"})
    worn: dict[str, str | None] = {
        "device_id": CUFF,
        "patient_id": PATIENT,
        "from_date": "2026-01-05",
    }
    put(book, "assignments", worn)
    said = {"consent_id": "C-1", "patient_id": PATIENT, "program": "RPM", "modality": "verbal"}
    put(book, "consents", {**said, "given_at": "2026-01-04T15:00:00Z"})
    first = datetime(2026, 2, 5, 15, tzinfo=UTC)
    rows = [reading(f"R-{n}", "130", first + timedelta(days=n)) for n in range(days)]
    put(book, "readings", *rows)


# The page itself.


@pytest.fixture
def coordinator(practice: Practice) -> Client:
    assert practice.tenant_id
    return client_of("north-coordinator")


@pytest.mark.slow
def test_the_page_is_small_and_has_nothing_inline(practice: Practice, coordinator: Client) -> None:
    foreseen(practice.tenant_id, *(outlook(number) for number in range(50)))
    answer = coordinator.get("/today/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "4 more days with a reading for 99454" in text
    assert len(answer.content) <= 36_000
    assert not INLINE.search(text)


@pytest.mark.slow
def test_an_alert_is_taken_and_closed_from_the_page(
    practice: Practice, coordinator: Client
) -> None:
    foreseen(practice.tenant_id, outlook(1))
    alert = _alert(practice, "P-1", alerts.BEYOND)
    answer = coordinator.post("/today/take/", {"alert_id": alert}, follow=True)
    assert "The alert is yours." in answer.content.decode()
    refused = coordinator.post("/today/close/", {"alert_id": alert, "outcome": " "})
    assert refused.status_code == 422
    assert Alert.objects.get(pk=alert).closed_at is None
    narrowed = {"alert_id": alert, "outcome": "called, is well"}
    answer = coordinator.post("/today/close/?show=week&act=remind", narrowed)
    assert answer["Location"] == "/today/?show=week&act=remind"  # the list stays as it was
    text = coordinator.get("/today/?show=week").content.decode()
    assert 'action="/today/take/?show=week"' in text
    assert Alert.objects.get(pk=alert).outcome == "called, is well"


@pytest.mark.parametrize("address", ["?page=0", "?page=-1", "?page=x", "?show=nonsense", "?act=x"])
def test_any_address_is_answered(coordinator: Client, address: str) -> None:
    assert coordinator.get(f"/today/{address}").status_code == 200


@pytest.mark.slow
def test_a_damaged_outlook_is_told_on_its_row_and_the_rest_is_shown(
    practice: Practice, coordinator: Client
) -> None:
    foreseen(practice.tenant_id, outlook(1), outlook(2), outlook(3))
    for number, damage in ((1, b"torn"), (2, zlib.compress(b"{}"))):
        ours = Foreseen.objects.filter(tenant_id=practice.tenant_id, enrollment_id=f"E-{number}")
        ours.update(record=damage)
    text = coordinator.get("/today/").content.decode()
    assert text.count("What was foreseen of this patient cannot be read") == 2
    assert "Madeup-P-1" in text
    assert text.count("more days with a reading for 99454") == 1
    answer = coordinator.get("/today/", {"as": "csv"})
    sent = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    head, *rows = csv.reader(io.StringIO(sent))
    assert [len(row) for row in rows] == [len(head)] * 3
    assert sorted(row[3] for row in rows)[1:] == ["what was foreseen cannot be read"] * 2
