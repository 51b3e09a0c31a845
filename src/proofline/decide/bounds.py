"""A page of the law as SQL: one SELECT of bounds over the facts.

Every requirement of a page is one bit, in the order of the page. `bounded` says for each line of
facts which bits are unmet and which unproven; `outcomes` follows from there. Nothing here knows a
rule: numbers and names come from the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proofline.facts import catalog

if TYPE_CHECKING:
    from proofline.decide.asked import Clock
    from proofline.packs.page import Code, Page, Requirement


@dataclass(frozen=True, slots=True)
class Bits:
    """The bits of a page's requirements on a clock, and masks over them."""

    page: Page
    clock: Clock
    places: Mapping[str, int]

    def mask(self, names: Iterable[str], *levels: str) -> int:
        """Add up the bits of the named requirements that have one of the levels (any, if none)."""
        requirements = self.page.requirements
        return sum(
            1 << self.places[name]
            for name in set(names)
            if not levels or requirements[name].level in levels
        )

    def second_test(self, code: Code) -> tuple[str, ...]:
        """Name what a management code must also meet on the calendar month, on the cycle clock."""
        on_cycle = code.period == "clock" and self.clock == "cycle"
        return code.month_requires if on_cycle else ()

    def asked_of(self, code: Code) -> tuple[str, ...]:
        """Name every requirement of a code on this clock, in the order in which it is shown."""
        return (*code.requires, *self.second_test(code))


def bits_of(page: Page, clock: Clock) -> Bits:
    """Give the bits of a page: a requirement's place on the page is its bit."""
    return Bits(page, clock, {name: bit for bit, name in enumerate(page.requirements)})


def unit_facts(pages: Iterable[Page]) -> tuple[str, ...]:
    """Name the facts by which codes of these pages earn units, and the highest they can be."""
    facts = {code.units.fact for page in pages for code in page.codes.values() if code.units}
    return tuple(column for fact in sorted(facts) for column in (fact, catalog()[fact].highest))


def bounded(page: Page, columns: Iterable[str]) -> str:
    """Write the SELECT that marks, for each line of facts on a page, what is unmet and unproven.

    `columns` are the facts that later steps need beside the marks.
    """
    requirements = list(page.requirements.values())
    unmet = _sum_of_bits(_unmet(r) for r in requirements)
    unproven = _sum_of_bits(_unproven(r) for r in requirements)
    facts = "".join(f", {column}" for column in columns)
    return (
        "SELECT chart_no, period_no, kind, line_no, month, page,\n"
        "    end_day, work_day, setup_day, number, closed,\n"
        f"    month_minutes, month_minutes_possible{facts},\n"
        f"    {unmet} AS unmet,\n    {unproven} AS unproven\n"
        f"FROM facts\nWHERE page = '{page.name}'"
    )


def _sum_of_bits(conditions: Iterable[str]) -> str:
    bits = (
        f"CASE WHEN {condition} THEN {1 << bit} ELSE 0 END"
        for bit, condition in enumerate(conditions)
    )
    return f"CAST({_added_up(list(bits))} AS BIGINT)"


def _added_up(terms: list[str]) -> str:
    """Write a sum by halves: engines plan a deep expression in the square of its depth."""
    if len(terms) == 1:
        return terms[0]
    half = len(terms) // 2
    return f"({_added_up(terms[:half])}\n    + {_added_up(terms[half:])})"


def _unmet(requirement: Requirement) -> str:
    """Write when a bound cannot be met any more; a condition on an unknown is not fulfilled."""
    fact = catalog()[requirement.fact]
    if fact.kind == "count":
        low = [f"{fact.highest} < {requirement.min}"] if requirement.min is not None else []
        high = [f"{fact.name} > {requirement.max}"] if requirement.max is not None else []
        return " OR ".join(low + high)
    if requirement.is_ is not None:
        return f"{requirement.fact} = {str(not requirement.is_).upper()}"
    words = ", ".join(f"'{word}'" for word in requirement.one_of)
    return f"{requirement.fact} NOT IN ({words})"


def _unproven(requirement: Requirement) -> str:
    """Write when a bound is neither met nor unmet: by an unknown, or by evidence still in doubt."""
    fact = catalog()[requirement.fact]
    unknown = f"{fact.name} IS NULL"
    if fact.settled:
        return unknown
    low, high = requirement.min, requirement.max
    short = [f"{fact.name} < {low}"] if low is not None else []
    over = [f"{fact.highest} > {high}"] if high is not None else []
    within = [f"{fact.highest} >= {low}"] if low is not None else []
    within += [f"{fact.name} <= {high}"] if high is not None else []
    return f"{unknown} OR (({' OR '.join(short + over)}) AND {' AND '.join(within)})"
