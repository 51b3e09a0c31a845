"""The chance that a period still gets the days it needs: a beta-binomial, in closed form.

A cycle has `days` days; on each a reading comes or does not. The share of days of this cycle is not
known; it is taken to be drawn from a Beta(a, b). After `tried` days of which `counted` count, it is
Beta(a + counted, b + tried - counted), and the number of days K among the `left` ones has

    P(K = k) = C(left, k) B(a + counted + k, b + tried - counted + left - k)
               / B(a + counted, b + tried - counted).

The chance of a rung is P(K >= missing): 1 when nothing is missing, 0 when more is missing than is
left. `a` and `b` come from the practice and the patient, by moments (`Habit`):

- mean share m of all closed cycles; the variance of their shares beyond what counting would give,
  s (T - s) / (T^2 (T - 1)) for s of T days, is split into `within` (between the cycles of one
  patient) and `between` (between patients);
- a patient with n closed cycles of mean x is expected at m + z (x - m), with the credibility
  z = between / (between + (within + counting) / n);
- a and b have that mean and the variance within + between (1 - z).

What it assumes: within a cycle every day is as likely as the next, and one cycle of a patient is
like the others but for chance. It does not see weekends, a broken device or a stay to come; it sees
a silence only as days that did not count. `bench/forecast.py` shows how far that holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import fsum

from msgspec import Struct

FLAT = 1 / 12
"""Variance of a share of which nothing is known: uniform between 0 and 1."""
_NARROWEST, _WIDEST = 1 / 400, 0.95
"""Bounds of the variance of a share: at least a spread of 5 points, at most 95 % of m (1 - m)."""
_EDGE = 0.01


class Cycle(Struct, frozen=True):
    """A closed cycle of somebody: on how many of its days something was sent that counts."""

    whose: str
    counted: int
    days: int

    @property
    def share(self) -> float:
        """The share of its days that count."""
        return self.counted / self.days

    @property
    def counting(self) -> float:
        """The variance of the share that mere counting brings, estimated without bias."""
        s, t = self.counted, self.days
        return s * (t - s) / (t * t * (t - 1)) if t > 1 else 0.25


class Habit(Struct, frozen=True):
    """How a practice's patients send: mean share of days, and its variance within and between them.

    Without any closed cycle nothing is known, and a share is as likely as another.
    """

    mean: float = 0.5
    within: float = FLAT / 2
    between: float = FLAT / 2
    cycles: int = 0


class Share(Struct, frozen=True):
    """What is thought of the share of days of one cycle: Beta(a, b)."""

    a: float
    b: float

    def after(self, counted: int, tried: int) -> Share:
        """Learn from the days of this cycle so far."""
        return Share(self.a + counted, self.b + tried - counted)

    def at_least(self, missing: int, left: int) -> float:
        """Give the chance that of the days left at least as many count as are missing."""
        if missing <= 0:
            return 1.0
        return min(1.0, fsum(self.distribution(left)[missing:]))

    def distribution(self, left: int) -> list[float]:
        """Give the chances of 0, 1, … `left` further days."""
        chance = 1.0
        for day in range(left):
            chance *= (self.b + day) / (self.a + self.b + day)
        found = [chance]
        for k in range(left):
            chance *= (left - k) / (k + 1) * (self.a + k) / (self.b + left - k - 1)
            found.append(chance)
        return found


def fit(cycles: Iterable[Cycle]) -> Habit:
    """Find a practice's habit from closed cycles, by moments; the flat one where there are none."""
    found = [one for one in cycles if one.days > 0]
    if len(found) < 2:  # noqa: PLR2004 - a variance needs two
        return Habit(cycles=len(found))
    mean = sum(one.counted for one in found) / sum(one.days for one in found)
    counting = _mean([one.counting for one in found])
    spread = _mean([(one.share - mean) ** 2 for one in found])
    beyond = max(spread - counting, _NARROWEST)
    within = _within(found)
    within = beyond / 2 if within is None else min(max(within, _NARROWEST), beyond)
    return Habit(mean, within, beyond - within, len(found))


def share_of(habit: Habit, own: Sequence[Cycle]) -> Share:
    """Give what is thought of the next cycle of a patient with these closed cycles."""
    expected, left_over = habit.mean, habit.between
    if own:
        noise = habit.within + _mean([one.counting for one in own])
        believed = habit.between / (habit.between + noise / len(own)) if habit.between else 0.0
        expected += believed * (_mean([one.share for one in own]) - habit.mean)
        left_over *= 1 - believed
    return _beta(expected, habit.within + left_over)


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


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)
