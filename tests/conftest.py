"""What tests of several rooms share by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from postgres import postgres, postgres_server
from proofline.cli.demo import make_practice

__all__ = ["postgres", "postgres_server"]


@pytest.fixture(scope="session")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the demonstration practice, for tests that only read it."""
    folder = tmp_path_factory.mktemp("demonstration") / "practice"
    make_practice(folder, seed=2026)
    return folder
