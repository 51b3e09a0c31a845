"""What the practice's closed periods teach: one `Prior` for all its patients, kept beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from proofline.evidence.tables import BY_DEVICE
from proofline.insight.chances import Cycle, Habit, silent_days
from proofline.insight.habits import alike, fit
from proofline.insight.seen import following
from proofline.insight.work import Done, some_of

if TYPE_CHECKING:
    from proofline.insight.seen import Seen, Span

WHOLE_CYCLE = 30
"""Days of a cycle that was not cut short; only those teach."""


class Prior(Struct, frozen=True):
    """How the practice's patients send, and how its staff worked; JSON keeps it.

    `first` is how patients send in their first cycle, None where that was not told apart; `cycles`
    is how many closed ones there were, first and later.
    """

    habit: Habit = Habit()
    work: tuple[Done, ...] = ()
    first: Habit | None = None
    cycles: int = 0

    def habit_in(self, *, first: bool) -> Habit:
        """Give how patients send in their first cycle, or in a later one."""
        return self.habit if self.first is None or not first else self.first


@dataclass(frozen=True, slots=True)
class Past:
    """The closed periods of a run: cycles by enrollment, and the work of all of them.

    `silence` are the days without a reading that lay before a cycle, by enrollment and its number.
    """

    cycles: dict[str, list[Cycle]] = field(default_factory=dict)
    silence: dict[tuple[str, int], int] = field(default_factory=dict)
    work: list[Done] = field(default_factory=list)


def past(seen: Seen) -> Past:
    """Gather the periods that are over, in time.

    One with a stay in it, or cut short, teaches nothing, and no silence is counted through it.
    """
    found = Past(work=list(_work(seen)))
    for one in seen.over:
        if one.kind == "cycle" and one.program in BY_DEVICE and _teaches(one):
            before = found.silence.get((one.enrollment_id, one.number), 0)
            cycle = Cycle(one.enrollment_id, one.bits, WHOLE_CYCLE, before, one.first)
            found.cycles.setdefault(one.enrollment_id, []).append(cycle)
            silent = silent_days(one.bits, WHOLE_CYCLE, before)
            found.silence[one.enrollment_id, one.number + 1] = silent
    return found


def learned(past: Past) -> Prior:
    """Sum up what is over."""
    closed = [one for of_one in past.cycles.values() for one in of_one]
    later, first = (fit(alike(closed, first=first)) for first in (False, True))
    return Prior(later, some_of(past.work), first, len(closed))


def _work(seen: Seen) -> Iterator[Done]:
    """Yield the work of each period that teaches.

    One of a program with devices in which nothing was sent teaches none: the codes ask for a day of
    data, so a chance of minutes is told only where there is one, and of who is gone the staff does
    less.
    """
    for one in filter(_teaches, seen.over):
        if one.program in BY_DEVICE and not one.bits:
            continue
        days = seen.worked.get(one.enrollment_id, {})
        work = (
            ((day - one.start).days + 1, *days[day])
            for day in sorted(days)
            if one.start <= day <= one.end
        )
        length = (one.end - one.start).days + 1
        yield Done(one.program, one.kind, length, tuple(work), one.first)


def _teaches(one: Span) -> bool:
    """Tell a whole period without a stay."""
    if one.kind == "cycle":
        whole = (one.end - one.start).days + 1 == WHOLE_CYCLE
    else:
        last = following(one.start) - timedelta(days=1)
        whole = one.anchor <= one.start == one.start.replace(day=1) and one.end == last
    return whole and not one.paused_days
