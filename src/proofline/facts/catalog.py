"""The vocabulary of facts, read from catalog.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing the evidence shows of an enrollment and a period.

    `kind` is `count`, `flag` or `text`; `settled` is False for a count that evidence still in doubt
    could raise, whose column NAME_possible holds the highest it could become. `grows` is empty
    unless the count rises with days of data: `daily` by one on each, `leaps` where one day can be
    worth more. `unit` is empty for flags and texts; `rule` is where the measure comes from, by the
    ids of docs/rules.md.
    """

    name: str
    kind: str
    means: str
    rule: str
    unit: str = ""
    settled: bool = True
    grows: str = ""

    @property
    def highest(self) -> str:
        """Name the column that holds the highest the fact could become."""
        return self.name if self.settled else f"{self.name}_possible"

    @property
    def rises(self) -> bool:
        """Tell what the running of a period can raise: days of data, minutes, live calls."""
        return bool(self.grows) or self.unit in {"minutes", "calls"}


@cache
def catalog() -> Mapping[str, Fact]:
    """Give every fact by its name, in the order of the file."""
    text = (Path(__file__).parent / "catalog.toml").read_text(encoding="utf-8")
    return MappingProxyType({name: Fact(name, **row) for name, row in tomllib.loads(text).items()})
