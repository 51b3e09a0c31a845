"""A damaged remittance that can be read is posted without making or losing a cent."""

from __future__ import annotations

from pathlib import Path

import pytest

from fuzz import posting as fuzz
from made_up_claims import ACT
from proofline.claims.answers.posting import post

PAYLOADS = 150


@pytest.mark.slow
def test_no_damaged_remittance_makes_or_loses_money(tmp_path: Path) -> None:
    ground = fuzz.Ground(tmp_path)
    found = [fuzz.try_one(1, number, ground)[1] for number in range(PAYLOADS)]
    assert [what for what in found if what] == []


def test_the_undamaged_files_are_posted_and_would_be_found_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ground = fuzz.Ground(tmp_path)
    for data in ground.files:
        posted = post(ground.book(), data, ACT)
        assert posted.changes
        assert fuzz.claims_kept(data, posted) == fuzz.lines_sound(posted) == ""
    monkeypatch.setattr(fuzz, "LINES", ())
    with pytest.raises(KeyError):
        fuzz.wrong(ground.book(), ground.files[0])
