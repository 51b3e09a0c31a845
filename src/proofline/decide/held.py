"""What a code of a page is held against, worked out once and not for each line that is decided.

A chart of a year is sixty lines of some thirty bounds each, and a practice's are thousands.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from proofline.decide.bounds import bits_of
from proofline.facts import catalog

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proofline.decide.asked import Clock
    from proofline.decide.bounds import Bits
    from proofline.facts.catalog import Fact
    from proofline.packs.page import Page, Requirement

_MOST = 1_000
"""So many codes of pages are remembered; the pages on file have fewer."""


class Bound(Struct, frozen=True):
    """A requirement with its bit, its fact, the column of the highest that could become, its words.

    `needs` is the bound as a finding shows it.
    """

    requirement: Requirement
    bit: int
    fact: Fact
    highest: str
    needs: str


class _This:
    """A page by its identity: two may have one name, and none can be hashed by what it says."""

    __slots__ = ("page",)

    def __init__(self, page: Page) -> None:
        self.page = page

    def __hash__(self) -> int:
        return id(self.page)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _This) and other.page is self.page


def bounds_of(page: Page, clock: Clock, code: str) -> tuple[tuple[Bound, ...], tuple[Bound, ...]]:
    """Give the bounds of a code of a page in their order, and those of its second clock."""
    return _bounds_of(_This(page), clock, code)


@lru_cache(_MOST)
def _bounds_of(this: _This, clock: Clock, code: str) -> tuple[tuple[Bound, ...], tuple[Bound, ...]]:
    bits, asked = bits_of(this.page, clock), this.page.codes[code]
    return tuple(_bounds(bits, asked.requires)), tuple(_bounds(bits, bits.second_test(asked)))


def _bounds(bits: Bits, names: Iterable[str]) -> Iterable[Bound]:
    for name in names:
        requirement = bits.page.requirements[name]
        fact = catalog()[requirement.fact]
        yield Bound(requirement, bits.mask([name]), fact, fact.highest, requirement.needs)
