"""What tests of the service share by name."""

from __future__ import annotations

from made_up_practices import clock, other_practice, practice, stack

__all__ = ["clock", "other_practice", "practice", "stack"]
