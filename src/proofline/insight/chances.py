"""The chance that a period still gets the days it needs: a beta-binomial, in closed form.

On each day of a period a reading comes or does not. The share of days of this period is not known;
it is taken to be drawn from a Beta(a, b). Of the `tried` days between the first day that counts and
the last one, `counted` more count. The share is then

    Beta(A, B)   with   A = a + w counted,   B = b + w (tried - counted).

On a day that counts, the number of days K among the `left` ones after it has

    P(K = k) = C(left, k) B(A + k, B + left - k) / B(A, B),

or the readings break off on one of those days, any as likely, and K is any of 0 to n, where
n = m left is what is expected with m = A / (A + B). That has the chance 1 - (1 - breaks)^left.

After a silence, or where the period has not begun, a day on which it goes on comes first, for who
is away sends nothing, and who then sends one day mostly sends the next. How likely that is, is told
by how rare the silence is by habit, (1 - m)^L after L days, cycles before this one included, as
part of the L days on which an absence may have begun. That falls into one of the classes which
`SILENCES` bounds. Rarer than that it is an absence, and how it goes on hangs on how long it has
lasted, not on the habit before: its classes are of days, bounded by `ABSENCES`. For each class
`stays` is the part of the habit that is left: on the next day it goes on with the chance

    h = stays A / (A + B),   and each silent day adds stays to B (w times, where it is past).

    chance = sum over days d of P(silent until d) h(d) P(1 + K after d >= missing)

It is 1 when nothing is missing and 0 when more is missing than is left, and a day that counts never
lowers it. `a`, `b`, `w`, `breaks` and `stays` come from closed cycles of practice and patient: see
`habits`.

What it assumes: but for silences, every day of a period is as likely as the next, and a patient's
next cycle is like the others but for chance. It sees no weekends and no stay to come.
`bench/forecast.py` shows how far it holds.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from math import exp, fsum, lgamma

from msgspec import Struct

FLAT = 1 / 12
"""Variance of a share of which nothing is known: uniform between 0 and 1."""
SILENCES = (0.5, 0.2, 0.08, 0.03, 0.01)
"""Where the classes of silences end, by how rare they are; our choice, no source found."""
ABSENCES = (7, 14, 28, 56)
"""Where the classes of silences rarer than that end, in days; our choice, no source found."""
CLASSES = len(SILENCES) + 1 + len(ABSENCES)
_NEVER = 1e-9
_RARITIES = SILENCES[::-1]


class Cycle(Struct, frozen=True):
    """A closed cycle of somebody: on which of its days something was sent that counts, as bits.

    `before` is how many days of silence lay before it, in the cycles that went before; `first` says
    that none did.
    """

    whose: str
    bits: int
    days: int
    before: int = 0
    first: bool = False

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

    `lift` is by what the odds of a day are higher while nothing breaks off, `apart` the part of the
    variance within that is left when breaks are told apart, `weight` what
    a day of the running cycle weighs, `breaks` the chance of breaking off on a day, and `stays` the
    part of the habit that is left after a silence, for each class of them, the shortest first.
    `cycles` is how many closed ones
    taught it; from too few of them nothing is known, and a share is as likely as another.
    """

    mean: float = 0.5
    within: float = FLAT / 2
    between: float = FLAT / 2
    lift: float = 1.0
    apart: float = 1.0
    weight: float = 0.5
    breaks: float = 0.0
    stays: tuple[float, ...] = (1.0,) * CLASSES
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

    def exactly(self, k: int, left: int) -> float:
        """Give the chance of k further days alone, which is one of `distribution`."""
        ways = lgamma(left + 1) - lgamma(k + 1) - lgamma(left - k + 1)
        then = lgamma(self.a + k) + lgamma(self.b + left - k) - lgamma(self.a + self.b + left)
        return exp(ways + then - lgamma(self.a) - lgamma(self.b) + lgamma(self.a + self.b))

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


class So(Struct, frozen=True):
    """How a running period stands: days that count, days tried, days of silence.

    `tried` are the days from the first that counts to the last, that first one left out; `silent`
    those after the last, of this period alone; `before` those of earlier cycles, if none counts.
    """

    counted: int
    tried: int
    silent: int
    before: int = 0


class Days(Struct, frozen=True, dict=True):
    """What is thought of the days of one running period, and how many are left.

    Right after a day that counts `share` is thought of the days left. After a silence `goes_on` has
    the chances that it goes on with each of the days left, if it has not before, and what is then
    thought of those after it. `breaks` is the chance of breaking off on a day.
    """

    share: Share
    left: int
    breaks: float = 0.0
    goes_on: tuple[tuple[float, Share], ...] | None = None

    def chance(self, missing: int) -> float:
        """Give the chance that so many more days still count."""
        if missing <= 0:
            return 1.0
        if self.goes_on is None:
            return min(1.0, fsum(self.after_a_reading[missing:]))
        silent, found = 1.0, 0.0
        for (likely, _), then in zip(
            self.goes_on[: self.left - missing + 1], self._then, strict=False
        ):
            found += silent * likely * then.chance(missing - 1)
            silent *= 1 - likely
            if silent < _NEVER:
                break
        return min(found, 1.0)

    def rise(self, missing: int) -> float:
        """Give what the chance rises by if the next of the days left is made to count."""
        if not 0 < missing <= self.left:
            return 0.0
        then = self._then[0] if self.goes_on else Days(self.share, self.left - 1, self.breaks)
        return then.chance(missing - 1) - self.chance(missing)

    @cached_property
    def after_a_reading(self) -> list[float]:
        """The chances of 0, 1, … `left` further days, if the last one counts."""
        return [
            self._or_broken(k, whole) for k, whole in enumerate(self.share.distribution(self.left))
        ]

    def exactly(self, k: int) -> float:
        """Give the chance of k further days, if the last one counts."""
        return self._or_broken(k, self.share.exactly(k, self.left))

    def _or_broken(self, k: int, whole: float) -> float:
        """Give the chance of k further days, of which `whole` is that if nothing breaks off."""
        broken = 1 - (1 - self.breaks) ** self.left
        some = int(self.share.mean * self.left) + 1
        return (1 - broken) * whole + (broken / some if k < some else 0.0)

    @cached_property
    def _then(self) -> tuple[Days, ...]:
        """What is thought after each of the days left, if it goes on with that one."""
        return tuple(
            Days(share, self.left - day, self.breaks)
            for day, (_, share) in enumerate(self.goes_on or (), 1)
        )


def silence_class(mean: float, silent: int) -> int:
    """Give the class of a silence of so many days, for somebody of whom this share is expected.

    A longer silence of the same person is never of an earlier class.
    """
    rare = (1 - mean) ** silent / max(silent, 1)
    rarer = len(SILENCES) - bisect_right(_RARITIES, rare)
    if rarer < len(SILENCES):
        return rarer
    return rarer + bisect_right(ABSENCES, silent)


def silent_days(bits: int, day: int, before: int = 0) -> int:
    """Count the days without a reading up to a day of the period, that day included.

    If there was none in the period yet, the silence `before` it is added.
    """
    until = bits & ((1 << day) - 1)
    return day - until.bit_length() if until else day + before


def stands(bits: int, day: int, before: int = 0) -> So:
    """Tell how a period stands after so many days, by the days that count among them."""
    until = bits & ((1 << day) - 1)
    if not until:
        return So(0, 0, day, before)
    last, first = until.bit_length(), (until & -until).bit_length()
    return So(until.bit_count(), last - first, day - last)


def days_ahead(habit: Habit, start: Share, so: So, left: int) -> Days:
    """Give what is to be thought of a running period, of a patient whose share is `start`."""
    share = start
    if so.counted:
        share = start.after(so.counted - 1, so.tried, habit.weight)
        if not so.silent:
            return Days(share, left, habit.breaks)
    return Days(share, left, habit.breaks, tuple(goes_on(habit, share, so, left)))


def goes_on(habit: Habit, share: Share, so: So, left: int) -> Iterator[tuple[float, Share]]:
    """Yield, for each of the days left, the chance that it goes on, and what is then thought."""
    now, mean = share, share.mean
    for silent in range(so.silent + left):
        stays = habit.stays[silence_class(mean, so.before + silent)]
        past = silent < so.silent
        if not past:
            yield stays * now.mean, Share(now.a + 1, now.b)
        now = Share(now.a, now.b + stays * (habit.weight if past else 1))
