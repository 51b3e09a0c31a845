"""Proof of one line: held against the ledger, decided again, and taken along as its packet."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from django.db import connection
from django.urls import reverse

from made_up_people import put
from made_up_practices import Practice
from made_up_stories import (
    AT,
    CYCLE,
    ENROLLMENT,
    GOOD,
    LATER,
    LINE,
    SIGNED,
    corrected,
    decide,
    put_story,
)
from proofline.claims.drawing import line_id_of
from proofline.desk import packets, reopening
from proofline.desk.roles import NotAllowed
from proofline.desk.showing.audit.proving import proven
from proofline.desk.showing.audit.replaying import replay
from proofline.packet import verify
from proofline.store.auditing.decided import versions
from proofline.store.safekeeping.heads import Keyring
from proofline.store.safekeeping.unpacking import Damaged
from proofline.store.trouble import NotVisible
from signing_in import client_of


@pytest.fixture
def told(practice: Practice) -> Practice:
    put_story(practice, SIGNED)
    return practice


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
        (
            "ledger_entry",
            "DELETE FROM ledger_entry WHERE seq = (SELECT max(seq) FROM ledger_entry)",
            "end of the ledger is damaged",
        ),
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
    corrected(told)
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
    corrected(told, kept.decided_at)  # read before, recorded at the instant of keeping
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
    assert made.name.startswith(line_id_of(LINE))
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


# Damage.


def broken(how: str) -> str:
    """Give SQL that damages what was decided of the line, as a disk or an intruder could."""
    bytes_of = {
        "no zlib": b"\x00\x01\x02",
        "cut short": zlib.compress(b"{" * 400)[:20],
        "no JSON": zlib.compress(b"this is not JSON"),
        "no decision": zlib.compress(b"{}"),
        "another shape": zlib.compress(b'{"period": 7}'),
    }[how]
    return f"UPDATE store_decision SET record = x'{bytes_of.hex()}' WHERE code = '99457'"


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the role may not drop triggers")
@pytest.mark.parametrize("how", ["no zlib", "cut short", "no JSON", "no decision", "another shape"])
def test_a_record_that_cannot_be_read_is_told_on_its_pages(
    told: Practice, tmp_path: Path, how: str
) -> None:
    behind_the_triggers("store_decision", broken(how))
    found = proven(told.opened("compliance"), LINE, tmp_path, AT)
    ((fault,),) = [one.faults for one in found.faults]
    assert "cannot be read" in fault
    with pytest.raises(Damaged) as refused:
        replay(told.opened("compliance"), LINE, None, AT)
    assert "proofline verify" in refused.value.remedy
    visitor = client_of("north-compliance")
    for name in ("audit_line", "audit_replay"):
        answer = visitor.get(reverse(name, args=[LINE]))
        text = answer.content.decode()
        assert answer.status_code == 422
        assert "proofline verify" in text
        assert reverse("audit_proof", args=[LINE]) in text
    assert visitor.get(reverse("audit_proof", args=[LINE])).status_code == 200


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the role may not drop triggers")
def test_a_broken_record_does_not_take_a_list_with_it(practice: Practice) -> None:
    put_story(practice, GOOD)
    everything = "UPDATE store_decision SET record = x'00'"
    behind_the_triggers("store_decision", everything)
    for role, name in (
        ("biller", "billing"),
        ("billing_practitioner", "signing"),
        ("owner", "practice_lines"),
    ):
        asked = {"stand": "held", "what": "leaking"}
        answer = client_of(f"north-{role}").get(reverse(name), asked)
        assert answer.status_code == 200, name
        assert "cannot be read" in answer.content.decode(), name


@pytest.fixture
def signed_heads(told: Practice, tmp_path: Path) -> Keyring:
    assert told.tenant_id
    ring = Keyring(tmp_path)
    ring.make(b"k" * 32)
    ring.sign(datetime.now(UTC))
    return ring


@pytest.mark.slow
def test_a_packet_takes_the_ledgers_proof_along(told: Practice, signed_heads: Keyring) -> None:
    heads = signed_heads.heads()
    made = packets.packet_file(told.opened("compliance"), LINE, AT, heads)
    lines = verify.checked(made.data, str(heads.key))
    ledger = [line for line in lines if "head signed" in line]
    assert len(ledger) == 1
    # The story came in one act, a table of rows to an entry: its readings are this packet's alone.
    assert not [line for line in lines if line.startswith("LACKS") and "readings" in line]
    assert not [line for line in lines if line.startswith("LACKS") and "the decision" in line]
    assert not [line for line in lines if "not entered in a ledger" in line]


@pytest.mark.slow
def test_a_batch_with_rows_of_others_stays_closed_and_is_told(
    told: Practice, tmp_path: Path
) -> None:
    (patient,) = told.opened("compliance").shelf.rows("patients", patient_id={"PAT-1"})
    other = patient | {"patient_id": "PAT-OTHER", "family_name": "Somebody-Else"}
    put(told.opened("coordinator"), "patients", patient, other)
    ring = Keyring(tmp_path)
    ring.make(b"k" * 32)
    ring.sign(datetime.now(UTC))
    made = packets.packet_file(told.opened("compliance"), LINE, AT, ring.heads())
    assert b"Somebody-Else" not in made.data
    assert b"PAT-OTHER" not in made.data
    lines = verify.checked(made.data, "")
    assert [line for line in lines if "stay closed" in line]


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the role may not drop triggers")
def test_a_row_changed_behind_the_ledger_makes_its_packet_fail(
    told: Practice, signed_heads: Keyring
) -> None:
    behind_the_triggers("evidence_readings", "UPDATE evidence_readings SET unit = 'forged'")
    made = packets.packet_file(told.opened("compliance"), LINE, AT, signed_heads.heads())
    with pytest.raises(verify.Altered, match="the ledger holds something else: readings/"):
        verify.checked(made.data, "")


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the role may not drop triggers")
def test_a_decision_whose_record_is_broken_is_made_anew(told: Practice) -> None:
    behind_the_triggers("store_decision", broken("cut short"))
    (kept,) = versions(told.tenant_id, LINE)
    assert not kept.readable
    decide(told, LATER)
    before, after = versions(told.tenant_id, LINE)
    assert (before.readable, after.decision["outcome"]) == (False, "billable")
    page = client_of("north-compliance").get(reverse("audit_line", args=[LINE]))
    assert page.status_code == 200
    assert "cannot be read" in page.content.decode()  # the broken one stays to be seen
