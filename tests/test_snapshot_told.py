"""What a snapshot says: its cells as they were, what changed since, and why a sign-off is stale."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from at_the_terminal import typed
from many_patients import lay, plainly, taken
from proofline.decide import Asked
from proofline.decide.snapshots import Snapshot, changes, in_words
from storybook import tell

if TYPE_CHECKING:
    from pathlib import Path

STORY = "days = 1..16; 25 min on 2026-03-10; call on 2026-03-10; by cycle"
SIGNS = "a\t\n\r\\N\"',;\u00e9\x1a\x1f"


@pytest.mark.slow
def test_every_cell_is_read_back_whatever_is_in_it(tmp_path: Path) -> None:
    notes = [f"{one}{other}." for one in SIGNS for other in SIGNS]
    patients = []
    for note in notes:
        told = tell("25 min on 2026-03-10; by cycle; as of 2026-04-20").tables()
        told["time_entries"][0]["note"] = told["devices"][0]["model"] = note
        patients.append(told)
    shots = taken(lay(patients, tmp_path / "e"), len(patients), Asked(date(2026, 4, 20)))
    read_back = [{row.kind: row.cells for row in shot.rows} for shot in shots if shot is not None]
    assert [cells["time"]["note"] for cells in read_back] == notes
    assert [cells["device"]["model"] for cells in read_back] == notes


TOLD = {
    "days = 16; days = 17": ["reading RDG-17 of 2026-03-17 came, counts"],
    "days = 16 with patient_id=SOMEBODY": [
        (
            "reading RDG-16 of 2026-03-16 changed: patient id was PAT-1, is SOMEBODY,"
            " unsettled was nothing, is another patient named"
        )
    ],
    "days = 16 with value=180": ["reading RDG-16 of 2026-03-16 changed: value differs"],
    "days = 16; consents.text_version = v2": ["consent CON-1 changed: text version was v1, is v2"],
    "days = 16 with entry=manual, at=21:00": [
        "reading RDG-16 of 2026-03-16 came, does not count (manual)",
        "reading RDG-16 of 2026-03-16 is gone, counts",
    ],
    "days = 16; no time_entries": ["time entry TIM-1 of 2026-03-10 is gone, counts"],
    "days = 16; devices.fda_reference = -": [
        "device DEV-1 changed: fda reference was K000000, is unknown"
    ],
    "days = 16": [],
}


def test_a_change_is_told_in_words(tmp_path: Path) -> None:
    story = "days = 1..15; 25 min on 2026-03-10; by cycle"
    patients = [tell(f"{story}; {tail}").tables() for tail in ["days = 16", *TOLD]]
    before, *after = taken(lay(patients, tmp_path / "e"), len(patients))
    told = {}
    for number, (tail, shot) in enumerate(zip(TOLD, after, strict=True), 1):
        assert before is not None
        both = Snapshot(plainly(before, 0)), Snapshot(plainly(shot, number))
        told[tail] = [in_words(change) for change in changes(*both)]
    assert told == TOLD


def laid(phrases: str, folder: Path) -> Path:
    """Write a story as an evidence folder, its cycle signed for the digest that it says."""
    return lay([tell(phrases).tables()], folder)


def ask(*words: object) -> str:
    result = typed(*words)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.slow
@pytest.mark.parametrize("edited", [False, True])
def test_a_stale_sign_off_says_why(edited: bool, tmp_path: Path) -> None:
    story = "days = 1..16; 25 min on 2026-03-10; call on 2026-03-10; by cycle"
    here = ["ENR-1~0000", "1", "--as-of", "2026-05-10"]
    kept = ["--into", tmp_path / "kept"]
    first = ask("snapshot", *here, "--evidence", laid(story, tmp_path / "before"), *kept)
    digest = next(line for line in first.splitlines() if line.startswith("sha256:"))
    pinned = f"{story}; every sign_offs.evidence_digest = {digest}"
    ours = laid(pinned, tmp_path / "signed")
    assert "is of exactly this evidence" in ask("snapshot", *here, "--evidence", ours)
    assert "sign-off" not in ask("explain", *here, "--evidence", ours).split("What the law")[-1]
    if edited:  # a row that was known when it was signed says something else now
        later = laid(pinned.replace("25 min", "24 min"), tmp_path / "later")
        why = "time entry TIM-1~0000 of 2026-03-10 changed: to s was"
    else:  # a row came after the signature
        late = "days = 17 with received_at=2026-05-02T10:00:00Z"
        later = laid(f"{pinned}; {late}", tmp_path / "later")
        why = "reading RDG-17~0000 of 2026-03-17 came, counts"
    told = ask("snapshot", *here, "--evidence", later, *kept)
    assert "is stale: 1 row differs from what was signed" in told
    assert why in told
    assert why in ask("explain", *here, "--evidence", later, "--snapshots", tmp_path / "kept")
    alone = ask("explain", *here, "--evidence", later)
    assert (why in alone) is not edited
    assert ("what was signed cannot be shown" in alone) is edited


def test_a_period_or_enrollment_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    folder = laid(STORY, tmp_path / "e")
    for words, code in [(["ENR-9"], "use.no_enrollment"), (["ENR-1~0000", "99"], "use.period")]:
        asked = ["snapshot", *words, "--evidence", str(folder), "--as-of", "2026-05-10"]
        result = typed(*asked)
        assert result.exit_code == 2
        assert code in result.stderr
    early = ["snapshot", "ENR-1~0000", "--evidence", str(folder), "--as-of", "2026-01-01"]
    assert "use.no_period" in typed(*early).stderr
