"""What the practice's closed periods teach: one `Prior` for all its patients, kept beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import Struct

from proofline.insight.chances import Cycle, Habit
from proofline.insight.habits import fit

if TYPE_CHECKING:
    from proofline.insight.seen import Seen

BY_DEVICE = frozenset({"RPM", "RTM"})
"""Programs in which a device sends; in the others no day is counted."""
WHOLE_CYCLE = 30
"""Days of a cycle that was not cut short; only those teach."""


class Prior(Struct, frozen=True):
    """How the practice's patients send; JSON keeps it."""

    habit: Habit = Habit()


@dataclass(frozen=True, slots=True)
class Past:
    """The closed cycles of a run, by enrollment."""

    cycles: dict[str, list[Cycle]]


def past(seen: Seen) -> Past:
    """Gather the cycles that are over; one with a stay in it, or cut short, teaches nothing."""
    found: dict[str, list[Cycle]] = {}
    for one in seen.over:
        whole = one.kind == "cycle" and (one.end - one.start).days + 1 == WHOLE_CYCLE
        if whole and one.program in BY_DEVICE and not one.paused_days:
            cycle = Cycle(one.enrollment_id, one.bits, WHOLE_CYCLE)
            found.setdefault(one.enrollment_id, []).append(cycle)
    return Past(found)


def learned(past: Past) -> Prior:
    """Sum up what is over."""
    return Prior(fit(one for of_one in past.cycles.values() for one in of_one))
