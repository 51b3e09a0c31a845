"""What the practice's closed periods teach: one `Prior` for all its patients, kept beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from proofline.insight.chances import Cycle, Habit, fit
from proofline.insight.seen import months_between
from proofline.insight.work import Pace, Worked, pace

if TYPE_CHECKING:
    from proofline.insight.seen import Seen

Decision = dict[str, Any]
WHOLE_CYCLE = 30
"""Days of a cycle that was not cut short; only those teach."""


class Prior(Struct, frozen=True):
    """How the practice's patients send and its staff work; canonical JSON keeps it."""

    habit: Habit = Habit()
    pace: Pace = Pace()


@dataclass(frozen=True, slots=True)
class Past:
    """The closed periods of a run, by enrollment."""

    cycles: dict[str, list[Cycle]]
    worked: dict[str, list[Worked]]


def past(decisions: Iterable[Decision], seen: Seen, as_of: date) -> Past:
    """Gather what is over: whole cycles with their days, cycles and months with their work.

    Days of a stay are not asked of a cycle.
    """
    cycles: dict[tuple[str, str], Cycle] = {}
    worked: list[Worked] = []
    for one in decisions:
        told = one["period"]
        key = one["enrollment_id"], told["start"]
        counted = one["facts"].get("transmission_days")
        if told["kind"] != "cycle" or key in cycles or counted is None:
            continue
        first, last = (date.fromisoformat(told[name]) for name in ("start", "end"))
        if last >= as_of or (last - first).days + 1 != WHOLE_CYCLE:
            continue
        asked = max(WHOLE_CYCLE - one["facts"].get("paused_days", 0), counted)
        cycles[key] = Cycle(one["enrollment_id"], counted, asked)
        worked.append(seen.worked(one["enrollment_id"], "cycle", (first, last)))
    return Past(_by_whose(cycles.values()), _by_whose((*worked, *_months(seen))))


def learned(past: Past) -> Prior:
    """Sum up what is over."""
    cycles = (one for of_one in past.cycles.values() for one in of_one)
    worked = (one for of_one in past.worked.values() for one in of_one)
    return Prior(fit(cycles), pace(worked))


_Over = TypeVar("_Over", Cycle, Worked)


def _by_whose(over: Iterable[_Over]) -> dict[str, list[_Over]]:
    found: dict[str, list[_Over]] = {}
    for one in over:
        found.setdefault(one.whose, []).append(one)
    return found


def _months(seen: Seen) -> Iterator[Worked]:
    """Yield the whole months of everybody in whom a period still runs."""
    anchors = {one.enrollment_id: (one.anchor, one.as_of) for one in seen.running}
    for enrollment, (anchor, as_of) in anchors.items():
        for span in months_between(anchor, as_of):
            yield seen.worked(enrollment, "month", span)
