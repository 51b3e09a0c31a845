"""Audit: a line found and walked, proven, replayed and taken along; who looked and who changed."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import made_up_payer as payer
from made_up_billing import NOW, decided_practice, sent
from made_up_practices import Practice
from made_up_stories import (
    AT,
    CYCLE,
    ENROLLMENT,
    LATER,
    LINE,
    PATIENT,
    SIGNED,
    corrected,
    decide,
    put_story,
)
from proofline.claims.drawing import line_id_of
from proofline.desk import people
from proofline.desk.billing import answering
from proofline.desk.roles import NotAllowed, acts
from proofline.desk.showing.audit import looking
from proofline.desk.showing.audit.finding import Filters, Hit, find
from proofline.desk.showing.audit.journey import journey
from proofline.desk.showing.audit.proving import proven
from proofline.store.models import Decision, Look
from proofline.store.people import ROLES
from proofline.web.templatetags.auditing import ACTS
from proofline.web.templatetags.law import tells
from signing_in import INLINE, client_of

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from proofline.claims.claim import Claim

__all__ = ["decided_practice"]

SEES = {"biller", "compliance", "billing_practitioner"}
NOBODYS = {
    *("feed.see", "feed.manage", "decision.make", "person.manage", "role.manage"),
    *("papers.see", "people.see", "key.manage", "subscription.see", "subscription.manage"),
}
"""Acts in which no patient is seen and that leave no word of themselves; all others are told of."""


@pytest.fixture
def told(practice: Practice) -> Practice:
    put_story(practice, SIGNED)
    return practice


def paid(practice: Practice) -> Claim:
    """Send a claim of the demonstration's patient, and have it paid."""
    claim, _ = sent(practice)
    answers = {one.code: payer.paid(one) for one in claim.lines}
    who = payer.payee_of(claim)
    data = payer.remittance(payer.claim_of(claim, answers), cents=claim.total, payee=who)
    answering.post(practice.opened("biller"), data, NOW)
    return claim


def hits(practice: Practice, asked: Filters) -> list[Hit]:
    return [*find(practice.opened("compliance"), asked, AT).hits]


@pytest.mark.slow
def test_lines_are_found_by_what_is_known_of_them(told: Practice) -> None:
    codes = [one.found.code for one in hits(told, Filters())]
    assert codes == ["99454", "99457"]  # billable; what is open or refused is asked for
    every = {one.found.code for one in hits(told, Filters(state="any"))}
    assert {"99445", "99453", "99458"} <= every
    (one,) = hits(told, Filters(line=line_id_of(LINE).lower()))
    assert (one.found.line, one.name, one.now) == (LINE, "Made-Up", None)
    assert [one.found.code for one in hits(told, Filters(code="99454"))] == ["99454"]
    assert hits(told, Filters(enrollment="ENR-NONE")) == []
    day = AT.date()
    assert hits(told, Filters(first=day)) == []  # the cycle ended on 30 March
    assert len(hits(told, Filters(last=day))) == 2
    assert hits(told, Filters(line="PLNONE")) == []
    assert hits(told, Filters(claim="PCNONE")) == []


@pytest.mark.slow
def test_many_lines_are_found_by_as_many_queries_as_few(
    told: Practice, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    book = told.opened("biller")
    with django_assert_max_num_queries(6) as few:
        assert len(find(book, Filters(), AT).hits) == 2
    for name in ("B", "C"):
        put_story(told, SIGNED, name)
    with django_assert_max_num_queries(len(few)):
        assert len(find(book, Filters(), AT).hits) == 6


def test_the_lines_of_a_file_that_was_sent_are_listed(decided_practice: Practice) -> None:
    claim, went = sent(decided_practice)
    client = client_of("north-biller")
    files = client.get("/billing/files/").content.decode()
    address = f"/audit/?submission={went.number}"
    assert f'<a href="{address}">{len(claim.lines)}</a>' in files
    page = client.get(address)
    found = {hit.line_id for hit in page.context["page"].hits}
    assert found == {line.line_id for line in claim.lines}
    assert f"Lines that went with submission {went.number}" in page.content.decode()
    assert not hits(decided_practice, Filters(submission=1)), "that entry drew lines, and sent none"
    assert not hits(decided_practice, Filters(submission=went.number, state="paid"))
    assert client.get("/audit/?submission=99999999999999999999").status_code == 200


def test_all_filters_hold_together_also_where_ids_are_asked_for(
    decided_practice: Practice,
) -> None:
    claim, went = sent(decided_practice)
    first, *others = claim.lines
    assert others

    def found(**asked: str | int) -> set[str]:
        told = Filters(submission=went.number, **asked)  # type: ignore[arg-type]
        return {hit.line_id for hit in hits(decided_practice, told)}

    every = {line.line_id for line in claim.lines}
    assert found(claim=claim.claim_id.lower()) == every
    assert found(line=first.line_id.lower(), claim=claim.claim_id) == {first.line_id}
    assert found(claim="PCNONE") == found(line="PLNONE") == found(state="not_billable") == set()
    assert found(state="any") == found(state="billable") == every
    one = first.line_id
    assert found(line=one, code=first.code) == found(line=one, state="billable") == {one}
    assert found(line=one, code="00000") == found(line=one, state="paid") == set()
    undrawn = next(
        hit.line_id for hit in hits(decided_practice, Filters(state="any")) if hit.now is None
    )
    assert found(line=undrawn) == set(), "it never went"
    asked = Filters(line=undrawn, state="paid")
    assert [hit.line_id for hit in hits(decided_practice, Filters(line=undrawn))] == [undrawn]
    assert not hits(decided_practice, asked)
    other = client_of("north-biller").get(f"/audit/?submission=99&line={one}").content.decode()
    assert "No submission has the number 99." in other
    assert "Lines that went with" not in other
    assert f"/{first.code}/" not in other


def test_where_a_line_stands_is_told_by_one_word_on_every_page(
    decided_practice: Practice,
) -> None:
    claim, _ = sent(decided_practice)
    client = client_of("north-biller")
    billing = client.get(f"/billing/claims/{claim.claim_id}/").content.decode()
    audit = client.get(f"/audit/?claim={claim.claim_id}").content.decode()
    for page in (billing, audit):
        assert re.search(r">\s*sent\b", page)
        assert not re.search(r">\s*submitted\b", page)
    assert '<option value="submitted">sent</option>' in audit
    assert '<option value="billable">billable</option>' in audit
    assert tells("Line PL1 is submitted.") == "Line PL1 is sent."


def test_a_line_is_walked_from_its_readings_to_its_decision(told: Practice) -> None:
    found = journey(told.opened("compliance"), LINE, AT)
    assert found.readings is not None
    assert [one.standing for one in found.readings] == ["counts"] * 16
    (work,) = found.work
    assert (work.length, work.what, work.standing) == (timedelta(minutes=25), "review", "counts")
    assert len(found.calls) == 1
    tables = {paper.table for paper in found.papers}
    assert tables == {"enrollments", "consents", "assignments", "devices", "coverages", "sign_offs"}
    assert all(paper.record.entry for paper in found.papers)
    (made,) = found.decisions
    assert (made.outcome, made.units, made.turned) == ("billable", 1, ())
    assert "minutes_20" in {one["requirement"] for one in found.earned}
    assert (found.claim, found.steps, found.sent, found.since) == (None, (), False, ())


@pytest.mark.slow
def test_a_biller_walks_it_without_a_reading(told: Practice) -> None:
    found = journey(told.opened("biller"), LINE, AT)
    assert found.readings is None
    assert found.told is not None
    page = client_of("north-biller").get(f"/audit/line/{'/'.join(LINE)}/").content.decode()
    assert "Your role includes no readings" in page
    assert "128" not in page  # the value of every reading
    assert "packet.zip" not in page


@pytest.mark.slow
def test_a_correction_turns_the_line_and_is_told(told: Practice) -> None:
    corrected(told)
    decide(told, LATER)
    found = journey(told.opened("compliance"), LINE, LATER)
    first, second = found.decisions
    assert (first.outcome, second.outcome) == ("billable", "not_billable")
    words = [what for what, _ in second.turned]
    assert "outcome was billable, is not billable" in words
    assert "minutes_20 was met, is unmet" in words
    (work,) = found.work
    assert work.record is not None
    assert (work.record.who, work.record.why) == ("north-coordinator", "it was scheduling")
    assert work.standing == "refused"


@pytest.mark.slow
def test_a_paid_line_tells_claim_answers_and_their_entries(decided_practice: Practice) -> None:
    claim = paid(decided_practice)
    compliance = decided_practice.opened("compliance")
    page = find(compliance, Filters(claim=claim.claim_id), NOW)
    assert {one.line_id for one in page.hits} == {one.line_id for one in claim.lines}
    assert {one.line_id for one in find(compliance, Filters(state="paid"), NOW).hits} == {
        one.line_id for one in claim.lines
    }
    hit = page.hits[0]
    found = journey(compliance, hit.found.line, NOW)
    assert [one.state for one in found.steps] == ["drawn", "ready", "submitted", "paid"]
    assert [one.record.who for one in found.steps] == ["north-biller"] * 4
    entries = [one.record.entry for one in found.steps if one.record.entry is not None]
    assert len(entries) == len(found.steps)
    assert entries == sorted(set(entries))
    assert found.claim == claim
    assert found.claim_line is not None
    assert found.claim_line.line_id == hit.line_id
    proof = proven(compliance, hit.found.line, Path("/nonexistent"), NOW)
    kinds = {one.number: one.kind for one in proof.proofs}
    assert [kinds[n] for n in entries] == [
        "line.draw", "line.ready", "line.submit", "line.record",
    ]  # fmt: skip
    assert proof.faults == []


# Who looked, and who changed what.


@pytest.mark.slow
def test_looks_and_changes_are_told_by_patient_and_by_person(told: Practice) -> None:
    journey(told.opened("biller"), LINE, AT)
    corrected(told)
    found = looking.at_patient(told.opened("compliance"), ENROLLMENT, LATER)
    assert {found.names[one.person_id or 0] for one in found.looks} == {
        "north-biller",
        "north-compliance",  # that one asked is a look itself
    }
    (mended,) = [one for one in found.changes if one.by is not None]
    assert (mended.table, mended.rows, mended.reason) == (
        "time_entries", 1, "it was scheduling",
    )  # fmt: skip
    assert found.names[mended.by or 0] == "north-coordinator"
    theirs = looking.of_person(told.opened("owner"), mended.by or 0, LATER)
    assert [(one.table, one.entry) for one in theirs.changes] == [("time_entries", mended.entry)]
    for role in {*ROLES} - {"compliance", "owner"}:
        with pytest.raises(NotAllowed):
            looking.at_patient(told.opened(role), ENROLLMENT, LATER)


@pytest.mark.slow
def test_broken_glass_that_nobody_reviewed_is_told(told: Practice) -> None:
    people.break_glass(told.opened("biller"), "a fall at home", AT)
    page = client_of("north-compliance").get("/audit/looks/").content.decode()
    assert "The glass was broken once" in page
    assert "/settings/glass/" in page


# The doors.

ADDRESSES = (
    "/audit/", f"/audit/line/{'/'.join(LINE)}/", f"/audit/line/{'/'.join(LINE)}/proof/",
    f"/audit/line/{'/'.join(LINE)}/replay/", f"/audit/line/{'/'.join(LINE)}/statement.pdf",
    f"/audit/line/{'/'.join(LINE)}/packet.zip", f"/audit/line/{'/'.join(LINE)}/packet.pdf",
    "/audit/looks/", f"/audit/looks/{ENROLLMENT}/",
)  # fmt: skip
PACKETS, LOOKS = {*ADDRESSES[5:7]}, {*ADDRESSES[7:]}


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_every_role_sees_what_the_file_says(told: Practice, role: str) -> None:
    assert told.tenant_id
    client = client_of(f"north-{role}")
    for address in ADDRESSES:
        sees = SEES
        if address in PACKETS:
            sees = {"compliance", "billing_practitioner"}
        elif address in LOOKS:
            sees = {"compliance", "owner"}
        answer = client.get(address)
        assert answer.status_code == (200 if role in sees else 403), address
        if answer["Content-Type"].startswith("text/html"):
            assert not INLINE.search(answer.content.decode())


@pytest.mark.slow
def test_what_is_not_there_is_no_page(told: Practice) -> None:
    assert told.tenant_id
    client = client_of("north-compliance")
    for address in (
        "/audit/line/ENR-NONE/cycle/2026-03-01/99457/", f"/audit/line/{'/'.join(CYCLE)}/00000/",
        f"/audit/line/{ENROLLMENT}/cycle/2026-02-31/99457/", "/audit/looks/ENR-NONE/",
    ):  # fmt: skip
        assert client.get(address).status_code == 404, address


@pytest.mark.slow
def test_a_page_of_lines_goes_as_csv_without_names(told: Practice) -> None:
    assert told.tenant_id
    client = client_of("north-biller")
    answer = client.get("/audit/?csv=1")
    assert answer["Content-Type"].startswith("text/csv")
    text = answer.getvalue().decode()
    assert line_id_of(LINE) in text
    assert "Made-Up" not in text
    found = client.post("/audit/", {"q": "made"}, follow=True).content.decode()
    assert f"/audit/?enrollment={ENROLLMENT}" in found
    assert Look.objects.filter(patient_id=PATIENT, act="patient.see").exists()
    assert Decision.objects.exists()


def test_every_act_in_which_a_patient_is_seen_has_words_of_its_own() -> None:
    assert acts().keys() - ACTS.keys() == NOBODYS
