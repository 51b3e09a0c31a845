"""The chance that a period still gets the minutes and the call: what earlier periods still brought.

Work is planned by people, so no die is assumed. The question is put to periods that are over: with
as many days left as now, how many of this patient's and of this practice's still brought as many
minutes as are missing, and a live call where one is missing?

    chance = (hits of the patient's own + TRUST * share of the practice's) / (own + TRUST)

The practice's periods together weigh as much as `TRUST` of the patient's own. One hit and one miss
are added to the practice's, so that few periods never give a certainty. What it assumes: people go
on working as they did, and what is still to come does not depend on what has been done.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from msgspec import Struct

TRUST = 4
MOST_KEPT = 400
"""So many periods of a practice are kept; more would change nothing that can be seen."""
MINUTE = 60


class Worked(Struct, frozen=True):
    """A period that is over: `days` long, and what was done on which of its days, from 1.

    `done` holds (day, seconds that count, live calls).
    """

    whose: str
    kind: str
    days: int
    done: tuple[tuple[int, int, int], ...]

    def last(self, days: int) -> tuple[int, int]:
        """Give whole minutes and live calls of the last so many days."""
        late = [piece for piece in self.done if piece[0] > self.days - days]
        return sum(piece[1] for piece in late) // MINUTE, sum(piece[2] for piece in late)


class Asked(Struct, frozen=True):
    """What is missing in a period of some kind, and how many days of it are left."""

    kind: str
    left: int
    minutes: int
    calls: int


class Pace(Struct, frozen=True):
    """What the practice's periods still brought in their last days, sorted: asking is then cheap.

    `minutes[kind][left]` are those of all periods, `with_call[kind][left]` those of periods in
    which a live call came as well; `periods[kind]` says how many periods there were.
    """

    minutes: dict[str, tuple[tuple[int, ...], ...]] = {}
    with_call: dict[str, tuple[tuple[int, ...], ...]] = {}
    periods: dict[str, int] = {}

    def share(self, asked: Asked) -> float:
        """Give the share of periods that still brought what is asked; one half without any."""
        table = self.with_call if asked.calls else self.minutes
        days = table.get(asked.kind, ())
        if not days:
            return 0.5
        sorted_minutes = days[min(asked.left, len(days) - 1)]
        hits = len(sorted_minutes) - bisect_left(sorted_minutes, max(asked.minutes, 0))
        return (hits + 1) / (self.periods[asked.kind] + 2)


def pace(periods: Iterable[Worked]) -> Pace:
    """Sum up periods that are over; of more than `MOST_KEPT` of a kind, every n-th."""
    by_kind: dict[str, list[Worked]] = {}
    for one in periods:
        by_kind.setdefault(one.kind, []).append(one)
    kept = {kind: _thinned(found) for kind, found in by_kind.items()}
    minutes, with_call = {}, {}
    for kind, found in kept.items():
        rows = [
            [one.last(left) for one in found] for left in range(max(one.days for one in found) + 1)
        ]
        minutes[kind] = tuple(tuple(sorted(m for m, _ in row)) for row in rows)
        with_call[kind] = tuple(tuple(sorted(m for m, calls in row if calls)) for row in rows)
    return Pace(minutes, with_call, {kind: len(found) for kind, found in kept.items()})


def chance_of_work(practice: Pace, own: Sequence[Worked], asked: Asked) -> float:
    """Give the chance that what is missing still comes: 1 if nothing is, 0 if no day is left."""
    if asked.minutes <= 0 and asked.calls <= 0:
        return 1.0
    if asked.left <= 0:
        return 0.0
    same = [one.last(asked.left) for one in own if one.kind == asked.kind]
    hits = sum(minutes >= asked.minutes and calls >= min(asked.calls, 1) for minutes, calls in same)
    return (hits + TRUST * practice.share(asked)) / (len(same) + TRUST)


def _thinned(found: list[Worked]) -> list[Worked]:
    step = -(-len(found) // MOST_KEPT)
    return sorted(found, key=lambda one: (one.whose, one.days))[::step]
