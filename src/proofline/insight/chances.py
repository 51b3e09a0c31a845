"""The chance that a period still gets the days it needs: a beta-binomial, in closed form.

On each day of a period a reading comes or does not. The share of days of this period is not known;
it is taken to be drawn from a Beta(a, b). Somebody who has begun in this period had, of the `tried`
days since the first one that counts, `counted` more. The share is then

    Beta(A, B)   with   A = a + w counted,   B = b + w (tried - counted),

and the number of days K among the `left` ones has

    P(K = k) = C(left, k) B(A + k, B + left - k) / B(A, B).

Or the patient has stopped, and nothing more comes in this period. How likely that is, is told by
how rare the silence of the last L days would be: its chance is (1 - m)^L with m = A / (A + B), and
falls into one of the classes that `SILENCES` bounds, each with a chance `stops` of having stopped.

    chance = (1 - stops) P(K >= missing)

Somebody who has not begun in this period may still be away, or not have begun at all, and who then
sends one day mostly sends the next. So a day on which it begins comes first: after a silence of L
days, cycles before this one included, it begins on the next day with the chance

    begins m   with   m = a / (a + b),

where `begins` is what is left of the habit after a silence of that class. The days after the first
follow as above:

    chance = sum over days d of P(it begins on day d) (1 - stops) P(K of the rest >= missing - 1)

It is 1 when nothing is missing and 0 when more is missing than is left, and a day that counts never
lowers it. `a`, `b`, `w`, `stops` and `begins` come from closed cycles of practice and patient: see
`habits`.

What it assumes: but for stopping and beginning, every day of a period is as likely as the next, and
a patient's next cycle is like the others but for chance. It sees no weekends and no stay to come.
`bench/forecast.py` shows how far it holds.
"""

from __future__ import annotations

from math import fsum

from msgspec import Struct

FLAT = 1 / 12
"""Variance of a share of which nothing is known: uniform between 0 and 1."""
SILENCES = (0.5, 0.2, 0.08, 0.03, 0.01, 1e-3, 1e-5, 1e-8, 1e-12, 1e-18, 1e-30)
"""Where the classes of silences end, by the chance of such a silence; our choice."""
CLASSES = len(SILENCES) + 1


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

    `weight` is what a day of the running cycle weighs. For each class of silences, the shortest
    first, `stops` is the chance of having stopped, and `begins` the part of the habit that is left
    to somebody who has not begun. `cycles` is how many closed ones taught it; from too few of them
    nothing is known, and a share is as likely as another.
    """

    mean: float = 0.5
    within: float = FLAT / 2
    between: float = FLAT / 2
    weight: float = 0.5
    stops: tuple[float, ...] = (0.0,) * CLASSES
    begins: tuple[float, ...] = (1.0,) * CLASSES
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


class So(Struct, frozen=True):
    """How a running period stands: days that count, days tried since the first, days of silence.

    The first day that counts is not among the days tried. Before there is one nothing is tried, and
    the silence is that of earlier cycles as well.
    """

    counted: int
    tried: int
    silent: int


class Days(Struct, frozen=True):
    """What is thought of the days of one running period, and how many are left.

    `stopped` is the chance that nothing more comes, `stopped_after_reading` the same right after a
    day that counts. `begins` are the chances that it begins on each of the days left, if it has not
    on an earlier one; None once it has begun.
    """

    share: Share
    left: int
    stopped: float = 0.0
    stopped_after_reading: float = 0.0
    begins: tuple[float, ...] | None = None

    def chance(self, missing: int) -> float:
        """Give the chance that so many more days still count."""
        if missing <= 0:
            return 1.0
        if self.begins is None:
            return (1 - self.stopped) * self.share.at_least(missing, self.left)
        waiting, found = 1.0, 0.0
        for day, begins in enumerate(self.begins[: self.left - missing + 1], 1):
            found += waiting * begins * self._begun(self.left - day).chance(missing - 1)
            waiting *= 1 - begins
        return min(found, 1.0)

    def rise(self, missing: int) -> float:
        """Give what the chance rises by if one of the days left is made to count."""
        if not 0 < missing <= self.left:
            return 0.0
        return self._begun(self.left - 1).chance(missing - 1) - self.chance(missing)

    def _begun(self, left: int) -> Days:
        return Days(self.share, left, self.stopped_after_reading, self.stopped_after_reading)


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


def stands(bits: int, tried: int, before: int = 0) -> So:
    """Tell how a period stands after so many days, by the days that count among them."""
    until = bits & ((1 << tried) - 1)
    first = (until & -until).bit_length()
    since = tried - first if until else 0
    return So(until.bit_count(), since, silent_days(bits, tried, before))


def days_ahead(habit: Habit, start: Share, so: So, left: int) -> Days:
    """Give what is to be thought of a running period, of a patient whose share is `start`."""
    after = habit.stops[0]
    if not so.counted:
        return Days(start, left, after, after, beginning(habit, start, so.silent, left))
    share = start.after(so.counted - 1, so.tried, habit.weight)
    return Days(share, left, habit.stops[silence_class(share, so.silent)], after)


def beginning(habit: Habit, start: Share, silent: int, left: int) -> tuple[float, ...]:
    """Give the chances that it begins on each of the days left, if on none before."""
    return tuple(
        habit.begins[silence_class(start, silent + day)] * start.mean for day in range(left)
    )
