"""How a practice's patients send, learned from closed cycles (see `chances` for what it is for).

- By moments, of the cycles in which anything was sent: their mean share m; the variance of their
  shares beyond what counting gives, s (T - s) / (T^2 (T - 1)) for s of T days, split into `within`
  (between the cycles of one patient) and `between` (between patients).
- A patient with n such cycles of mean x is expected at m + z (x - m), with the credibility
  z = between / (between + (within + counting) / n); a and b of the next cycle have that mean and
  the variance within + between (1 - z).
- The closed cycles are told again, each with what the patient's other cycles say of the share.
- Cut on the days `CUTS`, of all that had begun with a silence of one class, `stops` is the share
  after which nothing came, less what the beta-binomial gives to that, as part of the rest; `DOUBT`
  cut that went on is added. A longer silence never says less than a shorter one.
- `weight` is that of `WEIGHTS` under which what came after the cuts was most likely.
- Of all days before a cycle had begun, after a silence of one class, `begins` is how often it began
  on that day, as part of how often the shares say; `DOUBT` day on which it did is added to both. A
  longer silence never says more than a shorter one.

Nothing is learned from fewer than `LEAST` cycles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from math import log

from proofline.insight.chances import (
    CLASSES,
    Cycle,
    Habit,
    Share,
    So,
    silence_class,
    stands,
)

WEIGHTS = (1.0, 0.8, 0.65, 0.5, 0.4, 0.3, 0.2)
"""What a day may weigh beside the past: 1 if days are independent, less if they come in spells."""
CUTS = (4, 8, 12, 16, 20, 24, 27)
LEAST = 20
DOUBT = 1
MOST_CUT = 400
"""So many cycles are cut; more would change nothing that can be seen."""
_NARROWEST, _WIDEST = 1 / 400, 0.95
"""Bounds of the variance of a share: at least a spread of 5 points, at most 95 % of m (1 - m)."""
_EDGE = 0.01
_IMPOSSIBLE = 1e-12

Told = list[tuple[Cycle, Share]]
"""Cycles, and what the patient's others say of the share."""
Cuts = Counter[tuple[Share, So, int, int]]
"""How often: what was thought, how it stood, how many days were left, how many of them came."""


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
    first = Habit(mean, within, beyond - within)
    told = list(_told(first, found))[:: -(-len(found) // MOST_CUT)]
    cuts = _cut(told)
    tried = ((weight, _stops(cuts, weight)) for weight in WEIGHTS)
    weight, stops = max(tried, key=lambda one: _likelihood(cuts, *one))
    return Habit(mean, within, beyond - within, weight, stops, _begins(told), len(found))


def share_of(habit: Habit, own: Sequence[Cycle]) -> Share:
    """Give what is thought of the next cycle of a patient with these closed cycles."""
    expected, left_over = habit.mean, habit.between
    own = [one for one in own if one.bits]
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


def _told(habit: Habit, cycles: Iterable[Cycle]) -> Iterator[tuple[Cycle, Share]]:
    """Yield each cycle with what the patient's other cycles say of it."""
    by_patient: dict[str, list[Cycle]] = {}
    for one in cycles:
        by_patient.setdefault(one.whose, []).append(one)
    for of_one in by_patient.values():
        for place, one in enumerate(of_one):
            yield one, share_of(habit, of_one[:place] + of_one[place + 1 :])


def _cut(told: Told) -> Cuts:
    """Cut the cycles where they had begun."""
    found: Cuts = Counter()
    for one, start in told:
        for day in CUTS:
            so = stands(one.bits, day, one.before)
            if so.counted and day < one.days:
                found[start, so, one.days - day, one.counted - so.counted] += 1
    return found


def _stops(cuts: Cuts, weight: float) -> tuple[float, ...]:
    """Give the chance of having stopped for each class of silences."""
    ended = [0.0] * CLASSES
    asked = [float(DOUBT)] * CLASSES
    for (start, so, left, came), times in cuts.items():
        share = start.after(so.counted - 1, so.tried, weight)
        by_chance = share.distribution(left)[0]
        place = silence_class(share, so.silent)
        ended[place] += times * ((came == 0) - by_chance)
        asked[place] += times * (1 - by_chance)
    each = (max(stop, 0.0) / of_all for stop, of_all in zip(ended, asked, strict=True))
    return tuple(accumulate(each, max))


def _likelihood(cuts: Cuts, weight: float, stops: tuple[float, ...]) -> float:
    """Give the logarithm of the likelihood of what came after each cut."""
    total = 0.0
    for (start, so, left, came), times in cuts.items():
        share = start.after(so.counted - 1, so.tried, weight)
        stopped = stops[silence_class(share, so.silent)]
        likely = (1 - stopped) * share.distribution(left)[came] + stopped * (came == 0)
        total += times * log(max(likely, _IMPOSSIBLE))
    return total


def _begins(told: Told) -> tuple[float, ...]:
    """Give, for each class of silences, the part of the habit that is left to who has not begun."""
    began = [float(DOUBT)] * CLASSES
    likely = [float(DOUBT)] * CLASSES
    for one, start in told:
        first = (one.bits & -one.bits).bit_length()
        for day in range(first or one.days):
            place = silence_class(start, one.before + day)
            began[place] += day + 1 == first
            likely[place] += start.mean
    each = (came / said for came, said in zip(began, likely, strict=True))
    return tuple(accumulate((min(one, 1.0) for one in each), min))


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)
