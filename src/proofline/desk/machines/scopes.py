"""What the key of a machine can be good for, as `scopes.toml` has it."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path


@cache
def scopes() -> dict[str, str]:
    """Give every scope there is, with its meaning."""
    said = tomllib.loads((Path(__file__).parent / "scopes.toml").read_text("utf-8"))
    return dict(said["scopes"])
