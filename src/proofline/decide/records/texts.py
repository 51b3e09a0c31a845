"""The engine's own text: the files from which a decision follows, each by its digest.

A version number says what a release is called; these say whether it still is that release.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from proofline.decide.records.canonical import canonical, digest_of

HOUSE = Path(__file__).parents[2]
READ = (
    *("evidence/*.py", "evidence/sqlite/*.py", "facts/*.py", "facts/*.sql", "facts/*.toml"),
    *("packs/*.py", "decide/*.py", "decide/engines/*.py", "decide/*.sql"),
)
"""From the reading of evidence to the printed decision; the law itself is kept apart."""


@cache
def engine_texts() -> Mapping[str, str]:
    """Give the digest of every file of the engine, by its path in the house."""
    files = sorted(path for pattern in READ for path in HOUSE.glob(pattern))
    return {path.relative_to(HOUSE).as_posix(): digest_of(path.read_bytes()) for path in files}


def engine_text() -> str:
    """Give one digest over all of them."""
    return digest_of(canonical(engine_texts()))


def differing(before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[str]:
    """Name the files that only one of two engines has or that read differently in them."""
    return sorted(n for n in before.keys() | after.keys() if before.get(n) != after.get(n))
