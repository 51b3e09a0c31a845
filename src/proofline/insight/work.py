"""How often minutes and a call were reached from where a period stands: the practice's own past.

Minutes are worked and calls are made by the practice's own staff, so this is no chance of nature:
it says what became of its closed periods that stood alike: of first ones, where this is one, and
else of later ones, never of both, for in a first period the staff enrol and explain. In a program
with devices only periods with data in them teach (`prior`). A period of one program and kind
stands, with so many days left, at some minutes and with the live calls that a code asks for or
without. Of the closed ones that lacked something with as many days left,

    all of them, those that had or lacked the calls alike, those of them whose missing minutes fall
    into the same class of `CLASS` minutes or one beside it, those of the same class

are asked in turn how many there are, n, and how many reached the code, r. Each answer is a
beta-binomial of one more period, with the answer before it as prior, worth `WEIGHT` periods:

    p = (r + WEIGHT p of the wider) / (n + WEIGHT)

and the widest begins at one half. Nothing is said where the widest has fewer than `LEAST`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec import Struct

from proofline.insight.habits import LEAST

WEIGHT = 10
"""How many periods the wider answer is worth; our choice, no source found."""
CLASS = 5
"""Minutes missing that are told apart by so many; our choice, no source found."""
MOST = 400
"""So many closed periods of a program and kind, first and later ones, are kept; more would change
nothing to be seen."""


class Done(Struct, frozen=True, array_like=True):
    """The work of a closed period: of each day on which there was some, seconds and live calls.

    `days` is the length of the period, and days are counted from 1. `first` says that it was the
    first of its enrollment.
    """

    program: str
    kind: str
    days: int
    work: tuple[tuple[int, int, int], ...]
    first: bool = False

    def stood(self, left: int) -> tuple[int, int]:
        """Give the whole minutes and the live calls when so many days were left."""
        until = [(s, c) for day, s, c in self.work if day <= self.days - left]
        return sum(s for s, _ in until) // 60, sum(c for _, c in until)


class Goal(NamedTuple):
    """What a code asks of a period: whole minutes and live calls."""

    minutes: int
    calls: int

    def met(self, stands: tuple[int, int]) -> bool:
        """Tell whether minutes and calls suffice."""
        return stands[0] >= self.minutes and stands[1] >= self.calls

    def lack(self, stands: tuple[int, int]) -> tuple[int, bool]:
        """Give the class of the minutes missing, 0 for none, and whether the calls are there."""
        missing = max(self.minutes - stands[0], 0)
        return -(-missing // CLASS), stands[1] >= self.calls


@dataclass(frozen=True, slots=True)
class Staff:
    """The closed periods of one program and kind, and what was worked out from them already."""

    closed: Sequence[Done] = ()
    _known: dict[tuple[Goal, int, tuple[int, bool]], float | None] = field(default_factory=dict)

    def chance(self, goal: Goal, stands: tuple[int, int], left: int) -> float | None:
        """Say how often a goal was reached from such minutes and calls; None from too few."""
        key = goal, left, goal.lack(stands)
        if key not in self._known:
            self._known[key] = self._found(*key)
        return self._known[key]

    def _found(self, goal: Goal, left: int, lack: tuple[int, bool]) -> float | None:
        stood = [(one.stood(left), one.stood(0)) for one in self.closed if left < one.days]
        short = [(goal.lack(then), goal.met(end)) for then, end in stood if not goal.met(then)]
        if len(short) < LEAST:
            return None
        called = [one for one in short if one[0][1] == lack[1]]
        near = [one for one in called if abs(one[0][0] - lack[0]) <= 1]
        found = 0.5
        for asked in (short, called, near, [one for one in near if one[0] == lack]):
            found = (sum(came for _, came in asked) + WEIGHT * found) / (len(asked) + WEIGHT)
        return found


def staffs(closed: Iterable[Done]) -> dict[tuple[str, str, bool], Staff]:
    """Sort closed periods by program, kind and whether they teach a first period."""
    of_kind: dict[tuple[str, str], list[Done]] = {}
    for one in closed:
        of_kind.setdefault((one.program, one.kind), []).append(one)
    return {
        (*key, first): Staff([one for one in many if one.first is first])
        for key, many in of_kind.items()
        for first in (True, False)
    }


def some_of(closed: Iterable[Done]) -> tuple[Done, ...]:
    """Keep at most `MOST` periods of each sort, evenly among all in a fixed order."""
    sorts: dict[tuple[str, str, bool], list[Done]] = {}
    for one in sorted(closed, key=_order):
        sorts.setdefault((one.program, one.kind, one.first), []).append(one)
    return tuple(one for many in sorts.values() for one in many[:: -(-len(many) // MOST)])


def _order(one: Done) -> tuple[str, str, bool, int, tuple[tuple[int, int, int], ...]]:
    return one.program, one.kind, one.first, one.days, one.work
