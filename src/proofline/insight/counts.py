"""What the page in force asks to be counted: the bounds from below on days, minutes and calls."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from proofline.facts import catalog

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from proofline.packs.page import Code, Page, Requirement

Decision = dict[str, Any]
CALLS = ("live_calls", "month_live_calls")


class Count(Struct, frozen=True):
    """How far a count is against one bound of the page."""

    fact: str
    so_far: int
    doubtful: int
    needed: int

    @property
    def missing(self) -> int:
        """How many more are needed."""
        return max(self.needed - self.so_far, 0)

    @property
    def by_day(self) -> bool:
        """Tell days of data from minutes and calls."""
        return bool(catalog()[self.fact].grows)


class Blocked(Struct, frozen=True):
    """A finding, other than a count that can rise, that refuses or holds a line."""

    requirement: str
    status: str
    level: str
    fact: str
    text: str
    cure: str


class Asks(Struct, frozen=True, dict=True):
    """What one code of an open period asks to be counted, and what else stands in its way.

    `main` is the highest bound of days or minutes, `others` are further bounds on days, `calls`
    that on live calls, None where none is asked. An `add_on` is billed beside another code only.
    `blocked_by` are the findings of the rest.
    """

    code: str
    main: Count
    others: tuple[Count, ...]
    calls: Count | None
    add_on: bool
    blocked_by: tuple[Blocked, ...]

    @cached_property
    def days_missing(self) -> int:
        """How many more days with a counted reading are needed."""
        of_days = [one for one in (self.main, *self.others) if one.by_day]
        return max((one.missing for one in of_days), default=0)

    @cached_property
    def minutes_missing(self) -> int:
        """How many more minutes are needed."""
        return 0 if self.main.by_day else self.main.missing

    @cached_property
    def calls_missing(self) -> int:
        """How many more live calls are needed."""
        return 0 if self.calls is None else self.calls.missing

    def anew(self) -> Asks:
        """Give the same of a period of which nothing has been counted yet."""
        others = tuple(_uncounted(one) for one in self.others)
        calls = None if self.calls is None else _uncounted(self.calls)
        return replace(self, main=_uncounted(self.main), others=others, calls=calls)


def _uncounted(count: Count) -> Count:
    return replace(count, so_far=0, doubtful=0)


def asks(decision: Decision, page: Page) -> Asks | None:
    """Find what an open line asks to be counted; None where nothing of it can still rise."""
    code = page.codes.get(decision["code"])
    if code is None:
        return None
    bounds = [page.requirements[name] for name in code.requires]
    return _asks(code, bounds, decision["facts"], tuple(_blocking(decision, page)))


def month_asks(decision: Decision, page: Page, counted: tuple[int, int]) -> Asks | None:
    """Find what a code of the cycle's clock asks of the calendar month that holds these counts."""
    code = page.codes.get(decision["code"])
    if code is None or not code.month_requires:
        return None
    facts = dict(zip(("month_minutes", "month_live_calls"), counted, strict=True))
    bounds = [page.requirements[name] for name in code.month_requires]
    return _asks(code, bounds, facts, ())


def _asks(
    code: Code,
    bounds: Iterable[Requirement],
    facts: dict[str, Any],
    blocked_by: tuple[Blocked, ...],
) -> Asks | None:
    counts = [count for bound in bounds if (count := _count(bound, facts)) is not None]
    calls = [one for one in counts if one.fact in CALLS]
    rising = [one for one in counts if one not in calls]
    if not rising:
        return None
    main = max(rising, key=_weight)
    others = tuple(one for one in rising if one.by_day and one is not main)
    call = calls[0] if calls else None
    return Asks(code.code, main, others, call, code.base is not None, blocked_by)


def _weight(count: Count) -> tuple[bool, int]:
    """Order minutes over days, for who asks for both is paid for the minutes; then the higher."""
    return not count.by_day, count.needed


def _count(bound: Requirement, facts: dict[str, Any]) -> Count | None:
    if bound.min is None or not catalog()[bound.fact].rises or facts.get(bound.fact) is None:
        return None
    certain = facts[bound.fact]
    possible = facts.get(catalog()[bound.fact].highest, certain)
    return Count(bound.fact, certain, max(possible - certain, 0), bound.min)


def _blocking(decision: Decision, page: Page) -> Iterator[Blocked]:
    """Yield what refuses or holds the line besides its counts; nothing can be signed yet."""
    for finding in decision["findings"]:
        requirement = page.requirements.get(finding["requirement"])
        if finding["status"] == "met" or finding["level"] == "warn" or requirement is None:
            continue
        grows = requirement.min is not None and catalog()[requirement.fact].rises
        if not grows and not _of_the_rest(requirement):
            yield Blocked(
                finding["requirement"],
                finding["status"],
                finding["level"],
                finding["fact"],
                finding["text"],
                finding["cure"],
            )


def _of_the_rest(requirement: Requirement) -> bool:
    """Tell what an open period settles by itself: its end, its ladder, the other clock."""
    upper = requirement.max is not None and catalog()[requirement.fact].rises
    return upper or requirement.fact in {"signed_off", "month_claims"}
