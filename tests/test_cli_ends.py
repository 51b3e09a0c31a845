"""A command that ends, as a process of its own, says nothing but what it was asked for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parents[1] / "src/proofline/intake/fixtures"
PROGRAM = "import sys; from proofline.cli import main; sys.exit(main())"


@pytest.mark.parametrize(
    "words",
    [
        ("intake", "conformance", "withings", str(FIXTURES / "withings/commented.json")),
        ("packs", "list"),
    ],
)
def test_nothing_is_told_of_the_insides_when_a_command_is_over(words: tuple[str, ...]) -> None:
    """DuckDB's binding names every object that outlives it, were Python not to tidy at its end."""
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words], check=True, capture_output=True, text=True
    )
    assert ended.stdout
    assert ended.stderr == ""
