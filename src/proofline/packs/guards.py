"""The guards of one page: what must hold of it before anybody is billed by it.

Each function takes what it judges and returns its problems, each with file, key and remedy; none
raises for a problem of a page. The grammar of a file is held by `grammar`, its examples by
`coverage`, and `check` runs them all.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, TypeAlias

from proofline.packs.changes import differences
from proofline.packs.grammar import Problem, suggestion
from proofline.packs.sources import POLICY, key_and_place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from proofline.packs.page import Page, Requirement
    from proofline.packs.sources import Source

Catalog: TypeAlias = "Mapping[str, Mapping[str, Any]]"

_BOUND_OF = {"count": "min and max", "flag": "is", "text": "one_of"}


def facts(page: Page, catalog: Catalog) -> list[Problem]:
    """Find bounds on facts that do not exist, or of a kind that the fact does not take."""
    found: list[Problem] = []
    for requirement in page.requirements.values():
        key, fact = f"requirement.{requirement.name}", requirement.fact
        if fact not in catalog:
            remedy = suggestion(fact, catalog.keys())
            found.append(Problem(file_of(page), key, f"no fact is called {fact}.", remedy))
        elif _kind_of_bound(requirement) != catalog[fact]["kind"]:
            kind = catalog[fact]["kind"]
            message = f"{fact} is a {kind}, its bound is of a {_kind_of_bound(requirement)}."
            found.append(Problem(file_of(page), key, message, f"A {kind} takes {_BOUND_OF[kind]}."))
    for code in page.codes.values():
        if code.units and catalog.get(code.units.fact, {}).get("kind") != "count":
            message = f"units are counted in {code.units.fact}."
            remedy = "Name a fact of kind count."
            found.append(Problem(file_of(page), f"code.{code.code}", message, remedy))
    return found


def names(page: Page) -> list[Problem]:
    """Find codes that need unknown requirements, and requirements, bases and ladders left over."""
    file, found = file_of(page), list[Problem]()
    for code in page.codes.values():
        needed = [*code.requires, *code.month_requires]
        for name in needed:
            if name not in page.requirements:
                remedy = suggestion(name, page.requirements.keys())
                message = f"needs {name}, which is no requirement."
                found.append(Problem(file, f"code.{code.code}", message, remedy))
        for name, times in Counter(needed).items():
            if times > 1:
                message = f"needs {name} {times} times."
                found.append(Problem(file, f"code.{code.code}", message, "Name it once."))
        if code.base is not None and code.base not in page.codes:
            message = f"stands on {code.base}, which is no code of the page."
            remedy = suggestion(code.base, page.codes.keys())
            found.append(Problem(file, f"code.{code.code}.base", message, remedy))
    used = {n for c in page.codes.values() for n in (*c.requires, *c.month_requires)}
    for name in page.requirements.keys() - used:
        remedy = "Name it under requires of a code, or drop it."
        found.append(Problem(file, f"requirement.{name}", "is used by no code.", remedy))
    return sorted(found, key=str) + _ladders(page)


def citations(page: Page, known: Mapping[str, Source]) -> list[Problem]:
    """Find citations of unknown sources, without a place, or of policies that the page lacks."""
    found: list[Problem] = []
    for key, cite in (*page.cites(), *page.cites_of_changes()):
        source, place = key_and_place(cite)
        if source not in known:
            remedy = suggestion(source, known.keys())
            found.append(Problem(file_of(page), key, f"cites {source}, no source.", remedy))
        elif not place:
            remedy = f"Say where in {source} it stands."
            found.append(Problem(file_of(page), key, "cites no place.", remedy))
        elif source == POLICY and place not in page.policies:
            remedy = suggestion(place, page.policies.keys())
            found.append(Problem(file_of(page), key, f"cites {place}, no policy.", remedy))
    return found


def sequence(pages: Sequence[Page]) -> list[Problem]:
    """Find pages of one pack that do not name the page before them, and codes unaccounted for.

    `pages` are all pages of the pack, oldest first. A code of any page must on every other page be
    a code too, or stand under [absent].
    """
    found: list[Problem] = []
    everything = {code for page in pages for code in page.codes}
    for number, page in enumerate(pages):
        before = pages[number - 1].effective if number else None
        if page.supersedes != before:
            remedy = f"Write supersedes = {before}." if before else "The first supersedes nothing."
            message = f"is {page.supersedes}."
            found.append(Problem(file_of(page), "supersedes", message, remedy))
        for code in sorted(everything - page.codes.keys() - page.absents.keys()):
            remedy = f"Say under [absent.{code}] how it was billed on this date."
            found.append(Problem(file_of(page), f"absent.{code}", "is missing.", remedy))
        for code in sorted(page.codes.keys() & page.absents.keys()):
            message = "is absent and a code of the page at once."
            found.append(Problem(file_of(page), f"absent.{code}", message, "Drop one of them."))
    return found


def identity(page: Page, file: str) -> list[Problem]:
    """Find a page whose pack or date is not that of its folder and file, told as `pack/date`."""
    if page.name == file:
        return []
    message = f"is {page.name}, in the file {file}."
    return [Problem(f"{file}.toml", "pack, effective", message, "Rename one after the other.")]


def declared(page: Page, before: Page | None) -> list[Problem]:
    """Find differences from the page before that are not declared, and declared ones that are none.

    `before` is the page it supersedes, or for a payer's first page the one it was written from.
    """
    real = set(differences(before, page)) if before else set()
    told = Counter(change.what for change in page.changes)
    file, found = file_of(page), list[Problem]()
    for what in sorted(real - told.keys()):
        remedy = "Declare it under [[change]] with its reason."
        found.append(Problem(file, what, "differs from the page before.", remedy))
    for what in sorted(told.keys() - real):
        message = "is declared and does not differ from the page before."
        found.append(Problem(file, what, message, "Drop the [[change]]."))
    for what in sorted(what for what, times in told.items() if times > 1):
        found.append(Problem(file, what, "is declared twice.", "Say it once."))
    return found


def file_of(page: Page) -> str:
    """Name the file of a page as messages do: `medicare-rpm/2026-01-01.toml`."""
    return f"{page.name}.toml"


def _kind_of_bound(requirement: Requirement) -> str:
    if requirement.is_ is not None:
        return "flag"
    return "text" if requirement.one_of else "count"


def _ladders(page: Page) -> list[Problem]:
    found: list[Problem] = []
    steps = Counter(code for ladder in page.exclusives.values() for code in ladder.codes)
    for ladder in page.exclusives.values():
        key = f"exclusive.{ladder.name}"
        known = [page.codes[code] for code in ladder.codes if code in page.codes]
        for code in ladder.codes:
            if code not in page.codes:
                remedy = suggestion(code, page.codes.keys())
                message = f"has {code}, which is no code of the page."
                found.append(Problem(file_of(page), key, message, remedy))
            elif steps[code] > 1:
                message = f"has {code}, which stands on a ladder twice."
                found.append(Problem(file_of(page), key, message, "Leave it on one."))
        if len(ladder.codes) < 2:  # noqa: PLR2004 # a ladder has two steps
            message = "has one code, which excludes nothing."
            found.append(Problem(file_of(page), key, message, "Name two codes or more."))
        if len({code.period for code in known}) > 1:
            message = "has codes of different periods."
            found.append(Problem(file_of(page), key, message, "Give its codes one period."))
    return found
