"""What was done by mistake at the bedside is undone: a wrong pairing, an alert that was closed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from made_up_people import CUFF, OTHER, PATIENT, SYSTOLIC, at, enrolled, put, reading, the_book
from made_up_practices import START, Practice
from proofline.desk.care import alerts, limits, pairing, reviewing
from proofline.desk.care.pairing import Mistaken
from proofline.desk.deciding import decide_patients
from proofline.desk.showing.intake.unheard import devices_page
from proofline.desk.trouble import DeskError
from proofline.insight.outlook import read_outlook
from proofline.store.ahead import outlooks
from proofline.store.book import by_ourselves
from proofline.store.vouching import ledger
from proofline.store.work.alerts import Limits
from proofline.store.work.versions import versions
from signing_in import client_of

if TYPE_CHECKING:
    from proofline.store.work.alerts import Waiting

SINCE = date(2026, 2, 20)
WRONG = Mistaken(CUFF, PATIENT, SINCE)


def wrongly_paired(desk: Practice) -> None:
    """Give the cuff to the wrong patient; it sends five days, one of them beyond the limits."""
    book = the_book(desk)
    pairing.pair(book, CUFF, PATIENT, START, since=SINCE)
    sent = [
        reading(f"R-{n}", "200" if n == 3 else "120", at(9) - timedelta(days=6 - n), patient_id="")
        for n in range(5)
    ]
    put(book, "readings", *sent)
    with by_ourselves(desk.tenant_id) as ours:
        limits.watch(ours, sent, START)


def with_limits(desk: Practice) -> None:
    one = Limits(PATIENT, SYSTOLIC, "value", "mm[Hg]", None, Decimal(180))
    limits.set_limits(desk.opened("clinician"), one, START)


def test_a_pairing_taken_for_a_mistake_stays_on_record_with_its_reason(desk: Practice) -> None:
    wrongly_paired(desk)
    pairing.unpair(the_book(desk), WRONG, "it is her sister's", START)
    assert the_book(desk).shelf.rows("assignments") == []
    first, last = versions(desk.tenant_id, "assignments", {"device_id": CUFF})
    assert (first.withdrawn, last.withdrawn, last.reason) == (False, True, "it is her sister's")
    assert last.recorded_by == the_book(desk).person_id


def test_what_a_wrong_device_sent_waits_for_the_right_patient(desk: Practice) -> None:
    wrongly_paired(desk)
    assert len(reviewing.unseen(the_book(desk), PATIENT)) == 5
    pairing.unpair(the_book(desk), WRONG, "it is another's", START)
    assert reviewing.unseen(the_book(desk), PATIENT) == []
    (one,) = devices_page(desk.opened("integrator"), START).nobodys
    assert (one.device_id, one.readings) == (CUFF, 5)
    pairing.pair(the_book(desk), CUFF, OTHER, START, since=SINCE)
    assert devices_page(desk.opened("integrator"), START).nobodys == ()
    assert len(reviewing.unseen(the_book(desk), OTHER)) == 5


@pytest.mark.slow
def test_days_of_a_wrong_device_count_for_nobody_until_it_is_given_anew(desk: Practice) -> None:
    wrong, right = agreed(desk, PATIENT), agreed(desk, OTHER)
    wrongly_paired(desk)
    assert (days_of(desk, wrong), days_of(desk, right)) == (5, 0)
    pairing.unpair(the_book(desk), WRONG, "it is another's", START)
    assert (days_of(desk, wrong), days_of(desk, right)) == (0, 0)
    pairing.pair(the_book(desk), CUFF, OTHER, START, since=SINCE)
    assert (days_of(desk, wrong), days_of(desk, right)) == (0, 5)


def test_a_device_taken_back_and_then_said_to_be_anothers_waits_again(desk: Practice) -> None:
    wrongly_paired(desk)
    pairing.take_back(the_book(desk), CUFF, date(2026, 2, 27), START)
    pairing.unpair(the_book(desk), WRONG, "it is another's", START)
    (one,) = devices_page(desk.opened("integrator"), START).nobodys
    assert one.readings == 5


def test_a_device_that_was_taken_back_at_the_desk_and_sends_on_is_nobodys(desk: Practice) -> None:
    agreed(desk, PATIENT)
    wrongly_paired(desk)
    pairing.take_back(the_book(desk), CUFF, date(2026, 2, 25), START)
    (one,) = devices_page(desk.opened("integrator"), START).nobodys
    assert (one.device_id, one.readings) == (CUFF, 3)


@pytest.mark.parametrize(
    ("said", "reason", "code"),
    [
        (WRONG, " ", "desk.no_reason"),
        (Mistaken(CUFF, OTHER, SINCE), "a slip", "desk.not_paired"),
        (Mistaken(CUFF, PATIENT, date(2026, 2, 21)), "a slip", "desk.not_paired"),
    ],
)
def test_what_was_not_so_is_not_undone(
    desk: Practice, said: Mistaken, reason: str, code: str
) -> None:
    wrongly_paired(desk)
    with pytest.raises(DeskError) as refused:
        pairing.unpair(the_book(desk), said, reason, START)
    assert refused.value.code == code
    assert len(the_book(desk).shelf.rows("assignments")) == 1


def test_alerts_about_what_a_wrong_device_sent_are_closed_with_it_and_no_other(
    desk: Practice,
) -> None:
    with_limits(desk)
    wrongly_paired(desk)
    own = reading("R-OWN", "210", at(9))
    put(the_book(desk), "readings", own)
    with by_ourselves(desk.tenant_id) as ours:
        limits.watch(ours, [own], START)
        alerts.listen_for_silence(ours, START + timedelta(days=9))
    assert len(open_alerts(desk)) == 3
    pairing.unpair(the_book(desk), WRONG, "it is another's", START)
    assert [one.subject for one in open_alerts(desk)] == ["R-OWN value"]


def test_an_alert_closed_by_mistake_is_opened_again_with_a_reason(desk: Practice) -> None:
    alert = closed_alert(desk)
    clinician = desk.opened("clinician")
    with pytest.raises(DeskError, match="reason"):
        alerts.reopen(clinician, alert.alert_id, " ", START)
    alerts.reopen(clinician, alert.alert_id, "it was the other patient", START)
    (again,) = open_alerts(desk)
    assert (again.owner_id, again.outcome) == (clinician.person_id, "called, is well")
    assert ledger().kept(ledger().size() - 1).entry.kind == "alert.reopen"
    with pytest.raises(DeskError, match="is open"):
        alerts.reopen(clinician, alert.alert_id, "once more", START)
    alerts.close(clinician, alert.alert_id, "called the right one", START)
    assert open_alerts(desk) == []


@pytest.mark.slow
def test_both_are_undone_on_the_page_of_the_patient(desk: Practice) -> None:
    alert, enrollment = closed_alert(desk), enrolled(desk)
    client = client_of("north-coordinator")
    page = f"/patient/{enrollment}/"
    text = client.get(page).content.decode()
    assert "called, is well" in text
    refused = client.post(f"{page}reopen/", {"alert_id": alert.alert_id, "reason": ""})
    assert refused.status_code == 422
    slip = {"alert_id": alert.alert_id, "reason": "a slip"}
    text = client.post(f"{page}reopen/", slip, follow=True).content.decode()
    assert "The alert is open again, and yours." in text
    assert "closed before with: called, is well" in text
    wrong = {"device_id": CUFF, "since": SINCE.isoformat(), "reason": "another's"}
    text = client.post(f"{page}unpair/", wrong, follow=True).content.decode()
    assert "waits for whoever had it" in text
    assert "No device was ever with the patient." in text
    assert client.post(f"{page}unpair/", wrong).status_code == 422


def agreed(desk: Practice, patient_id: str) -> str:
    """Enrol a patient who agreed."""
    said: dict[str, str | None] = {
        "consent_id": f"C-{patient_id}",
        "patient_id": patient_id,
        "program": "RPM",
    }
    put(
        the_book(desk),
        "consents",
        said | {"modality": "verbal", "given_at": "2026-01-04T15:00:00Z"},
    )
    return enrolled(desk, patient_id)


def closed_alert(desk: Practice) -> Waiting:
    """Close the alert about a reading of the cuff."""
    with_limits(desk)
    wrongly_paired(desk)
    (alert,) = open_alerts(desk)
    alerts.take(the_book(desk), alert.alert_id, START)
    alerts.close(the_book(desk), alert.alert_id, "called, is well", START)
    return alert


def open_alerts(desk: Practice) -> list[Waiting]:
    return alerts.waiting(the_book(desk), START, PATIENT)


def days_of(desk: Practice, enrollment: str) -> int:
    """Decide both patients, and count the days with readings of the open cycle."""
    with by_ourselves(desk.tenant_id) as book:
        decide_patients(book, {PATIENT, OTHER}, START.date(), START)
        kept = outlooks.of_enrollment(desk.tenant_id, enrollment)
    cycle = next(row for row in kept if row.period_kind == "cycle" and row.listed)
    return next(r.so_far for r in read_outlook(cycle.record).rungs if r.code == "99454")


def test_what_waited_for_its_patient_raises_the_alert_when_the_device_is_given(
    desk: Practice,
) -> None:
    put(the_book(desk), "readings", reading("R-1", "200", at(9), patient_id=""))
    with_limits(desk)
    pairing.pair(the_book(desk), CUFF, PATIENT, START, since=SINCE)
    (raised,) = alerts.waiting(the_book(desk), START, PATIENT)
    assert (raised.kind, raised.subject) == (alerts.BEYOND, "R-1 value")


def test_what_the_device_sent_before_it_was_given_raises_none(desk: Practice) -> None:
    put(the_book(desk), "readings", reading("R-1", "200", at(9), patient_id=""))
    with_limits(desk)
    pairing.pair(the_book(desk), CUFF, PATIENT, START, since=at(9).date() + timedelta(days=1))
    assert alerts.waiting(the_book(desk), START, PATIENT) == []


def test_an_alert_about_a_reading_of_the_wrong_patient_is_raised_for_the_right_one(
    desk: Practice,
) -> None:
    with_limits(desk)
    theirs = Limits(OTHER, SYSTOLIC, "value", "mm[Hg]", None, Decimal(180))
    limits.set_limits(desk.opened("clinician"), theirs, START)
    wrongly_paired(desk)
    pairing.unpair(the_book(desk), WRONG, "it is another's", START)
    pairing.pair(the_book(desk), CUFF, OTHER, START, since=SINCE)
    (raised,) = alerts.waiting(the_book(desk), START, OTHER)
    assert raised.subject == "R-3 value"
    assert alerts.waiting(the_book(desk), START, PATIENT) == []


def test_alerts_that_an_unpairing_closed_are_open_again_once_it_was_right_after_all(
    desk: Practice,
) -> None:
    """A person's closing stays: that one reading was looked after."""
    with_limits(desk)
    wrongly_paired(desk)
    late = [reading(f"LATE-{n}", "190", at(10), patient_id="") for n in (1, 2)]
    put(the_book(desk), "readings", *late)
    listened(desk, late)
    assert len(open_alerts(desk)) == 4
    ours = the_book(desk)
    looked = next(one for one in open_alerts(desk) if one.subject == "LATE-1 value")
    taken = next(one for one in open_alerts(desk) if one.subject == "LATE-2 value")
    alerts.take(ours, looked.alert_id, START)
    alerts.close(ours, looked.alert_id, "called, is well", START)
    alerts.take(ours, taken.alert_id, START)
    pairing.unpair(ours, WRONG, "it is another's", START)
    assert open_alerts(desk) == []
    pairing.pair(the_book(desk), CUFF, PATIENT, START, since=SINCE)
    listened(desk, [])
    found = {one.subject.split(" ")[0]: one for one in open_alerts(desk)}
    assert set(found) == {"R-3", "LATE-2", CUFF}
    assert {one.owner_id for one in found.values()} == {None}
    listened(desk, late)
    assert len(open_alerts(desk)) == 3


def test_a_device_that_is_silent_with_the_right_patient_is_missed_there_too(desk: Practice) -> None:
    wrongly_paired(desk)
    listened(desk, [])
    pairing.unpair(the_book(desk), WRONG, "it is another's", START)
    pairing.pair(the_book(desk), CUFF, OTHER, START, since=SINCE)
    listened(desk, [])
    (missed,) = alerts.waiting(the_book(desk), START, OTHER)
    assert missed.kind == alerts.SILENT
    assert open_alerts(desk) == []


def test_a_device_that_was_silent_before_it_was_given_is_not_missed_at_once(desk: Practice) -> None:
    wrongly_paired(desk)
    listened(desk, [])
    pairing.unpair(the_book(desk), WRONG, "it is another's", START)
    pairing.pair(the_book(desk), CUFF, OTHER, START, since=at(9).date() + timedelta(days=1))
    listened(desk, [])
    assert alerts.waiting(the_book(desk), START, OTHER) == []


@pytest.mark.parametrize(("own", "left"), [("kPa", 1), ("mm[Hg]", 0)])
def test_a_doubt_about_units_goes_with_the_device_that_alone_raised_it(
    desk: Practice, own: str, left: int
) -> None:
    with_limits(desk)
    pairing.pair(the_book(desk), CUFF, PATIENT, START, since=SINCE)
    sent = [
        reading("R-1", "16", at(9), patient_id="", unit="kPa"),
        reading("R-2", "16", at(9), device_id="D-OWN", unit=own),
    ]
    put(the_book(desk), "readings", *sent)
    with by_ourselves(desk.tenant_id) as ours:
        limits.watch(ours, sent, START)
    assert [one.kind for one in open_alerts(desk)] == [alerts.UNSURE]
    pairing.unpair(the_book(desk), WRONG, "it is another's", START)
    assert len(open_alerts(desk)) == left


def listened(desk: Practice, sent: list[dict[str, str | None]]) -> None:
    """Watch readings, and listen for silence nine days later."""
    with by_ourselves(desk.tenant_id) as ours:
        limits.watch(ours, sent, START)
        alerts.listen_for_silence(ours, START + timedelta(days=9))
