"""The chance that a period still gets the days it needs: a beta-binomial, in closed form.

On each day of a period a reading comes or does not. The share of days of this period is not known;
it is taken to be drawn from a Beta(a, b). After `tried` days of which `counted` count, it is

    Beta(A, B)   with   A = a + w counted,   B = b + w (tried - counted),

and the number of days K among the `left` ones has

    P(K = k) = C(left, k) B(A + k, B + left - k) / B(A, B).

Or the patient has stopped, and nothing more comes in this period. How likely that is, is told by
how rare the silence of the last L days would be, cycles before this one included: its chance is
(1 - m)^L with m = A / (A + B), and falls into one of the classes that `SILENCES` bounds, each with
a chance `stops` of having stopped.

    chance = (1 - stops) P(K >= missing)

It is 1 when nothing is missing and 0 when more is missing than is left, and a day that counts never
lowers it. `a`, `b`, `w` and `stops` come from closed cycles of practice and patient: see `habits`.

What it assumes: but for stopping, every day of a period is as likely as the next, and a patient's
next cycle is like the others but for chance. It sees no weekends and no stay to come.
`bench/forecast.py` shows how far it holds.
"""

from __future__ import annotations

from math import fsum

from msgspec import Struct

FLAT = 1 / 12
"""Variance of a share of which nothing is known: uniform between 0 and 1."""
SILENCES = (0.5, 0.2, 0.08, 0.03, 0.01, 1e-3, 1e-5, 1e-8, 1e-12)
"""Where the classes of silences end, by the chance of such a silence; our choice."""


class Cycle(Struct, frozen=True):
    """A closed cycle of somebody: on which of its days something was sent that counts, as bits.

    `before` is how many days of silence lay before it, in the cycles that went before.
    """

    whose: str
    bits: int
    days: int
    before: int = 0

    @property
    def counted(self) -> int:
        """The number of days that count."""
        return self.bits.bit_count()

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

    `weight` is what a day of the running cycle weighs, `stops` the chance of having stopped for
    each class of silences, the shortest first. Where too few cycles are known, nothing is: a share
    is as likely as another.
    """

    mean: float = 0.5
    within: float = FLAT / 2
    between: float = FLAT / 2
    weight: float = 0.5
    stops: tuple[float, ...] = (0.0,) * (len(SILENCES) + 1)
    cycles: int = 0


class Share(Struct, frozen=True):
    """What is thought of the share of days of one cycle: Beta(a, b)."""

    a: float
    b: float

    @property
    def mean(self) -> float:
        """The share that is expected."""
        return self.a / (self.a + self.b)

    def after(self, counted: int, tried: int, weight: float = 1.0) -> Share:
        """Learn from the days of this cycle so far."""
        return Share(self.a + weight * counted, self.b + weight * (tried - counted))

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


class Days(Struct, frozen=True):
    """What is thought of the days of one running period, and how many are left.

    `stopped` is the chance that nothing more comes, `stopped_after_reading` the same right after a
    day that counts.
    """

    share: Share
    left: int
    stopped: float = 0.0
    stopped_after_reading: float = 0.0

    def chance(self, missing: int) -> float:
        """Give the chance that so many more days still count."""
        if missing <= 0:
            return 1.0
        return (1 - self.stopped) * self.share.at_least(missing, self.left)

    def rise(self, missing: int) -> float:
        """Give what the chance rises by if one of the days left is made to count."""
        if not 0 < missing <= self.left:
            return 0.0
        rest = Days(self.share, self.left - 1, self.stopped_after_reading)
        return rest.chance(missing - 1) - self.chance(missing)


def silence_class(share: Share, silent: int) -> int:
    """Give the class of a silence of so many days, for somebody of whom this share is thought."""
    rare = (1 - share.mean) ** silent
    return sum(rare < end for end in SILENCES)


def silent_days(bits: int, day: int, before: int = 0) -> int:
    """Count the days without a reading up to a day of the period, that day included.

    If there was none in the period yet, the silence `before` it is added.
    """
    until = bits & ((1 << day) - 1)
    return day - until.bit_length() if until else day + before


def counted_until(bits: int, day: int) -> int:
    """Count the days that count among the first so many of the period."""
    return (bits & ((1 << day) - 1)).bit_count()


def days_ahead(habit: Habit, start: Share, known: tuple[int, int, int], left: int) -> Days:
    """Give what is to be thought of a running period.

    `known` are the days that count, the days tried and the days of silence up to now.
    """
    counted, tried, silent = known
    share = start.after(counted, tried, habit.weight)
    return Days(share, left, habit.stops[silence_class(share, silent)], habit.stops[0])
