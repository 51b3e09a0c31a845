"""Whatever was tampered with, in the records, the law or the engine, is found and named."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import msgspec
import pytest

from at_the_terminal import typed
from kept_records import STORY, keep, kept, lines, mine, rewrite, write
from proofline.decide.records import keeping
from proofline.decide.records.canonical import canonical
from proofline.packs import shelf

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["kept", "mine"]


@pytest.mark.slow
def test_a_threshold_changed_in_the_page_kept_is_found(mine: Path) -> None:
    page = "medicare-rpm/2026-01-01.toml"
    digest = keeping.head(keeping.files(mine)[0]).law.files[page]
    path = mine / "law" / f"{digest.removeprefix('sha256:')}.toml"
    path.write_text(path.read_text("utf-8").replace("min = 16", "min = 12"), "utf-8")
    told = typed("replay", mine, "--most", 500)
    assert told.exit_code == 1
    assert f"the law kept: {page} was altered" in told.stdout
    assert "findings.days_16_to_30.needs: kept >= 16, now >= 12" in told.stdout
    assert "pack_digest: kept sha256:" in told.stdout
    path.unlink()
    missing = typed("replay", mine)
    assert missing.exit_code == 1
    assert f"{page} is missing" in missing.stdout


@pytest.mark.slow
@pytest.mark.parametrize("seal", [False, True], ids=["as it was sealed", "sealed anew"])
def test_a_changed_fact_is_found_in_its_decisions(seal: bool, mine: Path) -> None:
    altered = lines(mine)
    place = next(n for n, line in enumerate(altered) if b'"PAT-1"' in line)
    sheet = msgspec.json.decode(altered[place])
    column = sheet["columns"].index("transmission_days")
    assert sheet["lines"][0][column] == 16
    sheet["lines"][0][column] = 15
    altered[place] = canonical(sheet)
    rewrite(mine, altered, seal=seal)
    told = typed("replay", mine)
    assert told.exit_code == 1
    assert ("bytes of the file were changed" in told.stdout) is not seal
    assert "99454 of ENR-1, cycle from 2026-03-01" in told.stdout
    assert "facts.transmission_days: kept 16, now 15" in told.stdout
    assert "of NEW-2" not in told.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("outcome", "held", "outcome: kept held, now billable"),
        ("units", 9, "units: kept 9, now "),
        ("evidence_digest", "sha256:00", "evidence_digest: kept sha256:00, now sha256:"),
        ("engine", "proofline-9", "engine: kept proofline-9, now proofline-"),
        ("extra", 1, "extra: kept 1, now unknown"),
    ],
)
def test_a_changed_decision_is_named_with_its_field(
    field: str, value: object, words: str, mine: Path
) -> None:
    altered = lines(mine)
    place = next(n for n, line in enumerate(altered) if b'"outcome":"billable"' in line)
    record = msgspec.json.decode(altered[place])
    record["decision"][field] = value
    altered[place] = canonical(record)
    rewrite(mine, altered, seal=True)
    told = typed("replay", mine)
    assert told.exit_code == 1
    assert f"{record['decision']['code']} of {record['decision']['enrollment_id']}" in told.stdout
    assert words in told.stdout
    count = sum(b'"record"' in line for line in altered)
    assert f"{count} decisions from the facts and pages kept: 1 differs" in told.stdout


@pytest.mark.slow
def test_a_decision_left_out_or_told_twice_is_named(mine: Path) -> None:
    whole = lines(mine)
    place = next(n for n, line in enumerate(whole) if b'"record"' in line)
    rewrite(mine, whole[:place] + whole[place + 1 :], seal=True)
    assert "decision: kept none, now decided" in typed("replay", mine).stdout
    rewrite(mine, [*whole[: place + 1], *whole[place:]], seal=True)
    told = typed("replay", mine)
    assert told.exit_code == 1
    assert "decision: kept kept, now none" in told.stdout


@pytest.mark.slow
def test_every_flipped_bit_breaks_the_seal(tmp_path: Path) -> None:
    keep(write(STORY, tmp_path / "e"), tmp_path / "kept")
    (path,) = keeping.files(tmp_path / "kept")
    content = gzip.decompress(path.read_bytes())
    assert keeping.broken_seal(path) is None
    for place in range(0, len(content), len(content) // 150):
        altered = bytearray(content)
        altered[place] ^= 1 << place % 8
        path.write_bytes(gzip.compress(altered, 1))
        assert keeping.broken_seal(path) is not None, place
    for end in (len(content) // 2, content.rindex(b"\n", 0, -1) + 1):
        path.write_bytes(gzip.compress(content[:end], 1))
        assert keeping.broken_seal(path) is not None


def test_a_cut_or_foreign_file_is_told_of(mine: Path, tmp_path: Path) -> None:
    (path,) = mine.glob("*.records.gz")
    path.write_bytes(path.read_bytes()[:9_000])
    assert "(records.unreadable)" in typed("replay", mine).stderr
    rewrite(mine, [b'{"records":"proofline-records/99"}'])
    assert "(records.broken)" in typed("replay", mine).stderr
    (tmp_path / "empty").mkdir()
    assert "(records.none)" in typed("replay", tmp_path / "empty").stderr


@pytest.mark.slow
def test_an_engine_whose_text_was_changed_is_named(tmp_path: Path) -> None:
    keep(write(STORY, tmp_path / "e"), tmp_path / "kept")
    house = shelf.ROOT.parent
    shutil.copytree(house, tmp_path / "src" / "proofline")
    bounds = tmp_path / "src" / "proofline" / "decide" / "bounds.py"
    text = bounds.read_text("utf-8")
    assert text.count("{fact.highest} < {requirement.min}") == 1
    bounds.write_text(text.replace("{fact.highest} < {req", "{fact.highest} <= {req"), "utf-8")
    start = "from proofline.cli import main; main()"
    run = subprocess.run(
        [sys.executable, "-c", start, "replay", str(tmp_path / "kept")],
        env={"PYTHONPATH": str(tmp_path / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1, run.stderr
    assert "note: the engine's text is another than then: decide/bounds.py\n" in run.stdout
    # 16 days of the 16 that are needed: the changed engine wants one more
    assert "99454 of ENR-1, cycle from 2026-03-01" in run.stdout
    assert "outcome: kept billable, now not_billable" in run.stdout
