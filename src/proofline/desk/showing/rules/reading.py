"""One page of the law as an officer reads it: every entry with its citation and its examples."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from proofline.desk.showing.rules.pages import END, last_day, page_of, slug_of
from proofline.explain.explanation import source_of
from proofline.explain.law import askers
from proofline.facts.catalog import Fact, catalog
from proofline.packs import examples, shelf
from proofline.packs.examples import Example
from proofline.packs.page import Code, Page, Policy, Requirement
from proofline.packs.sources import POLICY, Source, key_and_place

_SIDES = 3
"""Examples that are shown on each side of a bound."""


@dataclass(frozen=True, slots=True)
class Citation:
    """On whose word an entry stands: a source and a place in it, or a policy of the same page."""

    place: str
    source: Source | None
    grade: str

    @property
    def policy(self) -> str:
        """The policy of the page that it rests on; blank where it is a source."""
        return self.place if self.source is None else ""


@dataclass(frozen=True, slots=True)
class Case:
    """An example at a bound: what it is called, the value of the fact, what of the codes comes."""

    name: str
    value: str
    billed: tuple[str, ...]
    held: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A requirement: which codes ask it, of what it is a bound, on whose word, examples of both."""

    requirement: Requirement
    codes: tuple[str, ...]
    fact: Fact
    citation: Citation
    met: tuple[Case, ...]
    unmet: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A policy, and the hint that it rests on; None where no source was found."""

    policy: Policy
    citation: Citation | None


@dataclass(frozen=True, slots=True)
class Told:
    """Words of a page with their citation: a ladder, a code that is not on it, a change."""

    name: str
    codes: tuple[str, ...]
    text: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class LawPage:
    """All that a page says. `older` is the date of the page before it, blank on the first."""

    page: Page
    slug: str
    ends: date | None
    older: str
    newer: str
    dates: tuple[str, ...]
    codes: tuple[Code, ...]
    ladders: tuple[Told, ...]
    asked: tuple[Asked, ...]
    absent: tuple[Told, ...]
    policies: tuple[Chosen, ...]

    @property
    def effective(self) -> str:
        """The date in its address."""
        return self.page.effective.isoformat()

    @property
    def shared(self) -> frozenset[str]:
        """Requirements that every code asks, told once; of a page of one code there are none."""
        asked = [frozenset(one.requires) for one in self.codes]
        return frozenset.intersection(*asked) if len(asked) > 1 else frozenset()

    @property
    def unsourced(self) -> int:
        """How many policies no source was found for."""
        return sum(one.citation is None for one in self.policies)


def law_page(program: str, day: str) -> LawPage:
    """Lay out the page that rules a day. Errors: PackError; DeskError for what is no day."""
    page = page_of(program, day)
    return _laid_out(page.pack, page.effective)


@cache
def _laid_out(pack: str, effective: date) -> LawPage:
    page = shelf.load(pack, effective)
    dates = [one.isoformat() for one in shelf.effective_dates(page.pack)]
    here = dates.index(page.effective.isoformat())
    last = last_day(page)
    return LawPage(
        page=page,
        slug=slug_of(page.pack),
        ends=None if last == END else last,
        older=dates[here - 1] if here else "",
        newer=dates[here + 1] if here + 1 < len(dates) else "",
        dates=tuple(reversed(dates)),
        codes=tuple(page.codes.values()),
        ladders=tuple(
            Told(name, one.codes, one.text, citation(one.cite))
            for name, one in page.exclusives.items()
        ),
        asked=_asked(page),
        absent=tuple(
            Told(code, (code,), one.text, citation(one.cite)) for code, one in page.absents.items()
        ),
        policies=tuple(
            Chosen(one, citation(one.cite) if one.cite else None) for one in page.policies.values()
        ),
    )


def citation(cite: str, grade: str | None = None) -> Citation:
    """Find what a citation names; a requirement may be graded otherwise than its source."""
    key, place = key_and_place(cite)
    source = None if key == POLICY else source_of(cite)
    return Citation(place, source, grade or (source.grade if source else ""))


def _asked(page: Page) -> tuple[Asked, ...]:
    shown = examples.read(shelf.ROOT / page.pack / f"{page.effective.isoformat()}.md", page)
    facts = catalog()
    return tuple(
        Asked(
            one,
            tuple(askers(page, name)),
            facts[one.fact],
            citation(one.cite, one.grade),
            *_sides(one, shown),
        )
        for name, one in page.requirements.items()
    )


def _sides(asked: Requirement, shown: tuple[Example, ...]) -> tuple[tuple[Case, ...], ...]:
    """Give examples at the bound and others just beyond it, or of which nobody knows."""
    reasons = [one for one in shown if any(name == asked.name for _, name in one.because)]
    first = _line(reasons[0]) if reasons else 0
    near = sorted(shown, key=lambda one: abs(_line(one) - first))
    within = [one for one in near if _is_one_of(_edges(asked), one.facts.get(asked.fact))]
    beyond = [one for one in near if _is_one_of(_beyond(asked), one.facts.get(asked.fact))]
    unknown = [one for one in reasons if _in_doubt(one.facts.get(asked.fact))]
    if asked.one_of:
        known = [one for one in near if isinstance(one.facts.get(asked.fact), str)]
        within = [one for one in known if one.facts[asked.fact] in asked.one_of]
        beyond = [one for one in known if one.facts[asked.fact] not in asked.one_of]
    return _cases(asked, within), _cases(asked, [*beyond, *unknown])


def _edges(asked: Requirement) -> list[examples.Value]:
    """The values that meet a bound and lie at it; every page has an example of each."""
    return [one for one in (asked.min, asked.max, asked.is_) if one is not None]


def _beyond(asked: Requirement) -> list[examples.Value]:
    """The values one step beyond a bound; every page has an example of each, too."""
    low = [] if asked.min is None else [asked.min - 1]
    high = [] if asked.max is None else [asked.max + 1]
    return [*low, *high, *([] if asked.is_ is None else [not asked.is_])]


def _is_one_of(values: list[examples.Value], wanted: examples.Value) -> bool:
    """Tell whether a value is among others; True is not 1 here."""
    return any(type(one) is type(wanted) and one == wanted for one in values)


def _in_doubt(value: examples.Value) -> bool:
    return value is None or isinstance(value, examples.Between)


def _cases(asked: Requirement, found: list[Example]) -> tuple[Case, ...]:
    """Show the first examples that differ in the fact, so that each adds something."""
    different = {repr(one.facts.get(asked.fact)): one for one in reversed(found)}
    some = sorted(different.values(), key=found.index)[:_SIDES]
    return tuple(_case(asked, one) for one in some)


def _case(asked: Requirement, one: Example) -> Case:
    billed = tuple(
        code if bill.units == 1 else f"{code} × {bill.units}"  # noqa: RUF001 - as officers write it
        for code, bill in one.bills.items()
        if not bill.held
    )
    held = tuple(code for code, bill in one.bills.items() if bill.held)
    return Case(one.name, _value(one.facts.get(asked.fact)), billed, held)


def _value(value: examples.Value) -> str:
    """Write a value of an example: `?` is unknown, `15..16` is 15 proven and 16 possible."""
    if isinstance(value, examples.Between):
        return f"{value.proven}..{value.possible}"
    if value is None:
        return "?"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _line(one: Example) -> int:
    return int(one.place.rpartition(":")[2])
