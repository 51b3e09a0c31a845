"""What tests of the service share by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import deactivate

from decided_before import decided_once
from made_up_people import desk
from made_up_practices import clock, django_db_setup, other_practice, practice, stack
from sampling import tried
from service_places import ON_POSTGRESQL

__all__ = [
    "clock",
    "decided_once",
    "desk",
    "django_db_setup",
    "other_practice",
    "practice",
    "stack",
]

OF_THE_DATABASE = {
    *("test_store", "test_walls", "test_row_edits", "test_showing_proof", "test_moving"),
    *("test_backup", "test_desk_races", "test_durability", "test_working", "test_listening"),
    *("test_looked_up", "test_narrow_indexes", "test_standings", "test_recorded"),
    *("test_api_repeating", "test_wholes", "test_floors_held"),
}
"""Files whose matter is the database itself: walls, locks, statements, rows, what a kill leaves."""
assert all(Path(__file__).with_name(f"{name}.py").exists() for name in OF_THE_DATABASE)

ON_BOTH = tried("PROBE_POSTGRESQL", 6, 1)
"""Of the other files' slow tests the first and then one of so many are tried on PostgreSQL too."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL leave out most slow tests in which the database is only where things lie.

    All that is quick is run there, and the first slow one of each file.
    """
    if not ON_POSTGRESQL:
        return
    slow: Counter[str] = Counter()
    run: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        file = item.path.stem
        of_pages = item.get_closest_marker("slow") and file not in OF_THE_DATABASE
        (left if of_pages and slow[file] % ON_BOTH else run).append(item)
        slow[file] += bool(of_pages)
    items[:] = run
    config.hook.pytest_deselected(items=left)


@pytest.fixture(autouse=True)
def _no_language_of_the_test_before() -> Iterator[None]:
    """A page that was asked for in Spanish leaves its thread so; the next test begins anew."""
    yield
    deactivate()
