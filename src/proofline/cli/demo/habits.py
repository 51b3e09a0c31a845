"""How somebody lives with a cuff, and how a practice looks after them: drawn for each patient.

Each has a share of mornings on which the cuff is used, fewer at weekends for some. Some leave it in
its box at first, now and then one falls silent for days or for weeks, and some stop for good. The
staff look in once or more in a cycle, mostly speak with the patient, and now and then forget
somebody. What is drawn here is made up, not measured, and nothing that forecasts is told of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proofline.cli.demo.plan import Plan

Work = tuple[int, str]
"""A piece of work of a cycle: how many seconds, which activity."""

_SATURDAY = 5
_FALLS_SILENT = 0.012
"""The chance of falling silent on a day."""
_SILENCE, _LONG_SILENCE = (3, 14), (15, 60)
_LONG = 0.15
"""Which part of the silences is long."""
_BEGINS_LATE = 0.2
_AT_FIRST, _LATE = (0, 2), (3, 45)
"""Days in which the cuff stays in its box: of most people, and of those who begin late."""
_STOPS_AFTER = 1500
"""Mean days until somebody stops for good."""
_FORGOTTEN, _UNCALLED, _PLANNED = 0.05, 0.15, 0.4
"""Chances that nothing is done in a cycle, that nobody calls, that the plan of care is revised."""
_REVIEWS, _REVIEW, _CALL, _PLAN = (1, 3), (120, 480), (240, 840), (180, 720)
"""How many reviews, and the seconds of one, of a call and of work on the plan."""


@dataclass(frozen=True, slots=True)
class Habit:
    """What is particular about one patient.

    `share` is that of the mornings, `weekend` the part of it left at weekends. `begins` and `stops`
    are days counted from the anchor: nothing comes until the one, nothing after the other. `need`
    is how much work the patient makes, 1 for the usual; `silence` the chance of falling silent on a
    day.
    """

    share: float
    weekend: float
    begins: int
    stops: int
    need: float
    silence: float = _FALLS_SILENT

    def mornings(self, plan: Plan, die: Random) -> Iterator[int]:
        """Yield the days with a reading from the anchor, which is day 1, to the last day."""
        silent_until = self.begins
        for day in range(1, (plan.last_day - plan.anchor).days + 2):
            if die.random() < self.silence:
                silent_until = max(silent_until, day + _silence(die))
            on = plan.anchor + timedelta(days=day - 1)
            likely = self.share * (self.weekend if on.weekday() >= _SATURDAY else 1)
            if die.random() < likely and silent_until < day <= self.stops:
                yield day

    def work(self, die: Random) -> list[Work]:
        """Give what the staff do in a cycle."""
        if die.random() < _FORGOTTEN:
            return []
        found = [(_REVIEW, "review")] * die.randint(*_REVIEWS)
        if die.random() >= _UNCALLED:
            found.append((_CALL, "communication"))
        if die.random() < _PLANNED:
            found.append((_PLAN, "care_plan"))
        return [(round(self.need * die.randint(*seconds)), activity) for seconds, activity in found]


CONSTANT = Habit(share=0.95, weekend=1, begins=0, stops=100_000, need=1, silence=0)
"""Of the few whose story goes on to this day, and must not hang on a die."""


def habit_of(die: Random, *, new: bool) -> Habit:
    """Draw somebody's habit; only who is `new` to the cuff may begin late."""
    late = new and die.random() < _BEGINS_LATE
    return Habit(
        share=die.betavariate(3, 1.4),
        weekend=die.choice((1.0, 1.0, 0.8, 0.5)),
        begins=die.randint(*(_LATE if late else _AT_FIRST)),
        stops=round(die.expovariate(1 / _STOPS_AFTER)),
        need=die.uniform(0.7, 1.5),
    )


def _silence(die: Random) -> int:
    return die.randint(*(_LONG_SILENCE if die.random() < _LONG else _SILENCE))
