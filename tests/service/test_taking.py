"""Claims taken along as files from the biller's page: the command line's own, and on record."""

from __future__ import annotations

import csv
import dataclasses
import io

import msgspec
import pytest
from django.db import connection
from msgspec.structs import replace

from made_up_billing import (
    CENTS,
    NOW,
    PAPERS,
    PATIENT,
    decided_practice,
    drafted,
    lines,
    sent,
)
from made_up_practices import Practice
from proofline.claims.out.charges import SAVED, charges, read_layout
from proofline.claims.out.cms1500 import preview
from proofline.claims.trouble import ClaimsError
from proofline.desk.billing import drafting, sending
from proofline.desk.roles import NotAllowed
from proofline.desk.trouble import DeskError
from proofline.store.models import Look
from proofline.store.trouble import NotVisible
from signing_in import client_of

__all__ = ["decided_practice"]


PRACTICE = replace(PAPERS.directory.practice["DEMO-PRACTICE"], paper_name="Made-up Practice")
SHORT = dataclasses.replace(
    PAPERS, directory=replace(PAPERS.directory, practice={"DEMO-PRACTICE": PRACTICE})
)
"""The papers with a name of the practice that fits onto the form."""


@pytest.fixture
def ready(decided_practice: Practice) -> Practice:
    biller = decided_practice.opened("biller")
    drafting.draft(biller, {PATIENT}, SHORT, NOW)
    drafting.make_ready(biller, SHORT, NOW)
    return decided_practice


def entries_of(kind: str) -> list[dict[str, object]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM ledger_entry WHERE payload IS NOT NULL ORDER BY seq")
        told = [msgspec.json.decode(bytes(payload)) for (payload,) in cursor.fetchall()]
    return [one for one in told if one.get("kind") == kind]


@pytest.mark.slow
def test_files_are_those_of_the_command_line(ready: Practice) -> None:
    biller = ready.opened("biller")
    claims = lines(ready).current("ready")
    layout = read_layout(SAVED / "practicesuite.toml")
    assert sending.take(biller, "preview", (), NOW).data == preview(claims)
    assert sending.take(biller, "charges", (), NOW).data == charges(claims, layout)
    for kind in ("cms1500", "superbill"):
        found = sending.take(biller, kind, (), NOW)
        assert (found.data[:4], found.claims) == (b"%PDF", len(claims))
        assert PATIENT not in found.name


@pytest.mark.slow
def test_a_charge_file_has_a_row_for_each_line_with_its_charge(ready: Practice) -> None:
    claims = lines(ready).current("ready")
    data = sending.take(ready.opened("biller"), "charges", (), NOW).data
    rows = [*csv.DictReader(io.StringIO(data.decode("utf-8-sig")))]
    assert len(rows) == sum(len(one.lines) for one in claims)
    money = {cell for row in rows for cell in row.values() if cell in {"110.00", "120.00"}}
    expected = {f"{CENTS[one.code] / 100:.2f}" for claim in claims for one in claim.lines}
    assert money <= expected


def test_what_does_not_fit_onto_the_form_is_left_out_and_told(
    decided_practice: Practice,
) -> None:
    drafted(decided_practice)  # the practice's name is longer than its box
    biller = decided_practice.opened("biller")
    drafting.make_ready(biller, PAPERS, NOW)
    with pytest.raises(ClaimsError, match="longer than the 29 characters"):
        sending.take(biller, "cms1500", (), NOW)
    assert not entries_of("cms1500")


@pytest.mark.slow
def test_who_took_what_is_on_record(ready: Practice) -> None:
    found = sending.take(ready.opened("biller"), "superbill", (), NOW)
    looks = Look.objects.filter(act="claim.take.superbill")
    assert [(one.patient_id, one.allowed) for one in looks] == [(PATIENT, True)]
    (entry,) = entries_of("superbill")
    assert entry["claims"] == [one.claim_id for one in lines(ready).current("ready")]
    assert str(entry["digest"]).startswith("sha256:")
    assert found.claims == len(entry["claims"])


def test_only_a_superbill_is_written_of_what_was_only_drawn(decided_practice: Practice) -> None:
    drafted(decided_practice)
    biller = decided_practice.opened("biller")
    assert sending.take(biller, "superbill", (), NOW).data.startswith(b"%PDF")
    for kind in ("cms1500", "preview", "charges"):
        with pytest.raises(DeskError) as refused:
            sending.take(biller, kind, (), NOW)
        assert refused.value.code == "desk.nothing_to_write"


@pytest.mark.slow
def test_what_is_sent_or_not_there_or_not_ones_own_is_refused(decided_practice: Practice) -> None:
    claim, _ = sent(decided_practice)
    biller = decided_practice.opened("biller")
    with pytest.raises(DeskError):
        sending.take(biller, "cms1500", (claim.claim_id,), NOW)
    with pytest.raises(NotVisible):
        sending.take(biller, "cms1500", ("PC-NONE",), NOW)
    for role in ("owner", "coordinator", "compliance"):
        with pytest.raises(NotAllowed):
            sending.take(decided_practice.opened(role), "superbill", (), NOW)
    assert not Look.objects.filter(act__startswith="claim.take")


@pytest.mark.slow
def test_the_page_gives_the_file(ready: Practice) -> None:
    biller = client_of("north-biller")
    page = biller.get("/billing/").content.decode()
    assert 'formaction="/billing/take/"' in page
    claim = lines(ready).current("ready")[0].claim_id
    answer = biller.post("/billing/take/", {"kind": "preview", "claim": claim})
    assert answer["Content-Disposition"].startswith('attachment; filename="cms1500-')
    assert f"claim {claim}, form 1 of".encode() in answer.content
    assert biller.post("/billing/take/", {"kind": "a novel"}).status_code == 422
    assert client_of("north-compliance").post("/billing/take/").status_code == 403
