"""What tests of the service share by name."""

from __future__ import annotations

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
