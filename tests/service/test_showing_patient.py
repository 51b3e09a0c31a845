"""One patient's page: both clocks, days, readings, lines with cures, and every act on it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from html import unescape
from typing import TYPE_CHECKING

import pytest

from made_up_people import CUFF, OTHER, PATIENT, at, put, reading, the_book
from made_up_practices import START, Practice
from proofline.desk.roles import NotAllowed
from proofline.desk.showing.patient.page import Asked, PatientPage, patient_page
from proofline.errors import WrongUse
from proofline.packs.consents.texts import text_of
from proofline.store.models import Look
from proofline.store.people import ROLES
from proofline.store.trouble import NotVisible
from signing_in import INLINE, client_of

if TYPE_CHECKING:
    from django.test import Client

    from proofline.explain.explanation import Period

SEES = {"coordinator", "clinician", "billing_practitioner", "biller", "compliance"}
PAGE = "/patient/E-1/"


@pytest.fixture
def monitored(desk: Practice) -> Practice:
    """A patient on the cuff from 5 January: the cycles begin on 5 January and 4 February.

    On 10 and 11 February the cuff sent, on 12 February somebody typed; on the 13th a minute past
    midnight in Chicago, which is six hours later by UTC. Two pieces of work lie in February.
    """
    book = the_book(desk)
    made = {"enrollment_id": "E-1", "patient_id": PATIENT, "program": "RPM"}
    put(book, "performers", {"performer_id": "D-1", "role": "physician", "name": "Made-up Dora"})
    nurse = {"performer_id": "NORTH-COORDINATOR", "role": "clinical_staff", "name": "Made-up Ned"}
    put(book, "performers", nurse)
    put(book, "enrollments", {**made, "billing_performer_id": "D-1", "setup_date": "2026-01-05"})
    put(book, "assignments", {"device_id": CUFF, "patient_id": PATIENT, "from_date": "2026-01-05"})
    put(
        book,
        "readings",
        reading("R-1", "142", at(15, day=2) - timedelta(days=20), value_2="88"),
        reading("R-2", "138", at(15, day=2) - timedelta(days=19), value_2="84"),
        reading("R-3", "137", at(15, day=2) - timedelta(days=18), entry="manual"),
        reading("R-4", "136", datetime(2026, 2, 13, 6, 1, tzinfo=UTC)),
    )
    worked = {"enrollment_id": "E-1", "performer_id": "NORTH-COORDINATOR", "activity": "review"}
    put(
        book,
        "time_entries",
        _work("T-1", worked, "2026-02-10T16:00:00Z", "2026-02-10T16:12:30Z"),
        _work("T-2", worked, "2026-02-17T16:00:00Z", "2026-02-17T16:08:00Z"),
    )
    return desk


def _consent(practice: Practice) -> None:
    said = {"consent_id": "C-1", "patient_id": PATIENT, "program": "RPM", "modality": "verbal"}
    put(the_book(practice), "consents", {**said, "given_at": "2026-01-04T15:00:00Z"})


def _work(entry_id: str, of: dict[str, str], began: str, ended: str) -> dict[str, str | None]:
    return {"entry_id": entry_id, **of, "started_at": began, "ended_at": ended, "method": "timer"}


def seen(practice: Practice, role: str = "coordinator", **asked: str) -> PatientPage:
    return patient_page(practice.opened(role), "E-1", Asked(**asked), START)


def period_of(page: PatientPage) -> Period:
    assert page.of is not None
    return page.of.period


# What is shown.


def test_the_cycle_that_runs_today_is_shown_first(monitored: Practice) -> None:
    period = period_of(seen(monitored))
    assert (period.kind, period.number) == ("cycle", 2)
    assert (period.start, period.end) == (date(2026, 2, 4), date(2026, 3, 5))


@pytest.mark.parametrize(
    ("asked", "kind", "start"),
    [
        ("1", "cycle", date(2026, 1, 5)),
        ("2026-02-04", "cycle", date(2026, 2, 4)),
        ("2026-02", "month", date(2026, 2, 1)),
    ],
)
def test_any_period_of_either_clock_can_be_asked_for(
    monitored: Practice, asked: str, kind: str, start: date
) -> None:
    period = period_of(seen(monitored, period=asked))
    assert (period.kind, period.start) == (kind, start)


def test_a_period_that_is_none_is_refused(monitored: Practice) -> None:
    with pytest.raises(WrongUse):
        seen(monitored, period="77")


def test_each_day_says_what_it_does_and_why(monitored: Practice) -> None:
    _consent(monitored)
    page = seen(monitored)
    assert page.of is not None
    days = {one.day: one for one in page.of.days}
    assert len(days) == 30
    assert [days[date(2026, 2, n)].colour for n in (9, 10, 11, 12, 13)] == [
        *("", "counted", "counted", "not", "counted")
    ]
    assert "typed in by hand" in days[date(2026, 2, 12)].words
    assert (days[date(2026, 3, 2)].colour, days[date(2026, 3, 2)].today) == ("ahead", True)
    assert page.of.count == 3


def test_without_a_consent_no_day_counts_and_the_page_can_mend_it(monitored: Practice) -> None:
    page = seen(monitored)
    assert page.of is not None
    assert page.of.count == 0
    panels = {said.panel for said in page.of.lines.of_all}
    panels |= {said.panel for line in page.of.lines.each for said in line.against}
    assert "consent" in panels
    assert {one.name: one.state for one in page.checklist}["consent"] == "missing"


def test_a_day_opens_its_readings(monitored: Practice) -> None:
    _consent(monitored)
    page = seen(monitored, day="2026-02-12")
    assert page.of is not None
    assert page.of.day is not None
    (typed,) = page.of.day
    assert (typed.reading_id, typed.value, typed.standing) == ("R-3", "137 mmHg", "refused")
    assert typed.at.tzname() == "CST"


def test_both_clocks_stand_on_one_line(monitored: Practice) -> None:
    page = seen(monitored)
    assert page.of is not None
    line = page.of.timeline
    assert line is not None
    # Two cycles of thirty days fill the picture: 5 January to 5 March, 60 days on 1000 units.
    assert [(box.x, box.width) for box in line.cycles] == [(0.0, 500.0), (500.0, 500.0)]
    # January has 27 days in it, February 28, March 5; 2 March is the 57th day, from 56 on.
    assert [round(box.width * 60 / 1000) for box in line.months] == [27, 28, 5]
    assert line.today == round(56 / 60 * 1000, 1)
    assert [box.asked for box in line.cycles] == ["1", "2"]
    assert [box.asked for box in line.months] == ["2026-01", "2026-02", "2026-03"]


def test_readings_are_drawn_with_their_limits(monitored: Practice, client_maker: None) -> None:
    del client_maker
    _consent(monitored)
    doctor = client_of("north-clinician")
    said = {"metric": "85354-9/value", "unit": "mm[Hg]", "low": "90", "high": "140"}
    assert doctor.post(f"{PAGE}limits/", said).status_code == 303
    page = seen(monitored)
    assert page.of is not None
    assert page.of.curves is not None
    (curve,) = page.of.curves
    assert curve.name == "Blood pressure"
    assert [one.words for one in curve.limits] == ["90", "140"]
    high = {one.words: one.at for one in curve.limits}["140"]
    first = curve.traces[0].dots[0]
    assert first.y < high, "142 is drawn above the limit of 140"
    assert [dot.counts for dot in curve.traces[0].dots] == [True, True, False, True]
    assert [dot.counts for dot in curve.traces[1].dots] == [True, True]


@pytest.fixture
def client_maker(practice: Practice) -> None:
    assert practice.tenant_id


def test_time_is_told_to_the_second_and_counted_in_whole_minutes(monitored: Practice) -> None:
    _consent(monitored)
    page = seen(monitored)
    assert page.of is not None
    assert [one.minutes for one in page.of.work] == ["12:30", "8:00"]
    assert [one.who for one in page.of.work] == ["Made-up Ned", "Made-up Ned"]
    climb = next(one for one in page.of.climbs if one.unit == "minutes")
    assert climb.so_far == 20  # twelve and a half, and eight: twenty whole minutes
    assert {one.code: one.reached for one in climb.steps}["99457"]


def test_before_the_first_period_the_check_list_says_what_is_missing(desk: Practice) -> None:
    made = {"enrollment_id": "E-1", "patient_id": PATIENT, "program": "RPM"}
    put(the_book(desk), "enrollments", {**made, "billing_performer_id": "D-1"})
    page = seen(desk)
    assert page.of is None
    assert {one.state for one in page.checklist} == {"missing", "unknown"}


# Who sees what.


@pytest.mark.parametrize("role", ROLES)
def test_only_who_may_sees_a_patient(monitored: Practice, role: str) -> None:
    if role in SEES:
        assert seen(monitored, role).whose.patient_id == PATIENT
    else:
        with pytest.raises(NotAllowed):
            seen(monitored, role)


def test_a_biller_sees_no_reading(monitored: Practice, client_maker: None) -> None:
    del client_maker
    _consent(monitored)
    page = seen(monitored, "biller", day="2026-02-10")
    assert page.of is not None
    assert (page.of.curves, page.of.day, page.limits, page.unreviewed) == (None, None, (), 0)
    assert page.of.count == 3
    text = client_of("north-biller").get(f"{PAGE}?period=2&day=2026-02-10").content.decode()
    assert "142" not in text
    assert "Log a call" not in text


def test_a_patient_of_another_practice_is_not_there(
    monitored: Practice, other_practice: Practice
) -> None:
    assert monitored.tenant_id
    with pytest.raises(NotVisible):
        patient_page(other_practice.opened("coordinator"), "E-1", Asked(), START)


def test_a_look_is_put_on_record_and_shown_to_compliance(monitored: Practice) -> None:
    seen(monitored)
    assert Look.objects.filter(patient_id=PATIENT, act="reading.see", allowed=True).exists()
    looks = seen(monitored, "compliance").looks
    assert looks is not None
    assert "north-coordinator" in {one.who for one in looks}
    assert seen(monitored).looks is None


# What is done.


@pytest.fixture
def coordinator(monitored: Practice) -> Client:
    assert monitored.tenant_id
    return client_of("north-coordinator")


def test_the_page_says_all_of_it_and_has_nothing_inline(coordinator: Client) -> None:
    answer = coordinator.get(f"{PAGE}?period=2&day=2026-02-10&entry=T-1")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert not INLINE.search(text)
    assert "142 / 88 mmHg" in text
    assert "Every version of the entry" in text
    assert coordinator.get("/patient/E-NOBODY/").status_code == 404


class LaterOn(datetime):
    """The clock of the door, on a day on which the first texts are in force."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return datetime(2027, 1, 5, 18, 0, tzinfo=tz)


def test_the_text_is_shown_word_for_word(
    coordinator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proofline.web.screens.datetime", LaterOn)
    text = unescape(coordinator.get(PAGE).content.decode())
    for version in ("rpm-en-1", "rpm-es-1"):
        assert all(said.text in text for said in text_of(version).says)
        assert f'value="{version}"' in text
    assert 'value="2027-01-05T12:00"' in text  # noon in Chicago


def test_a_consent_is_captured_by_the_text_that_was_read(
    monitored: Practice, coordinator: Client
) -> None:
    said = {"text_version": "rpm-es-1", "modality": "verbal", "disclosed": "yes"}
    answer = coordinator.post(f"{PAGE}consent/", {**said, "given_at": "2026-02-02T09:30"})
    assert answer.status_code == 303
    (row,) = the_book(monitored).shelf.rows("consents", patient_id={PATIENT})
    assert (row["text_version"], row["language"]) == ("rpm-es-1", "es")
    assert (row["cost_share_disclosed"], row["given_at"]) == ("true", "2026-02-02T15:30:00Z")
    revoked = {"consent_id": row["consent_id"], "revoked_at": "2026-02-20T10:00"}
    assert coordinator.post(f"{PAGE}revoke/", revoked).status_code == 303
    (row,) = the_book(monitored).shelf.rows("consents", patient_id={PATIENT})
    assert row["revoked_at"] == "2026-02-20T16:00:00Z"


@pytest.mark.parametrize(
    ("given_at", "told"),
    [("", "cannot be read"), ("2026-03-08T02:30", "twice or not at all"), ("soon", "cannot be")],
)
def test_a_time_that_is_none_is_refused_and_kept_in_the_form(
    monitored: Practice, coordinator: Client, given_at: str, told: str
) -> None:
    said = {"text_version": "rpm-en-1", "modality": "verbal", "panel": "consent"}
    answer = coordinator.post(f"{PAGE}consent/", {**said, "given_at": given_at})
    text = answer.content.decode()
    assert (answer.status_code, told in text) == (422, True)
    assert '<details id="consent" open>' in text
    assert not the_book(monitored).shelf.rows("consents", patient_id={PATIENT})


def test_time_and_a_call_are_logged_by_the_patients_clock(
    monitored: Practice, coordinator: Client
) -> None:
    said = {"began": "2026-02-18T09:00", "minutes": "11", "activity": "care_plan"}
    sent = coordinator.post(f"{PAGE}time/?period=2", {**said, "reason": "the timer was forgotten"})
    assert (sent.status_code, sent["Location"]) == (303, f"{PAGE}?period=2")
    entries = the_book(monitored).shelf.rows("time_entries", enrollment_id={"E-1"})
    last = entries[-1]
    assert (last["started_at"], last["ended_at"]) == (
        *("2026-02-18T15:00:00Z", "2026-02-18T15:11:00Z"),
    )
    called = {"began": "2026-02-18T10:00", "minutes": "4", "channel": "phone"}
    assert coordinator.post(f"{PAGE}call/", {**called, "reached": "patient"}).status_code == 303
    assert coordinator.post(f"{PAGE}call/", {**called, "reached": "a ghost"}).status_code == 422
    (call,) = the_book(monitored).shelf.rows("interactions", enrollment_id={"E-1"})
    assert (call["reached"], call["ended_at"]) == ("patient", "2026-02-18T16:04:00Z")


def test_typed_time_without_a_reason_comes_back_as_it_was_typed(coordinator: Client) -> None:
    said = {"began": "2026-02-18T09:00", "minutes": "11", "activity": "care_plan", "panel": "time"}
    answer = coordinator.post(f"{PAGE}time/", {**said, "reason": ""})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="2026-02-18T09:00"' in text
    assert "needs a reason" in text


def test_ones_own_time_is_corrected_and_taken_back(
    monitored: Practice, coordinator: Client
) -> None:
    to = {"entry_id": "T-1", "began": "2026-02-10T10:00", "minutes": "9", "activity": "review"}
    sent = coordinator.post(f"{PAGE}correct/", {**to, "reason": "the phone rang"})
    assert sent.status_code == 303
    page = seen(monitored, entry="T-1")
    assert page.entry is not None
    assert [one.ended for one in page.entry.versions] == [
        *("2026-02-10T16:12:30Z", "2026-02-10T16:09:00Z")
    ]
    coordinator.post(f"{PAGE}withdraw/", {"entry_id": "T-1", "reason": "another patient's"})
    assert [one["entry_id"] for one in the_book(monitored).shelf.rows("time_entries")] == ["T-2"]


def test_a_device_goes_back_and_comes_again(monitored: Practice, coordinator: Client) -> None:
    back = {"device_id": CUFF, "until": "2026-02-20"}
    assert coordinator.post(f"{PAGE}return/", back).status_code == 303
    assert (
        coordinator.post(f"{PAGE}pair/", {"device": "nothing", "since": "2026-02-21"}).status_code
        == 422
    )
    again = {"device": CUFF, "since": "2026-02-21"}
    assert coordinator.post(f"{PAGE}pair/", again).status_code == 303
    spans = [(one.since, one.until) for one in seen(monitored).papers.devices]
    assert spans == [("2026-01-05", "2026-02-20"), ("2026-02-21", "")]


def test_readings_are_reviewed_from_the_page(monitored: Practice, coordinator: Client) -> None:
    assert seen(monitored).unreviewed == 4
    coordinator.post(f"{PAGE}review/")
    assert seen(monitored).unreviewed == 0


def test_an_episode_ends_on_the_page(monitored: Practice, coordinator: Client) -> None:
    said = {"last": "2026-02-28", "reason": "moved away"}
    assert coordinator.post(f"{PAGE}end/", said).status_code == 303
    whose = seen(monitored).whose
    assert (whose.ended, whose.end_reason) == ("2026-02-28", "moved away")


@pytest.mark.parametrize("act", ["timer", "time", "call", "consent", "pair", "review", "end"])
def test_nobody_acts_whose_role_does_not_include_it(
    monitored: Practice, client_maker: None, act: str
) -> None:
    del client_maker
    said = {
        "began": "2026-02-18T09:00",
        "minutes": "5",
        "activity": "review",
        "reason": "x",
        "given_at": "2026-02-02T09:30",
        "text_version": "rpm-en-1",
        "device": CUFF,
        "since": "2026-02-21",
        "last": "2026-02-28",
    }
    assert client_of("north-biller").post(f"{PAGE}{act}/", said).status_code == 403
    assert monitored.tenant_id


def test_a_stranger_mends_a_missing_consent_and_the_line_is_ready(
    monitored: Practice, coordinator: Client
) -> None:
    """Cycle 1 has sixteen days, an order, a condition, a signature, and nobody's consent."""
    book = the_book(monitored)
    (row,) = book.shelf.rows("enrollments", enrollment_id={"E-1"})
    papers = {"order_date": "2026-01-02", "order_kind": "order", "ordering_performer_id": "D-1"}
    more = {"diagnoses": "I10", "established_on": "2025-11-03", "established": "true"}
    put(book, "enrollments", row | papers | more | {"place_of_service": "11"})
    cuff = {"device_id": CUFF, "kind": "blood_pressure", "fda_basis": "cleared"}
    put(book, "devices", cuff | {"fda_reference": "K000000"})
    put(book, "performers", {"performer_id": "D-1", "role": "physician", "bills_em": "true"})
    first = datetime(2026, 1, 6, 15, tzinfo=UTC)
    sent = [reading(f"J-{n}", "130", first + timedelta(days=n)) for n in range(16)]
    put(book, "readings", *sent)
    signed = {"sign_off_id": "S-1", "enrollment_id": "E-1", "performer_id": "D-1"}
    span = {"period_start": "2026-01-05", "period_end": "2026-02-03"}
    put(book, "sign_offs", {**signed, **span, "signed_at": "2026-02-04T15:00:00Z"})
    assert _outcome(monitored, "99454") == "not_billable"

    page = coordinator.get(f"{PAGE}?period=1").content.decode()
    assert "Read the consent</a>" in page
    said = {"text_version": "rpm-en-1", "modality": "written", "disclosed": "yes"}
    done = coordinator.post(f"{PAGE}consent/?period=1", {**said, "given_at": "2026-01-04T10:00"})
    assert done["Location"] == f"{PAGE}?period=1"

    assert _outcome(monitored, "99454") == "billable"
    assert 'chip good">ready' in coordinator.get(f"{PAGE}?period=1").content.decode()


def _outcome(practice: Practice, code: str) -> str:
    """Say how a line of cycle 1 stands today: what was captured today is known from today on."""
    book = practice.opened("coordinator")
    page = patient_page(book, "E-1", Asked("1"), datetime.now(UTC))
    assert page.of is not None
    return next(line.outcome for line in page.of.lines.each if line.code == code)


# Enrolling.

NEW = {
    "family_name": "Madeup",
    "given_name": "Nora",
    "record_number": "MRN-7",
    "time_zone": "America/Chicago",
    "program": "RPM",
    "billing": "D-1",
}


def test_somebody_new_is_enrolled_with_what_is_known(
    monitored: Practice, coordinator: Client
) -> None:
    said = {**NEW, "diagnoses": "i10, E11.9", "setup_date": "2026-02-01"}
    answer = coordinator.post("/enrol/", said, follow=True)
    assert "Madeup, Nora" in answer.content.decode()
    (row,) = the_book(monitored).shelf.rows("enrollments", patient_id={"MRN-7"})
    assert (row["diagnoses"], row["established"], row["order_date"]) == ("I10|E11.9", None, None)
    again = coordinator.post("/enrol/", NEW)
    assert (again.status_code, "is on file" in again.content.decode()) == (422, True)


def test_somebody_known_is_enrolled_once_a_program(
    monitored: Practice, coordinator: Client
) -> None:
    assert "Enrol" in coordinator.get(f"/enrol/?patient={OTHER}").content.decode()
    said = {"patient_id": OTHER, "program": "CCM", "billing": "D-1"}
    assert coordinator.post("/enrol/", said).status_code == 303
    assert coordinator.post("/enrol/", said).status_code == 422
    assert len(the_book(monitored).shelf.rows("enrollments", patient_id={OTHER})) == 1


@pytest.mark.parametrize("missing", ["time_zone", "record_number", "family_name"])
def test_nobody_is_enrolled_without_a_name_a_number_and_a_zone(
    monitored: Practice, coordinator: Client, missing: str
) -> None:
    assert coordinator.post("/enrol/", NEW | {missing: ""}).status_code == 422
    assert not the_book(monitored).shelf.rows("patients", patient_id={"MRN-7"})
