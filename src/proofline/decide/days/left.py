"""What an open line still lacks, told as of a day: of a kept decision only the day count moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from proofline.decide.findings import MET, Lack, lack
from proofline.facts import catalog
from proofline.packs import shelf

if TYPE_CHECKING:
    from proofline.decide.decision import Decision
    from proofline.packs.page import Page


def as_of(decision: Decision, today: date) -> Decision:
    """Give a decision as it would be decided on a later day on which nothing else has turned.

    It is the same but for the days left and what they allow; byte for byte what the engine says.
    One that was decided by a page that reads otherwise by now is given as it is.
    """
    days_left = (date.fromisoformat(decision["period"]["end"]) - today).days
    if decision["outcome"] != "open" or days_left < 0:
        return decision
    page = _page(decision["pack"])
    if page.digest != decision["pack_digest"]:
        return decision
    found = list(decision["findings"])
    for place, one in _lacks(decision, page):
        text = page.requirements[found[place]["requirement"]].text
        found[place] = found[place] | {"text": f"{text}{one.told(days_left)}"}
    return decision | {"findings": found}


def _lacks(decision: Decision, page: Page) -> Iterator[tuple[int, Lack]]:
    """Yield what each count of an open line lacks, with the place of its finding."""
    code = page.codes.get(decision["code"])
    facts = decision["facts"]
    for place, name in enumerate(code.requires if code else ()):
        requirement = page.requirements[name]
        fact = catalog()[requirement.fact]
        if decision["findings"][place]["status"] != MET and fact.kind == "count":
            certain = facts[fact.name]
            yield place, lack(requirement, certain, facts.get(fact.highest, certain))


def _page(name: str) -> Page:
    pack, _, effective = name.rpartition("/")
    return shelf.load(pack, date.fromisoformat(effective))
