"""The practice as its owner sees it: counted by hand here, and never by name."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import made_up_payer as payer
from made_up_billing import (
    AS_OF,
    NOW,
    PATIENT,
    decided_practice,
    decisions_of_one,
    drafted,
    sent,
)
from made_up_censuses import enrol, file_of, owner, worked
from made_up_people import put
from made_up_practices import EACH_ROLE, Practice
from proofline.desk.billing import answering
from proofline.desk.billing.papers import keep_paper
from proofline.desk.care.alerts import SILENT
from proofline.desk.roles import NotAllowed
from proofline.desk.showing.practice import behind, census, hours, money, payers
from proofline.desk.showing.practice.behind import Asked
from proofline.store.book import by_ourselves
from proofline.store.counting import last_decisions
from proofline.store.counting.census import WhichEnrollments
from proofline.store.decided import keep
from proofline.store.models import Alert, Look
from proofline.web.columns import Series, columns
from proofline.web.exporting import as_csv, harmless
from signing_in import INLINE, client_of

if TYPE_CHECKING:
    from django.http import HttpResponse

__all__ = ["decided_practice"]

MAY = {"owner", "compliance"}
PAGES = ("/practice/", "/practice/census/", "/practice/staff/", "/practice/payers/")
LISTS = ("/practice/lines/", "/practice/enrollments/", "/practice/entries/")


# Census.


def test_months_count_who_began_who_ended_and_who_is_there(practice: Practice) -> None:
    enrol(practice, "E1", "RPM", setup_date="2026-01-05")
    enrol(practice, "E2", "RPM", setup_date="2026-01-20", end_date="2026-03-10")
    enrol(practice, "E3", "RPM", established_on="2026-03-31")
    enrol(practice, "E4", "CCM")
    found = census.census(owner(practice), NOW)
    told = {one.month: (one.begun, one.ended, one.enrolled) for one in found.months}
    # E4 has no day on file: it began nobody knows when, and is there all along.
    assert told["2025-12"] == (0, 0, 1)
    assert told["2026-01"] == (2, 0, 3)
    assert told["2026-03"] == (1, 1, 3)
    assert told["2026-04"] == (0, 0, 3)
    assert [(one.program, one.enrolled, one.ended, one.undated) for one in found.programs] == [
        ("CCM", 1, 0, 1),
        ("RPM", 2, 1, 0),
    ]


def test_a_corrected_enrollment_counts_once(practice: Practice) -> None:
    enrol(practice, "E1", "RPM", setup_date="2026-01-05")
    enrol(practice, "E1", "RPM", setup_date="2026-02-05")
    found = census.census(owner(practice), NOW)
    assert sum(one.begun for one in found.months) == 1
    assert found.enrolled == 1


def test_payers_of_today_and_those_without_one(practice: Practice) -> None:
    enrol(practice, "E1", "RPM", setup_date="2026-01-05")
    enrol(practice, "E2", "RPM", setup_date="2026-01-05")
    enrol(practice, "E3", "RPM", setup_date="2026-01-05", end_date="2026-02-01")
    for patient, to in (("P-E1", ""), ("P-E2", "2026-03-01"), ("P-E3", "")):
        row = {"coverage_id": f"C-{patient}", "patient_id": patient, "payer_id": "MADE-UP"}
        more = {"kind": "medicare_ffs", "from_date": "2020-01-01", "to_date": to or None}
        put(practice.opened("coordinator"), "coverages", {**row, **more}, when=NOW)
    told = {one.payer_id: one.patients for one in census.census(owner(practice), NOW).payers}
    assert told == {"MADE-UP": 1, "": 1}
    directory = b'[payer.MADE-UP]\nid = "99999"\nname = "Made-up Medicare"\n'
    keep_paper(practice.opened("biller"), "directory", directory, NOW)
    page = client_of("north-owner").get("/practice/census/").content.decode()
    assert "Made-up Medicare" in page, "a payer is called by the name that claims give it"
    assert 'href="/intake/"' not in page, "nor is an owner led to where no owner comes in"


def test_the_list_behind_a_month_is_that_months(practice: Practice) -> None:
    enrol(practice, "E1", "RPM", setup_date="2026-01-05")
    enrol(practice, "E2", "RPM", setup_date="2026-02-05")
    which = WhichEnrollments("RPM", begun="2026-02")
    (row,) = census.enrollments(owner(practice), which, 0, NOW).rows
    assert row.enrollment_id == "E2"
    assert Look.objects.filter(patient_id="P-E2", act="figures.see").count() == 1


def test_every_number_of_the_census_leads_to_so_many_enrollments(practice: Practice) -> None:
    enrol(practice, "E1", "RPM", setup_date="2025-06-05")
    enrol(practice, "E2", "RPM", setup_date="2026-01-20", end_date="2026-03-10")
    enrol(practice, "E3", "RPM", established_on="2026-03-31")
    enrol(practice, "E4", "CCM")
    enrol(practice, "E5", "CCM", setup_date="2026-06-05")  # begins when today's month is over
    enrol(practice, "E6", "CCM", setup_date="2026-01-05", end_date="2026-06-05")
    for patient, whose in (("P-E1", "MADE-UP"), ("P-E3", "OTHER")):
        row = {"coverage_id": f"C-{patient}", "patient_id": patient, "payer_id": whose}
        more = {"kind": "medicare_ffs", "from_date": "2020-01-01"}
        put(practice.opened("coordinator"), "coverages", {**row, **more}, when=NOW)
    desk = owner(practice)
    found = census.census(desk, NOW)

    def there(which: WhichEnrollments) -> list[str]:
        return sorted(one.enrollment_id for one in census.enrollments(desk, which, 0, NOW).rows)

    for month in found.months:
        assert len(there(WhichEnrollments("", there=month.month))) == month.enrolled
    assert there(WhichEnrollments("", there="2026-02")) == ["E1", "E2", "E4", "E6"]
    assert [one.enrolled for one in found.programs] == [2, 2]
    today = f"{NOW:%Y-%m}"
    for one in found.programs:
        assert len(there(WhichEnrollments(one.program, there=today))) == one.enrolled
        assert len(there(WhichEnrollments(one.program, over=today))) == one.ended
    for covered in found.payers:
        asked = WhichEnrollments("", payer=covered.payer_id, kind=covered.kind)
        assert len(there(asked)) == covered.patients, "each has one enrollment here"
    assert there(WhichEnrollments("", payer="")) == ["E4", "E5", "E6"]


def test_patients_with_a_silent_device_are_listed(practice: Practice) -> None:
    enrol(practice, "E1", "RPM", setup_date="2026-01-05")
    enrol(practice, "E2", "RPM", setup_date="2026-01-05")
    enrol(practice, "E3", "CCM", setup_date="2026-01-05", patient_id="P-E2")
    desk = owner(practice)
    for device in ("made up", "made up too", "and a third"):
        said = {"kind": SILENT, "subject": device, "raised_at": NOW}
        Alert.objects.create(tenant_id=desk.tenant_id, patient_id="P-E2", **said)
    rows = census.enrollments(desk, WhichEnrollments("", alert=SILENT), 0, NOW).rows
    assert census.census(desk, NOW).silent == len(rows) == 2
    page = client_of("north-owner").get("/practice/enrollments/?silent=yes").content.decode()
    assert "E3" in page
    assert "E2" in page
    assert "E1" not in page


# Hours.


def test_minutes_and_patients_by_person_and_month(practice: Practice) -> None:
    enrol(practice, "E1", "RPM", setup_date="2026-01-05")
    enrol(practice, "E2", "RPM", setup_date="2026-01-05")
    worked(practice, "T1", "E1", "2026-03-02T10:00:00Z", "2026-03-02T10:25:00Z")  # 25 minutes
    worked(practice, "T2", "E2", "2026-03-31T23:50:00-05:00", "2026-04-01T00:20:00-05:00")  # 30
    worked(practice, "T3", "E1", "2026-03-05T10:00:00Z", "soon")
    worked(practice, "T4", "E1", "2026-02-28T10:00:00Z", "2026-02-28T10:09:59Z")
    worked(practice, "T4", "E1", "2026-02-28T10:00:00Z", "2026-02-28T10:02:59Z")  # corrected: 2
    (nurse,) = hours.staff(owner(practice), NOW).people
    told = {one.month: (one.minutes, one.patients, one.unknown) for one in nurse.loads}
    assert told["2026-03"] == (55, 2, 1)
    assert told["2026-02"] == (2, 1, 0)
    assert told["2026-04"] == (0, 0, 0)
    rows = hours.entries(owner(practice), "NURSE", "2026-03", (0, hours.PAGE), at=NOW).rows
    assert [one.entry_id for one in rows] == ["T1", "T3", "T2"]
    minutes = [one.length and one.length.total_seconds() / 60 for one in rows]
    assert minutes == [25, None, 30]


# Money.


def by_month(outcome: str) -> Counter[str]:
    return Counter(
        (one["service_date"] or one["period"]["end"])[:7]
        for one in decisions_of_one()
        if one["outcome"] == outcome
    )


def test_earned_is_what_is_billable_by_month_of_service(decided_practice: Practice) -> None:
    found = money.money(owner(decided_practice), NOW)
    earned = {one.month: one.sums[0].lines for one in found.months if one.sums[0].lines}
    assert earned == dict(by_month("billable"))
    assert found.sums[0].unpriced == found.sums[0].lines > 0
    assert found.sums[0].amount is None
    leaking = {one.month: one.sums[4].lines for one in found.months if one.sums[4].lines}
    assert leaking == dict(by_month("held"))
    assert (*found.latest, *found.earlier) == found.months[::-1]
    assert len(found.latest) == money.LATEST < len(found.months)


def test_a_decision_that_turns_is_counted_once(decided_practice: Practice) -> None:
    """Counts are moved on with each act; made anew they have to come to the same."""
    book = owner(decided_practice)
    before = money.money(book, NOW)
    turned = [
        {**one, "outcome": "held" if one["outcome"] == "billable" else one["outcome"]}
        for one in decisions_of_one()
        if one["code"] == "99454"
    ]
    moved = sum(
        one["outcome"] == "billable" and one["code"] == "99454" for one in decisions_of_one()
    )
    assert moved
    for _ in range(2):  # decided twice, counted once
        with by_ourselves(decided_practice.tenant_id) as ours, ours.act("decision", NOW) as act:
            keep(act, turned, AS_OF)
    after = money.money(book, NOW)
    assert after.sums[0].lines == before.sums[0].lines - moved
    assert after.sums[4].lines == before.sums[4].lines + moved
    with by_ourselves(decided_practice.tenant_id):
        last_decisions.rebuild(decided_practice.tenant_id)
    assert money.money(book, NOW) == after


@pytest.mark.slow
def test_what_was_paid_and_refused_is_told_and_every_line_is_in_one_part(
    decided_practice: Practice,
) -> None:
    claim, _ = sent(decided_practice)
    verdicts = {one.code: payer.paid(one) for one in claim.lines}
    verdicts["99457"] = next(payer.refused(one, "16") for one in claim.lines if one.code == "99457")
    paid = [one for one in claim.lines if one.code != "99457"]
    cents = sum(one.charge - 1000 for one in paid)  # made_up_payer.paid takes ten dollars off
    data = payer.remittance(
        payer.claim_of(claim, verdicts), cents=cents, payee=payer.payee_of(claim)
    )
    answering.post(decided_practice.opened("biller"), data, NOW)
    found = money.money(owner(decided_practice), NOW)
    earned, billed, was_paid, at_risk, _ = found.sums
    assert (billed.lines, was_paid.lines) == (len(claim.lines), len(paid))
    assert was_paid.cents == cents
    assert at_risk.lines == len(claim.lines) - len(paid) > 0
    for one in found.months:
        assert sum(part.lines for part in one.parts[:4]) == one.sums[0].lines
    assert earned.lines == sum(by_month("billable").values())


@pytest.mark.slow
def test_payers_tell_what_was_denied_and_how_long_it_took(decided_practice: Practice) -> None:
    claim, _ = sent(decided_practice)
    verdicts = {one.code: payer.refused(one, "16") for one in claim.lines}
    data = payer.remittance(payer.claim_of(claim, verdicts), cents=0, payee=payer.payee_of(claim))
    answering.post(decided_practice.opened("biller"), data, NOW + timedelta(days=9))
    (one,) = payers.payers(owner(decided_practice), NOW).payers
    assert (one.payer_id, one.lines, one.charge) == ("99999", len(claim.lines), claim.total)
    assert (one.paid, one.denied_share) == (0, 1.0)
    assert one.days_to_pay == 9
    page = client_of("north-owner").get("/practice/payers/").content.decode()
    for what in ("answered", "denied"):
        asked = f"/practice/lines/?what={what}&payer=99999&since="
        assert f'href="{asked.replace("&", "&amp;")}' in page
        assert len(file_of(asked)) == len(claim.lines), "as many as the number says"
    assert file_of("/practice/lines/?what=paid&payer=99999") == []
    lines = client_of("north-owner").get("/practice/lines/?what=denied&payer=99999")
    assert "Why, and what would cure it" not in lines.content.decode(), "nothing holds them"


@pytest.mark.slow
def test_what_a_payer_paid_is_the_sum_of_its_list_also_under_appeal(
    decided_practice: Practice,
) -> None:
    claim, _ = sent(decided_practice)
    cents = sum(one.charge - 1000 for one in claim.lines)
    told = payer.claim_of(claim, {one.code: payer.paid(one) for one in claim.lines})
    data = payer.remittance(told, cents=cents, payee=payer.payee_of(claim))
    biller = decided_practice.opened("biller")
    answering.post(biller, data, NOW)
    answering.appeal(biller, [claim.lines[0].line_id], "ten dollars less than agreed", NOW)
    (one,) = payers.payers(owner(decided_practice), NOW).payers
    assert one.paid == cents
    page = client_of("north-owner").get("/practice/payers/").content.decode()
    asked = "/practice/lines/?what=brought&payer=99999&since="
    assert f'href="{asked.replace("&", "&amp;")}' in page
    listed = file_of(asked)
    assert {row["state"] for row in listed} == {"paid", "appealed"}
    assert sum(round(float(row["paid"]) * 100) for row in listed) == cents
    assert file_of("/practice/lines/?what=brought&payer=other") == []


@pytest.mark.slow
def test_nothing_sent_has_no_share_and_no_days(decided_practice: Practice) -> None:
    drafted(decided_practice)
    assert payers.payers(owner(decided_practice), NOW).payers == ()


@pytest.mark.slow
def test_the_lines_behind_each_number_are_as_many(decided_practice: Practice) -> None:
    sent(decided_practice)
    book = owner(decided_practice)
    found = money.money(book, NOW)
    for n, what in enumerate(money.WHAT):
        rows = behind.lines(book, Asked(what), NOW).rows
        assert len(rows) == min(found.sums[n].lines, behind.DECIDED_PAGE), what
    for row in behind.lines(book, Asked("leaking"), NOW).rows:
        assert row.reasons, "a held line says why"


@pytest.mark.slow
def test_pages_ask_as_much_of_the_database_for_many_as_for_one(practice: Practice) -> None:
    def asked() -> list[int]:
        book, found = owner(practice), []
        for show in (census.census, hours.staff, money.money, payers.payers):
            with CaptureQueriesContext(connection) as queries:
                show(book, NOW)
            found.append(len(queries))
        return found

    enrol(practice, "E0", "RPM", setup_date="2026-01-05")
    asked()  # what a process counts once
    few = asked()
    for n in range(1, 12):
        enrol(practice, f"E{n}", "RPM", setup_date="2026-02-05")
        worked(practice, f"T{n}", f"E{n}", "2026-03-02T10:00:00Z", "2026-03-02T10:25:00Z")
    assert asked() == few
    assert max(few) <= 4


# Who may look, and what is never shown.


@pytest.mark.slow
@pytest.mark.parametrize("role", EACH_ROLE)
def test_only_who_may_see_figures_opens_the_pages(practice: Practice, role: str) -> None:
    client = client_of(f"north-{role}")
    for page in (*PAGES, *LISTS):
        answer = client.get(page)
        assert answer.status_code == (200 if role in MAY else 403), page
        assert not INLINE.search(answer.content.decode())
    assert ('href="/practice/"' in client.get("/settings/").content.decode()) == (role in MAY)
    if role not in MAY:
        with pytest.raises(NotAllowed):
            money.money(practice.opened(role), NOW)


@pytest.mark.slow
def test_the_owner_sees_lines_and_never_whose_they_are(decided_practice: Practice) -> None:
    sent(decided_practice)
    client = client_of("north-owner")
    for what in money.WHAT:
        page = client.get(f"/practice/lines/?what={what}").content.decode()
        assert PATIENT not in page, what
        assert "Madeup" not in page, what


@pytest.mark.slow
def test_pages_come_as_files_too(decided_practice: Practice) -> None:
    assert decided_practice.tenant_id
    client = client_of("north-owner")
    for page in PAGES:
        answer = client.get(page, {"as": "csv"})
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert answer["Content-Disposition"].startswith('attachment; filename="practice-')
        rows = list(csv.reader(io.StringIO(answer.content.decode())))
        assert {len(row) for row in rows} == {len(rows[0])}


# Pictures and files.


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\tx"),
        ("\rx", "'\rx"), ("99454", "99454"), (-5, -5), (None, ""), (date(2026, 3, 1), "2026-03-01"),
        ("a=b", "a=b"), ("", ""),
    ],
)  # fmt: skip
def test_no_cell_of_a_file_is_a_formula(cell: str | int | date | None, written: object) -> None:
    assert harmless(cell) == written


def test_a_file_is_quoted_as_csv_is() -> None:
    answer: HttpResponse = as_csv("x", ("a", "b"), [('one "two", three', "=4")])
    assert answer.content.decode() == 'a,b\r\n"one ""two"", three",\'=4\r\n'


def test_bars_stand_on_each_other_and_reach_their_number() -> None:
    made = columns("x", ["a", "b"], [Series("p", "good", [30, 0]), Series("q", "bad", [70, 50])])
    low, high, alone = made.bars
    assert (low.x, low.width) == (high.x, high.width)
    assert high.y + high.height == pytest.approx(low.y, abs=0.2)
    assert high.height / low.height == pytest.approx(70 / 30, rel=0.02)
    assert alone.height / high.height == pytest.approx(50 / 70, rel=0.02)
    assert low.words == "a, p: 30"
    top = next(line for line in made.lines if line.words == "100")
    assert high.y == pytest.approx(top.y, abs=0.2)


def test_a_picture_of_nothing_is_drawn_too() -> None:
    assert columns("x", [], []).bars == ()
    assert columns("x", ["a"], [Series("p", "good", [0])]).bars == ()
