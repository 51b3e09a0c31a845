"""What the README of the ledger shows is what comes out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from at_the_terminal import follow, readme
from proofline import ledger

if TYPE_CHECKING:
    import pytest


def test_the_readme_leads_from_a_folder_to_a_proof(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    follow(readme(ledger))


def test_the_readme_names_every_file_of_the_room() -> None:
    room, said = Path(ledger.__file__).parent, readme(ledger)
    names = {path.name for path in room.glob("*.py")} - {"__init__.py"}
    assert sorted(name for name in names if f"`{name}`" not in said) == []
