"""How a practice's patients send, learned from closed cycles (see `chances` for what it is for).

- By moments, of the cycles in which anything was sent: their mean share m; the variance of their
  shares beyond what counting gives, s (T - s) / (T^2 (T - 1)) for s of T days, split into `within`
  (between the cycles of one patient) and `between` (between patients).
- A patient with n such cycles of mean x is expected at m + z (x - m), with the credibility
  z = between / (between + (within + counting) / n); a and b of the next cycle have that mean and
  the variance within + between (1 - z).
- The closed cycles are cut on the days `CUTS`. Of all cuts with a silence of one class, `stops` is
  the share after which nothing came, less what the beta-binomial gives to that, as part of the
  rest; `DOUBT` cut that went on is added. A longer silence never says less than a shorter one.
- `weight` is that of `WEIGHTS` under which what came after the cuts was most likely.

Nothing is learned from fewer than `LEAST` cycles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import log

from msgspec import Struct

from proofline.insight.chances import (
    SILENCES,
    Cycle,
    Habit,
    Share,
    counted_until,
    silence_class,
    silent_days,
)

WEIGHTS = (1.0, 0.8, 0.65, 0.5, 0.4, 0.3, 0.2)
"""What a day may weigh beside the past: 1 if days are independent, less if they come in spells."""
CUTS = (0, 4, 8, 12, 16, 20, 24, 27)
LEAST = 20
DOUBT = 1
MOST_CUT = 400
"""So many cycles are cut; more would change nothing that can be seen."""
_NARROWEST, _WIDEST = 1 / 400, 0.95
"""Bounds of the variance of a share: at least a spread of 5 points, at most 95 % of m (1 - m)."""
_EDGE = 0.01
_IMPOSSIBLE = 1e-12

Cuts = Counter[tuple[int, int, int, int, int]]
"""How often: the day of the cut, days left, days counted, days silent, days that came after."""


def fit(cycles: Iterable[Cycle]) -> Habit:
    """Find a practice's habit from closed cycles; that of which nothing is known from too few."""
    found = sorted(cycles, key=lambda one: (one.whose, one.bits, one.before))
    if len(found) < LEAST:
        return Habit(cycles=len(found))
    sent = [one for one in found if one.bits]
    if not sent:
        return Habit(0.0, _NARROWEST, 0.0, cycles=len(found))
    mean = sum(one.counted for one in sent) / sum(one.days for one in sent)
    spread = _mean([(one.share - mean) ** 2 for one in sent])
    beyond = max(spread - _mean([one.counting for one in sent]), _NARROWEST)
    within = _within(sent)
    within = beyond / 2 if within is None else min(max(within, _NARROWEST), beyond)
    start, cuts = _beta(mean, beyond), _cut(found[:: -(-len(found) // MOST_CUT)])
    tried = ((weight, _stops(cuts, start, weight)) for weight in WEIGHTS)
    weight, stops = max(tried, key=lambda one: _likelihood(cuts, start, *one))
    return Habit(mean, within, beyond - within, weight, stops, len(found))


class Own(Struct, frozen=True):
    """What somebody's closed cycles say of them: of how many, the mean share, and its variance.

    Only cycles in which anything was sent; the variance is what counting alone gives.
    """

    cycles: int = 0
    share: float = 0.0
    counting: float = 0.0


def own_of(cycles: Iterable[Cycle]) -> Own:
    """Sum up the closed cycles of one patient."""
    sent = [one for one in cycles if one.bits]
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


def _cut(cycles: Iterable[Cycle]) -> Cuts:
    return Counter(
        (
            day,
            one.days - day,
            so_far := counted_until(one.bits, day),
            silent_days(one.bits, day, one.before),
            one.counted - so_far,
        )
        for one in cycles
        for day in CUTS
        if day < one.days
    )


def _stops(cuts: Cuts, start: Share, weight: float) -> tuple[float, ...]:
    """Give the chance of having stopped for each class of silences."""
    ended = [0.0] * (len(SILENCES) + 1)
    asked = [float(DOUBT)] * (len(SILENCES) + 1)
    for (day, left, counted, silent, came), times in cuts.items():
        share = start.after(counted, day, weight)
        by_chance = share.distribution(left)[0]
        place = silence_class(share, silent)
        ended[place] += times * ((came == 0) - by_chance)
        asked[place] += times * (1 - by_chance)
    each = (max(stop, 0.0) / of_all for stop, of_all in zip(ended, asked, strict=True))
    return tuple(accumulate(each, max))


def _likelihood(cuts: Cuts, start: Share, weight: float, stops: tuple[float, ...]) -> float:
    """Give the logarithm of the likelihood of what came after each cut."""
    total = 0.0
    for (day, left, counted, silent, came), times in cuts.items():
        share = start.after(counted, day, weight)
        stopped = stops[silence_class(share, silent)]
        likely = (1 - stopped) * share.distribution(left)[came] + stopped * (came == 0)
        total += times * log(max(likely, _IMPOSSIBLE))
    return total


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)
