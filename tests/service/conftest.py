"""What tests of the service share by name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils.translation import deactivate

from decided_before import decided_once
from made_up_people import desk
from made_up_practices import clock, django_db_setup, other_practice, practice, stack

__all__ = [
    "clock",
    "decided_once",
    "desk",
    "django_db_setup",
    "other_practice",
    "practice",
    "stack",
]


@pytest.fixture(autouse=True)
def _no_language_of_the_test_before() -> Iterator[None]:
    """A page that was asked for in Spanish leaves its thread so; the next test begins anew."""
    yield
    deactivate()
