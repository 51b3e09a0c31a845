"""Whether the examples of a page show both sides of every bound that it sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proofline.packs.grammar import Problem, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from proofline.packs.examples import Example, Value
    from proofline.packs.page import Code, Page, Requirement, Units


def uncovered(page: Page, examples: Sequence[Example]) -> list[Problem]:
    """Name each bound without an example on each side, and each example that the page disowns.

    A count is shown at its bound and one beyond it, a flag both ways, a word inside and outside its
    list; units at the first and last value of each of their steps. A requirement of the second test
    is shown on the cycle clock.
    """
    file = f"{page.name}.md"
    found: list[Problem] = []
    for requirement in page.requirements.values():
        seen = _seen(requirement, page, examples=examples)
        missing = list(_missing(requirement, seen))
        if missing:
            message = f"has no example with {requirement.fact} {', '.join(missing)}."
            key = f"requirement.{requirement.name}"
            found.append(Problem(file, key, message, "Add a row for each side of the bound."))
    for code in page.codes.values():
        if code.units is not None:
            found += _steps_unseen(code, code.units, examples=examples, file=file)
    return [*found, *_strangers(page, examples)]


def _seen(requirement: Requirement, page: Page, *, examples: Sequence[Example]) -> list[Value]:
    first_test = {name for code in page.codes.values() for name in code.requires}
    any_clock = requirement.name in first_test
    return [
        example.facts[requirement.fact]
        for example in examples
        if requirement.fact in example.facts and (any_clock or example.clock == "cycle")
    ]


def _missing(requirement: Requirement, seen: Sequence[Value]) -> Iterator[str]:
    if requirement.is_ is not None:
        yield from (_word(value) for value in (True, False) if not _has(seen, value))
    elif requirement.one_of:
        words = {value for value in seen if isinstance(value, str)}
        if not words & set(requirement.one_of):
            yield "inside its list"
        if not words - set(requirement.one_of):
            yield "outside its list"
    else:
        low, high = requirement.min, requirement.max
        edges = [] if low is None else [low - 1, low]
        edges += [] if high is None else [high, high + 1]
        yield from (str(edge) for edge in edges if edge >= 0 and not _has(seen, edge))


def _has(seen: Sequence[Value], wanted: int) -> bool:
    """Tell whether the very value was seen; True is not 1 here."""
    return any(type(value) is type(wanted) and value == wanted for value in seen)


def _word(flag: bool) -> str:  # noqa: FBT001 # the flag is the value told, not a switch
    return "yes" if flag else "no"


def _steps_unseen(
    code: Code, units: Units, *, examples: Sequence[Example], file: str
) -> Iterator[Problem]:
    seen = [example.facts.get(units.fact) for example in examples]
    firsts = [units.after + units.each * step for step in range(1, units.cap + 2)]
    edges = [edge for first in firsts for edge in (first - 1, first)]
    missing = [str(edge) for edge in edges if not _has(seen, edge)]
    if missing:
        message = f"has no example with {units.fact} {', '.join(missing)}."
        remedy = "Add a row at the end of each step and at the next."
        yield Problem(file, f"code.{code.code}.units", message, remedy)


def _strangers(page: Page, examples: Sequence[Example]) -> Iterator[Problem]:
    """Find facts, codes and findings in the examples that the page does not know."""
    file = f"{page.name}.md"
    used = {requirement.fact for requirement in page.requirements.values()}
    used |= {code.units.fact for code in page.codes.values() if code.units}
    for example in examples:
        key = f"line {example.place.rpartition(':')[2]}, {example.name}"
        for fact in sorted(example.facts.keys() - used):
            message = f"names {fact}, on which the page sets no bound."
            yield Problem(file, key, message, suggestion(fact, used))
        for fact in sorted(used - example.facts.keys()):
            remedy = "Give it a value in the table of the good month."
            yield Problem(file, key, f"says nothing of {fact}.", remedy)
        for code in sorted(example.bills.keys() - page.codes.keys()):
            remedy = suggestion(code, page.codes.keys())
            yield Problem(file, key, f"bills {code}, no code of the page.", remedy)
        yield from _reasons_unknown(page, example, key=key)


def _reasons_unknown(page: Page, example: Example, *, key: str) -> Iterator[Problem]:
    findings = _findings(page)
    for code, finding in example.because:
        if code not in findings:
            remedy = suggestion(code, findings.keys())
            yield Problem(f"{page.name}.md", key, f"gives a reason for {code}.", remedy)
        elif finding not in findings[code]:
            remedy = suggestion(finding, findings[code])
            message = f"gives {finding}, which {code} does not have."
            yield Problem(f"{page.name}.md", key, message, remedy)


def _findings(page: Page) -> Mapping[str, set[str]]:
    """Name what a decision may say of each code: its requirements, base, ladder, absence."""
    findings = {code: {f"absent.{code}"} for code in page.absents}
    for code in page.codes.values():
        findings[code.code] = {*code.requires, *code.month_requires}
        findings[code.code] |= {f"base.{code.base}"} if code.base else set()
    for ladder in page.exclusives.values():
        for step in ladder.codes:
            findings.setdefault(step, set()).add(f"exclusive.{ladder.name}")
    return findings
