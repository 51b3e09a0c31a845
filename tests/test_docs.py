"""The documents keep up with the code: facts, commands, and what the README shows."""

from __future__ import annotations

import importlib.util
import re
import shlex
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from at_the_terminal import typed
from proofline.cli import main
from proofline.cli.demo import make_practice

ROOT = Path(__file__).parents[1]


@cache
def maker() -> ModuleType:
    sys.path.insert(0, str(ROOT / "docs"))
    spec = importlib.util.spec_from_file_location("make", ROOT / "docs/make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "name", ["facts.md", "commands.md", pytest.param("GLOSSARY.md", marks=pytest.mark.slow)]
)
def test_a_page_is_what_the_code_tells_now(name: str) -> None:
    pages = {path.name: (path, page) for path, page in maker().PAGES.items()}
    path, page = pages[name]
    assert path.read_text("utf-8") == page(), "run ./dev docs"


@pytest.mark.slow
def test_the_readme_shows_what_comes_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    block = re.search(r"```console\n\$ (proofline explain [^\n]+)\n(.*?)```", readme, re.DOTALL)
    assert block is not None
    make_practice(tmp_path / "demo-practice", seed=2026)
    monkeypatch.chdir(tmp_path)
    words = shlex.split(block[1])[1:]
    said = typed(*words).stdout.splitlines()
    shown = [line for line in block[2].splitlines() if line.strip() not in {"", "…"}]
    assert [line for line in shown if line.rstrip() not in {one.rstrip() for one in said}] == []


def test_every_command_named_in_a_document_exists() -> None:
    texts = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "docs/errors.md")]
    word = "[a-z]+(?:-[a-z]+)*"
    named = {
        tuple(match.split())
        for path in texts
        for match in re.findall(
            rf"`(?:\./dev run|proofline) ({word}(?: {word})?)", path.read_text()
        )
    }
    known = {tuple(one.command_path.split()[1:]) for one in maker().contexts(main, None)}
    assert named
    assert {words for words in named if words not in known and words[:1] not in known} == set()
