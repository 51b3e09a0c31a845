"""How many of many the suite tries: CONTRIBUTING.md has the table, and `PROBE_ALL=1` tries all."""

from __future__ import annotations

import os

EVERYTHING = "PROBE_ALL" in os.environ
BY_CHANCE = "PROOFLINE_EXAMPLES" in os.environ
"""Whether generated examples are others in every run; else they are the same."""


def tried(name: str, some: int, whole: int) -> int:
    """Give how many are tried: some, the whole where all is asked for, or what `name` says."""
    return int(os.environ.get(name, whole if EVERYTHING else some))


def examples(some: int, whole: int) -> int:
    """Give how many generated examples are tried, which one name says of all tests together."""
    return tried("PROOFLINE_EXAMPLES", some, whole)
