"""X12's codes of acknowledgments in words, from codes.toml beside this file."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


def meaning(element: str, code: str) -> str:
    """Say what a code means at an element (`TA105`, `IK403`, `STC01`); empty if not on file."""
    return _codes().get(element, {}).get(code, "")


def told(element: str, code: str) -> str:
    """Give a code with its meaning behind it, or the code alone."""
    words = meaning(element, code)
    return f"{code} {words}" if words else code


@cache
def _codes() -> dict[str, dict[str, str]]:
    """Read the lists once."""
    return tomllib.loads((files(__package__) / "codes.toml").read_text("utf-8"))
