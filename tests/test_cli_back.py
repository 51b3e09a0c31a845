"""`proofline remits read` and `proofline acks read`, as an operator types them."""

from __future__ import annotations

import json
from pathlib import Path

import made_up_back as made
from at_the_terminal import on_disk, typed
from proofline.cli.claims.incoming import dollars


def test_a_remittance_is_shown_with_what_was_denied_and_why(tmp_path: Path) -> None:
    result = typed("remits", "read", on_disk(tmp_path, "one.835", made.remittance()))
    assert result.exit_code == 0
    lines = [" ".join(one.split()) for one in result.stdout.splitlines()]
    assert "MADE UP CONTRACTOR paid MADE UP PRACTICE 138.09 on 2026-11-20 by CHK, " in result.stdout
    assert "L-2 99457 60.00 0.00 CO-151 60.00 N362" in lines
    assert "C-0900 reversal -60.00 -40.86 MA01" in lines
    assert "L-5 99470 60.00 20.84 CO-45 33.95 PR-2 5.21 (sent as 99457)" in lines
    assert "provider adjustment WO PAYERC-0800: -10.00" in lines
    assert "6 claims, paid 146.84, kept 8.75: balanced" in lines
    assert "ZZTEST" not in result.output


def test_what_does_not_add_up_shows_the_difference(tmp_path: Path) -> None:
    path = on_disk(tmp_path, "one.835", made.remittance("140.09"))
    result = typed("remits", "read", path)
    assert result.exit_code == 0
    assert "NOT BALANCED" in result.stdout
    assert "stated 140.09, explained 138.09, difference 2.00" in result.stdout
    assert typed("remits", "read", "--strict", path).exit_code == 3


def test_a_refused_file_shows_nothing_and_the_others_are_read(tmp_path: Path) -> None:
    cut = made.remittance().replace(b"PLB*", b"PLX*")
    bad = on_disk(tmp_path, "bad.835", cut)
    good = on_disk(tmp_path, "good.835", made.remittance())
    result = typed("remits", "read", bad, good)
    assert result.exit_code == 1
    assert "bad.835: refused" in result.stderr
    assert "(claims.x12_unexpected)" in result.stderr
    assert result.stdout.startswith("good.835\n")


def test_every_record_is_a_line_of_json(tmp_path: Path) -> None:
    path = on_disk(tmp_path, "one.835", made.remittance("140.09", usage="T"))
    result = typed("remits", "read", "--form", "ndjson", path)
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert [one["record"] for one in records] == ["payment", *["claim"] * 6, "closing"]
    assert (records[0]["amount"], records[0]["envelope"]["test"]) == (14009, True)
    assert records[1]["lines"][1]["adjustments"][0]["reason"] == "151"
    assert (records[-1]["balanced"], records[-1]["difference"]) == (False, 200)


def test_what_departs_from_the_guide_is_told(tmp_path: Path) -> None:
    data = made.remittance().replace(b"NM1*QC*1*ZZTEST", b"NM1*IL*1*ZZTEST", 1)
    path = on_disk(tmp_path, "one.835", data)
    assert "departs from the guide: segment 13 (CLP)" in typed("remits", "read", path).stdout
    assert typed("remits", "read", "--strict", "--form", "ndjson", path).exit_code == 3


def test_acknowledgments_are_told_in_words_and_without_what_was_sent(tmp_path: Path) -> None:
    kinds = ("ta1", "999", "277ca")
    paths = [on_disk(tmp_path, kind, made.every_answer()[kind]) for kind in kinds]
    result = typed("acks", "read", *paths)
    assert result.exit_code == 0
    for words in (
        "interchange 000000101: rejected (005 the qualifier of the sender is invalid)",
        "group 17 (HC): partly accepted, 1 of 2 sets accepted",
        "segment 23 (NM1) in loop 2010, claim C-1002: 8 the segment has errors in its elements",
        "element 1-2: 7 no such code",
        "claim C-1001: accepted; A2 accepted for adjudication (status 20 about PR)",
        "claim C-1002: rejected; A7 rejected, something is invalid (status 562 about 85)",
        "line L-2 99457: A8 rejected, fields contradict each other (status 507)",
    ):
        assert words in result.stdout
    assert "ZZTEST" not in result.output


def test_an_acknowledgment_that_contradicts_itself_is_told(tmp_path: Path) -> None:
    data = made.claim_status().replace(b"*U*120", b"*WQ*120")
    path = on_disk(tmp_path, "277", data)
    told = "category and action code contradict each other: taken as rejected"
    assert told in typed("acks", "read", path).stdout
    assert typed("acks", "read", "--strict", path).exit_code == 3
    group = on_disk(tmp_path, "999", made.implementation().replace(b"AK9*P", b"AK9*A"))
    assert "contradict each other" in typed("acks", "read", group).stdout


def test_acknowledgments_as_records(tmp_path: Path) -> None:
    path = on_disk(tmp_path, "277", made.claim_status())
    result = typed("acks", "read", "--form", "ndjson", path)
    records = [json.loads(line) for line in result.stdout.splitlines()]
    assert [one["record"] for one in records] == [*["LevelStatus"] * 3, *["ClaimStatus"] * 2]
    assert [one["intake"] for one in records[3:]] == ["accepted", "rejected"]


def test_the_wrong_command_names_the_right_one(tmp_path: Path) -> None:
    remit = on_disk(tmp_path, "one.835", made.remittance())
    status = on_disk(tmp_path, "277", made.claim_status())
    assert "read it with `proofline remits read`" in typed("acks", "read", remit).stderr
    assert "read it with `proofline acks read`" in typed("remits", "read", status).stderr
    assert typed("remits", "read", tmp_path / "none").exit_code == 2


def test_cents_become_dollars() -> None:
    written = [dollars(one) for one in (0, 5, -5, 100, -123456789)]
    assert written == ["0.00", "0.05", "-0.05", "1.00", "-1,234,567.89"]
