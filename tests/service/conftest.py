"""What tests of the service share by name."""

from __future__ import annotations

from made_up_people import desk
from made_up_practices import clock, other_practice, practice, stack

__all__ = ["clock", "desk", "other_practice", "practice", "stack"]
