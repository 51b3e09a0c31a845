"""How a practice's patients send, learned from closed cycles (see `chances` for what it is for).

- By moments, of the cycles in which anything was sent: their mean share m; the variance of their
  shares beyond what counting gives, s (T - s) / (T^2 (T - 1)) for s of T days, split into `within`
  (between the cycles of one patient) and `between` (between patients).
- A patient with n such cycles after the first, of mean x, is expected at m + z (x - m), with the
  credibility z = between / (between + (within + counting) / n). Its odds are lifted by `lift`, for
  that mean has the breaks in it, and a and b of the next cycle have the mean that follows and the
  variance apart within + between (1 - z).
- The closed cycles are told again, each with what the patient's other cycles say of the share.
- `breaks`, `lift`, `apart` and `weight` are those of `AXES` under which what came after the days
  `CUTS` that count was most likely, found one after the other, twice.
- Of all days after a silence of one class, `stays` is on how many it went on, as part of how many
  the shares say; what shorter silences say is added as `DOUBT` days. A longer silence never says
  more than a shorter one.

In somebody's first period a device lies in its box, is set up and learned, and the staff enrol and
explain. So first periods are told apart: they are taught by first ones and later ones by later
ones. Of days (`alike`) that begins when `LEAST` of those are closed, and until then all teach; of
minutes (`work`) nothing is said until then. That they differ is our assumption, no source found.
Nothing is learned from fewer than `LEAST`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import inf, log
from operator import itemgetter
from typing import Protocol, TypeVar

from msgspec import Struct, structs

from proofline.insight.chances import (
    CLASSES,
    Cycle,
    Habit,
    Share,
    days_ahead,
    silence_class,
    stands,
)

AXES: tuple[tuple[str, tuple[float, ...]], ...] = (
    ("breaks", (0.0, 0.003, 0.006, 0.01, 0.015, 0.02)),
    ("lift", (1.0, 1.15, 1.3, 1.5, 1.75, 2.0, 2.5)),
    ("apart", (1.0, 0.7, 0.5, 0.35, 0.25)),
    ("weight", (1.0, 0.8, 0.65, 0.5, 0.4, 0.3, 0.2)),
)
"""What each may be; a day weighs 1 if days are independent, less if they come in spells."""
CUTS = range(2, 30, 3)
TIMES = 2
"""How often what stays of a habit is learned, for what a silent day weighs hangs on it."""
LEAST = 20
"""From so many closed periods on something is learned; our choice, no source found."""
DOUBT = 2
"""Days that say what shorter silences say."""
MOST_CUT = 400
"""So many cycles are cut; more would change nothing that can be seen."""
_NARROWEST, _WIDEST = 1 / 400, 0.95
"""Bounds of the variance of a share: at least a spread of 5 points, at most 95 % of m (1 - m)."""
_EDGE = 0.01
_IMPOSSIBLE = 1e-12


class Closed(Protocol):
    """A closed period that says whether it was the first of its enrollment."""

    @property
    def first(self) -> bool:
        """Whether it was the first."""


One = TypeVar("One", bound=Closed)


def alike(closed: Sequence[One], *, first: bool) -> Sequence[One]:
    """Give the closed periods that teach a first period, or a later one."""
    found = [one for one in closed if one.first is first]
    return found if len(found) >= LEAST else closed


def fit(cycles: Iterable[Cycle]) -> Habit:
    """Find a practice's habit from closed cycles; that of which nothing is known from too few."""
    found = sorted(cycles, key=lambda one: (one.whose, one.bits, one.before))
    if len(found) < LEAST:
        return Habit(cycles=len(found))
    sent = [one for one in found if one.bits]
    if not sent:
        return Habit(0.0, _NARROWEST, 0.0, cycles=len(found))
    chosen = found[:: -(-len(found) // MOST_CUT)]
    habit = _likeliest(structs.replace(_moments(sent), cycles=len(found)), chosen)
    for _ in range(TIMES):
        habit = structs.replace(habit, stays=_stays(habit, chosen))
    return habit


def _moments(sent: Sequence[Cycle]) -> Habit:
    """Give mean and variances of the cycles in which something was sent."""
    mean = sum(one.counted for one in sent) / sum(one.days for one in sent)
    spread = _mean([(one.share - mean) ** 2 for one in sent])
    beyond = max(spread - _mean([one.counting for one in sent]), _NARROWEST)
    within = _within(sent)
    within = beyond / 2 if within is None else min(max(within, _NARROWEST), beyond)
    return Habit(mean, within, beyond - within)


class Own(Struct, frozen=True):
    """What somebody's closed cycles say of them: of how many, the mean share, and its variance.

    Only cycles in which anything was sent, and not the first; the variance is what counting alone
    gives.
    """

    cycles: int = 0
    share: float = 0.0
    counting: float = 0.0


def own_of(cycles: Iterable[Cycle]) -> Own:
    """Sum up the closed cycles of one patient."""
    sent = [one for one in cycles if one.bits and not one.first]
    if not sent:
        return Own()
    return Own(len(sent), _mean([one.share for one in sent]), _mean([one.counting for one in sent]))


def share_of(habit: Habit, own: Own) -> Share:
    """Give what is thought of the next cycle of a patient with these closed cycles."""
    expected, left_over = habit.mean, habit.between
    if own.cycles:
        noise = habit.within + own.counting
        believed = habit.between / (habit.between + noise / own.cycles) if habit.between else 0.0
        expected += believed * (own.share - habit.mean)
        left_over *= 1 - believed
    odds = habit.lift * expected / max(1 - expected, _EDGE)
    return _beta(odds / (1 + odds), habit.apart * habit.within + left_over)


def _beta(mean: float, variance: float) -> Share:
    mean = min(max(mean, _EDGE), 1 - _EDGE)
    most = mean * (1 - mean)
    weight = most / min(max(variance, _NARROWEST / 4), _WIDEST * most) - 1
    return Share(mean * weight, (1 - mean) * weight)


def _within(cycles: Sequence[Cycle]) -> float | None:
    """Give the variance between cycles of one patient beyond counting; None if nobody has two."""
    by_patient: dict[str, list[Cycle]] = {}
    for one in cycles:
        by_patient.setdefault(one.whose, []).append(one)
    several = [of_one for of_one in by_patient.values() if len(of_one) > 1]
    degrees = sum(len(of_one) - 1 for of_one in several)
    if not degrees:
        return None
    squares = 0.0
    for of_one in several:
        mean = _mean([one.share for one in of_one])
        squares += sum((one.share - mean) ** 2 for one in of_one)
    return squares / degrees - _mean([one.counting for of_one in several for one in of_one])


def _told(habit: Habit, cycles: Iterable[Cycle]) -> Iterator[tuple[Cycle, Share]]:
    """Yield each cycle with what the patient's other cycles say of it."""
    by_patient: dict[str, list[Cycle]] = {}
    for one in cycles:
        by_patient.setdefault(one.whose, []).append(one)
    for of_one in by_patient.values():
        for place, one in enumerate(of_one):
            yield one, share_of(habit, own_of(of_one[:place] + of_one[place + 1 :]))


def _likeliest(habit: Habit, cycles: Sequence[Cycle]) -> Habit:
    """Choose weight, part of the variance and breaks, one after the other and once more."""
    best = (-inf, habit)
    for name, choices in AXES * 2:
        for choice in choices:
            tried = structs.replace(best[1], **{name: choice})
            best = max(best, (_likelihood(tried, cycles), tried), key=itemgetter(0))
    return best[1]


def _likelihood(habit: Habit, cycles: Sequence[Cycle]) -> float:
    """Give the logarithm of the likelihood of what came after the cuts."""
    total = 0.0
    for one, start in _told(habit, cycles):
        for day in CUTS:
            if one.bits >> (day - 1) & 1:
                so = stands(one.bits, day)
                likely = days_ahead(habit, start, so, one.days - day)
                total += log(max(likely.exactly(one.counted - so.counted), _IMPOSSIBLE))
    return total


def _stays(habit: Habit, cycles: Sequence[Cycle]) -> tuple[float, ...]:
    """Give, for each class of silences, the part of the habit that is left after one."""
    went_on, likely = [0.0] * CLASSES, [0.0] * CLASSES
    for one, start in _told(habit, cycles):
        for place, said, came in _silences(habit, one, start):
            likely[place] += said
            went_on[place] += came
    found = [1.0]
    for times, asked in zip(went_on, likely, strict=True):
        found.append(min(found[-1], (times + DOUBT * found[-1]) / (asked + DOUBT)))
    return tuple(found[1:])


def _silences(habit: Habit, one: Cycle, start: Share) -> Iterator[tuple[int, float, bool]]:
    """Yield of each day after a silence its class, what the share says, and whether it went on."""
    share = now = start
    silent, before = 0, one.before
    for day in range(one.days):
        came = bool(one.bits >> day & 1)
        if silent or before or not one.bits & ((1 << day) - 1):
            place = silence_class(share.mean, silent + before)
            yield place, now.mean, came
            now = Share(now.a, now.b + habit.weight * habit.stays[place])
        silent += 1
        if came:
            so = stands(one.bits, day + 1)
            share = now = start.after(so.counted - 1, so.tried, habit.weight)
            silent = before = 0


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)
