"""Commands as an operator types them, in this process, and READMEs as a newcomer follows them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from click.testing import CliRunner, Result

from proofline.cli import main

PROMPT = "$ proofline "
BLOCK = re.compile(r"^```(\w+)(?: ([^\n]+))?\n(.*?)^```", re.DOTALL | re.MULTILINE)


def typed(*words: object) -> Result:
    """Run a command, given word by word."""
    return CliRunner().invoke(main, [str(word) for word in words], prog_name="proofline")


def on_disk(folder: Path, name: str, data: bytes) -> Path:
    """Lay a file where a command finds it."""
    path = folder / name
    path.write_bytes(data)
    return path


def squeezed(text: str) -> str:
    """Leave out how a table was laid out."""
    return " ".join(text.split())


def readme(room: ModuleType) -> str:
    """Give the README of a room."""
    return Path(str(room.__file__)).with_name("README.md").read_text("utf-8")


def follow(
    text: str,
    *,
    lay: Callable[[str, str], object] = lambda name, block: Path(name).write_text(block, "utf-8"),
    after: Callable[[str], object] = lambda _: None,
    named: Callable[[str], str] = lambda line: line,
) -> None:
    """Do in this folder what a README shows: every line that it prints must be said.

    A block with a name is a file, and `lay` puts it there; `named` puts in what nobody can know
    before; `after` is told of each command that ran. A block of `sh` is shown, not followed.
    """
    ran = 0
    for kind, name, block in BLOCK.findall(text):
        if name:
            lay(name, block)
        if kind == "console":
            ran += _follow(block, after, named)
    assert ran == text.count(f"\n{PROMPT}") > 0


def _follow(block: str, after: Callable[[str], object], named: Callable[[str], str]) -> int:
    said: list[str] = []
    ran = 0
    for line in block.splitlines():
        if not line.startswith(PROMPT):
            assert squeezed(named(line)) in said
            continue
        done = typed(*shlex.split(named(line).removeprefix(PROMPT)))
        assert done.exit_code == 0, done.output
        said, ran = [squeezed(one) for one in done.output.splitlines()], ran + 1
        after(line)
    return ran
