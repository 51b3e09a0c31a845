"""What is done on the patient's page without leaving it, and enrolling somebody."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from html import unescape
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from made_up_monitoring import PAGE, monitored, seen
from made_up_people import CUFF, OTHER, PATIENT, put, reading, the_book
from made_up_practices import Practice
from proofline.desk.care.consenting import doubts
from proofline.desk.showing.patient.page import Asked, patient_page
from proofline.packs.consents.texts import text_of
from signing_in import INLINE, client_of

if TYPE_CHECKING:
    from django.test import Client


__all__ = ["monitored"]


@pytest.fixture
def client_maker(practice: Practice) -> None:
    assert practice.tenant_id


@pytest.fixture
def coordinator(monitored: Practice) -> Client:
    assert monitored.tenant_id
    return client_of("north-coordinator")


@pytest.mark.slow
def test_the_page_says_all_of_it_and_has_nothing_inline(coordinator: Client) -> None:
    answer = coordinator.get(f"{PAGE}?period=2&day=2026-02-10&entry=T-1")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert not INLINE.search(text)
    assert "142 / 88 mmHg" in text
    assert "Every version of the entry" in text
    assert coordinator.get("/patient/E-NOBODY/").status_code == 404


def test_a_clinician_opens_a_period_without_readings(monitored: Practice) -> None:
    """Limits are set in the unit of a curve, and such a period has none."""
    assert monitored.tenant_id
    doctor = client_of("north-clinician")
    with_readings, without = doctor.get(f"{PAGE}?period=2"), doctor.get(f"{PAGE}?period=3")
    assert (with_readings.status_code, without.status_code) == (200, 200)
    assert 'id="limit-unit" name="unit" required value="mm[Hg]"' in with_readings.content.decode()
    assert "choose a period in which some came" in without.content.decode()
    assert 'id="limit-unit"' not in without.content.decode()


class LaterOn(datetime):
    """The clock of the door, on a day on which the first texts are in force."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> LaterOn:
        return cls(2027, 1, 5, 18, 0, tzinfo=tz)


@pytest.mark.slow
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
    text = coordinator.get(PAGE).content.decode()
    assert "The patient took it back, by the clock of America/Chicago" in text
    revoked = {"consent_id": row["consent_id"], "revoked_at": "2026-02-20T10:00"}
    assert coordinator.post(f"{PAGE}revoke/", revoked).status_code == 303
    (row,) = the_book(monitored).shelf.rows("consents", patient_id={PATIENT})
    assert row["revoked_at"] == "2026-02-20T16:00:00Z"


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_text_that_was_not_in_force_yet_is_told_and_stays_to_be_seen(
    monitored: Practice, coordinator: Client
) -> None:
    assert monitored.tenant_id
    said = {"text_version": "rpm-en-1", "modality": "verbal", "disclosed": "yes"}
    early = f"{text_of('rpm-en-1').effective - timedelta(days=1)}T09:30"
    answer = coordinator.post(f"{PAGE}consent/", {**said, "given_at": early}, follow=True)
    words = "rpm-en-1 is in force from"
    told = answer.content.decode()
    assert "An auditor will ask: given on " in told
    assert words in told
    assert words in coordinator.get(PAGE).content.decode()  # also when the message is gone


def consent_row(given_at: str, captured_at: str) -> dict[str, str | None]:
    return {
        "consent_id": "C-1", "patient_id": PATIENT, "program": "RPM", "text_version": "rpm-en-1",
        "language": "en", "cost_share_disclosed": "true", "given_at": given_at,
        "captured_at": captured_at, "revoked_at": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given_at", "captured_at", "told"),
    [
        # rpm-en-1 is in force from 22 November 2026; Chicago is six hours behind UTC
        ("2026-11-22T06:00:00Z", "2026-11-22T06:00:00Z", []),
        ("2026-11-22T05:59:59Z", "2026-11-22T06:00:00Z", ["not_yet_in_force"]),
        ("2027-01-05T18:00:00Z", "2027-01-05T18:00:00Z", []),
        ("2027-01-05T18:00:00Z", "2027-01-04T18:00:00Z", ["captured_before_given"]),
        ("2027-01-05T18:00:00Z", "2027-06-05T18:00:00Z", ["captured_late"]),
    ],
)
def test_what_an_auditor_would_ask_of_a_consent(
    given_at: str, captured_at: str, told: list[str]
) -> None:
    found = doubts(consent_row(given_at, captured_at), ZoneInfo("America/Chicago"))
    assert [one.what for one in found] == told


@pytest.mark.slow
def test_how_a_patient_agreed_is_never_assumed(monitored: Practice, coordinator: Client) -> None:
    said = {"text_version": "rpm-en-1", "panel": "consent", "given_at": "2026-02-02T09:30"}
    answer = coordinator.post(f"{PAGE}consent/", said)
    assert (answer.status_code, "is not said" in answer.content.decode()) == (422, True)
    assert not the_book(monitored).shelf.rows("consents", patient_id={PATIENT})


@pytest.mark.slow
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


@pytest.mark.slow
def test_typed_time_without_a_reason_comes_back_as_it_was_typed(coordinator: Client) -> None:
    said = {"began": "2026-02-18T09:00", "minutes": "11", "activity": "care_plan", "panel": "time"}
    answer = coordinator.post(f"{PAGE}time/", {**said, "reason": ""})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="2026-02-18T09:00"' in text
    assert "needs a reason" in text


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_readings_are_reviewed_from_the_page(monitored: Practice, coordinator: Client) -> None:
    assert seen(monitored).unreviewed == 4
    coordinator.post(f"{PAGE}review/")
    assert seen(monitored).unreviewed == 0


@pytest.mark.slow
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
        "modality": "verbal",
        "device": CUFF,
        "since": "2026-02-21",
        "last": "2026-02-28",
    }
    assert client_of("north-biller").post(f"{PAGE}{act}/", said).status_code == 403
    assert monitored.tenant_id


@pytest.mark.slow
def test_a_stranger_mends_a_missing_consent_and_the_line_is_ready(
    monitored: Practice, coordinator: Client
) -> None:
    """Cycle 1 has sixteen days, an order, a condition, a signature, and nobody's consent."""
    book = the_book(monitored)
    (row,) = book.shelf.rows("enrollments", enrollment_id={"E-1"})
    papers = {"order_date": "2026-01-02", "order_kind": "order", "ordering_performer_id": "D-1"}
    more = {"diagnoses": "I10", "established_on": "2025-11-03", "established": "true"}
    put(book, "enrollments", {**row, **papers, **more, "place_of_service": "11"})
    cuff = {"device_id": CUFF, "kind": "blood_pressure", "fda_basis": "cleared"}
    put(book, "devices", {**cuff, "fda_reference": "K000000"})
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_timer_that_runs_for_the_wrong_patient_is_let_go_with_a_reason(
    monitored: Practice, coordinator: Client
) -> None:
    start, discard = f'action="{PAGE}timer/', f'action="{PAGE}discard/'
    before = the_book(monitored).shelf.rows("time_entries", enrollment_id={"E-1"})
    text = coordinator.get(PAGE).content.decode()
    assert (start in text, discard in text) == (True, False)
    assert coordinator.post(f"{PAGE}timer/", {"activity": "review"}).status_code == 303
    text = coordinator.get(PAGE).content.decode()
    assert (start in text, discard in text) == (False, True)  # it runs already
    refused = coordinator.post(f"{PAGE}discard/", {"reason": " ", "panel": "discard"})
    assert refused.status_code == 422
    assert '<details id="discard" open>' in refused.content.decode()
    answer = coordinator.post(f"{PAGE}discard/", {"reason": "the wrong patient"}, follow=True)
    text = answer.content.decode()
    assert "no time is logged" in text
    assert (start in text, discard in text) == (True, False)
    assert the_book(monitored).shelf.rows("time_entries", enrollment_id={"E-1"}) == before


def test_what_is_missing_leads_to_its_cure_and_a_number_to_its_evidence(
    coordinator: Client,
) -> None:
    text = coordinator.get(PAGE).content.decode()
    _, papers = text.split('id="papers-name"')
    assert "do=consent#consent" in papers.split("</ul>")[0]
    led = set(re.findall(r'href="#([^"]+)"', text))
    assert {"calls-name", "work-name", "period", "papers-name"} <= led
    assert led <= set(re.findall(r'id="([^"]+)"', text))


@pytest.mark.slow
def test_a_call_is_taken_back_on_the_page_by_whoever_made_it(
    monitored: Practice, coordinator: Client
) -> None:
    said = {"began": "2026-02-20T10:00", "minutes": "6", "channel": "phone", "reached": "patient"}
    assert coordinator.post(f"{PAGE}call/", said).status_code == 303
    (row,) = the_book(monitored).shelf.rows("interactions", enrollment_id={"E-1"})
    there, doctor = f"{PAGE}?period=2", client_of("north-clinician")
    assert f"{PAGE}uncall/" in coordinator.get(there).content.decode()
    assert f"{PAGE}uncall/" not in doctor.get(there).content.decode()
    mistake = {"call_id": row["interaction_id"] or "", "reason": "another patient's"}
    assert doctor.post(f"{PAGE}uncall/", mistake).status_code == 422
    answer = coordinator.post(f"{PAGE}uncall/?period=2", mistake, follow=True)
    assert "The call is taken back" in answer.content.decode()
    assert "No call is logged" in answer.content.decode()


@pytest.mark.slow
def test_a_month_beside_the_cycles_says_that_it_carries_nothing(coordinator: Client) -> None:
    words = "This program is billed by cycles."
    assert words in coordinator.get(f"{PAGE}?period=2026-02").content.decode()
    assert words not in coordinator.get(f"{PAGE}?period=2").content.decode()
