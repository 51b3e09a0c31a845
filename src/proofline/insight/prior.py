"""What the practice's closed periods teach: one `Prior` for all its patients, kept beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import Struct

from proofline.insight.chances import Cycle, Habit, silent_days
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
    """The closed cycles of a run, by enrollment.

    `silence` are the days without a reading that lay before a cycle, by enrollment and its number.
    """

    cycles: dict[str, list[Cycle]] = field(default_factory=dict)
    silence: dict[tuple[str, int], int] = field(default_factory=dict)


def past(seen: Seen) -> Past:
    """Gather the cycles that are over, in time.

    One with a stay in it, or cut short, teaches nothing, and no silence is counted through it.
    """
    found = Past()
    for one in seen.over:
        if one.kind != "cycle" or one.program not in BY_DEVICE:
            continue
        whole = (one.end - one.start).days + 1 == WHOLE_CYCLE
        if whole and not one.paused_days:
            before = found.silence.get((one.enrollment_id, one.number), 0)
            cycle = Cycle(one.enrollment_id, one.bits, WHOLE_CYCLE, before)
            found.cycles.setdefault(one.enrollment_id, []).append(cycle)
            silent = silent_days(one.bits, WHOLE_CYCLE, before)
            found.silence[one.enrollment_id, one.number + 1] = silent
    return found


def learned(past: Past) -> Prior:
    """Sum up what is over."""
    return Prior(fit(one for of_one in past.cycles.values() for one in of_one))
