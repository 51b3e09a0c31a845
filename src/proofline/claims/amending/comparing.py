"""A line that left against today's decisions of its period: what it should be, and what turned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache

from proofline.claims.amending.amendment import Kind, Turn
from proofline.claims.amending.kept import Held, KeptDecision
from proofline.packs import shelf
from proofline.packs.page import Page

Codes = Mapping[str, KeptDecision]
"""The decisions of one period by code."""


def compared(basis: KeptDecision, today: Codes) -> tuple[Kind, KeptDecision | None] | None:
    """Say what becomes of a line, and which decision stands for it now; None where nothing does.

    What a period did not close yet is not compared.
    """
    now = today.get(basis.code)
    if now is not None and now.outcome == "open":
        return None
    if now is not None and now.outcome == "held":
        return ("unsettled", now) if basis.outcome == "billable" else None
    if now is not None and now.outcome == "billable":
        return _standing(basis, now)
    if basis.outcome not in {"billable", "held"}:
        return None  # it was settled before that it does not stand
    return _instead(basis, today)


def _standing(basis: KeptDecision, now: KeptDecision) -> tuple[Kind, KeptDecision] | None:
    if basis.outcome != "billable" or now.units > basis.units:
        return "upgrade", now
    if now.units < basis.units:
        return "downgrade", now
    if now.service_date != basis.service_date:
        return "redate", now
    return ("information", now) if turns(basis, now) else None


def _instead(basis: KeptDecision, today: Codes) -> tuple[Kind, KeptDecision | None]:
    """Look for the code of the same ladder that took the period."""
    ladder = ladder_of(basis)
    for code in ladder:
        other = today.get(code)
        if other is None or code == basis.code or other.outcome not in {"billable", "held"}:
            continue
        if ladder.index(code) > ladder.index(basis.code):
            return "downgrade", other
        return ("upgrade" if other.outcome == "billable" else "unsettled"), other
    return "refund", None


def added(before: Codes, today: Codes, sent: Iterable[str]) -> list[tuple[str, KeptDecision]]:
    """Give what a period earns today beside what was sent, with the code that it comes beside.

    Only what was decided before and not earned then: what nobody billed is no amendment.
    """
    gone = list(sent)
    found = []
    for code, now in today.items():
        was = before.get(code)
        if now.outcome != "billable" or was is None or was.outcome in {"billable", "held"}:
            continue
        if code in gone or any(one in gone for one in ladder_of(now)):
            continue
        found.append((_beside(now, gone), now))
    return found


def _beside(now: KeptDecision, sent: list[str]) -> str:
    code = page_of(now.pack).codes.get(now.code)
    return code.base if code and code.base in sent and code.base else sent[0]


def ladder_of(basis: KeptDecision) -> tuple[str, ...]:
    """Give the codes of the ladder that a code stands on, the highest first; none if on none."""
    for exclusive in page_of(basis.pack).exclusives.values():
        if basis.code in exclusive.codes:
            return exclusive.codes
    return ()


@cache
def page_of(name: str) -> Page:
    """Find the page that a decision names, such as medicare-rpm/2026-01-01."""
    pack, _, day = name.partition("/")
    return shelf.load(pack, date.fromisoformat(day))


def turns(basis: KeptDecision, now: KeptDecision | None) -> list[Turn]:
    """Give the findings that turned, and the fact that units are counted from where they changed.

    A requirement that only one of two pages asks for is absent on the other.
    """
    if now is None:
        return []
    was_of = {one.requirement: one for one in basis.findings}
    now_of = {one.requirement: one for one in now.findings}
    found = [
        _turn(was_of.get(name), now_of.get(name))
        for name in dict.fromkeys([*was_of, *now_of])
        if _status(was_of.get(name)) != _status(now_of.get(name))
    ]
    return [*found, *_units(basis, now)]


def _status(held: Held | None) -> str:
    return held.status if held else "absent"


def _turn(was: Held | None, now: Held | None) -> Turn:
    one = now or was
    assert one is not None  # it is a requirement of one of the two
    return Turn(
        requirement=one.requirement,
        fact=one.fact,
        was=_status(was),
        now=_status(now),
        was_value=was.value if was else None,
        now_value=now.value if now else None,
        needs=one.needs,
    )


def _units(basis: KeptDecision, now: KeptDecision) -> list[Turn]:
    if basis.units == now.units or "billable" not in {basis.outcome, now.outcome}:
        return []
    code = page_of(now.pack).codes.get(now.code)
    if code is None or code.units is None:
        return []
    fact = code.units.fact
    return [
        Turn(
            requirement="units",
            fact=fact,
            was=f"x{basis.units}",
            now=f"x{now.units}",
            was_value=basis.facts.get(fact),
            now_value=now.facts.get(fact),
            needs=f"{code.units.each} for each beyond {code.units.after}, at most {code.units.cap}",
        )
    ]
