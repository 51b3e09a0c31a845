"""Moving in and out: a folder into the book, and one out of it that decides as the book did."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from made_up_practices import START, Clock, Practice
from made_up_stories import AT, ENROLLMENT, GOOD, LATER, PATIENT, corrected, put_story
from made_up_stories import decide as decide_again
from proofline.cli import main
from proofline.cli.demo import make_practice
from proofline.decide import decide
from proofline.decide.days import as_of as told_as_of
from proofline.desk.days import today
from proofline.desk.moving.handing_over import hand_over
from proofline.desk.moving.taking_over import take_over
from proofline.desk.trouble import DeskError
from proofline.evidence.provenance import EVERY_TABLE
from proofline.intake.tables.appending import EvidenceFolder
from proofline.store.auditing.added import added
from proofline.store.book import by_ourselves
from proofline.store.decided import current, line_of
from proofline.store.models import Look
from proofline.store.safekeeping.unpacking import decision_in

Rows = dict[str, list[tuple[tuple[str, str], ...]]]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def rows(folder: Path) -> Rows:
    """Give the rows of each table of a folder, in an order of their own, blanks left out."""
    held = EvidenceFolder(folder)
    said = {
        name: sorted(tuple(sorted(row.items())) for row in held.rows(name)) for name in EVERY_TABLE
    }
    return {name: found for name, found in said.items() if found}


@pytest.mark.slow
def test_what_is_handed_over_decides_as_the_book_did(practice: Practice, out: Path) -> None:
    put_story(practice, GOOD)
    corrected(practice)
    decide_again(practice, LATER)
    owner = practice.opened("owner")
    counts = hand_over(owner, out, LATER)
    assert counts["readings"] == 16
    assert counts["time_entries"] == 1  # as it was corrected
    seen = Look.objects.filter(act="practice.hand_over").values_list("patient_id", flat=True)
    assert [*seen] == [PATIENT]
    day = today(owner, PATIENT, LATER)
    kept = current(practice.tenant_id, {ENROLLMENT})
    held = {line: told_as_of(decision_in(one, "a decision"), day) for line, one in kept.items()}
    assert {line_of(one): one for one in decide(out, as_of=day)} == held
    assert len(held) > 5


@pytest.mark.slow
def test_a_whole_practice_moves_out_as_it_moved_in(practice: Practice, tmp_path: Path) -> None:
    made = tmp_path / "made"
    make_practice(made, seed=2026)
    take_over(practice.opened("administrator"), made, START)
    hand_over(practice.opened("compliance"), tmp_path / "out", START)
    assert rows(tmp_path / "out") == rows(made)
    assert sum(map(len, rows(made).values())) > 5_000


def test_a_folder_taken_over_again_adds_nothing_and_undoes_nothing(
    practice: Practice, out: Path
) -> None:
    put_story(practice, GOOD)
    hand_over(practice.opened("owner"), out, AT)
    administrator = practice.opened("administrator")
    patient = {"patient_id": PATIENT, "time_zone": "America/Denver"}
    with administrator.act("test", LATER) as act:
        act.add("patients", [patient])
    assert not any(take_over(administrator, out, LATER).values())
    (held,) = administrator.shelf.rows("patients", patient_id={PATIENT})
    assert held["time_zone"] == "America/Denver"
    table = out / "patients.ndjson"
    table.write_bytes(table.read_bytes() + b'{"patient_id":"PAT-2","time_zone":"America/Denver"}\n')
    assert take_over(administrator, out, LATER)["patients"] == 1
    assert len(added(practice.tenant_id, "patients", "patient_id", {PATIENT})) == 2


@pytest.mark.slow
def test_what_is_written_meanwhile_is_not_in_it(
    practice: Practice, out: Path, clock: Clock
) -> None:
    put_story(practice, GOOD, at=START)
    owner = practice.opened("owner")
    late: Iterator[str] = iter(["PAT-LATE"])

    def meanwhile(table: str, _: int) -> None:
        for name in late:
            assert table != "readings"
            with (
                by_ourselves(practice.tenant_id) as book,
                book.act("test", clock.after(hours=1)) as act,
            ):
                row = {"reading_id": "LATE", "patient_id": name, "device_id": "D", "metric": "x"}
                act.add(
                    "readings", [row | {"measured_at": "2026-03-02T10:00:00Z", "entry": "manual"}]
                )

    hand_over(owner, out, START, meanwhile)
    assert len(rows(out)["readings"]) == 16
    assert len(owner.shelf.rows("readings")) == 17


def test_a_folder_that_holds_something_is_refused(practice: Practice, tmp_path: Path) -> None:
    (tmp_path / "readings.csv").touch()
    with pytest.raises(DeskError, match="holds something already"):
        hand_over(practice.opened("owner"), tmp_path, START)
    assert [one.name for one in tmp_path.iterdir()] == ["readings.csv"]


@pytest.mark.slow
def test_the_commands_move_a_practice(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = tmp_path / "made"
    source.mkdir()
    (source / "patients.csv").write_text("patient_id,time_zone\nPAT-1,America/Denver\n,UTC\n")
    asked = ["--as", "north-administrator", "--practice", practice.tenant_id]
    told = CliRunner().invoke(main, ["take-over", str(source), *asked, "--strict"])
    assert told.exit_code == 3
    assert not practice.opened("administrator").shelf.rows("patients")
    told = CliRunner().invoke(main, ["take-over", str(source), *asked])
    assert (told.exit_code, told.stdout.splitlines()[-1]) == (0, "1 rows new"), told.output
    assert b"patient_id" in (tmp_path / "rejected.ndjson").read_bytes()
    asked[1] = "north-owner"
    told = CliRunner().invoke(main, ["hand-over", "out", *asked])
    assert (told.exit_code, told.stdout.splitlines()[-1]) == (0, "1 rows handed over"), told.output
    assert rows(tmp_path / "out") == {
        "patients": [(("patient_id", "PAT-1"), ("time_zone", "America/Denver"))]
    }
    told = CliRunner().invoke(main, ["hand-over", "out", *asked])
    assert told.exit_code == 1
    assert "desk.folder_filled" in told.output
