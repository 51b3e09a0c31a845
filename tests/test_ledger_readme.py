"""What the README of the ledger shows is what comes out."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner

from proofline import ledger
from proofline.cli import main

if TYPE_CHECKING:
    import pytest

README = Path(ledger.__file__).with_name("README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```([\w.]+)\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def run(command: str) -> list[str]:
    words = shlex.split(command.removeprefix("$ proofline "))
    done = CliRunner().invoke(main, words, prog_name="proofline")
    assert done.exit_code == 0, done.output
    return [line.strip() for line in done.output.splitlines()]


def test_the_readme_leads_from_a_folder_to_a_proof(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = 0
    for kind, text in BLOCKS:
        if kind != "console":
            Path(kind).write_text(text, "utf-8")
            continue
        said: list[str] = []
        for line in text.splitlines():
            if line.startswith("$ "):
                said, ran = run(line), ran + 1
            else:
                assert line.strip() in said
    assert ran == README.count("\n$ proofline ") == 7


def test_the_readme_names_every_file_of_the_room() -> None:
    room = Path(ledger.__file__).parent
    names = {path.name for path in room.glob("*.py")} - {"__init__.py"}
    assert sorted(name for name in names if f"`{name}`" not in README) == []
