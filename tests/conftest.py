"""What tests of several rooms share by name."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator
from functools import wraps
from pathlib import Path
from typing import Any

import _duckdb
import duckdb
import pytest
from hypothesis import HealthCheck, settings

from empty_book import django_db_keepdb, django_db_setup, empty_book
from in_parts import SERVICE, is_elsewhere
from on_spark import quick_start
from postgres import postgres, postgres_server
from proofline.cli.demo import make_practice

__all__ = [
    "django_db_keepdb",
    "django_db_setup",
    "empty_book",
    "postgres",
    "postgres_server",
    "quick_start",
]

settings.register_profile("any", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", settings.get_profile("any"), max_examples=25)
settings.load_profile("any")  # no test is a timed test, however busy the machine is

gc.set_threshold(50_000, 20, 20)

QUICK = "not slow and not spark"
"""What `./dev quick` asks for."""


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Keep Python from searching all modules and tests for garbage again and again.

    They are there until the end, and half of the time of a test that makes many objects goes there.
    """
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Let go of everything, as extension modules want it that count what they lent."""
    gc.unfreeze()


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave to the other parts of `./dev quick` what is theirs."""
    return is_elsewhere(collection_path) or None


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makeitem(
    collector: pytest.Module | pytest.Class, name: str, obj: object
) -> list[pytest.Item] | None:
    """Make no tests, one for each row of their tables, of what the quick suite leaves out."""
    if collector.config.option.markexpr != QUICK or not name.startswith("test"):
        return None
    marks = {mark.name for mark in getattr(obj, "pytestmark", ())}
    marks |= {mark.name for mark in collector.iter_markers()}
    return [] if marks & {"slow", "spark"} else None


OF_DJANGO = ("_dj", "_fail_for_invalid_template", "_live_server_helper", "_template_string")
"""How those fixtures of pytest-django begin that are made for every test, whatever it needs."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """Leave out of tests elsewhere what pytest-django makes for each, a quarter of an empty test.

    Its wall between tests and the database stands for the whole run, and needs none of them.
    """
    names: list[str] = getattr(item, "fixturenames", [])
    if SERVICE not in item.path.parents and not item.get_closest_marker("django_db"):
        names[:] = [name for name in names if not name.startswith(OF_DJANGO)]


LONGEST = (
    *("test_replay", "test_api_clients", "test_spark", "test_days", "test_packet_cli"),
    *("test_sqlite", "test_working", "test_nights", "test_packet_verify", "test_backup"),
    *("test_pages", "test_pages_by_phone", "test_story"),
    *("test_durability", "test_arriving_alive", "test_ledger_verify", "test_row_edits"),
    *("test_properties", "test_professional_referee", "test_canary", "test_questions"),
)
"""The files that take half a minute or more, the longest first."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let workers that share files begin with the longest, lest one be left alone at the end."""
    if not hasattr(config, "workerinput"):
        return
    rank = {name: place - len(LONGEST) for place, name in enumerate(LONGEST)}
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: (rank.get(item.path.stem, 0), -slow[item.path]))


OPENINGS = 40
"""How often the quick tests of one file may open DuckDB: once takes as long as ten small tests."""


@pytest.fixture(scope="session")
def opened() -> Iterator[Counter[str]]:
    """Count how often DuckDB is opened."""
    found: Counter[str] = Counter()
    connect = _duckdb.connect

    @wraps(connect)
    def counted(*args: Any, **options: Any) -> _duckdb.DuckDBPyConnection:  # noqa: ANN401 - passed on
        found["duckdb"] += 1
        return connect(*args, **options)

    with pytest.MonkeyPatch.context() as patch:
        for module in (_duckdb, duckdb):
            patch.setattr(module, "connect", counted)
        yield found


@pytest.fixture(scope="module")
def opened_by_quick_tests() -> Counter[str]:
    """Count how often the quick tests of one file opened DuckDB."""
    return Counter()


@pytest.fixture(autouse=True)
def cases_share_a_folder(
    request: pytest.FixtureRequest, opened: Counter[str], opened_by_quick_tests: Counter[str]
) -> Iterator[None]:
    """Keep the quick suite quick: many small cases lie in one folder, or are marked slow."""
    before = opened.copy()
    yield
    if not any(request.node.get_closest_marker(name) for name in ("slow", "spark")):
        opened_by_quick_tests += opened - before
        assert opened_by_quick_tests["duckdb"] <= OPENINGS, "let cases share a folder"


@pytest.fixture(scope="session")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the demonstration practice, for tests that only read it."""
    folder = tmp_path_factory.mktemp("demonstration") / "practice"
    make_practice(folder, seed=2026)
    return folder
