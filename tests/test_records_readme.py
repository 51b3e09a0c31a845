"""What the READMEs of the records and the snapshots show is what comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from at_the_terminal import BLOCK, follow, readme
from proofline.decide import records, snapshots

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


@pytest.mark.slow
@pytest.mark.parametrize("room", [records, snapshots], ids=["records", "snapshots"])
def test_a_readme_shows_what_comes_out(
    room: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    follow(readme(room))
    (code,) = [block for kind, _, block in BLOCK.findall(readme(room)) if kind == "python"]
    exec(code, {"folder": tmp_path})  # noqa: S102 - the README's own words
