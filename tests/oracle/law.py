"""The pages of the law as plain dictionaries, and the meaning of a bound."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import proofline

from . import days, minutes, others, papers, reaching

if TYPE_CHECKING:
    from datetime import date

    from .book import Case

SRC = Path(proofline.__file__).parent
SHELF = SRC / "packs"
ROOMS = (days, minutes, papers, others, reaching)

Page = dict[str, Any]
Finding = tuple[str, str, str]


@cache
def catalog() -> dict[str, dict[str, Any]]:
    """Give the vocabulary of facts."""
    return tomllib.loads((SRC / "facts" / "catalog.toml").read_text(encoding="utf-8"))


@cache
def shelf() -> tuple[Page, ...]:
    """Give every page there is."""
    found = sorted(SHELF.glob("*/20*.toml"))  # pages are called by their first day
    return tuple(tomllib.loads(path.read_text(encoding="utf-8")) for path in found)


def pages(program: str | None, payer: str | None) -> list[Page]:
    """Give the pages of a program, oldest first: of Medicare, or a payer's own."""
    written = [page for page in shelf() if page["program"] == program]
    whose = [page for page in written if payer in page.get("payer_ids", [None])]
    return sorted(whose, key=lambda page: page["effective"])


def page_on(program: str | None, payer: str | None, service_date: date) -> Page | None:
    """Give the page in force on a service date, the payer's own before Medicare's.

    Before the first page there is none.
    """
    for who in (payer, None):
        in_force = [page for page in pages(program, who) if page["effective"] <= service_date]
        if in_force:
            return in_force[-1]
    return None


def decides(program: str | None) -> bool:
    """Say whether there is a pack for the program."""
    return any(page["program"] == program for page in shelf())


def codes_of(program: str | None) -> dict[str, Page]:
    """Give every code that some page of the program knows, as the last one has it, add-ons last."""
    known = {
        code: entry for page in pages(program, None) for code, entry in page.get("code", {}).items()
    }
    ordered = sorted(known, key=lambda code: ("base" in known[code], code))
    return {code: known[code] for code in ordered}


def measure(case: Case) -> dict[str, object]:
    """Give every fact of the catalog, and beside an unsettled one how high it could be."""
    found: dict[str, object] = {}
    for name, entry in catalog().items():
        value = fact(name)(case)
        if entry.get("settled") is False:
            found[name], found[name + "_possible"] = value
        else:
            found[name] = value
    return found


def fact(name: str) -> Any:  # noqa: ANN401 - each fact has its own type
    """Give the function that knows a fact."""
    return next(getattr(room, name) for room in ROOMS if hasattr(room, name))


def status(bound: dict[str, Any], facts: dict[str, object]) -> str:
    """Say of a bound: met, unmet, or unproven where an unknown decides."""
    value: Any = facts[bound["fact"]]
    if value is None:
        return "unproven"
    if "is" in bound:
        return "met" if value == bound["is"] else "unmet"
    if "one_of" in bound:
        return "met" if value in bound["one_of"] else "unmet"
    possible: Any = facts.get(bound["fact"] + "_possible", value)
    low, high = bound.get("min", 0), bound.get("max", float("inf"))
    if possible < low or value > high:
        return "unmet"
    return "met" if value >= low and possible <= high else "unproven"


def findings(page: Page, names: list[str], facts: dict[str, object]) -> list[Finding]:
    """Give requirement, status and level of each named requirement of the page."""
    bounds = page["requirement"]
    return [(name, status(bounds[name], facts), bounds[name]["level"]) for name in names]


def outcome(found: list[Finding]) -> str:
    """Say what the findings make of a line whose period is over."""
    levels = {(level, said) for _, said, level in found}
    if ("gate", "unmet") in levels:
        return "not_billable"
    if levels & {("gate", "unproven"), ("hold", "unmet"), ("hold", "unproven")}:
        return "held"
    return "billable"


def units(entry: dict[str, Any], facts: dict[str, object], *also: str) -> tuple[int, int]:
    """Count complete units by the page's measure, and by that of further facts, at most the cap.

    First those that are certain, then those that there could be; 0 where none is complete.
    """
    if "units" not in entry:
        return 1, 1
    rule = entry["units"]
    names = [rule["fact"], *also]
    sure: list[Any] = [facts[name] for name in names]
    could: list[Any] = [facts.get(name + "_possible", facts[name]) for name in names]
    return complete(rule, sure), complete(rule, could)


def complete(rule: dict[str, int], worked: list[int]) -> int:
    """Count the complete units that every one of these counts holds."""
    earned = [(count - rule["after"]) // rule["each"] for count in worked]
    return max(0, min([*earned, rule.get("cap", max(earned))]))
