"""What tests of several rooms share by name."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from postgres import postgres, postgres_server
from proofline.cli.demo import make_practice

__all__ = ["postgres", "postgres_server"]

settings.register_profile("any", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any")  # no test is a timed test, however busy the machine is

LONG = 50
"""How many quick tests take about as long as a slow one."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let workers that share files begin with the longest, lest one be left alone at the end."""
    if not hasattr(config, "workerinput"):
        return
    length: Counter[Path] = Counter()
    for item in items:
        slow = item.get_closest_marker("slow") or item.get_closest_marker("spark")
        length[item.path] += LONG if slow else 1
    items.sort(key=lambda item: -length[item.path])


@pytest.fixture(scope="session")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the demonstration practice, for tests that only read it."""
    folder = tmp_path_factory.mktemp("demonstration") / "practice"
    make_practice(folder, seed=2026)
    return folder
