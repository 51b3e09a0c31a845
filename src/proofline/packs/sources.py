"""Where the law was read: `sources.toml`, and how sure a citation of it makes us."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeAlias

from proofline.packs import reading
from proofline.packs.errors import PackError
from proofline.packs.shelf import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Grade: TypeAlias = Literal["A", "B", "C", "K"]

# A citation of this source rests on a policy of the same page; the place is the policy's name.
POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Source:
    """A published document: what it is, whose, of when, and what was actually read of it.

    `grade` is A for an official text that was read, B for one seen through its readers, C for a
    vendor alone, K for what is remembered. `url` is None where none is known.
    """

    key: str
    title: str
    publisher: str
    date: str
    read: str
    grade: Grade
    url: str | None = None


@cache
def sources(*, root: Path = ROOT) -> Mapping[str, Source]:
    """Read every source by its key; raise `PackError` if the file does not have that form."""
    path = root / "sources.toml"
    raw = reading.parse(path.read_bytes(), path.name)
    return {key: _source(key, entry) for key, entry in raw.items()}


def key_and_place(cite: str) -> tuple[str, str]:
    """Split a citation into the key of its source and the place in it, which may be empty."""
    key, _, place = cite.partition(" ")
    return key, place.strip()


def _source(key: str, entry: dict[str, str]) -> Source:
    try:
        source = Source(key=key, **entry)  # type: ignore[arg-type] # the grade is held to below
    except TypeError as trouble:
        remedy = "Give title, publisher, date, read and grade, and url if there is one."
        raise PackError(
            "pack.source_broken", f"sources.toml: {key}: {trouble}.", remedy
        ) from trouble
    if source.grade not in {"A", "B", "C", "K"}:
        message = f"sources.toml: {key}: grade is {source.grade}."
        raise PackError("pack.source_broken", message, "Write A, B, C or K.")
    return source
