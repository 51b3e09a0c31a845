"""What the README of the intake room shows is what comes out, from the webhook to the decision."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner

from proofline import intake
from proofline.cli import main

if TYPE_CHECKING:
    import pytest

README = Path(intake.__file__).with_name("README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)(?: ([^\n]+))?\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def squeezed(line: str) -> str:
    return " ".join(line.split())


def run(command: str) -> list[str]:
    words = shlex.split(command.removeprefix("$ proofline "))
    result = CliRunner().invoke(main, words, prog_name="proofline")
    assert result.exit_code == 0, result.output
    return [squeezed(line) for line in result.output.splitlines()]


def test_the_readme_leads_from_a_webhook_to_a_decision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = 0
    for kind, name, text in BLOCKS:
        if kind != "console":
            Path(name).write_text(text, "utf-8")
            continue
        said: list[str] = []
        for line in text.splitlines():
            if line.startswith("$ "):
                said, ran = run(line), ran + 1
            else:
                assert squeezed(line) in said
    assert ran == README.count("\n$ proofline ") > 0
