"""Audit: a line found and walked, proven, replayed and taken along; who looked and who changed."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from django.db import connection

import made_up_payer as payer
from made_up_billing import NOW, decided_practice, sent
from made_up_practices import Practice
from made_up_stories import (
    AT,
    CYCLE,
    ENROLLMENT,
    GOOD,
    PATIENT,
    STAFF,
    decide,
    put_story,
)
from proofline.desk import packets, people, reopening
from proofline.desk.billing import answering
from proofline.desk.roles import NotAllowed
from proofline.desk.showing.audit import looking
from proofline.desk.showing.audit.finding import Filters, Hit, find, id_of
from proofline.desk.showing.audit.journey import journey
from proofline.desk.showing.audit.proving import proven
from proofline.desk.showing.audit.replaying import replay
from proofline.packet import verify
from proofline.store.auditing.decided import versions
from proofline.store.models import Decision, Look
from proofline.store.people import ROLES
from proofline.store.safekeeping.heads import Keyring
from proofline.store.trouble import NotVisible
from signing_in import INLINE, client_of

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from proofline.claims.claim import Claim

__all__ = ["decided_practice"]

LINE = (*CYCLE, "99457")
SIGNED = GOOD.replace("; no sign_offs", "")
LATER = AT + timedelta(days=1)
SEES = {"biller", "compliance", "billing_practitioner"}


@pytest.fixture
def told(practice: Practice) -> Practice:
    put_story(practice, SIGNED)
    return practice


def late(practice: Practice, when: datetime = LATER) -> None:
    """Ten minutes of work are found to be no management, by a correction with a reason."""
    row = {
        "entry_id": "TIM-1", "enrollment_id": ENROLLMENT, "performer_id": STAFF,
        "activity": "scheduling", "method": "timer", "started_at": "2026-03-10T14:00:00Z",
        "ended_at": "2026-03-10T14:25:00Z", "entered_at": "2026-03-10T14:25:00Z",
    }  # fmt: skip
    with practice.opened("coordinator").act("time.correct", when, "it was scheduling") as act:
        act.add("time_entries", [row])


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


def test_lines_are_found_by_what_is_known_of_them(told: Practice) -> None:
    codes = [one.found.code for one in hits(told, Filters())]
    assert codes == ["99454", "99457"]  # billable; what is open or refused is asked for
    every = {one.found.code for one in hits(told, Filters(state="any"))}
    assert {"99445", "99453", "99458"} <= every
    (one,) = hits(told, Filters(line=id_of(LINE).lower()))
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
    late(told)
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


# Proof.


def test_every_record_of_a_line_is_proven(told: Practice, tmp_path: Path) -> None:
    found = proven(told.opened("compliance"), LINE, tmp_path, AT)
    assert found.faults == []
    # 16 readings, an entry of work, a call, five papers, signatures touching March, a decision
    signed = [
        row
        for row in told.opened("compliance").shelf.rows("sign_offs", enrollment_id={ENROLLMENT})
        if (row["period_start"] or "") <= "2026-03-30" and (row["period_end"] or "") >= "2026-03-01"
    ]
    assert found.things == 16 + 1 + 1 + 5 + len(signed) + 1
    assert found.unsigned == len(found.proofs)  # there is no key, and nothing is signed


@pytest.mark.slow
def test_a_signed_head_outside_is_what_it_is_held_against(told: Practice, tmp_path: Path) -> None:
    ring = Keyring(tmp_path)
    ring.make(b"k" * 32)
    ring.sign(datetime.now(UTC))
    found = proven(told.opened("compliance"), LINE, tmp_path, AT)
    assert (found.faults, found.unsigned) == ([], 0)


def behind_the_triggers(table: str, change: str) -> None:
    """Do what somebody with the database's password could."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table]
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(change)


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the role may not drop triggers")
@pytest.mark.parametrize(
    ("table", "change", "what"),
    [
        ("evidence_readings", "UPDATE evidence_readings SET value = '99'", "value is not what"),
        (
            "evidence_time_entries",
            "UPDATE evidence_time_entries SET reason = 'x'",
            "reason is not what",
        ),
        ("ledger_entry", "UPDATE ledger_entry SET payload = '{}' WHERE seq > 0", "payload is not"),
        ("ledger_entry", "DELETE FROM ledger_entry WHERE seq > 0", "the entry is gone"),
    ],
)
def test_what_was_changed_behind_the_triggers_is_named(
    told: Practice, tmp_path: Path, table: str, change: str, what: str
) -> None:
    behind_the_triggers(table, change)
    found = proven(told.opened("compliance"), LINE, tmp_path, AT)
    faults = [fault for one in found.proofs for fault in one.faults]
    assert [one for one in faults if what in one]


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the role may not drop triggers")
def test_a_decision_that_was_changed_is_named(told: Practice, tmp_path: Path) -> None:
    (kept,) = versions(told.tenant_id, LINE)
    forged = zlib.compress(msgspec.json.encode(kept.decision | {"units": 2}))
    change = f"UPDATE store_decision SET record = x'{forged.hex()}' WHERE code = '99457'"
    behind_the_triggers("store_decision", change)
    found = proven(told.opened("compliance"), LINE, tmp_path, AT)
    ((fault,),) = [one.faults for one in found.faults]
    assert "is not the one that was recorded" in fault
    assert not replay(told.opened("compliance"), LINE, None, AT).same


# Replay.


@pytest.mark.slow
def test_a_decision_comes_out_the_same_and_today_is_told_beside_it(told: Practice) -> None:
    found = replay(told.opened("compliance"), LINE, None, AT)
    assert found.same
    assert (found.fields, found.turned, found.rows, found.page_same) == ((), (), (), True)
    (kept,) = versions(told.tenant_id, LINE)
    late(told)
    decide(told, LATER)
    again = replay(told.opened("compliance"), LINE, kept.number, LATER)
    assert again.same  # what came later does not change what was decided then
    assert "minutes_20 was met, is unmet" in [what for what, _ in again.turned]
    assert again.rows
    assert [words for words in again.rows if "TIM-1" in words]
    newest = replay(told.opened("compliance"), LINE, None, LATER)
    assert newest.same
    assert newest.kept.decision["outcome"] == "not_billable"
    with pytest.raises(NotVisible):
        replay(told.opened("compliance"), LINE, 10**9, AT)


@pytest.mark.slow
def test_a_row_that_came_between_reading_and_keeping_is_not_held_against_it(
    told: Practice,
) -> None:
    (kept,) = versions(told.tenant_id, LINE)
    late(told, kept.decided_at)  # read before, recorded at the instant of keeping
    found = replay(told.opened("compliance"), LINE, None, LATER)
    assert found.same
    assert found.known_at == kept.decided_at - timedelta(minutes=1)  # before a worker's lease


@pytest.mark.slow
def test_a_decision_that_was_tampered_with_does_not_come_out(told: Practice) -> None:
    (kept,) = versions(told.tenant_id, LINE)
    other = kept.decision | {"units": 2}
    forged = replace(kept, record=msgspec.json.encode(other))
    assert not reopening.same(reopening.as_then(told.tenant_id, forged), forged)


# Packets.


@pytest.mark.slow
def test_the_packet_checks_itself_and_has_no_name_in_its_own(told: Practice) -> None:
    made = packets.packet_file(told.opened("compliance"), LINE, AT)
    lines = verify.checked(made.data, "")
    assert "holds  treatment_minutes counted again from the raw log: 25" in lines
    assert "holds  transmission_days counted again from the raw log: 16" in lines
    assert made.name.startswith(id_of(LINE))
    pages = packets.packet_pages(told.opened("billing_practitioner"), LINE, AT)
    assert pages.data.startswith(b"%PDF")
    assert pages.digest == made.digest
    for language in ("en", "es"):
        letter = packets.patient_statement(told.opened("biller"), LINE, language, AT)
        assert letter.data.startswith(b"%PDF")
    with pytest.raises(NotAllowed):
        packets.packet_file(told.opened("biller"), LINE, AT)
    with pytest.raises(NotVisible):
        packets.packet_file(told.opened("compliance"), (*CYCLE, "00000"), AT)


# Who looked, and who changed what.


@pytest.mark.slow
def test_looks_and_changes_are_told_by_patient_and_by_person(told: Practice) -> None:
    journey(told.opened("biller"), LINE, AT)
    late(told)
    found = looking.at_patient(told.opened("compliance"), ENROLLMENT, LATER)
    assert {found.names[one.person_id or 0] for one in found.looks} == {
        "north-biller",
        "north-compliance",  # that one asked is a look itself
    }
    (corrected,) = [one for one in found.changes if one.by is not None]
    assert (corrected.table, corrected.rows, corrected.reason) == (
        "time_entries", 1, "it was scheduling",
    )  # fmt: skip
    assert found.names[corrected.by or 0] == "north-coordinator"
    theirs = looking.of_person(told.opened("owner"), corrected.by or 0, LATER)
    assert [(one.table, one.entry) for one in theirs.changes] == [("time_entries", corrected.entry)]
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
    text = answer.content.decode()
    assert id_of(LINE) in text
    assert "Made-Up" not in text
    found = client.post("/audit/", {"q": "made"}).content.decode()
    assert f"/audit/?enrollment={ENROLLMENT}" in found
    assert Look.objects.filter(patient_id=PATIENT, act="patient.see").exists()
    assert Decision.objects.exists()
