"""One patient's page: both clocks, days, readings, lines with cures, and every act on it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.template.loader import render_to_string
from msgspec.structs import replace

from made_up_monitoring import PAGE, consent, monitored, seen
from made_up_people import PATIENT, put, the_book
from made_up_practices import EACH_ROLE, START, Practice
from proofline.desk.roles import NotAllowed
from proofline.desk.showing.patient.page import Asked, PatientPage, patient_page
from proofline.errors import WrongUse
from proofline.insight import Rung
from proofline.store.models import Look
from proofline.store.trouble import NotVisible
from signing_in import client_of

__all__ = ["monitored"]

if TYPE_CHECKING:
    from proofline.explain.explanation import Period

SEES = {"coordinator", "clinician", "billing_practitioner", "biller", "compliance"}


def period_of(page: PatientPage) -> Period:
    assert page.of is not None
    return page.of.period


# What is shown.


@pytest.mark.slow
def test_the_cycle_that_runs_today_is_shown_first(monitored: Practice) -> None:
    period = period_of(seen(monitored))
    assert (period.kind, period.number) == ("cycle", 2)
    assert (period.start, period.end) == (date(2026, 2, 4), date(2026, 3, 5))


@pytest.mark.slow
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


@pytest.mark.slow
def test_each_day_says_what_it_does_and_why(monitored: Practice) -> None:
    consent(monitored)
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
    cures = {one.panel: one.codes for one in page.of.lines.cures}
    assert len(cures) == len(page.of.lines.cures), "each act is offered once"
    assert cures["consent"] == tuple(line.code for line in page.of.lines.each)
    assert {one.name: one.state for one in page.checklist}["consent"] == "missing"


def test_a_reason_that_several_lines_share_is_told_once(monitored: Practice) -> None:
    """Nobody spoke with the patient, which keeps back the codes of management and no other."""
    page = seen(monitored)
    assert page.of is not None
    lines = page.of.lines
    told = [said for shared in lines.together for said in shared.said]
    told += [said for line in lines.each for said in line.against]
    assert len(told) == len(set(told))
    (calls,) = [one for one in lines.together if "live calls" in {s.fact for s in one.said}]
    assert calls.codes == ("99457", "99458", "99470")


def test_a_day_opens_its_readings(monitored: Practice) -> None:
    consent(monitored)
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


def test_a_program_without_cycles_has_its_months_on_the_line(monitored: Practice) -> None:
    made = {"enrollment_id": "E-2", "patient_id": PATIENT, "program": "CCM"}
    more = {"billing_performer_id": "D-1", "order_date": "2026-01-10"}
    put(the_book(monitored), "enrollments", {**made, **more})
    page = patient_page(monitored.opened("coordinator"), "E-2", Asked(period="2026-02"), START)
    assert page.of is not None
    line = page.of.timeline
    assert line is not None
    assert [box.asked for box in line.cycles] == ["2026-01", "2026-02", "2026-03"]
    assert [box.here for box in line.cycles] == [False, True, False]
    assert [round(box.width * 90 / 1000) for box in line.cycles] == [31, 28, 31]
    assert line.months == ()  # they would be the same once more
    assert line.today == round((31 + 28 + 1) / 90 * 1000, 1)


def told_ahead(**said: object) -> str:
    """Tell of a rung of minutes as the page does, without its marks."""
    rung = Rung(
        *("99470", "treatment_minutes", 0, 0, 10, None, 1, None, 2_605, True, None, None),
        *("at_risk", 0, False, (), "words"),
    )
    made = replace(rung, **said)
    told = render_to_string("parts/patient/ahead.html", {"rung": made})
    pieces = re.findall(r"<span>(?:\s*)(.*?)(?:\s*)</span>", told)
    return " | ".join(pieces)


def test_what_is_ahead_of_a_code_is_told_piece_by_piece() -> None:
    end, early = date(2026, 3, 5), date(2026, 3, 4)
    assert told_ahead(last_day_call=end) == "$26.05 | until 5 Mar 2026"
    assert told_ahead(chance=0.6, last_day_call=end, stake_cents=None) == (
        "reached 6 of 10 times from here | until 5 Mar 2026"
    )
    # Minutes do not come of readings: without data they do not count, which is said by itself.
    assert told_ahead(last_day_call=end, last_day_reading=early) == (
        "$26.05 | until 5 Mar 2026 | readings are missing as well: every day from 4 Mar 2026 on at"
        " the latest"
    )
    days = told_ahead(fact="transmission_days", chance=0.5, last_day_reading=early)
    assert days.startswith("chance 50 % | $26.05 | readings every day from 4 Mar 2026 on")


@pytest.mark.slow
def test_readings_are_drawn_with_their_limits(monitored: Practice, client_maker: None) -> None:
    del client_maker
    consent(monitored)
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
    consent(monitored)
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


@pytest.mark.parametrize("role", EACH_ROLE)
def test_only_who_may_sees_a_patient(monitored: Practice, role: str) -> None:
    if role in SEES:
        assert seen(monitored, role).whose.patient_id == PATIENT
    else:
        with pytest.raises(NotAllowed):
            seen(monitored, role)


@pytest.mark.slow
def test_a_biller_sees_no_reading(monitored: Practice, client_maker: None) -> None:
    del client_maker
    consent(monitored)
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


@pytest.mark.slow
def test_a_look_is_put_on_record_and_shown_to_compliance(monitored: Practice) -> None:
    seen(monitored)
    assert Look.objects.filter(patient_id=PATIENT, act="reading.see", allowed=True).exists()
    looks = seen(monitored, "compliance").looks
    assert looks is not None
    assert "north-coordinator" in {one.who for one in looks}
    assert seen(monitored).looks is None
