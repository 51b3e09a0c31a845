"""What the READMEs of the records and the snapshots show is what comes out."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from proofline.cli import main
from proofline.decide import records, snapshots


@pytest.mark.slow
@pytest.mark.parametrize("room", [records, snapshots], ids=["records", "snapshots"])
def test_a_readme_shows_what_comes_out(
    room: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = Path(str(getattr(room, "__file__", ""))).with_name("README.md").read_text("utf-8")
    monkeypatch.chdir(tmp_path)
    ran = 0
    for kind, block in re.findall(
        r"^```(console|python)\n(.*?)^```", text, re.DOTALL | re.MULTILINE
    ):
        ran += 1
        if kind == "python":
            exec(block, {"folder": tmp_path})  # noqa: S102 - the README's own words
            continue
        said: list[str] = []
        for line in block.splitlines():
            if line.startswith("$ proofline "):
                words = shlex.split(line.removeprefix("$ proofline "))
                result = CliRunner().invoke(main, words, prog_name="proofline")
                assert result.exit_code == 0, result.output
                said = result.output.splitlines()
            else:
                assert line in said
    assert ran == text.count("\n```console\n") + text.count("\n```python\n") > 1
